"""Delivery over real HTTP: signed, tried again, given up, switched off, and never to where it may not go."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Mapping

import pytest
from standardwebhooks import Webhook

from donfra_live.live_sessions.views import Actor
from donfra_live.models import Delivery, OutgoingEvent, WebhookEndpoint
from donfra_live.outgoing.delivering import Delivering
from donfra_live.outgoing.ports import NotSent
from donfra_live.outgoing.rules import LONGEST_PAUSE, MOST_TRIES, DeliveryState
from donfra_live.settings import Settings
from donfra_live.webhook_sender import HttpSender
from tests.app_process import ROOT
from tests.outgoing.conftest import deliver, secret_of
from tests.outgoing.receiver import BREAK, HANG, Receiver
from tests.rows import rows_of
from tests.world import World, browser


async def test_delivered_once_signed_for_the_other_side(
    world: World, hook: str, receiver: Receiver, delivering: Delivering
) -> None:
    world.clock.time = world.clock.time.now(
        world.clock.time.tzinfo
    )  # the library compares with the real time
    await world.live()
    await deliver(delivering)
    await deliver(delivering)
    assert sorted(receiver.kinds) == ["session.created", "session.started"]
    checker = Webhook(await secret_of(world, hook))
    for got in receiver.got:
        assert checker.verify(got.body, got.headers) == got.event
        assert got.headers["content-type"] == "application/json"
    rows = await rows_of(world.db, Delivery)
    assert {(r.state, r.tries, r.last_status) for r in rows} == {(DeliveryState.DELIVERED, 1, 204)}


@pytest.mark.parametrize("trouble", [500, 404, 301, 308, HANG, BREAK])
async def test_tried_again_until_it_recovers(
    world: World, hook: str, receiver: Receiver, delivering: Delivering, trouble: int
) -> None:
    receiver.extra = "location: http://127.0.0.1:1/elsewhere\r\n"
    sid = await world.live()
    await deliver(delivering)
    receiver.got.clear()
    receiver.answers = [trouble, trouble]
    await world.sessions.end(browser("alice"), sid)
    for wait in (0, 5, 15, 45):
        world.clock.pass_seconds(wait)
        await deliver(delivering)
    assert receiver.kinds == ["session.ended"] * 3, "twice in trouble, then taken, then no more"
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    stamps = [int(got.headers["webhook-timestamp"]) for got in receiver.got]
    assert [b - a for a, b in zip(stamps, stamps[1:], strict=False)] == [5, 15]
    (row,) = [r for r in await rows_of(world.db, Delivery) if r.tries > 1]
    assert (row.state, row.tries, row.last_status, row.last_error) == (DeliveryState.DELIVERED, 3, 204, "")


async def test_it_is_given_up_after_the_last_try_and_can_be_sent_again(
    world: World, admin: Actor, hook: str, receiver: Receiver, delivering: Delivering
) -> None:
    await world.webhooks.change(admin, hook, events=["created"])
    receiver.status = 503
    await world.live()
    for _ in range(MOST_TRIES + 3):
        await deliver(delivering)
        world.clock.pass_seconds(LONGEST_PAUSE)
    assert len(receiver.got) == MOST_TRIES
    (entry,) = await world.webhooks.deliveries(admin, hook)
    assert (entry.state, entry.tries, entry.error) == (DeliveryState.FAILED, MOST_TRIES, "It answered 503.")
    assert entry.next_at is None
    receiver.status = 200
    await world.webhooks.send_again(admin, hook, entry.id)
    await deliver(delivering)
    (entry,) = await world.webhooks.deliveries(admin, hook)
    assert (entry.state, entry.tries, entry.status) == (DeliveryState.DELIVERED, 1, 200)
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1


async def test_410_turns_it_off(
    world: World, admin: Actor, hook: str, receiver: Receiver, delivering: Delivering
) -> None:
    await world.webhooks.change(admin, hook, events=["created"])
    receiver.status = 410
    await world.live()
    await deliver(delivering)
    (view,) = await world.webhooks.list(admin)
    assert (view.enabled, view.failed) == (False, 1)
    assert "410" in view.problem
    await world.live()
    world.clock.pass_seconds(LONGEST_PAUSE)
    await deliver(delivering)
    assert len(receiver.got) == 1
    assert (await world.webhooks.change(admin, hook, enabled=True)).problem == ""


async def test_one_that_hangs_holds_nobody_up(
    world: World, admin: Actor, hook: str, receiver: Receiver, delivering: Delivering
) -> None:
    receiver.status = HANG
    async with Receiver().open() as quick:
        await world.webhooks.create(admin, url=quick.url)
        await world.live()
        await delivering.round()
        await asyncio.wait_for(quick.came.wait(), 5)
        quick.got.clear()
        quick.came.clear()
        await world.live()
        await delivering.round()
        await asyncio.wait_for(quick.came.wait(), 5)
        await delivering.settled()


async def test_many_go_out_in_one_round(
    world: World, admin: Actor, hook: str, receiver: Receiver, delivering: Delivering
) -> None:
    for _ in range(8):
        await world.live()
    await deliver(delivering)
    assert len(receiver.got) == 16


async def test_a_deleted_webhook_gets_nothing_more(
    world: World, admin: Actor, hook: str, receiver: Receiver, delivering: Delivering
) -> None:
    receiver.status = 500
    await world.live()
    await deliver(delivering)
    await world.webhooks.delete(admin, hook)
    receiver.got.clear()
    world.clock.pass_seconds(LONGEST_PAUSE)
    await deliver(delivering)
    assert receiver.got == []
    assert await rows_of(world.db, Delivery) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]"])
async def test_nothing_is_connected_to_here(receiver: Receiver, host: str) -> None:
    sender = HttpSender(private=False)
    with pytest.raises(NotSent, match="on this machine or in a private network"):
        await sender.post(f"http://{host}:{receiver.port}/", {}, b"{}")
    assert receiver.got == []


async def test_a_name_is_judged_by_what_it_leads_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public name that leads to us, and one that leads elsewhere the second time it is asked for."""
    answers = ["127.0.0.1", "93.184.216.34"]
    asked: list[str] = []

    async def getaddrinfo(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        return [(2, 1, 6, "", (answers[min(len(asked), len(answers)) - 1], port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    with pytest.raises(NotSent, match="private network"):
        await HttpSender(private=False).post(f"http://lms.example.org:{receiver.port}/", {}, b"{}")
    assert asked == ["lms.example.org"]
    assert receiver.got == []


async def test_what_goes_wrong_is_said_without_the_address(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    sender = HttpSender(private=True, patience=0.2)
    for url, said in (
        ("http://127.0.0.1:1/?token=hidden", "It could not be reached"),
        ("http://no-such-host.invalid/?token=hidden", "It could not be reached"),
        ("http://a..b/?token=hidden", "It could not be reached"),
        (f"https://127.0.0.1:{receiver.port}/?token=hidden", ""),
    ):
        with pytest.raises(NotSent) as error:
            await sender.post(url, {}, b"{}")
        assert str(error.value).startswith(said)
        assert "hidden" not in str(error.value)
    assert "hidden" not in caplog.text


async def test_no_secret_in_the_log(
    world: World,
    admin: Actor,
    hook: str,
    receiver: Receiver,
    delivering: Delivering,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.answers = [500, BREAK, 410]
    await world.live()
    await deliver(delivering)
    world.clock.pass_seconds(60)
    await deliver(delivering)
    assert "answered 410 and is off now" in caplog.text
    assert await secret_of(world, hook) not in caplog.text
    assert "hidden" not in caplog.text


_COMMIT_AND_DIE = """
import asyncio, os, signal, sys
from donfra_live.db import Database
from donfra_live.settings import Settings
from tests.world import World

async def main():
    world = World(Database(Settings(donfra_data_dir=sys.argv[1], database_url=sys.argv[2])))
    await world.live()
    print("acknowledged", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_a_kill_between_commit_and_delivery_loses_nothing(
    world: World, settings: Settings, hook: str, receiver: Receiver, delivering: Delivering
) -> None:
    words = [sys.executable, "-c", _COMMIT_AND_DIE, str(settings.data_dir), settings.database_url]
    done = await asyncio.to_thread(
        subprocess.run, words, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("acknowledged\n", -9), done.stderr
    await deliver(delivering)
    assert sorted(receiver.kinds) == ["session.created", "session.started"]


async def test_a_kill_between_delivery_and_writing_it_down_sends_it_again(
    world: World, admin: Actor, hook: str, receiver: Receiver, delivering: Delivering
) -> None:
    """At least once: it was received, and the worker died before it could say so."""
    await world.webhooks.change(admin, hook, events=["created"])
    receiver.answers = [HANG]
    await world.live()
    await delivering.round()
    await asyncio.wait_for(receiver.came.wait(), 5)
    await delivering.close()  # as far as the database knows nothing was sent
    assert {row.tries for row in await rows_of(world.db, Delivery)} == {0}
    again = Delivering(world.db, HttpSender(private=True), world.clock)
    await deliver(again)
    ids = [got.headers["webhook-id"] for got in receiver.got]
    assert (len(ids), len(set(ids))) == (2, 1)
    assert {row.state for row in await rows_of(world.db, Delivery)} == {DeliveryState.DELIVERED}


async def test_what_cannot_be_written_down_lets_nothing_run_on(
    world: World, hook: str, receiver: Receiver, delivering: Delivering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next round sends again what is still on its way."""
    await world.live()  # two events
    over, really = list[str](), delivering._try

    async def tries(delivery: Delivery, event: OutgoingEvent, endpoint: WebhookEndpoint) -> None:
        if event.kind == "created":
            raise OSError("the database is away")
        await asyncio.sleep(0.05)
        await really(delivery, event, endpoint)
        over.append(event.kind)

    monkeypatch.setattr(delivering, "_try", tries)
    await deliver(delivering)
    assert over == ["started"]
    monkeypatch.setattr(delivering, "_try", really)
    await deliver(delivering)
    assert sorted(receiver.kinds) == ["session.created", "session.started"]


async def test_what_can_never_be_sent_is_given_up_and_holds_up_nothing(
    world: World,
    admin: Actor,
    hook: str,
    receiver: Receiver,
    delivering: Delivering,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await world.webhooks.change(admin, hook, events=["created"])
    really, broken = delivering._sender.post, [await world.live() for _ in range(6)]  # more than go at once

    async def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
        if any(sid.encode() in body for sid in broken):
            raise RuntimeError("no such thing")
        return await really(url, headers, body)

    monkeypatch.setattr(delivering._sender, "post", post)
    fine = await world.live()
    for _ in range(MOST_TRIES + 1):
        await deliver(delivering)
        world.clock.pass_seconds(LONGEST_PAUSE)
    assert [got.event["data"]["session_id"] for got in receiver.got] == [fine]
    entries = await world.webhooks.deliveries(admin, hook)
    given_up = [entry for entry in entries if entry.state == DeliveryState.FAILED]
    assert {entry.session_id for entry in given_up} == set(broken)
    assert {(entry.tries, entry.error) for entry in given_up} == {
        (MOST_TRIES, "It could not be sent; the log says why.")
    }
