"""Runs migrations for alembic's own command and for the app's start; Reflex brings its own environment."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from alembic import context
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from donfra_live import models  # noqa: F401  (fills the metadata)
from donfra_live.db import MIGRATION_LOCK, sync_url
from donfra_live.settings import get_settings


@contextlib.contextmanager
def locked(connection: Connection) -> Iterator[None]:
    """One migration at a time: PostgreSQL's advisory lock, or a lock file beside the SQLite file."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_lock({MIGRATION_LOCK})"))
        connection.commit()
        yield
        connection.execute(text(f"SELECT pg_advisory_unlock({MIGRATION_LOCK})"))
        connection.commit()
        return
    with Path(f"{connection.engine.url.database}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run() -> None:
    url = context.config.attributes.get("url") or sync_url(get_settings())
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection, locked(connection):
        context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
