#!/usr/bin/env bash
# Succeeds when the app, its database and its media server answer; the slim image has no curl.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec .venv/bin/python -c 'import os, urllib.request
urllib.request.urlopen("http://127.0.0.1:%s/api/health" % os.environ.get("PORT", "8080"), timeout=4)'
