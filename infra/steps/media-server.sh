#!/usr/bin/env bash
# media-server.sh DEST: puts livekit-server (found, downloaded or built by the app's own search) into DEST.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p "$1"
binary=$(.venv/bin/python -m donfra_live.livekit_server --fetch)
install -m 755 "$binary" "$1/livekit-server"
