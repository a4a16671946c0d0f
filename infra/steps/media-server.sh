#!/usr/bin/env bash
# media-server.sh DEST: puts livekit-server (found, downloaded or built by the app's own search) into DEST.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p "$1"
binary=$(.venv/bin/python -c 'import sys
from donfra_live.livekit_server.binary import ensure_binary
from donfra_live.settings import get_settings
print(ensure_binary(get_settings(), lambda line: print(line, file=sys.stderr)))')
install -m 755 "$binary" "$1/livekit-server"
