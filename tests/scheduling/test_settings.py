"""The settings of a session's life do what they say in the app as it is wired, by the clock on the wall."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from donfra_live import wiring as composed
from donfra_live.live_sessions.states import SessionStatus
from donfra_live.models import LiveSession
from donfra_live.models.base import now
from donfra_live.settings import Settings
from donfra_live.wiring import Wiring
from tests.fakes import FakeRooms, FixedClock
from tests.world import browser

LIMIT = 600
SET = {
    "EMPTY_SESSION_SECONDS": str(LIMIT),
    "LONGEST_SESSION_SECONDS": str(2 * LIMIT),
    "MISSED_SESSION_SECONDS": str(LIMIT),
    "START_BY_ITSELF": "true",
}


async def app(settings: Settings, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Wiring:
    """As it starts with this environment, but for the media server."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(composed, "LiveKitRooms", lambda _: FakeRooms(FixedClock()))
    given = {"donfra_data_dir": settings.donfra_data_dir, "database_url": settings.database_url}
    return Wiring(Settings(_env_file=None, **given))


@pytest.fixture
async def wired(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wiring]:
    made = await app(settings, monkeypatch, SET)
    yield made
    for part in made._to_close:
        await part.close()


async def store(wired: Wiring, **fields: object) -> str:
    session = LiveSession(title="Algebra", owner_name="A", **fields)
    async with wired.db.transaction() as db:
        db.add(session)
    return session.id


async def became(wired: Wiring, session_id: str) -> tuple[SessionStatus, str]:
    async with wired.db.reading() as db:
        row = await db.get_one(LiveSession, session_id)
    return SessionStatus(row.status), row.end_reason


def ago(seconds: float) -> datetime:
    return now() - timedelta(seconds=seconds)


LIVE, ENDED = SessionStatus.LIVE, SessionStatus.ENDED


async def test_the_longest_a_session_lasts(wired: Wiring) -> None:
    over = await store(wired, status=LIVE, live_at=ago(2 * LIMIT + 60))
    goes_on = await store(wired, status=LIVE, live_at=ago(2 * LIMIT - 60))
    await wired.services.scheduling.keeping.run()
    assert await became(wired, over) == (ENDED, "limit")
    assert (await became(wired, goes_on))[0] == LIVE


async def test_how_long_nobody_may_be_in_it(wired: Wiring) -> None:
    over = await store(wired, status=LIVE, live_at=ago(LIMIT + 60), occupied_at=ago(LIMIT + 60))
    goes_on = await store(wired, status=LIVE, live_at=ago(LIMIT + 60), occupied_at=ago(LIMIT - 60))
    await wired.presence.reconcile()
    assert await became(wired, over) == (ENDED, "empty")
    assert (await became(wired, goes_on))[0] == LIVE


def dates(seconds_after_its_end: float) -> dict[str, datetime]:
    end = ago(seconds_after_its_end)
    return {"opens_at": end - timedelta(hours=2), "starts_at": end - timedelta(hours=1), "ends_at": end}


async def test_how_long_a_session_that_nobody_begins_waits(wired: Wiring) -> None:
    over = await store(wired, status=SessionStatus.OPEN, **dates(LIMIT + 60))
    waits = await store(wired, status=SessionStatus.OPEN, **dates(LIMIT - 60))
    await wired.services.scheduling.keeping.run()
    assert await became(wired, over) == (ENDED, "missed")
    assert (await became(wired, waits))[0] == SessionStatus.OPEN


@pytest.mark.parametrize(("setting", "starts"), [("true", True), ("false", False)])
async def test_whether_it_starts_by_itself_where_nobody_says(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, setting: str, starts: bool
) -> None:
    wired = await app(settings, monkeypatch, {"START_BY_ITSELF": setting})
    wishes = {"starts_at": (now() + timedelta(hours=1)).isoformat()}
    plan = wired.services.scheduling.plan
    said = await plan(browser("a"), wishes=wishes, rrule="", title="T", owner_name="A")
    assert said.facts.starts_itself is starts
    own = await plan(
        browser("a"), wishes={**wishes, "starts_itself": not starts}, rrule="", title="T", owner_name="A"
    )
    assert own.facts.starts_itself is not starts
    for part in wired._to_close:
        await part.close()
