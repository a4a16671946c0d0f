"""Where backups lie and are made, and who is at work on the data folder."""

import contextlib
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from donfra_live.backup.database import BackupDatabase, kind_of
from donfra_live.backup.postgres import Postgres
from donfra_live.backup.rules import RECORDINGS, BackupError, name_at
from donfra_live.backup.sqlite_file import SqliteFile
from donfra_live.db import ROOT
from donfra_live.livekit_server.child import command_of
from donfra_live.livekit_server.files import Lock, private_folder
from donfra_live.settings import Settings

FOLDER, LOCK = "backups", "backup.lock"
# Of one that was killed; whoever has the lock removes it.
MAKING, HOLDING, RESTORING = ".making-", ".holding-", ".restoring-"
STOP = "Stop the app first: make stop (with systemd: systemctl stop donfra-live)."


def database_of(settings: Settings) -> BackupDatabase:
    return SqliteFile(settings) if kind_of(settings) == "sqlite" else Postgres(settings)


def file_for(settings: Settings, given: Path | None, at: datetime) -> Path:
    """given: a file that is to be made, or a folder that is there. Raises BackupError."""
    path = given or private_folder(settings.data_dir / FOLDER) / name_at(at)
    path = path / name_at(at) if path.is_dir() else path
    if not path.parent.is_dir():
        raise BackupError(f"There is no folder {path.parent}. Make it, or name another one.")
    if path.exists():
        raise BackupError(f"There is a file {path} already. Remove it, or name another one.")
    return path


@contextlib.contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """One backup or restore of a data folder at a time. Raises BackupError."""
    lock = Lock(private_folder(settings.data_dir) / LOCK)
    if not lock.take():
        raise BackupError("Another backup or restore is being made. Wait until it is done.")
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def workshop(settings: Settings, folder: Path, kind: str) -> Iterator[Path]:
    """A private folder in this one, gone at the end; also those that killed ones left.

    kind: one of the three above. Other places may keep their backups in the same folder, and be at it.
    """
    prefix = f"{kind}{zlib.crc32(f'{os.uname().nodename}:{settings.data_dir}'.encode()):08x}-"
    for left in folder.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=prefix) as made:
        yield Path(made)


def check_owner(data: Path) -> None:
    """Files of root would keep the app of another user from starting. Raises BackupError."""
    there = next(path for path in (data, *data.parents) if path.exists())
    owner = there.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        raise BackupError(f"{there} belongs to another user. Run it as that one: sudo -H -u '#{owner}' ...")


def check_nobody(settings: Settings, database: BackupDatabase) -> None:
    """Raises BackupError while anything works on the data folder or the database.

    Whoever runs holds locks there, however it was started; the system lets go of those of the dead.
    """
    data = settings.data_dir
    if _held(path for path in data.glob("*.lock") if path.name != LOCK) or _is_started(data):
        raise BackupError(f"The app runs on {data}. {STOP}")
    if _held(data.glob("livekit/supervisor.lock")):
        raise BackupError(
            f"The media server of {data} still runs. It ends half a minute after the app; make stop ends it."
        )
    if _held(data.glob(f"{RECORDINGS}/*/*/*.lock")):
        raise BackupError("A recording is still being finished. Try again when it is.")
    if database.is_in_use():
        raise BackupError(f"The app runs on another machine with the same database. {STOP}")


def _held(locks: Iterable[Path]) -> bool:
    return any(path.exists() and not Lock(path).is_free() for path in locks)


def _is_started(data: Path) -> bool:
    """By a script, which says so before anything else: an app that is still loading holds no lock."""
    noted = [path.read_text().strip() for path in data.glob("run/*.pid")]
    return any(f"{ROOT}/.venv/bin/" in command_of(int(pid)) for pid in noted if pid.isdigit())
