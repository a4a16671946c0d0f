"""The engine, transactions, and migrations at start. Queries live in the features' repositories.

A service opens a transaction with `transaction()` and never holds it over a call to LiveKit.
"""

import asyncio
import contextlib
import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from donfra_live import inline_sqlite
from donfra_live.at_once import PlainWork, SqliteWork, Work
from donfra_live.settings import Settings

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")
ROOT = Path(__file__).parent.parent
VERSIONS = ROOT / "alembic" / "versions"
# A failed statement is logged, what it was given is not: addresses, hashes, what people wrote.
_QUIET: Any = {"hide_parameters": True}
MIGRATION_LOCK = 0x646F6E66
_DRIVERS = {
    "sqlite": (inline_sqlite.DRIVER, "sqlite"),
    "postgresql": ("postgresql+asyncpg", "postgresql+psycopg"),
}


def _url(settings: Settings, *, for_async: bool) -> URL:
    given = settings.database_url or f"sqlite:///{settings.data_dir / 'donfra.db'}"
    url = make_url(given.replace("postgres://", "postgresql://", 1))
    return url.set(drivername=_DRIVERS[url.get_backend_name()][0 if for_async else 1])


def async_url(settings: Settings) -> URL:
    """For an async engine."""
    return _url(settings, for_async=True)


def sync_url(settings: Settings) -> str:
    """For alembic and `reflex db`, with the password in it."""
    return _url(settings, for_async=False).render_as_string(hide_password=False)


def _prepare_sqlite(connection: object, _: ConnectionPoolEntry | None = None) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # we say BEGIN ourselves
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that later wants to write fails at once when another one wrote meanwhile.
    writes = connection.get_execution_options().get("writes", False)
    # To the driver itself: as a statement of SQLAlchemy it takes ten times as long.
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """One engine per process, made lazily so that nothing is open when a server forks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine: AsyncEngine | None = None
        self._writing: AsyncEngine | None = None
        self._driver: sqlite3.Connection | None = None

    @property
    def engine(self) -> AsyncEngine:
        if self._engine is None:
            url = async_url(self._settings)
            if url.get_backend_name() == "sqlite":
                inline_sqlite.register()
                self._engine = create_async_engine(url, pool_size=5, max_overflow=5, **_QUIET)
                event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
                event.listen(self._engine.sync_engine, "begin", _begin_sqlite)
            else:
                self._engine = create_async_engine(
                    url, pool_size=10, max_overflow=10, pool_pre_ping=True, **_QUIET
                )
        return self._engine

    @property
    def writing(self) -> AsyncEngine:
        """The same engine for transactions that write; to say so of each connection would take longer."""
        if self._writing is None:
            self._writing = self.engine.execution_options(writes=True)
        return self._writing

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Commits at the end, rolls back on any error."""
        async with contextlib.AsyncExitStack() as stack:
            db = await stack.enter_async_context(AsyncSession(self.writing, expire_on_commit=False))
            try:
                yield db
                await db.commit()
            except BaseException:
                # Before it is closed, which SQLAlchemy does in a task of its own: the next who writes does
                # not give way to that, he would wait for our lock until he gives up.
                await db.rollback()
                raise
            # Nothing is open any more, so it needs no closing.
            stack.pop_all()
            db.expunge_all()

    async def at_once(self, act: Callable[[Work], Answer]) -> Answer:
        """A transaction of its own for work that waits for nothing; commits unless it fails."""
        if self.engine.dialect.name == "sqlite":
            return self._in_driver(act)
        async with self.writing.begin() as connection:
            return await connection.run_sync(lambda plain: act(PlainWork(plain)))

    def _in_driver(self, act: Callable[[Work], Answer]) -> Answer:
        if self._driver is None:
            self._driver = self._connect_driver()
        self._driver.execute("BEGIN IMMEDIATE")
        try:
            answer = act(SqliteWork(self._driver))
            self._driver.commit()
        except BaseException:
            self._driver.rollback()
            raise
        return answer

    def _connect_driver(self) -> sqlite3.Connection:
        """Of its own, since to borrow one of the engine's each time takes as long as a statement."""
        dialect, url = self.engine.dialect, self.engine.url
        arguments, options = dialect.create_connect_args(url)
        driver: sqlite3.Connection = dialect.connect(*arguments, **options)  # type: ignore[assignment]
        _prepare_sqlite(driver)
        return driver

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """For queries only; whatever is changed is not kept."""
        async with AsyncSession(self.engine, expire_on_commit=False) as db:
            yield db

    async def ping(self) -> None:
        async with self.reading() as db:
            await db.execute(text("SELECT 1"))

    async def close(self) -> None:
        if self._driver is not None:
            self._driver.close()
            self._driver = None
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = self._writing = None


def revisions() -> dict[str, str]:
    """Each migration with the one it follows, "" for the first; from the files: alembic is slow to import."""
    texts = [file.read_text(encoding="utf-8") for file in VERSIONS.glob("*.py")]
    found = [re.findall(r"^(?:down_)?revision = (?:'(\w+)'|None)", text, re.M) for text in texts]
    return dict(found)


def newest_revision() -> str:
    """The migration that no other one follows."""
    known = revisions()
    (newest,) = known.keys() - set(known.values())
    return newest


async def _is_newest(settings: Settings) -> bool:
    """One query instead of alembic at every start."""
    database = Database(settings)
    try:
        async with database.reading() as db:
            found = (await db.scalars(text("SELECT version_num FROM alembic_version"))).all()
    except (SQLAlchemyError, OSError):
        return False
    finally:
        await database.close()
    return list(found) == [newest_revision()]


def _upgrade(settings: Settings) -> None:
    from alembic import command  # noqa: PLC0415  # only needed when there is something to do
    from alembic.config import Config  # noqa: PLC0415

    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = sync_url(settings)
    config.attributes["keep_logging"] = True
    command.upgrade(config, "head")


def _keep_private(settings: Settings) -> None:
    """What SQLite makes is for everybody whom the folder lets pass; files beside it become as it is."""
    url = async_url(settings)
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith((":", "file:")):
        return
    path = Path(url.database)
    lock = path.with_name(f"{path.name}.lock")  # that of migrations; who may read it could hold it
    with contextlib.suppress(OSError):  # SQLite says it in its own words
        path.touch(0o600)
        lock.touch(0o600)
    if not settings.database_url:  # one elsewhere may be shared on purpose
        for file in (path, lock, *path.parent.glob(f"{path.name}-*")):
            with contextlib.suppress(PermissionError, FileNotFoundError):
                file.chmod(0o600)


async def migrate(settings: Settings) -> None:
    """Brings the database to the newest schema; several starting processes wait for each other."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    _keep_private(settings)
    if not await _is_newest(settings):
        await asyncio.to_thread(_upgrade, settings)
