"""What is written down of who was in the room, when events come, get lost, come late or twice."""

from datetime import datetime

import pytest
from sqlmodel import col, select

from donfra_live.live_sessions.ports import MediaEvent
from donfra_live.live_sessions.views import Joined
from donfra_live.models import PresenceInterval
from tests.world import World, browser


def event(world: World, kind: str, session_id: str, identity: str, sid: str, **times: datetime) -> MediaEvent:
    number = len(world.updates.published)
    return MediaEvent(
        f"EV_{kind}_{sid}_{number}", f"participant_{kind}", session_id, identity, sid, "{}", **times
    )


async def happens(world: World, kind: str, who: Joined, sid: str = "", **times: datetime) -> None:
    sid = sid or f"PA_{who.identity[-8:]}"
    await world.presence.apply(event(world, kind, who.session_id, who.identity, sid, **times))


async def stays(world: World, session_id: str) -> list[tuple[float, float | None]]:
    """(from, to) in seconds since the world began; None: still there."""
    async with world.db.reading() as db:
        query = select(PresenceInterval).where(PresenceInterval.session_id == session_id)
        rows = (await db.scalars(query.order_by(col(PresenceInterval.started_at)))).all()
    began = world.began
    return [
        (
            (row.started_at - began).total_seconds(),
            (row.ended_at - began).total_seconds() if row.ended_at else None,
        )
        for row in rows
    ]


async def test_events_give_the_stay_to_the_second(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    world.clock.pass_seconds(3)
    await happens(world, "joined", bob)
    assert await stays(world, sid) == [(3, None)]
    world.clock.pass_seconds(60)
    await happens(world, "left", bob)
    assert await stays(world, sid) == [(3, 63)]


async def test_an_event_counts_from_when_it_happened_however_late_it_comes(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    world.clock.pass_seconds(10)
    joined = world.clock()
    world.clock.pass_seconds(12)
    await happens(world, "joined", bob, happened_at=joined, joined_at=joined)
    world.clock.pass_seconds(20)
    left = world.clock()
    world.clock.pass_seconds(14)
    await happens(world, "left", bob, happened_at=left)
    assert await stays(world, sid) == [(10, 42)]


async def test_the_same_events_again_change_nothing(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    for kind in ("joined", "joined", "left", "joined"):
        world.clock.pass_seconds(10)
        await happens(world, kind, bob)
    assert await stays(world, sid) == [(10, 30)]


async def test_a_lost_join_is_told_by_the_leaving(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    world.clock.pass_seconds(5)
    joined = world.clock()
    world.clock.pass_seconds(10)
    await happens(world, "left", bob, joined_at=joined)
    assert await stays(world, sid) == [(5, 15)]


async def test_without_any_event_the_loop_sees_it(world: World) -> None:
    sid = await world.live()
    world.clock.pass_seconds(5)
    bob = await world.join("bob", sid)
    for _ in range(3):
        world.clock.pass_seconds(20)
        await world.presence.reconcile()
    assert await stays(world, sid) == [(5, None)]
    world.clock.pass_seconds(10)
    await world.rooms.remove(sid, bob.identity)
    world.clock.pass_seconds(10)
    await world.presence.reconcile()
    assert await stays(world, sid) == [(5, 65)], "closed when he was seen last, not when he was missed"


async def test_an_exact_leaving_puts_a_guess_right_also_after_the_end(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await happens(world, "joined", bob)
    await world.presence.reconcile()
    world.clock.pass_seconds(9)
    left = world.clock()
    await world.rooms.remove(sid, bob.identity)
    world.clock.pass_seconds(5)
    await world.presence.reconcile()
    assert await stays(world, sid) == [(0, 0)]
    await world.sessions.end(browser("alice"), sid)
    await happens(world, "left", bob, happened_at=left)
    assert await stays(world, sid) == [(0, 9)]


async def test_a_leaving_between_listing_and_comparing_stays(world: World) -> None:
    """The list is older than the event: it does not bring him back."""
    sid = await world.live()
    bob = await world.join("bob", sid)
    await happens(world, "joined", bob)
    listed = world.rooms.participants

    async def slow(session_id: str) -> object:
        answer = await listed(session_id)
        world.clock.pass_seconds(1)
        await happens(world, "left", bob)
        world.clock.pass_seconds(1)
        return answer

    world.rooms.participants = slow  # type: ignore[method-assign, assignment]
    await world.presence.reconcile()
    assert await stays(world, sid) == [(0, 1)]


async def test_a_join_between_listing_and_comparing_stays(world: World) -> None:
    sid = await world.live()
    bob = await world.knock("bob", sid)
    assert isinstance(bob, Joined)
    world.rooms.connect(sid, "somebody")

    async def empty(session_id: str) -> object:
        world.clock.pass_seconds(1)
        await happens(world, "joined", bob)
        return []

    world.rooms.participants = empty  # type: ignore[method-assign, assignment]
    await world.presence.reconcile()
    assert await stays(world, sid) == [(1, None)]


async def test_somebody_missed_by_mistake_has_no_gap(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await happens(world, "joined", bob)
    there = world.rooms.connected.pop(sid)
    world.clock.pass_seconds(20)
    await world.presence.reconcile()
    assert await stays(world, sid) == [(0, 0)]
    world.rooms.connected[sid] = there
    world.clock.pass_seconds(20)
    await world.presence.reconcile()
    assert await stays(world, sid) == [(0, None)]


async def test_a_reconnect_is_a_stay_of_its_own(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await happens(world, "joined", bob, "PA_1")
    world.clock.pass_seconds(10)
    await happens(world, "joined", bob, "PA_2")
    world.clock.pass_seconds(5)
    await happens(world, "left", bob, "PA_1")
    assert await stays(world, sid) == [(0, 15), (10, None)]


async def test_an_arrival_counts_from_join_and_never_before(world: World) -> None:
    sid = await world.live()
    arrival = await world.admissions.arrive(browser("bob"), sid)
    world.rooms.connect(sid, arrival.identity, hidden=True)
    await world.see(sid, arrival.identity)
    await world.presence.reconcile()
    world.clock.pass_seconds(30)
    await world.presence.reconcile()
    assert await stays(world, sid) == []
    await world.join("bob", sid, identity=arrival.identity)
    assert await stays(world, sid) == [(30, None)]
    world.clock.pass_seconds(10)
    await world.presence.reconcile()
    assert await stays(world, sid) == [(30, None)]


async def test_an_arrival_that_is_seen_only_after_join_counts_from_join(world: World) -> None:
    sid = await world.live()
    arrival = await world.admissions.arrive(browser("bob"), sid)
    began = world.clock()
    world.clock.pass_seconds(5)
    bob = await world.join("bob", sid, identity=arrival.identity)
    await happens(world, "joined", bob, happened_at=began, joined_at=began)
    assert await stays(world, sid) == [(5, None)]


async def test_an_arrival_that_was_gone_before_join_leaves_nothing(world: World) -> None:
    sid = await world.live()
    arrival = await world.admissions.arrive(browser("bob"), sid)
    await world.see(sid, arrival.identity)
    bob = await world.knock("bob", sid, identity=arrival.identity)
    assert isinstance(bob, Joined)
    assert bob.identity != arrival.identity
    assert await stays(world, sid) == []


async def test_observers_count_for_nothing(world: World) -> None:
    sid = await world.live()
    admin = await world.with_account("root", admin=True)
    watch = await world.observing.observe(admin, sid)
    world.rooms.connect(sid, watch.identity, hidden=True)
    await world.see(sid, watch.identity)
    await world.presence.reconcile()
    assert await stays(world, sid) == []


async def test_removal_and_the_end_close_every_stay(world: World) -> None:
    sid = await world.live()
    bob, carol = await world.join("bob", sid), await world.join("carol", sid)
    for who in (bob, carol):
        await happens(world, "joined", who)
    world.clock.pass_seconds(10)
    await world.moderation.remove(browser("alice"), sid, bob.member_id)
    await world.presence.reconcile()
    world.clock.pass_seconds(10)
    await world.sessions.end(browser("alice"), sid)
    assert sorted(await stays(world, sid)) == [(0, 10), (0, 20)]


async def test_who_was_long_unseen_at_the_end_was_not_there(world: World) -> None:
    """The media server has been away for an hour when the host ends it."""
    sid = await world.live()
    bob = await world.join("bob", sid)
    await happens(world, "joined", bob)
    world.clock.pass_seconds(20)
    await world.presence.reconcile()
    world.rooms.away = True
    world.clock.pass_seconds(3600)
    await world.sessions.end(browser("alice"), sid)
    assert await stays(world, sid) == [(0, 20)]


async def test_stored_events_that_a_crash_kept_are_worked_in_with_their_times(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    world.clock.pass_seconds(5)
    now = world.clock()
    await world.presence.store(
        event(world, "joined", sid, bob.identity, "PA_1", happened_at=now, joined_at=now)
    )
    world.clock.pass_seconds(50)
    left = world.clock()
    await world.presence.store(event(world, "left", sid, bob.identity, "PA_1", happened_at=left))
    world.clock.pass_seconds(100)
    await world.presence.apply_leftovers()
    assert await stays(world, sid) == [(5, 55)]


@pytest.mark.parametrize("away", [False, True])
async def test_joining_an_empty_session_makes_its_room_again(world: World, away: bool) -> None:
    sid = await world.live()
    world.rooms.open_rooms.clear()
    world.rooms.away = away
    await world.knock("bob", sid)
    assert world.rooms.open_rooms == (set() if away else {sid}), "a server that is away keeps nobody out"
