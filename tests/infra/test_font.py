"""The container's font: taken out of Debian's package by its step, here with a package of the test's own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from donfra_live.recorder.fonts import find_font

STEP = Path(__file__).parents[2] / "infra/steps/font.sh"
CONTROL = """Package: fonts-dejavu-core
Version: 2.37-8
Architecture: all
Maintainer: Tests <tests@example.org>
Description: a font
"""
IN_PACKAGE = {
    "usr/share/fonts/truetype/dejavu/DejaVuSans.ttf": "a font",
    "usr/share/doc/fonts-dejavu-core/copyright": "its licence",
    "DEBIAN/control": CONTROL,
}
# As apt-get: knows packages after an update only, and puts the file where it is called.
APT_GET = """#!/bin/bash
name=${@: -1}
if [ "$1" = update ]; then touch "$WORK/updated"; exit; fi
[ -e "$WORK/updated" ] && [ "$1" = download ] && [ "$name" = fonts-dejavu-core ] || exit 100
dpkg-deb --build --nocheck "$WORK/package" "./${name}_2.37-8_all.deb" >/dev/null
"""


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="no Debian: the step runs in one only")
def test_the_step_takes_the_font_out_of_the_package(tmp_path: Path) -> None:
    for name, text in IN_PACKAGE.items():
        (tmp_path / "package" / name).parent.mkdir(parents=True, mode=0o755)
        (tmp_path / "package" / name).write_text(text)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/apt-get").write_text(APT_GET)
    (tmp_path / "bin/apt-get").chmod(0o755)
    env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "WORK": str(tmp_path)}
    done = subprocess.run([STEP, tmp_path / "fonts"], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found = find_font([tmp_path / "fonts"])
    assert found == tmp_path / "fonts/DejaVuSans.ttf"
    assert found.read_text() == "a font"
    assert (tmp_path / "fonts/DejaVuSans.copyright").read_text() == "its licence"
