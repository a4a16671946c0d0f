"""A planned session: nobody comes in before it opens; its host changes it and calls it off; the clock."""

import itertools
from datetime import timedelta

import pytest

from donfra_live.errors import (
    BadInput,
    DonfraError,
    NotAllowed,
    NotOnAir,
    NotOpenYet,
    SessionCancelled,
    SessionEnded,
    WrongState,
)
from donfra_live.live_sessions.states import SessionStatus, may_become
from donfra_live.live_sessions.views import Waiting
from donfra_live.models import LiveSession
from tests.world import World, browser

ALICE, BOB = browser("alice"), browser("bob")


async def plan(world: World, minutes_ahead: float = 60, **given: object) -> str:
    """A session of Alice's that starts so many minutes from now; its id."""
    start = world.clock() + timedelta(minutes=minutes_ahead)
    wishes = {"starts_at": start.isoformat(), "timezone": "Europe/Berlin"}
    wishes |= {k: given.pop(k) for k in ("starts_itself", "duration_minutes") if k in given}  # type: ignore[misc]
    created = await world.scheduling.dates.plan(
        ALICE, wishes=wishes, title="Algebra", owner_name="Alice", **given
    )
    return created.facts.id


async def status(world: World, session_id: str) -> str:
    return str((await world.sessions.facts(session_id)).status)


async def test_before_it_opens_nobody_comes_in_and_is_told_when(world: World) -> None:
    sid = await plan(world)
    for who in ("alice", "bob"):
        with pytest.raises(NotOpenYet) as told:
            await world.knock(who, sid)
    assert told.value.sentence == "This session opens on 24 November 2026 at 10:45 UTC. Come back then."
    with pytest.raises(NotOpenYet):
        await world.admissions.arrive(BOB, sid)
    assert world.rooms.open_rooms == set()


async def test_it_opens_by_the_clock_and_people_wait_for_the_host(world: World) -> None:
    sid = await plan(world)
    world.clock.pass_seconds(44 * 60)
    await world.scheduling.keeping.run()
    assert await status(world, sid) == "scheduled"
    world.clock.pass_seconds(60)
    await world.scheduling.keeping.run()
    assert await status(world, sid) == "open"
    assert world.updates.published[-1] == sid
    with pytest.raises(NotOnAir):
        await world.knock("bob", sid)
    world.clock.pass_seconds(30 * 60)
    await world.scheduling.keeping.run()
    assert await status(world, sid) == "open", "its host begins it"
    await world.admissions.go_live(ALICE, sid, name="Alice")
    await world.join("bob", sid)


async def test_its_lobby_opens_with_it(world: World) -> None:
    sid = await plan(world, lobby=True)
    with pytest.raises(NotOpenYet):
        await world.knock("bob", sid)
    world.clock.pass_seconds(50 * 60)
    await world.scheduling.keeping.run()
    assert isinstance(await world.knock("bob", sid), Waiting)


async def test_it_starts_by_itself_when_it_should(world: World) -> None:
    sid = await plan(world, starts_itself=True)
    world.clock.pass_seconds(3600)
    await world.scheduling.keeping.run()
    assert await status(world, sid) == "live"
    assert world.rooms.open_rooms == {sid}
    await world.join("bob", sid)


async def test_a_media_server_that_is_away_delays_the_start_only(world: World) -> None:
    sid, other = await plan(world, starts_itself=True), await plan(world, minutes_ahead=70)
    world.clock.pass_seconds(3600)
    world.rooms.away = True
    await world.scheduling.keeping.run()
    assert (await status(world, sid), await status(world, other)) == ("open", "open")
    world.rooms.away = False
    await world.scheduling.keeping.run()
    assert await status(world, sid) == "live"


async def test_one_that_nobody_begins_ends_after_its_time(world: World) -> None:
    sid, itself = await plan(world), await plan(world, starts_itself=True)
    world.clock.pass_seconds(3 * 3600 - 1)
    await world.scheduling.keeping.run()
    assert await status(world, sid) == "open"
    assert await status(world, itself) == "open", "after its planned end nothing begins"
    world.clock.pass_seconds(2)
    await world.scheduling.keeping.run()
    assert await status(world, sid) == "ended"
    with pytest.raises(SessionEnded):
        await world.knock("bob", sid)


async def test_a_live_session_ends_at_the_hard_limit(world: World) -> None:
    sid = await world.live()
    world.clock.pass_seconds(12 * 3600 - 1)
    await world.scheduling.keeping.run()
    assert await status(world, sid) == "live"
    world.clock.pass_seconds(2)
    await world.scheduling.keeping.run()
    assert await status(world, sid) == "ended"
    assert world.rooms.open_rooms == set()


async def test_the_host_may_begin_early(world: World) -> None:
    sid = await plan(world)
    assert (await world.sessions.go_live(ALICE, sid)).status == SessionStatus.LIVE


async def test_a_change_moves_it_and_those_with_the_link_see_it(world: World) -> None:
    sid = await plan(world)
    change = {"title": "Geometry", "description": "Ruler\nand compass", "starts_at": "2026-11-25T10:00"}
    facts = await world.scheduling.dates.change(ALICE, sid, change)
    assert (facts.title, facts.description) == ("Geometry", "Ruler\nand compass")
    assert facts.starts_at is not None
    assert facts.starts_at.isoformat() == "2026-11-25T09:00:00+00:00", "the zone of the plan counts"
    assert facts.ends_at == facts.starts_at + timedelta(hours=1)
    assert world.updates.published[-1] == sid
    assert ("Alice", "plan", "") in await world.log(sid)


async def test_put_off_while_open_it_closes_again(world: World) -> None:
    sid = await plan(world, minutes_ahead=5)
    assert await status(world, sid) == "open"
    later = {"starts_at": "2026-11-26T10:00Z"}
    assert (await world.scheduling.dates.change(ALICE, sid, later)).status == SessionStatus.SCHEDULED
    with pytest.raises(NotOpenYet):
        await world.knock("bob", sid)


async def test_only_the_host_changes_and_cancels(world: World) -> None:
    sid = await plan(world, minutes_ahead=1)
    await world.sessions.go_live(ALICE, sid)
    carol = await world.come("carol", sid, "co_host")
    assert carol.role == "co_host"
    for call in (
        world.scheduling.dates.change(browser("carol"), sid, {"title": "Mine"}),
        world.scheduling.dates.cancel(browser("carol"), sid),
    ):
        with pytest.raises(NotAllowed):
            await call


@pytest.mark.parametrize(
    "change",
    [{"starts_at": "yesterday"}, {"starts_at": "2026-11-23T10:00"}, {"timezone": "Mars"}, {"title": ""}],
)
async def test_a_wrong_change_changes_nothing(world: World, change: dict[str, object]) -> None:
    sid = await plan(world)
    before = await world.sessions.facts(sid)
    with pytest.raises(BadInput):
        await world.scheduling.dates.change(ALICE, sid, {"description": "new", **change})
    assert await world.sessions.facts(sid) == before


async def test_house_rules_go_along_with_a_change(world: World) -> None:
    sid = await plan(world)
    facts = await world.scheduling.dates.change(ALICE, sid, {"title": "Geometry", "lobby": True})
    assert (facts.title, facts.lobby) == ("Geometry", True)


async def test_cancelled_is_for_good_and_says_so(world: World) -> None:
    sid = await plan(world)
    assert (await world.scheduling.dates.cancel(ALICE, sid)).status == SessionStatus.CANCELLED
    for call in (
        world.knock("bob", sid),
        world.sessions.go_live(ALICE, sid),
        world.sessions.end(ALICE, sid),
        world.scheduling.dates.cancel(ALICE, sid),
        world.scheduling.dates.change(ALICE, sid, {"title": "Again"}),
    ):
        with pytest.raises(SessionCancelled):
            await call
    world.clock.pass_seconds(86400)
    await world.scheduling.keeping.run()
    assert await status(world, sid) == "cancelled"


async def test_mine_shows_what_comes_by_date_then_what_is_over(world: World) -> None:
    over = await world.live()
    await world.sessions.end(ALICE, over)
    later, sooner = await plan(world, 3000), await plan(world, 60, listed=True)
    now = await world.live()
    lists = await world.sessions.lists(ALICE)
    assert [f.id for f in lists.mine] == [now, sooner, later, over]
    assert [f.id for f in lists.listed] == [sooner]


# What brings a session into each state; the clock opens it, everything else is somebody's act.
async def become(world: World, session_id: str, new: SessionStatus) -> None:
    await {
        SessionStatus.SCHEDULED: lambda: world.scheduling.dates.change(
            ALICE, session_id, {"starts_at": "2026-12-24T10:00Z"}
        ),
        SessionStatus.OPEN: lambda: world.scheduling.dates.change(
            ALICE, session_id, {"starts_at": world.clock().isoformat()}
        ),
        SessionStatus.LIVE: lambda: world.sessions.go_live(ALICE, session_id),
        SessionStatus.ENDED: lambda: world.sessions.end(ALICE, session_id),
        SessionStatus.CANCELLED: lambda: world.scheduling.dates.cancel(ALICE, session_id),
    }[new]()


FORBIDDEN = [
    (old, new)
    for old, new in itertools.product(SessionStatus, SessionStatus)
    if old != new and not may_become(old, new)
]


@pytest.mark.parametrize(("old", "new"), FORBIDDEN)
async def test_a_forbidden_step_is_refused_and_changes_nothing(
    world: World, old: SessionStatus, new: SessionStatus
) -> None:
    sid = await plan(world)
    async with world.db.transaction() as db:
        (await db.get_one(LiveSession, sid)).status = old
    with pytest.raises(DonfraError) as refused:
        await become(world, sid, new)
    assert isinstance(refused.value, WrongState)
    assert await status(world, sid) == old


@pytest.mark.parametrize(
    ("old", "new"), [(o, n) for o, n in itertools.product(SessionStatus, SessionStatus) if may_become(o, n)]
)
async def test_an_allowed_step_is_taken(world: World, old: SessionStatus, new: SessionStatus) -> None:
    sid = await plan(world)
    async with world.db.transaction() as db:
        (await db.get_one(LiveSession, sid)).status = old
    await become(world, sid, new)
    assert await status(world, sid) == new
