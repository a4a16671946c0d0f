"""Reminders by e-mail: to hosts and who asked, once each, again after a failure or a new date."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from donfra_live.errors import NoMail, NotSignedIn, WrongState
from donfra_live.live_sessions.views import Actor
from donfra_live.scheduling.reminders import MOST_TRIES, Reminders, said
from tests.fakes import RecordedMail
from tests.world import TIMES, World, browser


async def plan(world: World, host: Actor, hours: float = 2) -> str:
    start = world.clock() + timedelta(hours=hours)
    wishes = {"starts_at": start.isoformat(), "timezone": "Europe/Berlin"}
    created = await world.scheduling.dates.plan(host, wishes=wishes, title="Algebra", owner_name="Ada")
    return created.facts.id


def to(world: World) -> list[str]:
    return [mail[0] for mail in world.mail.sent]


async def test_hosts_and_who_asked_are_reminded_once(world: World) -> None:
    ada, eve = await world.with_account("ada"), await world.with_account("eve")
    sid = await plan(world, ada)
    assert await world.scheduling.reminders.wish(eve, sid) is False
    await world.scheduling.reminders.ask(eve, sid, wanted=True)
    assert await world.scheduling.reminders.wish(eve, sid) is True
    await world.scheduling.reminders.send_due()
    assert to(world) == [], "two hours before is too early"
    world.clock.pass_seconds(3600)
    for _ in range(3):
        await world.scheduling.reminders.send_due()
    assert sorted(to(world)) == ["ada@example.org", "eve@example.org"]
    _, subject, text = world.mail.sent[0]
    assert subject == "Soon: Algebra"
    assert "Tuesday, 24 November 2026 at 13:00 (Europe/Berlin, 12:00 UTC)" in text
    assert f"https://live.example.org/live/{sid}" in text


async def test_two_workers_at_once_send_one(world: World) -> None:
    ada = await world.with_account("ada")
    await plan(world, ada, hours=1)
    other = Reminders(world.db, world.scheduling.reminders._ports, world.mail, TIMES, "https://x.example")
    await world.scheduling.reminders.send_due()
    world.mail.sent.clear()
    await world.scheduling.dates.change(ada, await plan(world, ada, hours=0.9), {"title": "B"})
    await asyncio.gather(
        *(r.send_due() for r in (world.scheduling.reminders, other, other)), return_exceptions=True
    )
    assert to(world) == ["ada@example.org"]


async def test_a_new_date_reminds_anew_and_who_did_not_ask_hears_nothing_of_a_cancelled_one(
    world: World,
) -> None:
    ada = await world.with_account("ada")
    sid = await plan(world, ada, hours=1)
    await world.scheduling.reminders.send_due()
    await world.scheduling.dates.change(ada, sid, {"starts_at": "2026-11-25T10:00Z"})
    await world.scheduling.reminders.send_due()
    assert len(world.mail.sent) == 1
    world.clock.time = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    await world.scheduling.reminders.send_due()
    assert len(world.mail.sent) == 2
    off = await plan(world, ada, hours=0.5)
    await world.scheduling.dates.cancel(ada, off)
    await world.scheduling.reminders.send_due()
    assert len(world.mail.sent) == 2


@pytest.mark.parametrize("reminded", [False, True])
@pytest.mark.parametrize("whole", [False, True], ids=["one date", "the series"])
async def test_who_asked_is_told_once_that_it_is_called_off(
    world: World, reminded: bool, whole: bool
) -> None:
    host, eve = await world.with_account("ada"), await world.with_account("eve")
    made = await world.series(actor=host)
    sid, reminders = made.facts.id, world.scheduling.reminders
    await reminders.ask(eve, sid, wanted=True)
    if reminded:
        world.clock.time = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)
        await reminders.send_due()
        assert "eve@example.org" in to(world)
        world.mail.sent.clear()
    if whole:
        await world.scheduling.series.cancel(host, made.facts.series_id)
    else:
        await world.scheduling.dates.cancel(host, sid)
    for _ in range(2):
        await reminders.send_due()
    [text] = [text for who, subject, text in world.mail.sent if who == "eve@example.org"]
    assert "was called off by its host" in text
    assert "Thursday, 26 November 2026 at 10:00" in text


async def test_what_was_called_off_long_ago_is_not_told(world: World) -> None:
    host, eve = await world.with_account("ada"), await world.with_account("eve")
    sid = await plan(world, host, hours=48)
    await world.scheduling.reminders.ask(eve, sid, wanted=True)
    await world.scheduling.dates.cancel(host, sid)
    world.clock.pass_seconds(25 * 3600)
    await world.scheduling.reminders.send_due()
    assert to(world) == []


class BrokenMail(RecordedMail):
    tries = 0

    async def send(self, to: str, subject: str, text: str) -> None:
        self.tries += 1
        raise OSError("no route")


async def test_a_server_that_refuses_is_tried_again_but_not_for_ever(world: World) -> None:
    ada = await world.with_account("ada")
    await plan(world, ada, hours=1)
    broken, ports = BrokenMail(), world.scheduling.reminders._ports
    for _ in range(MOST_TRIES + 2):
        await Reminders(world.db, ports, broken, TIMES, "https://x.example").send_due()
    assert broken.tries == MOST_TRIES


async def test_who_may_ask_and_for_what(world: World) -> None:
    reminders, ada = world.scheduling.reminders, await world.with_account("ada")
    sid = await plan(world, ada)
    with pytest.raises(NotSignedIn):
        await reminders.ask(browser("bob"), sid, wanted=True)
    with pytest.raises(WrongState):
        await reminders.ask(ada, await world.live(), wanted=True)
    await reminders.ask(ada, sid, wanted=True)
    await reminders.ask(ada, sid, wanted=True)
    assert await reminders.ask(ada, sid, wanted=False) is False
    world.mail.is_on = False
    assert await reminders.wish(ada, sid) is None
    with pytest.raises(NoMail):
        await reminders.ask(ada, sid, wanted=True)
    world.clock.pass_seconds(5400)
    await reminders.send_due()
    assert world.mail.sent == []


def test_a_date_in_words() -> None:
    start = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    assert said(start, "UTC") == "Wednesday, 1 July 2026 at 08:00 (UTC)"
    assert said(start, "America/New_York") == (
        "Wednesday, 1 July 2026 at 04:00 (America/New_York, 08:00 UTC)"
    )
