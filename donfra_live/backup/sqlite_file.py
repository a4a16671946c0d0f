"""A SQLite database in a backup: copied in one reading transaction, put back as a file.

VACUUM INTO rather than SQLite's copying page by page: that begins anew when somebody writes in between, or
keeps writers waiting. It also leaves behind what has been deleted, which pages still hold.
"""

import shutil
import sqlite3
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import make_url

from donfra_live.backup.database import NOTHING, Contents, connected, looked_at
from donfra_live.backup.rules import BackupError
from donfra_live.db import sync_url
from donfra_live.livekit_server.files import private_folder
from donfra_live.settings import Settings

# What SQLite keeps beside its file: changes that are not in it yet belong to it, and to no other.
BESIDE = "-wal", "-shm", "-journal"
PATIENCE = 30.0
STEPS = 100_000


class SqliteFile:
    kind = "sqlite"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.path = Path(make_url(sync_url(settings)).database or "").absolute()

    def look(self) -> Contents:
        if self.is_empty():  # to connect would make the file
            raise BackupError(NOTHING)
        with connected(self._settings) as connection:
            return looked_at(connection, sum(path.stat().st_size for path in self._files()))

    def copy(self, to: Path) -> None:
        address = f"file:{quote(str(self.path))}?mode=rw"
        source = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
        try:
            # A moment for Python now and then, which else would not hear that it is to stop.
            source.set_progress_handler(lambda: None, STEPS)
            source.execute("VACUUM INTO ?", (str(to),))
        except sqlite3.Error as error:
            raise BackupError(f"The database cannot be copied: {error}.") from None
        finally:
            source.close()

    def is_empty(self) -> bool:
        return not self.path.exists() or not self.path.stat().st_size

    def is_in_use(self) -> bool:
        """Whoever has it open holds locks in our data folder as well."""
        return False

    def put(self, copy: Path, aside: Path, undo: ExitStack) -> None:
        for old in self._files():  # of one that is not in the data folder, which has gone aside already
            _move(old, private_folder(aside / "database") / old.name, undo)
        private_folder(self.path.parent)
        _move(copy, self.path, undo)

    def _files(self) -> list[Path]:
        names = (self.path, *(self.path.with_name(self.path.name + end) for end in BESIDE))
        return [path for path in names if path.exists()]


def _move(path: Path, to: Path, undo: ExitStack) -> None:
    """Also to another disk."""
    shutil.move(path, to)
    undo.callback(shutil.move, to, path)
