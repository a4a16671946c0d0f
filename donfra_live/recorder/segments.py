"""What Egress writes of a take: a folder of numbered pieces (MPEG-TS) of a second each, and a list of them.

A piece comes when it is whole, so an Egress that dies loses the one that it was at. Another user writes here:
names and kinds are looked at, links are not followed, a half piece is left out.
"""

import contextlib
import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

SECONDS = 1  # the least that Egress can be asked for
LIST, PACKET, LIST_MOST = "take.m3u8", 188, 50_000_000
_NAME = re.compile(r"take_(\d{5,9})\.ts")
_LISTED = re.compile(r"^#EXTINF:(\d{1,4}(?:\.\d{1,6})?),\s*\n(take_\d{5,9}\.ts)\s*$", re.MULTILINE)


def prefix_of(playlist: str) -> str:
    """What the names of its pieces begin with; Egress adds a number to it."""
    return playlist.removesuffix(".m3u8")


def file_of(folder: Path, number: int) -> Path:
    """As Egress names it."""
    return folder / f"take_{number:05}.ts"


def whole(folder: Path) -> list[Path]:
    """The pieces that count, in order."""
    return [file for _, file in sorted(_numbered(folder)) if size(file)]


def is_anything(folder: Path) -> bool:
    """Whether something has the name of a piece, whatever it is."""
    return any(True for _ in _numbered(folder))


def _numbered(folder: Path) -> Iterator[tuple[int, Path]]:
    if not folder.is_symlink():
        for file in folder.iterdir() if folder.is_dir() else ():
            if found := _NAME.fullmatch(file.name):
                yield int(found[1]), file


def size(file: Path) -> int:
    """0 for one that does not count: a link, something else than a file, not there, or cut off."""
    with contextlib.suppress(OSError):
        about = file.lstat()
        if stat.S_ISREG(about.st_mode) and about.st_size % PACKET == 0:
            return about.st_size
    return 0


def seconds(folder: Path) -> float:
    """Of all that count; the list may be some pieces behind."""
    listed = {name: float(length) for length, name in _LISTED.findall(_text(folder / LIST))}
    return sum(listed.get(file.name, float(SECONDS)) for file in whole(folder))


def _text(file: Path) -> str:
    with contextlib.suppress(OSError):
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as opened:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return opened.read(LIST_MOST).decode(errors="replace")
    return ""


def size_of_part(part: Path) -> int:
    """Of a part of either kind: one file, or a folder of pieces."""
    if part.is_dir():
        return sum(map(size, whole(part)))
    return part.stat().st_size


def remove_part(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part)
    else:
        part.unlink(missing_ok=True)
