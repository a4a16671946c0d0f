"""Fixtures that many tests share: settings that read nothing from outside, and a database of each kind."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from donfra_live.db import Database, migrate
from donfra_live.settings import Settings
from tests import postgres, s3_server
from tests.s3_server import S3Server
from tests.world import World

STATUS = pytest.StashKey[int]()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if postgres.find_initdb() is None:
        pytest.skip("no PostgreSQL on this machine: the tests that need one are skipped")
    with postgres.running() as url:
        yield url


@pytest.fixture(scope="session")
def s3_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    if not s3_server.cached().exists():
        pytest.skip(s3_server.SKIP)
    with s3_server.running(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def s3(s3_of_all: S3Server) -> S3Server:
    """A real S3 server that runs, with an empty bucket."""
    s3_of_all.empty()
    return s3_of_all


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest schema, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    url = f"sqlite:///{folder / 'template.db'}"
    asyncio.run(migrate(Settings(donfra_data_dir=folder, database_url=url)))
    return folder / "template.db"


@pytest.fixture(scope="session")
def postgres_migrated(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a PostgreSQL database at the newest schema."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    url = postgres_url.replace("/postgres?", "/migrated?")
    asyncio.run(migrate(Settings(donfra_data_dir=tmp_path_factory.mktemp("pg"), database_url=url)))
    return url


@pytest.fixture(scope="session")
def emptied_postgresql(postgres_migrated: str) -> Iterator[Callable[[], str]]:
    """Empties it and tells its address. A database for each test costs a tenth of a second and three hundred
    files; to connect and to have each table's statement planned for each test costs a fifth of that."""
    deleted = "".join(f"{table.delete()}; " for table in SQLModel.metadata.tables.values())
    with psycopg.connect(postgres_migrated, autocommit=True) as connection:

        def emptied() -> str:
            connection.execute("SELECT pg_temp.emptied()")
            return postgres_migrated

        connection.execute("SET session_replication_role = replica")
        connection.execute(
            f"CREATE FUNCTION pg_temp.emptied() RETURNS void LANGUAGE plpgsql AS 'BEGIN {deleted} END'"
        )
        yield emptied


@pytest.fixture(scope="session")
def emptied_sqlite(sqlite_template: Path) -> Callable[[], str]:
    """Empties it and tells its address, the same each time, so that its engine can stay."""
    path = sqlite_template.with_name("test.db")

    def emptied() -> str:
        # removed, not overwritten: who still has it open has the old one
        for old in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            old.unlink(missing_ok=True)
        shutil.copy(sqlite_template, path)
        return f"sqlite:///{path}"

    return emptied


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database: a SQLite file, then one of a real PostgreSQL."""
    url: str = request.getfixturevalue(f"emptied_{request.param}")()
    return url


@pytest.fixture(scope="session")
def defaults() -> Settings:
    """To look for each of them in the environment takes longer than many a test."""
    return Settings(_env_file=None)


@pytest.fixture
def settings(
    tmp_path: Path, database_url: str, defaults: Settings, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    monkeypatch.chdir(tmp_path)
    given = {"donfra_data_dir": tmp_path / "data", "database_url": database_url}
    return defaults.model_copy(update=given)


@pytest.fixture(scope="session")
def engines() -> dict[str, AsyncEngine]:
    """By address: an engine compiles a statement once, and a test knows few that none before it had."""
    return {}


@pytest.fixture
async def db(settings: Settings, engines: dict[str, AsyncEngine]) -> AsyncIterator[Database]:
    database = Database(settings)
    database._engine = engines.setdefault(settings.database_url, database.engine)
    yield database
    await database.close()  # its connections; an engine without any is as good as new


@pytest.fixture
def world(db: Database) -> World:
    return World(db)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[STATUS] = exitstatus


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends at once where LiveKit's SDK was used, with the status that the tests have earned.

    Its threads go on logging through Python while the interpreter is taken down, and now and then abort it.
    """
    if "livekit.rtc" in sys.modules and STATUS in config.stash:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash[STATUS])
