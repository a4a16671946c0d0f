"""Figures of sessions, series and periods: what they say, when they change, and to whom."""

import asyncio
import uuid
from datetime import date, timedelta
from unittest.mock import AsyncMock

import pytest

from donfra_live.errors import BadInput, NoProof, NotAllowed, NotFound, NotSignedIn
from donfra_live.live_sessions.ports import MediaEvent
from donfra_live.live_sessions.views import Actor
from donfra_live.models import LiveSession, SessionFigures
from donfra_live.retention.nightly import Nightly
from donfra_live.retention.rules import Keep
from donfra_live.stats.repository import mark_due
from donfra_live.stats.views import FirstPicture, Quality, Totals
from tests.attendance.test_service import attends
from tests.rows import rows_of
from tests.world import STRANGER, World, browser

ALICE, NOTHING = browser("alice"), "00000000-0000-0000-0000-000000000000"
DAY = 86_400


async def lesson(world: World, host: str = "alice") -> str:
    """An hour in which Bob stays, Carol comes back once, Dave drops out; two messages, a hand, reports."""
    sid = await world.live(host)
    bob, carol, dave = [await world.join(who, sid) for who in ("bob", "carol", "dave")]
    for joined in (bob, carol, dave):
        await world.see(sid, joined.identity)
    world.clock.pass_seconds(30 * 60)
    await world.stats.report(
        browser("bob"), sid, identity=bob.identity, first_picture_ms=640, seconds={"excellent": 25, "good": 5}
    )
    await world.see(sid, carol.identity, "participant_left")
    await world.see(sid, dave.identity, "participant_left")
    await world.rooms.remove(sid, dave.identity)
    world.clock.pass_seconds(60)
    await attends(world, sid, "carol", 60)
    await world.chat.post(browser("bob"), sid, text="hello")
    gone = await world.chat.post(browser("bob"), sid, text="gone")
    await world.chat.post(browser("bob"), sid, text="bye")
    await world.chat.delete(browser("bob"), sid, gone.id)
    await world.stage.raise_hand(browser("bob"), sid)
    await world.rooms.remove(sid, carol.identity)
    for _ in range(28 * 60 // 20):
        world.clock.pass_seconds(20)
        await world.presence.reconcile()
    await world.sessions.end(browser(host), sid)
    return sid


EXPECTED = Totals(
    sessions=1,
    joined=3,
    peak=3,
    minutes_watched=60 + 30 + 1 + 30,  # Bob, Carol twice, Dave
    drop_outs=2,  # Carol and Dave
    reconnects=1,
    messages=2,
    hands=1,
    quality=Quality(excellent=25, good=5),
    first_picture=FirstPicture(count=1, median_ms=640, p95_ms=640),
)


async def test_of_a_session(world: World) -> None:
    sid = await lesson(world)
    stats = await world.stats.of_session(ALICE, sid)
    assert (stats.session_id, stats.title, stats.series_id) == (sid, "Algebra", "")
    assert stats.start == world.began
    assert stats.end == world.began + timedelta(hours=1)
    assert stats.totals == EXPECTED
    assert stats.peak_at == world.began
    assert stats.bucket_seconds == 30
    assert len(stats.points) == 120
    assert [p.present for p in stats.points[58:66]] == [3, 3, 1, 1, 2, 2, 1, 1]
    assert [p.left for p in stats.points[59:65]] == [0, 2, 0, 0, 0, 1]
    assert sum(p.messages for p in stats.points) == 2
    assert sum(p.hands for p in stats.points) == 1
    assert sum(p.quality.excellent for p in stats.points) == 25
    assert stats.points[58].quality.excellent > 0, "of the half minute before the report"


async def test_while_it_is_on_air(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    world.clock.pass_seconds(60)
    stats = await world.stats.of_session(ALICE, sid)
    assert (stats.totals.joined, stats.totals.peak, stats.totals.minutes_watched) == (1, 1, 1)
    assert (stats.totals.drop_outs, stats.end, len(stats.points)) == (0, None, 12)
    await world.see(sid, bob.identity, "participant_left")
    world.clock.pass_seconds(4 * 60)
    assert (await world.stats.of_session(ALICE, sid)).totals.drop_outs == 0, "not gone for five minutes yet"
    world.clock.pass_seconds(2 * 60)
    assert (await world.stats.of_session(ALICE, sid)).totals.drop_outs == 1
    assert await rows_of(world.db, SessionFigures) == [], "nothing is stored before the end"


async def test_nobody_came_and_not_on_air_yet(world: World) -> None:
    sid = await world.live()
    world.clock.pass_seconds(600)
    await world.sessions.end(ALICE, sid)
    stats = await world.stats.of_session(ALICE, sid)
    assert (stats.totals.joined, stats.totals.peak, stats.peak_at) == (0, 0, None)
    assert [p.present for p in stats.points] == [0] * 120
    planned = (await world.series()).facts.id
    stats = await world.stats.of_session(ALICE, planned)
    assert (stats.start, stats.points, stats.bucket_seconds, stats.totals.joined) == (None, (), 0, 0)


async def test_two_devices_of_an_account_are_one_person(world: World) -> None:
    sid = await world.live()
    ada = await world.with_account("ada")
    for device in ("laptop", "phone"):
        joined = await world.admissions.join(
            Actor(account=ada.account, browser=device), sid, name=f"Ada {device}"
        )
        await world.see(sid, joined.identity)  # type: ignore[union-attr]
    world.clock.pass_seconds(60)
    await world.sessions.end(ALICE, sid)
    totals = (await world.stats.of_session(ALICE, sid)).totals
    assert (totals.joined, totals.peak, totals.minutes_watched) == (1, 1, 1)


async def test_when_it_ended_by_itself_nobody_dropped_out_and_the_curve_ends(world: World) -> None:
    sid = await world.live()
    await attends(world, sid, "bob", 1800)
    world.clock.pass_seconds(7200)
    await world.sessions.end_by_rule(sid, "empty")
    stats = await world.stats.of_session(ALICE, sid)
    assert stats.totals.drop_outs == 0
    assert [p.present for p in stats.points] == [1] * len(stats.points)


async def test_what_comes_after_the_end_is_counted_in(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    message = await world.chat.post(browser("bob"), sid, text="hello")
    world.clock.pass_seconds(600)
    await world.rooms.remove(sid, bob.identity)
    await world.sessions.end(ALICE, sid)
    ended = world.clock()
    before = (await world.stats.of_session(ALICE, sid)).totals
    assert (before.minutes_watched, before.messages, before.quality.good) == (0, 1, 0), "not seen since"
    await world.stats.report(browser("bob"), sid, identity=bob.identity, seconds={"good": 30})
    world.clock.pass_seconds(3)
    late = MediaEvent(
        "EV_late",
        "participant_left",
        sid,
        bob.identity,
        f"PA_{bob.identity[-8:]}",
        "{}",
        happened_at=ended - timedelta(seconds=60),
    )
    await world.presence.apply(late)
    await world.chat.delete(browser("bob"), sid, message.id)
    after = (await world.stats.of_period(ALICE, 7)).totals
    assert (after.minutes_watched, after.messages, after.quality.good) == (9, 0, 30)
    assert (await world.stats.of_session(ALICE, sid)).totals == after


async def test_they_are_counted_without_anybody_asking(world: World) -> None:
    sid = await lesson(world)
    (row,) = await rows_of(world.db, SessionFigures)
    assert row.due
    await world.counting.settle_due()
    (row,) = await rows_of(world.db, SessionFigures)
    assert (row.session_id, row.due, row.joined) == (sid, False, 3)


async def test_what_is_missing_is_counted_when_somebody_asks(world: World) -> None:
    sid = await lesson(world)
    async with world.db.transaction() as db:
        await db.delete(await db.get_one(SessionFigures, sid))
    assert (await world.stats.of_period(ALICE)).totals == EXPECTED


@pytest.mark.parametrize("asked_before", [True, False])
async def test_figures_stay_when_who_was_there_is_removed(world: World, asked_before: bool) -> None:
    sid = await lesson(world)
    before = await world.stats.of_session(ALICE, sid) if asked_before else None
    world.clock.pass_seconds(3 * DAY)
    night = Nightly(
        world.db, world.clock, world.files, Keep(attendance=1), world.counting, hour=3, machine=lambda: "here"
    )
    removed = await night.run(world.clock())
    assert removed["presence_interval"] == 4
    assert removed["connection_quality"] == 1
    after = await world.stats.of_session(ALICE, sid)
    assert after.totals == EXPECTED
    assert len(after.points) == 120
    assert before in {None, after}
    # the chat is still there, and who deletes a message of it changes nothing else
    messages = await world.chat.archive(ALICE, sid)
    await world.chat.delete(browser("bob"), sid, messages[0].id)
    later = (await world.stats.of_session(ALICE, sid)).totals
    assert (later.messages, later.joined, later.minutes_watched) == (1, 3, 121)
    night = Nightly(
        world.db, world.clock, world.files, Keep(chat=1), world.counting, hour=3, machine=lambda: "here"
    )
    await night.run(world.clock())
    assert (await world.stats.of_session(ALICE, sid)).totals == later


async def test_of_a_series(world: World) -> None:
    created = await world.series("FREQ=WEEKLY;COUNT=2")
    series_id, first = created.facts.series_id, created.facts.id
    with pytest.raises(NotFound, match="No date of this series was on air yet"):
        await world.stats.of_series(ALICE, series_id)
    for unknown in ("nonsense", str(uuid.uuid4())):
        with pytest.raises(NotFound, match="There is no series with this ID"):
            await world.stats.of_series(ALICE, unknown)
    world.clock.pass_seconds(47 * 3600)
    await world.sessions.go_live(ALICE, first)
    await attends(world, first, "bob", 45 * 60)
    await world.sessions.end(ALICE, first)
    stats = await world.stats.of_series(ALICE, series_id)
    assert (stats.series_id, stats.title, len(stats.sessions)) == (series_id, "Algebra", 1)
    assert (stats.totals.joined, stats.totals.minutes_watched, stats.totals.drop_outs) == (1, 45, 0)
    assert stats.sessions[0].session_id == first
    admin = await world.with_account("root", admin=True)
    assert await world.stats.of_series(admin, series_id) == stats
    with pytest.raises(NotAllowed):
        await world.stats.of_series(browser("bob"), series_id)
    with pytest.raises(NoProof):
        await world.stats.of_series(STRANGER, series_id)


async def test_of_the_last_days(world: World) -> None:
    first = await lesson(world)
    world.clock.pass_seconds(2 * DAY)
    second = await world.live()
    await world.come("bob", second)
    world.clock.pass_seconds(60)
    stats = await world.stats.of_period(ALICE, 7, "Europe/Berlin")
    assert (stats.first, stats.last) == (date(2026, 11, 20), date(2026, 11, 26))
    assert (stats.zone, stats.all_sessions) == ("Europe/Berlin", False)
    assert [line.session_id for line in stats.sessions] == [second, first], "newest first"
    assert [day.totals.sessions for day in stats.days] == [0, 0, 0, 0, 1, 0, 1]
    assert stats.days[4].totals == EXPECTED
    assert (stats.totals.sessions, stats.totals.joined, stats.totals.minutes_watched) == (2, 4, 122)
    world.clock.pass_seconds(5 * DAY)
    assert (await world.stats.of_period(ALICE, 7)).totals.sessions == 1
    assert (await world.stats.of_period(ALICE, 30)).totals.sessions == 2


async def test_a_session_belongs_to_the_day_of_the_askers_zone(world: World) -> None:
    world.clock.pass_seconds(13 * 3600 + 1800)  # half past eleven in London, in Berlin after midnight
    await world.live()
    for zone, expected in (("UTC", "2026-11-24"), ("Europe/Berlin", "2026-11-25")):
        stats = await world.stats.of_period(ALICE, 7, zone)
        (day,) = [day for day in stats.days if day.totals.sessions]
        assert day.date.isoformat() == expected
    world.clock.pass_seconds(6 * DAY + 3600)
    for zone, count in (("UTC", 0), ("Europe/Berlin", 1)):
        assert (await world.stats.of_period(ALICE, 7, zone)).totals.sessions == count


@pytest.mark.parametrize("days", [0, 1, 8, -7, 365, True, "30", None, 30.0, [30]])
async def test_only_these_periods(world: World, days: object) -> None:
    with pytest.raises(BadInput):
        await world.stats.of_period(ALICE, days)


@pytest.mark.parametrize("zone", ["Mars/Base", "../../etc/passwd", "\0", 5, "x" * 500])
async def test_only_zones_that_there_are(world: World, zone: object) -> None:
    with pytest.raises(BadInput):
        await world.stats.of_period(ALICE, 7, zone)


async def test_whose_sessions_somebody_sees(world: World) -> None:
    mine, other = await world.live("alice"), await world.live("mallory")
    await world.come("carol", mine, "co_host")
    await world.come("bob", mine)
    ada, root = await world.with_account("ada"), await world.with_account("root", admin=True)
    created = await world.sessions.create(ada, title="Ada's", owner_name="Ada", on_air=True)
    theirs = created.facts.id

    async def seen(actor: Actor, **more: object) -> set[str]:
        return {line.session_id for line in (await world.stats.of_period(actor, 7, **more)).sessions}

    assert await seen(ALICE) == {mine}
    assert await seen(browser("carol")) == {mine}, "a co-host sees what the host sees"
    assert await seen(browser("bob")) == set(), "a viewer has no figures"
    assert await seen(browser("nobody")) == set()
    assert await seen(ada) == {theirs}
    assert await seen(root) == {mine, other, theirs}, "all is what an admin gets unasked"
    assert await seen(root, all_sessions=True) == {mine, other, theirs}
    assert await seen(root, all_sessions=False) == set()
    with pytest.raises(NotSignedIn):
        await world.stats.of_period(STRANGER)
    for actor in (ALICE, ada, STRANGER):
        with pytest.raises(NotAllowed):
            await world.stats.of_period(actor, 7, "UTC", True)
    with pytest.raises(NotSignedIn):
        await world.stats.of_period(Actor(is_admin=True), 7)  # no account behind it
    removed = next(m for m in await world.moderation.members(ALICE, mine) if m.name == "Carol")
    await world.moderation.remove(ALICE, mine, removed.id)
    assert await seen(browser("carol")) == set()


async def test_a_browser_does_not_see_the_sessions_of_an_account_that_signed_in_there(world: World) -> None:
    await world.account("ada")
    ada = await world.signed_in("ada")
    sid = (await world.sessions.create(ada, title="T", owner_name="Ada", on_air=True)).facts.id
    assert [line.session_id for line in (await world.stats.of_period(ada)).sessions] == [sid]
    assert (await world.stats.of_period(browser("ada"))).sessions == ()


async def test_who_may_see_a_sessions_figures(world: World) -> None:
    sid = await world.live()
    await world.come("carol", sid, "co_host")
    await world.come("bob", sid)
    root = await world.with_account("root", admin=True)
    for ended in (False, True):
        if ended:
            await world.sessions.end(ALICE, sid)
        for actor in (ALICE, browser("carol"), root):
            assert (await world.stats.of_session(actor, sid)).totals.joined == 2
        refusals: list[tuple[Actor, object, type[Exception]]] = [
            (browser("bob"), sid, NotAllowed),
            (STRANGER, sid, NoProof),
            (Actor(key="x"), sid, NotAllowed),
            (root, NOTHING, NotFound),
            (root, "nonsense", NotFound),
            (root, 5, BadInput),
        ]
        for actor, session_id, refusal in refusals:
            with pytest.raises(refusal):
                await world.stats.of_session(actor, session_id)


async def test_what_was_deleted_is_in_no_figure(world: World) -> None:
    sid = await lesson(world)
    await world.counting.settle_due()
    await world.retention.delete(ALICE, sid)
    await world.counting.settle_all([sid])
    stats = await world.stats.of_period(await world.with_account("root", admin=True))
    assert (stats.totals.sessions, stats.sessions) == (0, ())
    assert await rows_of(world.db, SessionFigures) == []


async def test_a_change_while_they_are_counted_is_not_lost(world: World) -> None:
    """Whoever changes something waits for who counts, and has it counted again."""
    sid = await lesson(world)
    going_on, changed = asyncio.Event(), asyncio.Event()

    async def change() -> None:
        await going_on.wait()
        async with world.db.transaction() as db:
            await mark_due(db, sid)
        changed.set()

    task = asyncio.create_task(change())
    async with world.db.transaction() as db:
        session = await db.get_one(LiveSession, sid)
        await world.counting.settle(db, session)
        going_on.set()
        if db.get_bind().dialect.name == "postgresql":
            # SQLite's one writer holds up the whole loop: it could not be waited for here
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(changed.wait(), 0.3)
    await task
    (row,) = await rows_of(world.db, SessionFigures)
    assert (row.due, row.joined) == (True, 3)


async def test_sessions_on_air_are_not_counted_for_every_asker(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sid = await world.live()
    await world.come("bob", sid)
    counted = AsyncMock(side_effect=world.counting.count)
    monkeypatch.setattr(world.counting, "count", counted)
    for seconds, times in ((0, 1), (5, 1), (5, 2)):
        world.clock.pass_seconds(seconds)
        assert (await world.stats.of_period(ALICE, 7)).totals.joined == 1
        assert counted.await_count == times
