"""What the database promises, and what a fault of it says."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from donfra_live.db import Database, migrate
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


@pytest.mark.parametrize("before", ["absent", "made by an older version"])
async def test_only_its_owner_reads_the_database_also_where_the_folder_lets_others_pass(
    tmp_path: Path, before: str
) -> None:
    """As docs/features/recording.md has it for an Egress of another user: chmod 711."""
    tmp_path.chmod(0o711)
    settings, file = Settings(donfra_data_dir=tmp_path), tmp_path / "donfra.db"
    if before != "absent":
        file.touch(0o644)
        file.chmod(0o644)
    await migrate(settings)
    database = Database(settings)
    try:
        async with database.transaction() as db:
            await db.execute(text("CREATE TABLE noted (word TEXT)"))
            open_ones = [path.name for path in tmp_path.glob("donfra.db*") if path.stat().st_mode & 0o077]
            assert (tmp_path / "donfra.db-wal").exists()
    finally:
        await database.close()
    assert open_ones == []


async def test_a_database_that_is_shared_on_purpose_stays_so(tmp_path: Path) -> None:
    file = tmp_path / "shared.db"
    file.touch()
    file.chmod(0o660)
    await migrate(Settings(donfra_data_dir=tmp_path / "data", database_url=f"sqlite:///{file}"))
    assert file.stat().st_mode & 0o777 == 0o660


async def test_nothing_belongs_to_what_is_not_there(db: Database) -> None:
    with pytest.raises(IntegrityError):
        async with db.transaction() as session:
            session.add(
                ChatMessage(
                    session_id="none", number=1, member_id="none", author_name="A", text="x", client_id="1"
                )
            )
