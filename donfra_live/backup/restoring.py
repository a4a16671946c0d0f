"""Puts a backup in the place of what there is, which goes aside and is never removed.

All of it is checked first, then unpacked beside, then moved into place; what fails on the way is taken back.
The schema is brought up to date by the next start of the app.
"""

import itertools
import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from donfra_live.backup.archive import unpack, verified
from donfra_live.backup.database import BackupDatabase
from donfra_live.backup.making import Free, free_space
from donfra_live.backup.places import (
    FOLDER,
    LOCK,
    RESTORING,
    alone,
    check_nobody,
    check_owner,
    database_of,
    workshop,
)
from donfra_live.backup.progress import Progress
from donfra_live.backup.rules import (
    DATABASES,
    KEYS,
    MACHINE,
    RECORDINGS,
    BackupError,
    Manifest,
    check_fits,
    check_space,
)
from donfra_live.db import revisions
from donfra_live.livekit_server.files import private_folder
from donfra_live.settings import Settings

ASIDE = "before_restore_"


@dataclass(frozen=True)
class Restored:
    """aside: where what was there before lies now; None for nothing. schema: where its tables do."""

    manifest: Manifest
    aside: Path | None
    schema: str = ""


def check(settings: Settings, archive: Path, progress: Progress) -> Manifest:
    """Whether it is whole and fits; nothing is written. Raises BackupError."""
    if not archive.is_file():
        raise BackupError(f"There is no file {archive}.")
    manifest = verified(archive, progress)
    check_fits(manifest, database=database_of(settings).kind, known=revisions())
    return manifest


def restore(
    settings: Settings, archive: Path, progress: Progress, *, replace: bool = False, free: Free = free_space
) -> Restored:
    """replace: whether what is there may go aside. Raises BackupError, OSError; all is as before then."""
    data, database = settings.data_dir, database_of(settings)
    check_owner(data)
    check_nobody(settings, database)
    manifest = check(settings, archive, progress)
    has_rows = not database.is_empty()
    is_empty = not has_rows and not any((data / name).exists() for name in (KEYS, MACHINE, RECORDINGS))
    if not is_empty and not replace:
        raise BackupError(
            f"There is something already in {data} or its database. With --replace it is moved aside."
        )
    private_folder(data)
    check_space(needed=manifest.size, free=free(data), where=str(data))
    with alone(settings), workshop(settings, data, RESTORING) as folder:
        unpack(archive, manifest, folder, progress)
        os.sync()  # once, instead of for each of thousands of files
        check_nobody(settings, database)
        aside = _aside(data)
        with progress.during("Putting it in place"):
            _put(data, folder, manifest, database, aside, is_empty=is_empty)
    schema = aside.name if has_rows and database.kind == "postgresql" else ""
    return Restored(manifest, aside if aside.exists() else None, schema)


def _aside(data: Path) -> Path:
    """A folder that is not there yet."""
    name = data / f"{ASIDE}{datetime.now(UTC):%Y%m%d_%H%M%S}"
    more = (name.with_name(f"{name.name}_{number}") for number in itertools.count(2))
    return next(path for path in itertools.chain([name], more) if not path.exists())


def _put(
    data: Path, folder: Path, manifest: Manifest, database: BackupDatabase, aside: Path, *, is_empty: bool
) -> None:
    copy = folder / DATABASES[manifest.database]
    with ExitStack() as undo:
        undo.callback(_remove_if_empty, aside)
        if not is_empty:
            private_folder(aside)
            for old in sorted(data.iterdir()):
                if not _stays(old, folder):
                    _move(old, aside / old.name, undo)
        for new in sorted(folder.iterdir()):
            if new != copy:
                _settle(new, data / new.name, undo)
        # Last, since what it does in PostgreSQL is done.
        database.put(copy, aside, undo)
        undo.pop_all()


def _stays(path: Path, folder: Path) -> bool:
    """Backups, what was aside before, what we work with, and what a disk of its own has at its top."""
    names = {FOLDER, LOCK, folder.name, "lost+found"}
    return path.name in names or path.name.startswith(ASIDE)


def _settle(new: Path, to: Path, undo: ExitStack) -> None:
    """A folder that an empty place has already, such as the media server's, takes what is in the new one."""
    if to.is_dir() and new.is_dir():
        for inside in sorted(new.iterdir()):
            _settle(inside, to / inside.name, undo)
    else:
        _move(new, to, undo)


def _move(path: Path, to: Path, undo: ExitStack) -> None:
    os.rename(path, to)
    undo.callback(os.rename, to, path)


def _remove_if_empty(folder: Path) -> None:
    if not any(path.is_file() for path in folder.rglob("*")):
        shutil.rmtree(folder, ignore_errors=True)
