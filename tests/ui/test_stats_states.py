"""The figures' handlers: what the stats service answers, in plain values, or its refusal in a sentence."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import reflex as rx

from donfra_live.attendance.views import Column, SeriesPerson, SeriesTable
from donfra_live.errors import BadInput, NoProof, NotAllowed, NotFound, Removed, TooManyRequests
from donfra_live.live_sessions.views import Actor
from donfra_live.stats.views import (
    Day,
    FirstPicture,
    PeriodStats,
    Point,
    Quality,
    SeriesStats,
    SessionLine,
    SessionStats,
    Totals,
)
from donfra_live.ui import services
from donfra_live.ui.stats.component import CHARTS
from donfra_live.ui.stats.state import NOT_YOURS, NOTHING, StatsState
from tests.ui.test_states import ID, guests_only, handler

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TOTALS = Totals(1, 3, 2, 95, 1, 4, 7, 2, Quality(excellent=50, lost=2), FirstPicture(2, 310, 640))
SESSION = SessionStats(
    ID,
    "Algebra",
    "",
    START,
    None,
    TOTALS,
    START,
    60,
    (Point(START, 2, 3, 1, 7, 2, Quality(good=5)),),
)
LINE = SessionLine(ID, "Algebra", START, None, TOTALS)
SERIES = SeriesStats(ID, "Course", TOTALS, (LINE,))
TODAY = date(2026, 11, 24)
PERIOD = PeriodStats(TODAY, TODAY, "Europe/Berlin", False, TOTALS, (Day(TODAY, TOTALS),), (LINE,))


@dataclass
class FakeStats:
    """Stands for the services, and for stats and attendance among them."""

    refusal: Exception | None = None
    asking: Any = field(default_factory=guests_only)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    series: SeriesStats | SeriesTable = field(default_factory=lambda: SERIES)

    @property
    def stats(self) -> "FakeStats":
        return self

    attendance = stats

    def _answer(self, found: Any, *call: Any) -> Any:
        self.calls.append(call)
        if self.refusal:
            raise self.refusal
        return found

    async def of_session(self, actor: Actor, session_id: object) -> SessionStats:
        return self._answer(SESSION, "session", session_id)

    async def of_series(self, actor: Actor, series_id: object) -> SeriesStats | SeriesTable:
        return self._answer(self.series, "series", series_id)

    async def of_period(self, actor: Actor, days: object, zone: object, all_sessions: object) -> PeriodStats:
        return self._answer(replace(PERIOD, all_sessions=bool(all_sessions)), days, zone, all_sessions)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeStats:
    fake = FakeStats()
    monkeypatch.setattr(services, "_installed", fake)
    return fake


def stats_state() -> StatsState:
    return StatsState(_reflex_internal_init=True)  # type: ignore[call-arg]


async def test_a_session_in_plain_values(fake: FakeStats) -> None:
    state = stats_state()
    await handler(StatsState.load_session)(state, ID)
    assert (state.session["asked"], state.session["problem"]) == (ID, "")
    found = state.session["found"]
    assert (found["title"], found["start"], found["end"]) == ("Algebra", "2026-11-24T09:00:00+00:00", None)
    assert found["totals"]["quality"] == {"excellent": 50, "good": 0, "poor": 0, "lost": 2}
    assert found["totals"]["first_picture"] == {"count": 2, "median_ms": 310, "p95_ms": 640}
    assert found["points"][0]["quality"]["good"] == 5


async def test_a_series_and_a_period(fake: FakeStats) -> None:
    state = stats_state()
    await handler(StatsState.load_series)(state, ID)
    assert [line["session_id"] for line in state.series["found"]["sessions"]] == [ID]
    await handler(StatsState.load_period)(state, 30, "Europe/Berlin", False)
    assert state.period["asked"] == "30 own"
    assert [day["date"] for day in state.period["found"]["days"]] == ["2026-11-24"]
    await handler(StatsState.load_period)(state, 7, "UTC", True)
    assert state.period["asked"] == "7 all"
    assert state.period["found"]["all_sessions"] is True


async def test_who_of_a_series_was_there_when(fake: FakeStats) -> None:
    fake.series = SeriesTable((Column(ID, "Course", START),), (SeriesPerson("Ada", (1800,)),))
    state = stats_state()
    await handler(StatsState.load_people)(state, ID)
    assert state.people["asked"] == ID
    assert state.people["found"] == {
        "columns": [{"session_id": ID, "title": "Course", "date": START.isoformat()}],
        "people": [{"name": "Ada", "seconds": [1800]}],
    }


@pytest.mark.parametrize("refusal", [NotAllowed(), NoProof(), BadInput(), ZeroDivisionError()])
async def test_a_refusal_takes_the_place_of_what_was_there(fake: FakeStats, refusal: Exception) -> None:
    state = stats_state()
    await handler(StatsState.load_session)(state, ID)
    fake.refusal = refusal
    await handler(StatsState.load_session)(state, ID)
    assert state.session["found"] == {}
    assert state.session["problem"]
    assert state.session["sign_in_helps"] is isinstance(refusal, NoProof)


@pytest.mark.parametrize(
    ("refusal", "again"),
    [
        (NotFound(), False),
        (NoProof(), False),
        (NotAllowed(), False),
        (BadInput(), False),
        (TooManyRequests(3), True),
        (ZeroDivisionError(), True),
    ],
)
async def test_another_try_is_offered_where_it_may_help(
    fake: FakeStats, refusal: Exception, again: bool
) -> None:
    fake.refusal, state = refusal, stats_state()
    await handler(StatsState.load_session)(state, ID)
    assert state.session["again_helps"] is again


async def test_who_is_no_host_is_told_so_and_not_to_join(fake: FakeStats) -> None:
    fake.asking = SimpleNamespace(actor=signed_in)
    state = stats_state()
    for refusal in (NoProof(), NotAllowed("Only hosts and co-hosts may do this.")):
        fake.refusal = refusal
        await handler(StatsState.load_session)(state, ID)
        assert state.session["problem"] == NOT_YOURS
        assert state.session["sign_in_helps"] is False, "he is signed in"
    fake.refusal = NotAllowed("Only an admin may see the figures of all sessions.")
    await handler(StatsState.load_period)(state, 30, "UTC", True)
    assert state.period["problem"] == "Only an admin may see the figures of all sessions."
    fake.refusal = Removed()
    await handler(StatsState.load_session)(state, ID)
    assert state.session["problem"] == "You were removed from this session."


async def signed_in(_: object) -> Actor:
    return Actor(account=ID)


@pytest.mark.parametrize("wrong", [None, 7, {"a": 1}, ["x"], True, "x" * 9000])
async def test_wrong_types_go_to_the_service_as_they_are(fake: FakeStats, wrong: Any) -> None:
    fake.refusal = BadInput()
    state = stats_state()
    await handler(StatsState.load_session)(state, wrong)
    await handler(StatsState.load_series)(state, wrong)
    await handler(StatsState.load_period)(state, wrong, wrong, wrong)
    assert fake.calls == [("session", wrong), ("series", wrong), (wrong, wrong, wrong)]
    assert len(state.session["asked"]) <= 80
    assert len(state.period["asked"]) <= 80


def test_nothing_is_known_at_first() -> None:
    state = stats_state()
    assert state.period == state.session == state.series == NOTHING


def test_our_parts_use_the_chart_library_that_reflex_ships() -> None:
    assert [rx.recharts.bar_chart().library] == CHARTS
