"""Work at once gives and takes what SQLAlchemy's session does, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam
from sqlmodel import SQLModel, select

from donfra_live.at_once import Work
from donfra_live.db import Database
from donfra_live.live_sessions.repository import insert_into
from donfra_live.live_sessions.states import SessionStatus
from donfra_live.models import LiveSession

SESSIONS = SQLModel.metadata.tables["live_session"]
READ = (
    select(SESSIONS.c.title, SESSIONS.c.lobby, SESSIONS.c.created_at, SESSIONS.c.ended_at)
    .where(SESSIONS.c.id == bindparam("id"), SESSIONS.c.lobby)
    .limit(1)
)
AT = datetime(2026, 11, 30, 3, 4, 5, 678901, tzinfo=UTC)


def session(number: int) -> LiveSession:
    there = AT.astimezone(timezone(timedelta(hours=5)))
    return LiveSession(
        id=f"s-{number}",
        title="Ada's",
        owner_name="Ada",
        status=SessionStatus.LIVE,
        lobby=True,
        created_at=there,
    )


async def test_what_is_written_at_once_is_read_by_the_session_and_the_other_way_round(db: Database) -> None:
    one, two = session(1), session(2)
    await db.at_once(lambda work: work.run(insert_into(LiveSession), one.model_dump()))
    async with db.transaction() as other:
        other.add(two)
    async with db.reading() as other:
        stored = await other.get_one(LiveSession, "s-1")
        assert stored.model_dump(warnings=False) == one.model_dump()
    for of in ("s-1", "s-2"):
        row = await db.at_once(lambda work, of=of: work.first(READ, {"id": of}))  # type: ignore[misc]
        assert row is not None
        assert tuple(row) == ("Ada's", True, AT, None)
    assert await db.at_once(lambda work: work.first(READ, {"id": "s-3"})) is None


async def test_what_fails_leaves_nothing_and_holds_nobody_up(db: Database) -> None:
    def fail(work: Work) -> None:
        work.run(insert_into(LiveSession), session(1).model_dump())
        raise LookupError

    with pytest.raises(LookupError):
        await db.at_once(fail)
    async with db.transaction() as other:
        assert await other.get(LiveSession, "s-1") is None
        other.add(session(1))
    assert await db.at_once(lambda work: work.first(READ, {"id": "s-1"})) is not None
