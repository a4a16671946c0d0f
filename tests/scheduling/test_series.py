"""A series: a link that leads on, dates that are sessions of their own, changes that reach them."""

from datetime import timedelta

import pytest

from donfra_live.errors import BadInput, NoProof, NotAllowed, NotFound, SessionCancelled
from donfra_live.live_sessions.views import Actor, Created, SeriesFacts
from donfra_live.models import Series
from tests.world import World, browser

ALICE, BOB = browser("alice"), browser("bob")


async def facts(world: World, created: Created) -> SeriesFacts:
    return await world.scheduling.series.facts(created.facts.series_id)


def days(series: SeriesFacts) -> list[str]:
    return [f"{one.starts_at:%m-%d %H:%M}" for one in series.coming if one.starts_at]


async def test_each_date_is_a_session_of_its_own(world: World) -> None:
    series = await facts(world, created := await world.series())
    assert days(series) == ["11-26 09:00", "12-03 09:00", "12-10 09:00", "12-17 09:00", "12-24 09:00"]
    assert len({one.id for one in series.coming}) == 5
    assert series.current is not None
    assert series.current.id == created.facts.id
    assert {(s.title, s.series_id) for s in series.coming} == {("Algebra", created.facts.series_id)}


async def test_the_link_leads_to_the_next_and_ending_one_leaves_the_others(world: World) -> None:
    created = await world.series()
    await world.sessions.go_live(ALICE, created.facts.id)
    series = await facts(world, created)
    assert series.current is not None
    assert series.current.id == created.facts.id, "on air now"
    await world.sessions.end(ALICE, created.facts.id)
    series = await facts(world, created)
    assert series.current is not None
    assert series.current.starts_at is not None
    assert f"{series.current.starts_at:%m-%d}" == "12-03"
    assert len(series.coming) == 4


async def test_after_the_last_one_it_leads_to_that(world: World) -> None:
    created = await world.series("FREQ=WEEKLY;COUNT=1")
    await world.sessions.go_live(ALICE, created.facts.id)
    await world.sessions.end(ALICE, created.facts.id)
    series = await facts(world, created)
    assert (series.coming, series.current and series.current.id) == ((), created.facts.id)


async def test_dates_are_made_some_weeks_ahead_and_go_on(world: World) -> None:
    created = await world.series("FREQ=WEEKLY")
    assert len((await facts(world, created)).coming) == 8
    world.clock.pass_seconds(timedelta(weeks=3).total_seconds())
    for _ in range(3):
        await world.scheduling.keeping.run()
    series = await facts(world, created)
    assert days(series)[-1] == "02-04 09:00"
    assert len(set(days(series))) == len(days(series)), "no date twice"


async def test_one_that_cannot_be_worked_on_holds_nothing_else_up(world: World) -> None:
    """As one whose time zone a system update took away."""
    spoilt, other = await world.series("FREQ=WEEKLY"), await world.series("FREQ=WEEKLY")
    world.clock.pass_seconds(timedelta(weeks=3).total_seconds())
    async with world.db.transaction() as db:
        (await db.get_one(Series, spoilt.facts.series_id)).time_zone = "Mars/Olympus"
    await world.scheduling.keeping.run()
    assert days(await facts(world, other))[-1] == "02-04 09:00"
    assert (await world.sessions.facts(other.facts.id)).status == "ended", "nobody began it"


async def test_a_rare_one_has_its_next_date(world: World) -> None:
    series = await facts(world, created := await world.series("FREQ=YEARLY"))
    assert days(series) == ["11-26 09:00"]
    await world.scheduling.dates.cancel(ALICE, created.facts.id)
    assert days(await facts(world, created)) == ["11-26 09:00"]
    assert (await facts(world, created)).coming[0].id != created.facts.id


async def test_exceptions_are_left_out(world: World) -> None:
    created = await world.series(exceptions=["2026-11-26", "2026-12-10"])
    assert days(await facts(world, created)) == ["12-03 09:00", "12-17 09:00", "12-24 09:00"]
    assert f"{created.facts.starts_at:%m-%d}" == "12-03"
    with pytest.raises(BadInput):
        await world.series("FREQ=WEEKLY;COUNT=1", exceptions=["2026-11-26"])


async def test_one_key_and_one_browser_host_every_date(world: World) -> None:
    created = await world.series()
    second = (await facts(world, created)).coming[1].id
    assert (await world.admissions.seat(ALICE, second)) is not None
    with pytest.raises(NoProof):
        await world.sessions.go_live(BOB, second)
    with pytest.raises(NotAllowed):
        await world.sessions.go_live(Actor(key="x"), second)
    await world.sessions.go_live(Actor(key=created.host_key), second)


async def test_one_account_hosts_every_date_everywhere(world: World) -> None:
    ada = await world.with_account("ada")
    created = await world.series(actor=ada)
    second = (await facts(world, created)).coming[1].id
    await world.sessions.go_live(ada, second)


async def test_changes_reach_the_coming_dates_but_those_changed_alone(world: World) -> None:
    created = await world.series()
    second = (await facts(world, created)).coming[1].id
    await world.scheduling.dates.change(ALICE, second, {"title": "Trip"})
    changes = {"title": "Geometry", "starts_at": "2026-11-26T11:30", "duration_minutes": 90}
    series = await world.scheduling.series.change(ALICE, created.facts.series_id, changes)
    assert [one.title for one in series.coming] == ["Geometry", "Trip", *["Geometry"] * 3]
    assert days(series) == ["11-26 10:30", "12-03 09:00", "12-10 10:30", "12-17 10:30", "12-24 10:30"]
    first = series.coming[0]
    assert (first.id, first.ends_at) == (
        created.facts.id,
        (first.starts_at or world.clock()) + timedelta(minutes=90),
    )


async def test_another_rule_calls_off_what_it_has_not_and_adds_the_rest(world: World) -> None:
    created = await world.series()
    rule = {"rrule": "FREQ=WEEKLY;BYDAY=TH,FR;COUNT=4", "exceptions": ["2026-12-03"]}
    series = await world.scheduling.series.change(ALICE, created.facts.series_id, rule)
    assert days(series) == ["11-26 09:00", "11-27 09:00", "12-04 09:00"]


async def test_a_date_that_is_deleted_does_not_come_back(world: World) -> None:
    """Neither a coming one, nor one called off, nor one held before its time; the calendar leaves it out."""
    created = await world.series()
    first, second, third, *_ = (await facts(world, created)).coming
    await world.sessions.go_live(ALICE, first.id)
    await world.sessions.end(ALICE, first.id)
    await world.scheduling.dates.cancel(ALICE, third.id)
    for one in (first, second, third):
        await world.retention.delete(ALICE, one.id)
    world.clock.pass_seconds(timedelta(days=1).total_seconds())
    await world.scheduling.keeping.run()
    await world.scheduling.series.change(ALICE, created.facts.series_id, {"title": "Geometry"})
    series = await facts(world, created)
    assert days(series) == ["12-17 09:00", "12-24 09:00"]
    assert series.exceptions == ("2026-11-26", "2026-12-03", "2026-12-10")
    assert b"20261203" in await world.scheduling.calendars.of_series(created.facts.series_id)
    with pytest.raises(NotFound):
        await world.sessions.facts(second.id)


async def test_cancelled_all_coming_dates_are_and_one_on_air_goes_on(world: World) -> None:
    created = await world.series()
    second = (await facts(world, created)).coming[1].id
    await world.sessions.go_live(ALICE, created.facts.id)
    series = await world.scheduling.series.cancel(ALICE, created.facts.series_id)
    assert (series.cancelled, series.coming) == (True, ())
    assert (await world.sessions.facts(created.facts.id)).status == "live"
    assert (await world.sessions.facts(second)).status == "cancelled"
    await world.scheduling.keeping.run()
    assert (await facts(world, created)).coming == ()
    with pytest.raises(SessionCancelled):
        await world.scheduling.series.change(ALICE, created.facts.series_id, {"title": "Again"})


async def test_only_its_maker_changes_it(world: World) -> None:
    created = await world.series()
    sid, ada = created.facts.series_id, await world.with_account("ada")
    for actor, refusal in ((BOB, NoProof), (ada, NotAllowed), (Actor(key="x"), NotAllowed)):
        for call in (
            world.scheduling.series.change(actor, sid, {"title": "Mine"}),
            world.scheduling.series.cancel(actor, sid),
        ):
            with pytest.raises(refusal):
                await call
    for actor in (ALICE, Actor(bearer=created.host_key), Actor(key=created.host_key)):
        await world.scheduling.series.change(actor, sid, {"title": "Ours"})


@pytest.mark.parametrize(
    ("start", "zone"),
    [
        ("9999-12-31T23:59Z", "Asia/Tokyo"),
        ("9998-12-31T23:59", "UTC"),
        ("0001-01-01T00:00Z", "America/New_York"),
        ("0002-01-01T00:00", "UTC"),
        ("1990-01-01T10:00", "Europe/Berlin"),
    ],
)
async def test_a_start_years_away_is_refused(world: World, start: str, zone: str) -> None:
    wishes = {"starts_at": start, "timezone": zone}
    with pytest.raises(BadInput):
        await world.scheduling.series.plan(
            ALICE, wishes=wishes, rrule="FREQ=DAILY", title="Algebra", owner_name="Alice"
        )
    created = await world.series("FREQ=DAILY")
    with pytest.raises(BadInput):
        await world.scheduling.series.change(ALICE, created.facts.series_id, wishes)


async def test_a_series_that_began_years_ago_can_still_be_changed(world: World) -> None:
    created = await world.series("FREQ=WEEKLY")
    world.clock.pass_seconds(6 * 366 * 24 * 3600)
    changed = await world.scheduling.series.change(
        ALICE, created.facts.series_id, {"title": "Geometry", "duration_minutes": 30}
    )
    assert (changed.title, changed.minutes) == ("Geometry", 30)
    assert max(one.starts_at for one in changed.coming if one.starts_at) > world.clock()


@pytest.mark.parametrize("series_id", [None, 5, "", "x", "5b7f7c1e-0d46-4b7c-9e3a-0a8f0e9b2c11"])
async def test_a_series_that_is_none(world: World, series_id: object) -> None:
    with pytest.raises(NotFound):
        await world.scheduling.series.facts(series_id)


async def test_lists_show_its_next_date_only(world: World) -> None:
    created = await world.series(listed=True)
    lists = await world.sessions.lists(ALICE)
    assert [f.id for f in lists.mine] == [f.id for f in lists.listed] == [created.facts.id]
