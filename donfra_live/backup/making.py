"""Makes a backup while the app runs: the database, the recordings that its rows name, the manifest.

In a folder beside the place where it is to lie; it gets its name when it is whole and on the disk. Recordings
are held by hard links meanwhile: the copy of the database says that they are here, so they shall be in it,
also where they are moved to S3 in the next moment.
"""

import contextlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from donfra_live import __version__
from donfra_live.backup.archive import Writer
from donfra_live.backup.database import BackupDatabase, Contents
from donfra_live.backup.places import HOLDING, MAKING, alone, check_owner, database_of, file_for, workshop
from donfra_live.backup.progress import Progress
from donfra_live.backup.rules import (
    DATABASES,
    KEYS,
    MACHINE,
    Manifest,
    check_space,
    in_words,
    is_name,
    is_of_recording,
    is_of_use,
    recording_of,
    why_left_out,
)
from donfra_live.recordings.storage import is_kept
from donfra_live.settings import Settings

REMOVED = "removed meanwhile"
Free = Callable[[Path], int]


@dataclass(frozen=True)
class Made:
    path: Path
    size: int
    manifest: Manifest


@dataclass(frozen=True)
class Files:
    """here: by their names in the archive. left_out: folders of recordings by why."""

    here: dict[str, Path]
    left_out: dict[str, list[str]]

    @property
    def size(self) -> int:
        return sum(map(_size, self.here.values()))


def free_space(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def make(
    settings: Settings,
    given: Path | None,
    progress: Progress,
    *,
    with_recordings: bool = True,
    free: Free = free_space,
) -> Made:
    """given: where to; None for the data folder. Raises BackupError, OSError; nothing is left then."""
    begun, database = datetime.now(UTC), database_of(settings)
    check_owner(settings.data_dir)
    contents = database.look()
    with alone(settings):
        path = file_for(settings, given, begun)
        before = files_of(settings.data_dir, contents, wanted=with_recordings)
        check_space(needed=2 * contents.size + before.size, free=free(path.parent), where=str(path.parent))
        with workshop(settings, path.parent, MAKING) as folder:
            with workshop(settings, settings.data_dir, HOLDING) as links:
                held = hold(before, links)
                copy = _copied(database, folder, progress)
                contents = database.look()
                files = held_and_new(
                    held, files_of(settings.data_dir, contents, wanted=with_recordings), contents
                )
                manifest = _write(folder, copy, files, progress, begun, database.kind, contents.revision)
            size = (folder / "backup").stat().st_size
            os.rename(folder / "backup", path)
    return Made(path, size, manifest)


def files_of(data_dir: Path, contents: Contents, *, wanted: bool) -> Files:
    """All that belongs in it beside the database."""
    here = {name: data_dir / name for name in (KEYS, MACHINE) if (data_dir / name).is_file()}
    machine = (data_dir / MACHINE).read_text() if MACHINE in here else ""
    left_out: dict[str, list[str]] = {}
    for row in contents.recordings:
        if why := why_left_out(row, machine, wanted=wanted):
            left_out.setdefault(why, []).append(row.folder)
            continue
        for path in sorted((data_dir / row.folder).rglob("*")):
            name = path.relative_to(data_dir).as_posix()
            if is_of_use(path.name, row.status, is_kept=is_kept(path.name)) and is_name(name):
                if path.is_file() and not path.is_symlink():
                    here[name] = path
    return Files(here, left_out)


def hold(files: Files, links: Path) -> dict[str, Path]:
    """Each file of a recording where it stays for us; where that is another disk, only where it is."""
    held = {}
    for number, (name, path) in enumerate(files.here.items()):
        if is_of_recording(name):
            held[name] = path
            with contextlib.suppress(OSError):
                os.link(path, links / str(number))
                held[name] = links / str(number)
    return held


def held_and_new(held: dict[str, Path], now: Files, contents: Contents) -> Files:
    """What was held, but for recordings that have been deleted since, and what is there since.

    contents: of the database since it was copied.
    """
    known = {row.folder for row in contents.recordings}
    stayed = {name: path for name, path in held.items() if recording_of(name) in known}
    here = {recording_of(name) for name in stayed}
    left_out = {why: [f for f in folders if f not in here] for why, folders in now.left_out.items()}
    return Files(now.here | stayed, {why: folders for why, folders in left_out.items() if folders})


def _copied(database: BackupDatabase, folder: Path, progress: Progress) -> Path:
    copy = folder / DATABASES[database.kind]
    with progress.during("Copying the database", lambda: in_words(_size(copy))):
        database.copy(copy)
    return copy


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _write(
    folder: Path, copy: Path, files: Files, progress: Progress, begun: datetime, kind: str, revision: str
) -> Manifest:
    descriptor = os.open(folder / "backup", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        writer, total = Writer(file), in_words(files.size + copy.stat().st_size)
        with progress.during("Writing the backup", lambda: f"{in_words(writer.written)} of {total}"):
            writer.add(copy.name, copy)
            gone = _add(writer, files.here)
        manifest = Manifest(
            version=__version__,
            revision=revision,
            database=kind,
            begun=begun,
            finished=datetime.now(UTC),
            files=writer.files,
            left_out=files.left_out | ({REMOVED: gone} if gone else {}),
        )
        (folder / "manifest").write_text(manifest.model_dump_json(indent=1))
        writer.finish(folder / "manifest")
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _add(writer: Writer, files: dict[str, Path]) -> list[str]:
    """Folders of recordings that were deleted, or moved away, between two looks."""
    gone: list[str] = []
    for name, path in files.items():
        try:
            writer.add(name, path)
        except FileNotFoundError:
            gone += [] if recording_of(name) in gone else [recording_of(name)]
    return gone
