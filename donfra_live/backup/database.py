"""The database as a backup and a restore need it: what is in it, a copy of it, a copy put in its place."""

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from donfra_live.backup import repository
from donfra_live.backup.rules import BackupError, RecordingRow
from donfra_live.db import sync_url
from donfra_live.settings import Settings

NOTHING = "There is nothing to back up yet: the database of the settings is empty. Start the app once."


@dataclass(frozen=True)
class Contents:
    """size: bytes that a copy may take, at most."""

    revision: str
    recordings: list[RecordingRow]
    size: int


class BackupDatabase(Protocol):
    """kind: sqlite or postgresql. All raise BackupError."""

    kind: str

    def look(self) -> Contents: ...
    def copy(self, to: Path) -> None:
        """As it is at one moment, while the app goes on writing."""
        ...

    def is_empty(self) -> bool: ...
    def is_in_use(self) -> bool:
        """Whether an app on another machine works with it."""
        ...

    def put(self, copy: Path, aside: Path, undo: ExitStack) -> None:
        """In the place of the one there is, which goes aside, into a folder or a schema of this name.

        undo: gets what brings that one back.
        """
        ...


def kind_of(settings: Settings) -> str:
    return make_url(sync_url(settings)).get_backend_name()


@contextlib.contextmanager
def connected(settings: Settings, *, isolation: str | None = None) -> Iterator[Connection]:
    """Raises BackupError with the database's own words; they hold no password."""
    options = {"isolation_level": isolation} if isolation else {}
    engine = create_engine(sync_url(settings), poolclass=NullPool, hide_parameters=True, **options)
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise BackupError(f"The database cannot be used: {why}") from None
    finally:
        engine.dispose()


def looked_at(connection: Connection, size: int) -> Contents:
    """Raises BackupError when nothing is there."""
    revision = repository.revision(connection)
    if not revision:
        raise BackupError(NOTHING)
    return Contents(revision, repository.recordings(connection), size)
