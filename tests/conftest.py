"""Fixtures that many tests share: settings that read nothing from outside, and a database of each kind."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from donfra_live.db import Database, migrate
from donfra_live.settings import Settings
from tests import postgres
from tests.world import World


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if postgres.find_initdb() is None:
        pytest.skip("no PostgreSQL on this machine: the tests that need one are skipped")
    with postgres.running() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest schema, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    url = f"sqlite:///{folder / 'template.db'}"
    asyncio.run(migrate(Settings(donfra_data_dir=folder, database_url=url)))
    return folder / "template.db"


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a PostgreSQL database at the newest schema, to be copied."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE template_donfra")
    url = postgres_url.replace("/postgres?", "/template_donfra?")
    asyncio.run(migrate(Settings(donfra_data_dir=tmp_path_factory.mktemp("pg"), database_url=url)))
    return "template_donfra"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated, empty database: a SQLite file, then one of a real PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        return f"sqlite:///{tmp_path / 'test.db'}"
    template: str = request.getfixturevalue("postgres_template")
    server: str = request.getfixturevalue("postgres_url")
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def settings(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return Settings(donfra_data_dir=tmp_path / "data", database_url=database_url)


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings)
    yield database
    await database.close()


@pytest.fixture
def world(db: Database) -> World:
    return World(db)
