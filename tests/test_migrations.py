"""Migrations: from nothing to the schema of the models; plain alembic and Reflex work too."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlmodel import SQLModel

from donfra_live import models
from donfra_live.db import migrate, newest_revision, sync_url
from donfra_live.settings import Settings

ROOT = Path(__file__).parent.parent


def _command(tmp_path: Path, *words: str) -> str:
    environment = {**os.environ, "DONFRA_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_newest_schema_is_that_of_the_models(settings: Settings) -> None:
    engine = create_engine(sync_url(settings))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        assert compare_metadata(context, SQLModel.metadata) == []
        assert models.LiveSession.__tablename__ in inspect(connection).get_table_names()
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def nothing_yet(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The environment of a start on a database without a table."""
    environment = {**os.environ, "DONFRA_DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    if request.param == "postgresql":
        server: str = request.getfixturevalue("postgres_url")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE nothing_yet")
        environment["DATABASE_URL"] = server.replace("/postgres?", "/nothing_yet?")
    return environment


def test_starts_at_once_wait_for_each_other(nothing_yet: dict[str, str]) -> None:
    starts = [
        subprocess.Popen(
            [sys.executable, "-m", "alembic", "upgrade", "head"],
            cwd=ROOT,
            env=nothing_yet,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [start.communicate()[1] for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0], said


def test_plain_alembic_works(tmp_path: Path) -> None:
    _command(tmp_path, "alembic", "upgrade", "head")
    assert "No new upgrade operations" in _command(tmp_path, "alembic", "check")


def test_reflex_db_works(tmp_path: Path) -> None:
    _command(tmp_path, "reflex", "db", "migrate")
    assert (tmp_path / "donfra.db").exists()


async def test_a_database_that_is_newest_needs_no_alembic(settings: Settings) -> None:
    script = (
        "import asyncio, sys\n"
        "from donfra_live.db import migrate\n"
        "from donfra_live.settings import Settings\n"
        "asyncio.run(migrate(Settings(donfra_data_dir=sys.argv[1], database_url=sys.argv[2])))\n"
        "print('alembic' in sys.modules)\n"
    )
    words = [sys.executable, "-c", script, str(settings.data_dir), settings.database_url]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


async def test_an_older_or_unknown_database_is_brought_up(settings: Settings) -> None:
    assert newest_revision() == ScriptDirectory(str(ROOT / "alembic")).get_current_head()
    engine = create_engine(sync_url(settings))
    for revision in ("0001", None):
        with engine.begin() as connection:
            SQLModel.metadata.drop_all(connection)
            connection.execute(text("DROP TABLE alembic_version"))
        if revision:
            config = Config(str(ROOT / "alembic.ini"))
            config.attributes |= {"url": sync_url(settings), "keep_logging": True}
            await asyncio.to_thread(command.upgrade, config, revision)
        await migrate(settings)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT version_num FROM alembic_version")) == newest_revision()
            assert models.LiveSession.__tablename__ in inspect(connection).get_table_names()
    engine.dispose()
