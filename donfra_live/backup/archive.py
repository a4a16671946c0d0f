"""The file of a backup: a tar of plain files, then a manifest with the hash of each.

The manifest comes last, so that an archive that was cut off has none. A restore trusts nothing in it: it
takes only plain files under names that we give, and unpacks them itself.
"""

import contextlib
import hashlib
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

from donfra_live.backup.progress import Progress
from donfra_live.backup.rules import (
    MANIFEST,
    BackupError,
    FileFacts,
    Manifest,
    check_files,
    check_name,
    in_words,
    manifest_in,
)

PIECE = 1024 * 1024
MOST_MANIFEST = 100_000_000
_BROKEN = (tarfile.TarError, ValueError, EOFError, OverflowError, RecursionError)
NO_MANIFEST = "The backup is damaged or cut off: it has no manifest. Take another one."


class _Hashed:
    """Reads a file and knows what it has read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash, self.size = file, hashlib.sha256(), 0

    def read(self, length: int = -1) -> bytes:
        piece = self._file.read(length)
        self._hash.update(piece)
        self.size += len(piece)
        return piece

    @property
    def facts(self) -> FileFacts:
        return FileFacts(size=self.size, sha256=self._hash.hexdigest())


class Writer:
    """Writes into a file that is open. files: what is in it so far."""

    def __init__(self, file: BinaryIO) -> None:
        self._tar = tarfile.TarFile(fileobj=file, mode="w", format=tarfile.PAX_FORMAT, copybufsize=PIECE)
        self._file = file
        self.files: dict[str, FileFacts] = {}

    @property
    def written(self) -> int:
        return self._file.tell()

    def add(self, name: str, path: Path) -> None:
        """Raises FileNotFoundError; BackupError for a file that changes meanwhile."""
        with path.open("rb") as file:
            about, hashed = os.fstat(file.fileno()), _Hashed(file)
            try:
                self._put(name, about.st_size, int(about.st_mtime), hashed)
            except OSError as error:
                if error.errno is not None:
                    raise
                raise BackupError(f"{name} was changed while it was copied. Try again.") from None
        self.files[name] = hashed.facts

    def _put(self, name: str, size: int, at: int, content: _Hashed) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, at
        self._tar.addfile(info, content)

    def finish(self, manifest: Path) -> None:
        """manifest: the file of it, which is written last."""
        with manifest.open("rb") as file:
            about = os.fstat(file.fileno())
            self._put(MANIFEST, about.st_size, int(about.st_mtime), _Hashed(file))
        self._tar.close()


@contextlib.contextmanager
def _members(archive: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Name and content of each file. Raises BackupError."""

    def each(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
        seen = set[str]()
        for member in tar:
            is_plain = member.type in {tarfile.REGTYPE, tarfile.AREGTYPE} and not member.issparse()
            if member.name != MANIFEST:
                check_name(member.name)
            content = tar.extractfile(member) if is_plain else None
            if content is None or member.name in seen:
                raise BackupError(f"This is no backup of donfra live: {member.name} is no plain file.")
            seen.add(member.name)
            yield member.name, content

    try:
        with tarfile.open(archive, "r:") as tar:
            yield each(tar)
    except _BROKEN:
        raise BackupError(f"{archive} is damaged, cut off or no backup of donfra live.") from None


def verified(archive: Path, progress: Progress) -> Manifest:
    """Reads all of it and writes nothing. Raises BackupError."""
    found, manifest, done = dict[str, FileFacts](), None, [0]
    total = in_words(archive.stat().st_size)
    with progress.during("Checking the backup", lambda: f"{in_words(done[0])} of {total}"):
        with _members(archive) as members:
            for name, content in members:
                if name == MANIFEST:
                    manifest = manifest_in(content.read(MOST_MANIFEST))
                else:
                    found[name] = _copied(content, None, done)
    if manifest is None:
        raise BackupError(NO_MANIFEST)
    check_files(manifest, found)
    return manifest


def unpack(archive: Path, manifest: Manifest, to: Path, progress: Progress) -> None:
    """Into an empty folder, for its owner only. Raises BackupError also when it is not what it was before."""
    found, done, total = dict[str, FileFacts](), [0], in_words(manifest.size)
    with progress.during("Unpacking the backup", lambda: f"{in_words(done[0])} of {total}"):
        with _members(archive) as members:
            for name, content in members:
                if name != MANIFEST:
                    found[name] = _unpacked(content, to, name, done)
    check_files(manifest, found)


def _unpacked(content: IO[bytes], to: Path, name: str, done: list[int]) -> FileFacts:
    place = to
    for part in Path(name).parts[:-1]:
        place /= part
        place.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(to / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        return _copied(content, file, done)


def _copied(content: IO[bytes], to: BinaryIO | None, done: list[int]) -> FileFacts:
    hashed = _Hashed(content)
    while piece := hashed.read(PIECE):
        done[0] += len(piece)
        if to is not None:
            to.write(piece)
    return hashed.facts
