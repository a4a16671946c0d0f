#!/usr/bin/env bash
# font.sh DEST: puts the font that the recorder draws names with into DEST, out of Debian's package; the slim
# image has none. As root.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
apt-get update -qq
(cd "$work" && apt-get download -qq fonts-dejavu-core)
dpkg-deb --extract "$work"/fonts-dejavu-core_*.deb "$work/package"
install -D -m 644 "$work/package/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf" "$1/DejaVuSans.ttf"
# Its licence asks to be kept beside it.
install -m 644 "$work/package/usr/share/doc/fonts-dejavu-core/copyright" "$1/DejaVuSans.copyright"
