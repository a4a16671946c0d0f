"""What browsers report of their connections: added up, of one's own connection only, no more than is true."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from donfra_live.errors import BadInput, NoProof, NotAllowed, NotFound, Removed, SessionEnded
from donfra_live.limits import RateLimits
from donfra_live.live_sessions.views import Actor, Joined
from donfra_live.models import ConnectionQuality, QualityMinute
from donfra_live.settings import Settings
from tests.rows import rows_of
from tests.world import STRANGER, World, browser

BOB = browser("bob")
SECONDS = ("excellent", "good", "poor", "lost")


async def stored(world: World) -> list[tuple[int, ...]]:
    """Seconds of each connection, then the first picture."""
    rows = await rows_of(world.db, ConnectionQuality)
    return sorted((*(getattr(row, n) for n in SECONDS), row.first_picture_ms or -1) for row in rows)


async def minutes(world: World, sid: str) -> list[tuple[float, int]]:
    """Seconds reported, by the minute since the session began."""
    rows = await rows_of(world.db, QualityMinute)
    begin = world.began.replace(second=0)
    assert {row.session_id for row in rows} <= {sid}
    return sorted(
        ((row.at - begin) / timedelta(minutes=1), sum(getattr(row, n) for n in SECONDS)) for row in rows
    )


async def room(world: World, *who: str) -> tuple[str, list[Joined]]:
    sid = await world.live()
    return sid, [await world.come(name, sid) for name in who]


async def test_reports_add_up_and_the_first_picture_is_the_first_one(world: World) -> None:
    sid, (bob, carol) = await room(world, "bob", "carol")
    for n, first in enumerate((None, 700, 90)):
        world.clock.pass_seconds(30)
        given = {"excellent": 20 + n, "lost": 1}
        await world.stats.report(BOB, sid, identity=bob.identity, first_picture_ms=first, seconds=given)
    await world.stats.report(browser("carol"), sid, identity=carol.identity, seconds={"poor": 29.6})
    assert await stored(world) == [(0, 0, 30, 0, -1), (63, 0, 0, 3, 700)]
    assert await minutes(world, sid) == [(0, 43), (1, 53)], "of the middle of what is reported"


async def test_a_first_picture_may_come_alone_and_nothing_leaves_nothing(world: World) -> None:
    sid, (bob,) = await room(world, "bob")
    await world.stats.report(BOB, sid, identity=bob.identity)
    await world.stats.report(BOB, sid, identity=bob.identity, seconds={"good": 0})
    assert await stored(world) == []
    await world.stats.report(BOB, sid, identity=bob.identity, first_picture_ms=0)
    assert [row.first_picture_ms for row in await rows_of(world.db, ConnectionQuality)] == [0]
    assert await minutes(world, sid) == []


async def test_reports_at_one_time_lose_nothing(world: World) -> None:
    sid, joined = await room(world, *(f"p{n}" for n in range(8)))
    world.clock.pass_seconds(60)

    async def says(n: int) -> None:
        await world.stats.report(browser(f"p{n}"), sid, identity=joined[n].identity, seconds={"good": 7})

    await asyncio.gather(*(says(n % 8) for n in range(32)))
    assert await stored(world) == [(0, 28, 0, 0, -1)] * 8
    assert sum(seconds for _, seconds in await minutes(world, sid)) == 8 * 28


async def test_no_more_seconds_than_the_connection_has_existed(world: World) -> None:
    sid, (bob,) = await room(world, "bob")
    world.clock.pass_seconds(30)

    async def says(seconds: int) -> None:
        await world.stats.report(BOB, sid, identity=bob.identity, seconds={"good": seconds})

    with pytest.raises(BadInput):
        await says(60)
    await says(30)
    with pytest.raises(BadInput):
        await says(20)
    world.clock.pass_seconds(15)
    await says(20)
    assert await stored(world) == [(0, 50, 0, 0, -1)]
    assert sum(seconds for _, seconds in await minutes(world, sid)) == 50, "a refused one is nowhere"


async def test_only_of_ones_own_connection(world: World) -> None:
    sid, (bob, carol) = await room(world, "bob", "carol")
    other, (dave,) = await room(world, "dave")
    arrival = await world.admissions.arrive(browser("eve"), sid)
    world.clock.pass_seconds(60)
    lies: list[tuple[Actor, str, str, type[Exception]]] = [
        (BOB, sid, carol.identity, NotAllowed),
        (BOB, sid, "nobody", NotAllowed),
        (BOB, sid, dave.identity, NotAllowed),
        (browser("dave"), sid, dave.identity, NoProof),
        (BOB, other, bob.identity, NoProof),
        (STRANGER, sid, bob.identity, NoProof),
        (browser("eve"), sid, arrival.identity, NoProof),
        (BOB, sid, arrival.identity, NotAllowed),
        (Actor(key="x"), sid, bob.identity, NotAllowed),
        (Actor(bearer=dave.token), sid, bob.identity, NotAllowed),
        (await world.with_account("root", admin=True), sid, bob.identity, NoProof),
        (BOB, "00000000-0000-0000-0000-000000000000", bob.identity, NotFound),
    ]
    for actor, session_id, identity, refusal in lies:
        with pytest.raises(refusal):
            await world.stats.report(actor, session_id, identity=identity, seconds={"good": 5})
    assert await stored(world) == []
    for actor in (BOB, Actor(bearer=bob.token), Actor(key=bob.member_key)):
        await world.stats.report(actor, sid, identity=bob.identity, seconds={"good": 5})
    assert await stored(world) == [(0, 15, 0, 0, -1)]


async def test_who_has_two_seats_reports_for_both(world: World) -> None:
    sid = await world.live()
    ada = await world.with_account("ada")
    guest = await world.come("laptop", sid)
    signed_in = Actor(account=ada.account, browser=browser("laptop").browser)
    seated = await world.admissions.join(signed_in, sid, name="Ada")
    assert isinstance(seated, Joined)
    world.clock.pass_seconds(60)
    for identity in (guest.identity, seated.identity):
        await world.stats.report(signed_in, sid, identity=identity, seconds={"good": 10})
    assert len(await stored(world)) == 2


async def test_after_the_end_a_last_one_is_taken(world: World) -> None:
    sid, (bob,) = await room(world, "bob")
    world.clock.pass_seconds(60)
    await world.sessions.end(browser("alice"), sid)
    world.clock.pass_seconds(10)
    await world.stats.report(BOB, sid, identity=bob.identity, seconds={"good": 20})
    assert await minutes(world, sid) == [(0, 20)]
    world.clock.pass_seconds(10)
    with pytest.raises(SessionEnded):
        await world.stats.report(BOB, sid, identity=bob.identity, seconds={"good": 20})
    assert await stored(world) == [(0, 20, 0, 0, -1)]


async def test_not_before_it_is_on_air_and_not_for_who_was_removed(world: World) -> None:
    sid, (bob,) = await room(world, "bob")
    await world.moderation.remove(browser("alice"), sid, bob.member_id)
    with pytest.raises(Removed):
        await world.stats.report(BOB, sid, identity=bob.identity, seconds={"good": 5})
    planned = (await world.sessions.create(browser("alice"), title="T", owner_name="A")).facts.id
    with pytest.raises(NotAllowed):  # nobody has a connection to it
        await world.stats.report(browser("alice"), planned, identity="x", seconds={"good": 5})


@pytest.mark.parametrize(
    "wrong",
    [
        {"identity": 5},
        {"identity": ""},
        {"identity": "x" * 65},
        {"identity": None},
        {"first_picture_ms": -1},
        {"first_picture_ms": 120_001},
        {"first_picture_ms": True},
        {"first_picture_ms": "800"},
        {"first_picture_ms": float("nan")},
        {"first_picture_ms": 10**400},
        {"seconds": []},
        {"seconds": 30},
        {"seconds": {"good": -1}},
        {"seconds": {"good": 66}},
        {"seconds": {"good": 40, "poor": 30}},
        {"seconds": {"good": "30"}},
        {"seconds": {"good": None}},
        {"seconds": {"lost": True}},
        {"seconds": {"lost": float("inf")}},
    ],
    ids=str,
)
async def test_nonsense_is_refused(world: World, wrong: dict[str, Any]) -> None:
    sid, (bob,) = await room(world, "bob")
    world.clock.pass_seconds(60)
    with pytest.raises(BadInput):
        await world.stats.report(BOB, sid, **{"identity": bob.identity, "seconds": {"good": 1}, **wrong})
    assert await stored(world) == []


async def test_reports_are_limited_by_connection(settings: Settings) -> None:
    limits = RateLimits(settings)
    for _ in range(settings.quality_reports_per_minute):
        await limits.report("one")
    with pytest.raises(Exception, match="Too many"):
        await limits.report("one")
    await limits.report("another")


async def test_a_refused_report_uses_nothing_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody in the room sees identities: nobody may use up another's minute."""
    sid, (bob, carol) = await room(world, "bob", "carol")
    counted: list[str] = []

    async def count(_: object, connection: str) -> None:
        counted.append(connection)

    monkeypatch.setattr("tests.fakes.NoLimits.report", count)
    with pytest.raises(NotAllowed):
        await world.stats.report(BOB, sid, identity=carol.identity, seconds={"good": 1})
    assert counted == []
    await world.stats.report(BOB, sid, identity=bob.identity, seconds={"good": 1})
    assert counted == [bob.identity]
