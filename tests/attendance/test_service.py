"""The report: people, their minutes, the roster, who may see it; series; the page after the end."""

import uuid
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from donfra_live.attendance.export import series_sheet
from donfra_live.attendance.rules import Standing
from donfra_live.attendance.views import Attendee, History, Report
from donfra_live.errors import BadInput, NoProof, NotAllowed, NotFound
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.views import Actor, Joined
from tests.world import STRANGER, World, browser

ALICE = browser("alice")


async def attends(world: World, sid: str, who: str, seconds: float, actor: Actor | None = None) -> Joined:
    """Comes, stays so long, goes."""
    joined = await world.admissions.join(actor or browser(who), sid, name=who.title())
    assert isinstance(joined, Joined)
    await world.see(sid, joined.identity)
    world.clock.pass_seconds(seconds)
    await world.see(sid, joined.identity, "participant_left")
    return joined


def row(report: Report, name: str) -> Attendee:
    (found,) = [one for one in report.people if one.name == name]
    return found


async def test_per_person_when_how_long_and_how_often(world: World) -> None:
    sid = await world.live()
    await attends(world, sid, "bob", 600)
    world.clock.pass_seconds(60)
    bob = await attends(world, sid, "bob", 300)
    report = await world.attendance.report(ALICE, sid)
    assert bob.role == Role.VIEWER
    assert [one.name for one in report.people] == ["Bob"], "who never came is not in it"
    found = row(report, "Bob")
    assert found.first_in == world.began
    assert found.last_out == world.clock()
    assert (found.seconds_present, found.reconnects) == (900, 1)
    assert (found.role, found.here, found.expected) == (Role.VIEWER, False, False)


async def test_two_devices_of_an_account_are_one_person_and_count_once(world: World) -> None:
    sid = await world.live()
    ada = await world.with_account("ada")
    laptop = await world.admissions.join(replace(ada, browser="laptop"), sid, name="Ada")
    phone = await world.admissions.join(replace(ada, browser="phone"), sid, name="Ada L.")
    assert isinstance(laptop, Joined)
    assert isinstance(phone, Joined)
    await world.see(sid, laptop.identity)
    world.clock.pass_seconds(100)
    await world.see(sid, phone.identity)
    world.clock.pass_seconds(100)
    await world.see(sid, laptop.identity, "participant_left")
    world.clock.pass_seconds(100)
    await world.see(sid, phone.identity, "participant_left")
    report = await world.attendance.report(ALICE, sid)
    (found,) = report.people
    assert (found.seconds_present, found.reconnects) == (300, 0)
    assert found.email == "", "her address is not the host's to know"
    report = await world.attendance.put_roster(ALICE, sid, b"Countess,ADA@example.org")
    (found,) = report.people
    assert (found.name, found.email, found.expected) == ("Countess", "ADA@example.org", True)


async def test_a_guest_who_signs_in_later_is_the_same_person(world: World) -> None:
    sid = await world.live()
    ada = await world.with_account("ada")
    await attends(world, sid, "ada", 60, replace(ada, browser="phone"))
    await attends(world, sid, "ada", 60, Actor(browser="laptop"))
    await attends(world, sid, "ada", 60, replace(ada, browser="laptop"))
    report = await world.attendance.report(ALICE, sid)
    assert [(one.name, one.seconds_present) for one in report.people] == [("Ada", 180)]


async def test_while_it_is_on_air_open_stays_count_until_now(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await world.see(sid, bob.identity)
    world.clock.pass_seconds(50)
    found = row(await world.attendance.report(ALICE, sid), "Bob")
    assert (found.seconds_present, found.here) == (50, True)
    world.clock.pass_seconds(1000)
    found = row(await world.attendance.report(ALICE, sid), "Bob")
    assert found.seconds_present == 0, "nobody has seen him since the beginning"


async def test_a_roster_tells_present_late_left_early_and_absent(world: World) -> None:
    sid = await world.live()
    names = ("punctual", "quick", "tardy", "extra")
    there = {name: await world.join(name, sid) for name in names}
    for name in ("punctual", "quick"):
        await world.see(sid, there[name].identity)
    world.clock.pass_seconds(6 * 60)
    for name in ("tardy", "extra"):
        await world.see(sid, there[name].identity)
    await world.rooms.remove(sid, there["quick"].identity)
    await world.see(sid, there["quick"].identity, "participant_left")
    for _ in range(10):
        world.clock.pass_seconds(60)
        await world.presence.reconcile()
    await world.sessions.end(ALICE, sid)
    before = await world.attendance.report(ALICE, sid)
    assert not before.has_roster
    report = await world.attendance.put_roster(
        ALICE, sid, b"Name,E-mail\nPUNCTUAL,p@example.org\nQuick,\nTardy,\nMissing,m@example.org\n"
    )
    assert report == await world.attendance.report(ALICE, sid)
    assert {one.name: (one.status, one.expected) for one in report.people} == {
        "PUNCTUAL": (Standing.PRESENT, True),
        "Quick": (Standing.LEFT_EARLY, True),
        "Tardy": (Standing.LATE, True),
        "Missing": (Standing.ABSENT, True),
        "Extra": (Standing.LATE, False),
    }
    missing = row(report, "Missing")
    assert (missing.first_in, missing.last_out, missing.seconds_present, missing.role) == (
        None,
        None,
        0,
        None,
    )
    assert (missing.email, row(report, "PUNCTUAL").email) == ("m@example.org", "p@example.org")


async def test_another_roster_takes_the_place_of_the_first(world: World) -> None:
    sid = await world.live()
    await world.attendance.put_roster(ALICE, sid, b"Ada\nBen\n")
    report = await world.attendance.put_roster(ALICE, sid, [("Cleo", "c@example.org")])
    assert [(one.name, one.status) for one in report.people] == [("Cleo", Standing.ABSENT)]
    with pytest.raises(BadInput):
        await world.attendance.put_roster(ALICE, sid, b"")
    assert len((await world.attendance.report(ALICE, sid)).people) == 1, "a refused one changes nothing"


async def test_nobody_left_early_when_it_ended_for_being_empty(world: World) -> None:
    sid = await world.live()
    await attends(world, sid, "bob", 1800)
    world.clock.pass_seconds(7200)
    await world.sessions.end_by_rule(sid, "empty")
    assert row(await world.attendance.report(ALICE, sid), "Bob").status == Standing.PRESENT


async def test_admins_see_it_and_strangers_do_not(world: World) -> None:
    sid = await world.live()
    await attends(world, sid, "bob", 60)
    admin = await world.with_account("root", admin=True)
    assert len((await world.attendance.report(admin, sid)).people) == 1
    for actor, refusal in ((STRANGER, NoProof), (browser("bob"), NotAllowed)):
        for call in (world.attendance.report, lambda a, s: world.attendance.put_roster(a, s, b"Ada")):
            with pytest.raises(refusal):
                await call(actor, sid)
    with pytest.raises(NotFound):
        await world.attendance.report(ALICE, "00000000-0000-0000-0000-000000000000")


async def test_a_series_shows_people_by_date(world: World) -> None:
    first = await world.live()
    ada = await world.with_account("ada")
    await attends(world, first, "ada", 600, ada)
    await attends(world, first, "bob", 60)
    world.clock.pass_seconds(7 * 86400)
    second = await world.live()
    await attends(world, second, "countess", 300, ada)
    await attends(world, second, "cleo", 30)
    table = await world.attendance.series(ALICE, [second, first])
    assert [c.session_id for c in table.columns] == [first, second]
    assert {p.name: p.seconds for p in table.people} == {
        "Bob": (60, 0),
        "Cleo": (0, 30),
        "Countess": (600, 300),
    }
    sheet = series_sheet(table, ZoneInfo("Europe/Berlin"))
    assert list(sheet.head) == ["Name", "2026-11-24 11:00", "2026-12-01 11:11", "Sessions"]
    assert [list(row) for row in sheet.rows] == [
        ["Bob", 1.0, "", 1],
        ["Cleo", "", 0.5, 1],
        ["Countess", 10.0, 5.0, 2],
    ]
    foreign = await world.live("mallory")
    with pytest.raises(NoProof):
        await world.attendance.series(ALICE, [first, foreign])


async def test_the_dates_of_a_planned_series(world: World) -> None:
    created = await world.series("FREQ=WEEKLY;COUNT=2")
    series_id, first = created.facts.series_id, created.facts.id
    with pytest.raises(NotFound, match="No date of this series was on air yet"):
        await world.attendance.of_series(ALICE, series_id)
    with pytest.raises(NotFound, match="There is no series with this ID"):
        await world.attendance.of_series(ALICE, str(uuid.uuid4()))
    world.clock.pass_seconds(47 * 3600 - 600)  # ten minutes before the start
    await world.sessions.go_live(ALICE, first)
    world.clock.pass_seconds(600 + 240)
    await attends(world, first, "bob", 45 * 60 - 240)
    world.clock.pass_seconds(1800)
    await attends(world, first, "late", 60)
    await world.sessions.end(ALICE, first)
    table = await world.attendance.of_series(ALICE, series_id)
    assert [c.session_id for c in table.columns] == [first]
    assert {p.name: p.seconds for p in table.people} == {"Bob": (41 * 60,), "Late": (60,)}
    with pytest.raises(NotAllowed):
        await world.attendance.of_series(browser("bob"), series_id)
    report = await world.attendance.report(ALICE, first)
    assert row(report, "Bob").status == Standing.PRESENT, "by the plan he was in time and stayed to the end"
    assert row(report, "Late").status == Standing.LATE


async def test_the_page_after_the_end_shows_each_what_is_his(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await world.see(sid, bob.identity)
    carol = await world.come("carol", sid, "co_host")
    await world.join("ben", sid)
    await world.chat.post(browser("bob"), sid, text="Look at https://example.org/a.")
    await world.chat.post(browser("carol"), sid, text="Thank you")
    secret = await world.chat.post(browser("bob"), sid, text="my password")
    await world.chat.delete(browser("bob"), sid, secret.id)
    await world.stage.raise_hand(browser("bob"), sid)
    world.clock.pass_seconds(1)
    await world.stage.bring(browser("carol"), sid, bob.member_id)
    world.clock.pass_seconds(1)
    ben = next(m for m in await world.moderation.members(ALICE, sid) if m.name == "Ben")
    await world.moderation.remove(ALICE, sid, ben.id)
    assert await world.history.of(ALICE, sid) == History(), "not before the end"
    world.clock.pass_seconds(60)
    await world.sessions.end(ALICE, sid)

    for host in (ALICE, browser("carol")):
        seen = await world.history.of(host, sid)
        assert seen.report is not None
        assert {one.name for one in seen.report.people} == {"Bob", "Carol"}
        assert seen.acts is not None
        acts = [(act.actor_name, act.act) for act in seen.acts]
        assert [a for a in acts if a[1] != "invite"] == [
            ("Bob", "raise hand"),
            ("Carol", "on stage"),
            ("Alice", "remove"),
        ]
    assert carol.role == Role.CO_HOST

    seen = await world.history.of(browser("bob"), sid)
    assert (seen.report, seen.acts) == (None, None)
    assert (seen.start, seen.end) == (world.began, world.clock())
    assert seen.lines is not None
    assert [line.message.text for line in seen.lines] == ["Look at https://example.org/a.", "Thank you", ""]
    assert [(p.text, p.href) for p in seen.lines[0].pieces] == [
        ("Look at ", ""),
        ("https://example.org/a", "https://example.org/a"),
        (".", ""),
    ]

    for stranger in (STRANGER, browser("mallory"), browser("ben")):
        assert await world.history.of(stranger, sid) == History()
    admin = await world.history.of(await world.with_account("root", admin=True), sid)
    assert admin.report is not None
    assert admin.lines is None, "what was said is the members'"


async def test_searching_the_archive(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    for text in ("Ärger mit dem Ton", "der TON ist weg", "und jetzt das Bild"):
        await world.chat.post(browser("bob"), sid, text=text)
    gone = await world.chat.post(browser("bob"), sid, text="Ton und ärger")
    await world.chat.delete(browser("bob"), sid, gone.id)
    await world.sessions.end(ALICE, sid)

    async def found(words: str, **more: int) -> tuple[int, int, list[int]]:
        seen = await world.history.of(ALICE, sid, search=words, **more)
        return seen.messages, seen.found, [line.message.number for line in seen.lines or ()]

    assert await found("") == (4, 4, [1, 2, 3, 4])
    assert await found("", lines=2) == (4, 4, [3, 4])
    assert await found("ton") == (4, 2, [1, 2])
    assert await found("  TON ärger ") == (4, 1, [1]), "a deleted message is found by nothing"
    assert await found("bob bild") == (4, 1, [3]), "by its author too"
    assert await found("%") == (4, 0, [])
    with pytest.raises(BadInput):
        await found("x" * 201)
