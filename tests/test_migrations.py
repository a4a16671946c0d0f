"""Migrations: from nothing to the schema of the models; plain alembic and Reflex work too."""

import os
import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from sqlmodel import SQLModel

from donfra_live import models
from donfra_live.db import sync_url
from donfra_live.settings import Settings

ROOT = Path(__file__).parent.parent


def _command(tmp_path: Path, *command: str) -> str:
    environment = {**os.environ, "DONFRA_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", *command],
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


def test_starts_at_once_wait_for_each_other(tmp_path: Path) -> None:
    starts = [
        subprocess.Popen(
            [sys.executable, "-m", "alembic", "upgrade", "head"],
            cwd=ROOT,
            env={**os.environ, "DONFRA_DATA_DIR": str(tmp_path)},
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    assert [(start.communicate()[1], start.returncode)[1] for start in starts] == [0, 0, 0]


def test_plain_alembic_works(tmp_path: Path) -> None:
    _command(tmp_path, "alembic", "upgrade", "head")
    assert "No new upgrade operations" in _command(tmp_path, "alembic", "check")


def test_reflex_db_works(tmp_path: Path) -> None:
    _command(tmp_path, "reflex", "db", "migrate")
    assert (tmp_path / "donfra.db").exists()
