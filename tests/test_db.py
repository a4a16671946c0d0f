"""What the database promises, and what a fault of it says."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from donfra_live.db import Database
from donfra_live.models import ChatMessage
from donfra_live.settings import Settings


async def test_a_failed_statement_does_not_say_what_it_was_given(db: Database) -> None:
    with pytest.raises(DBAPIError) as failed:
        async with db.transaction() as session:
            await session.execute(text("SELECT :given FROM nowhere"), {"given": "a hash of somebody"})
    assert "nowhere" in str(failed.value)
    assert "somebody" not in str(failed.value)


async def test_sqlite_lets_people_read_while_somebody_writes(tmp_path: Path) -> None:
    database = Database(Settings(donfra_data_dir=tmp_path))
    try:
        async with database.transaction() as db:
            found = {
                name: (await db.execute(text(f"PRAGMA {name}"))).scalar_one()
                for name in ("journal_mode", "foreign_keys", "busy_timeout")
            }
            await db.execute(text("CREATE TABLE noted (word TEXT)"))
            await db.execute(text("INSERT INTO noted VALUES ('one')"))
            other = sqlite3.connect(tmp_path / "donfra.db", timeout=0)
            assert other.execute("SELECT name FROM sqlite_master").fetchall() == []
            other.close()
    finally:
        await database.close()
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000}


async def test_nothing_belongs_to_what_is_not_there(db: Database) -> None:
    with pytest.raises(IntegrityError):
        async with db.transaction() as session:
            session.add(
                ChatMessage(
                    session_id="none", number=1, member_id="none", author_name="A", text="x", client_id="1"
                )
            )
