"""The font that names and titles are drawn with: the first of a few, if this system has any of them."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

FONTS = ("NotoSans-Regular.ttf", "DejaVuSans.ttf", "Arial.ttf", "LiberationSans-Regular.ttf")
NO_FONT = (
    "recordings can write names in Latin letters only: none of the fonts Noto Sans, DejaVu Sans, Arial and "
    "Liberation Sans was found. Install one (Debian's package is fonts-dejavu-core)"
)


def folders(system: str = sys.platform) -> list[Path]:
    """Where systems keep them. By no variable of the environment: recorders get hardly any."""
    if system == "darwin":
        return [Path.home() / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    return [Path.home() / ".local/share/fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]


def find_font(where: Iterable[Path] | None = None) -> Path | None:
    found: dict[str, Path] = {}
    for top in folders() if where is None else where:
        for folder, _, names in os.walk(top, followlinks=True):
            for name in set(FONTS).intersection(names) - found.keys():
                found[name] = Path(folder, name)
    return next((found[name] for name in FONTS if name in found), None)
