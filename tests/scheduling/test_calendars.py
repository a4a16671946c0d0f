"""Calendar files read back by the library that other programs use, and the private feed."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar, Event

from donfra_live.errors import NotFound, NotSignedIn, WrongState
from tests.world import STRANGER, WISHES, World, browser

ALICE = browser("alice")
GIVEN = {"title": "Algebra; part 1,2", "owner_name": "Alice", "description": "Bring:\nBEGIN:VALARM"}


def events(file: bytes) -> list[Event]:
    return [part for part in Calendar.from_ical(file).walk("VEVENT") if isinstance(part, Event)]


async def test_a_session_as_a_file(world: World) -> None:
    created = await world.scheduling.dates.plan(ALICE, wishes=WISHES, **GIVEN)
    [event] = events(await world.scheduling.calendars.of_session(created.facts.id))
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (
        datetime(2026, 11, 26, 9, 0, tzinfo=UTC),
        datetime(2026, 11, 26, 9, 45, tzinfo=UTC),
    )
    address = f"https://live.example.org/live/{created.facts.id}"
    assert (str(event["summary"]), str(event["url"])) == ("Algebra; part 1,2", address)
    assert str(event["description"]) == f"Bring:\nBEGIN:VALARM\n\n{address}"
    assert event.subcomponents == [], "what people write stays text"


async def test_a_change_and_a_cancellation_are_news_to_the_calendar(world: World) -> None:
    created = await world.scheduling.dates.plan(ALICE, wishes=WISHES, **GIVEN)
    sid, versions = created.facts.id, []
    for act in (lambda: world.scheduling.dates.change(ALICE, sid, {"title": "B"}), None):
        await (act() if act else world.scheduling.dates.cancel(ALICE, sid))
        [event] = events(await world.scheduling.calendars.of_session(sid))
        versions.append((int(event["sequence"]), str(event["status"])))
    assert versions == [(1, "CONFIRMED"), (2, "CANCELLED")]


async def test_a_session_without_a_date_is_in_no_calendar(world: World) -> None:
    with pytest.raises(WrongState):
        await world.scheduling.calendars.of_session(await world.live())
    with pytest.raises(NotFound):
        await world.scheduling.calendars.of_series("x")


async def test_a_series_stands_in_its_own_zone_with_what_differs(world: World) -> None:
    created = await world.scheduling.series.plan(
        ALICE, wishes=WISHES, rrule="FREQ=WEEKLY;COUNT=5", exceptions=["2026-12-24"], **GIVEN
    )
    series = await world.scheduling.series.facts(created.facts.series_id)
    await world.scheduling.dates.cancel(ALICE, series.coming[1].id)
    await world.scheduling.dates.change(ALICE, series.coming[2].id, {"starts_at": "2026-12-11T12:00"})
    file = await world.scheduling.calendars.of_series(series.id)
    assert b"BEGIN:VTIMEZONE" in file
    whole, moved = events(file)
    assert whole["dtstart"].params["TZID"] == "Europe/Berlin"
    assert whole["rrule"].to_ical() == b"FREQ=WEEKLY;COUNT=5"
    assert sorted(f"{d.dt:%m-%d %H:%M}" for d in whole["exdate"].dts) == ["12-03 10:00", "12-24 10:00"]
    assert (whole["uid"], f"{moved.decoded('recurrence-id'):%m-%d %H:%M}") == (moved["uid"], "12-10 10:00")
    assert f"{moved.decoded('dtstart'):%m-%d %H:%M}" == "12-11 12:00"


async def test_months_are_written_as_calendars_read_them(world: World) -> None:
    created = await world.series("FREQ=MONTHLY;BYMONTH=+4,05")
    file = await world.scheduling.calendars.of_series(created.facts.series_id)
    assert events(file)[0]["rrule"]["BYMONTH"] == [4, 5]


async def test_the_feed_has_what_is_ones_own(world: World) -> None:
    calendars = world.scheduling.calendars
    with pytest.raises(NotSignedIn):
        await calendars.make_feed(STRANGER)
    ada, eve = await world.with_account("ada"), await world.with_account("eve")
    for actor, title in ((ada, "Ada's"), (eve, "Eve's")):
        await world.scheduling.dates.plan(actor, wishes=WISHES, title=title, owner_name="A")
    await world.scheduling.series.plan(
        ada, wishes=WISHES, rrule="FREQ=WEEKLY;COUNT=3", title="Weekly", owner_name="A"
    )
    assert not await calendars.has_feed(ada)
    address = await calendars.make_feed(ada)
    assert await calendars.has_feed(ada)
    token = address.removeprefix("https://live.example.org/api/calendar/").removesuffix(".ics")
    found = events(await calendars.feed(token))
    assert [(str(e["summary"]), "rrule" in e) for e in found] == [("Ada's", False), ("Weekly", True)]


async def test_a_new_address_ends_the_old_one(world: World) -> None:
    calendars, ada = world.scheduling.calendars, await world.with_account("ada")
    tokens = []
    for _ in range(2):
        address = await calendars.make_feed(ada)
        tokens.append(address.rsplit("/", 1)[1].removesuffix(".ics"))
    with pytest.raises(NotFound):
        await calendars.feed(tokens[0])
    await calendars.feed(tokens[1])
    await calendars.drop_feed(ada)
    for wrong in (tokens[1], "", "x"):
        with pytest.raises(NotFound):
            await calendars.feed(wrong)
