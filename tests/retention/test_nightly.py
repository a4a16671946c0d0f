"""What is past its time goes at night: the right parts, once, also when the worker is killed half way."""

import asyncio
import logging
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from donfra_live.accounts.rules import LinkKind
from donfra_live.errors import BadInput, NotAllowed
from donfra_live.live_sessions.views import Actor
from donfra_live.models import (
    Connection,
    ExternalTry,
    LiveSession,
    Login,
    Member,
    NightlyRun,
    OneTimeLink,
    OutgoingEvent,
    Recording,
    WebhookEvent,
)
from donfra_live.recordings.rules import RecordingStatus
from donfra_live.retention.files import SessionFiles
from donfra_live.retention.nightly import Nightly
from donfra_live.retention.rules import Keep, Part, clean_keep_days, due_parts, in_words, last_night, shorter
from donfra_live.settings import Settings
from donfra_live.wiring import Wiring
from tests.app_process import ROOT
from tests.retention.filling import everything, fill, naming
from tests.rows import rows_of
from tests.world import World, browser

DAY = 86_400
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def night(world: World, machine: str = "here", **keep: int) -> Nightly:
    files = SessionFiles(world.data_dir if machine == "here" else world.data_dir.with_name(machine))
    return Nightly(
        world.db, world.clock, files, Keep(**keep), world.counting, hour=3, machine=lambda: machine
    )


async def session_with(world: World, *writers: str, silent: str = "") -> str:
    """An ended session of alice in which these wrote, and this one did not."""
    sid = await world.live()
    for who in (*writers, silent):
        if who:
            await world.come(who, sid)
    for who in writers:
        await world.chat.post(browser(who), sid, text="hello")
    await world.sessions.end(browser("alice"), sid)
    return sid


async def counts(world: World, sid: str) -> Counter[str]:
    found = await everything(world.db)
    return Counter(
        name for name, rows in found.items() for row in rows if sid in {row.get("session_id"), row.get("id")}
    )


def test_days_of_installation_and_session() -> None:
    assert [shorter(0, None), shorter(30, None), shorter(0, 7), shorter(30, 7), shorter(7, 30)] == [
        0,
        30,
        7,
        7,
        7,
    ]
    keep = Keep(chat=10, attendance=20, recordings=0)
    parts = {days: due_parts(NOW - timedelta(days=days), None, keep, NOW) for days in (9, 10, 20)}
    assert parts == {9: set(), 10: {Part.CHAT}, 20: {Part.CHAT, Part.ATTENDANCE}}
    assert due_parts(NOW - timedelta(days=5), 5, keep, NOW) == set(Part)


@pytest.mark.parametrize("wrong", [0, -1, True, "7", 1.5, 40_000, [7]])
def test_no_numbers_of_days(wrong: object) -> None:
    with pytest.raises(BadInput):
        clean_keep_days(wrong)


def test_when_the_night_was() -> None:
    assert last_night(NOW, 3) == NOW.replace(hour=3)
    assert last_night(NOW, 10) == NOW
    assert last_night(NOW, 11) == NOW.replace(hour=11) - timedelta(days=1)


async def test_nothing_goes_until_somebody_says_so(world: World) -> None:
    sid = await session_with(world, "bob")
    before = await counts(world, sid)
    world.clock.pass_seconds(10_000 * DAY)
    assert await night(world).run_if_due() == {}
    assert await counts(world, sid) == before


async def test_chat_first_then_who_was_there_then_all(world: World) -> None:
    sid = await session_with(world, "bob", silent="carol")
    (world.data_dir / "recordings" / sid).mkdir(parents=True)
    (world.data_dir / "recordings" / sid / "1.mp4").write_bytes(b"film")
    job = night(world, attendance=10, chat=20, recordings=30, sessions=40)
    world.clock.pass_seconds(9 * DAY)
    assert not {"chat_message", "connection"} & (await job.run(world.clock())).keys()
    world.clock.pass_seconds(1 * DAY)
    removed = await job.run(world.clock())
    assert (removed["member"], removed["connection"]) == (1, 2), "Carol, who wrote nothing"
    assert (await counts(world, sid))["chat_message"] == 1
    assert {m.name for m in await rows_of(world.db, Member)} == {"Alice", "Bob"}
    world.clock.pass_seconds(10 * DAY)
    assert await job.run(world.clock()) == {"chat_message": 1, "member": 1}
    assert {m.name for m in await rows_of(world.db, Member)} == {"Alice"}
    assert (await world.retention.holdings(browser("alice"), sid)).files == 1, "she is still its host"
    world.clock.pass_seconds(10 * DAY)
    assert await job.run(world.clock()) == {"files": 1}
    assert await job.run(world.clock()) == {}
    world.clock.pass_seconds(10 * DAY)
    assert (await job.run(world.clock()))["live_session"] == 1
    assert naming(await everything(world.db), sid) == set()


@pytest.mark.parametrize("part", Part)
async def test_every_table_can_go_part_by_part(world: World, part: Part) -> None:
    """Whatever tables there are: no row of one part holds up another's."""
    sid = await session_with(world, "bob")
    await fill(world.db, sid, (await world.with_account("ada")).account)
    world.clock.pass_seconds(2 * DAY)
    for one in (part, *(other for other in Part if other != part)):
        await night(world, **{one.value: 1}).run(world.clock())
    left = await counts(world, sid)
    assert set(left) == {"live_session", "session_figures", "member", "member_browser"}
    assert (left["member"], left["member_browser"]) == (1, 1)


async def test_a_session_may_be_kept_for_a_shorter_time(world: World) -> None:
    short, normal = await session_with(world, "bob"), await session_with(world, "bob")
    with pytest.raises(NotAllowed):
        await world.house.change(browser("bob"), short, {"keep_days": 2})
    facts = await world.house.change(browser("alice"), short, {"keep_days": 2})  # it is over: still possible
    assert facts.keep_days == 2
    world.clock.pass_seconds(3 * DAY)
    await night(world).run(world.clock())
    assert "chat_message" not in await counts(world, short)
    assert (await counts(world, normal))["chat_message"] == 1
    assert (await world.house.change(browser("alice"), normal, {"keep_days": None})).keep_days is None


async def test_a_session_on_air_keeps_everything(world: World) -> None:
    sid = await world.live()
    await world.come("bob", sid)
    await world.chat.post(browser("bob"), sid, text="hello")
    world.clock.pass_seconds(100 * DAY)
    await night(world, chat=1, attendance=1, recordings=1, sessions=1).run(world.clock())
    left = await counts(world, sid)
    assert (left["chat_message"], left["live_session"]) == (1, 1)


async def test_what_served_its_time(world: World) -> None:
    sid = await world.live()
    joined = await world.come("bob", sid)
    await world.admissions.arrive(browser("carol"), sid)  # never joins
    await world.join("dora", sid)  # never connects
    account, then = (await world.with_account("ada")).account, world.clock()
    old, fresh = {"created_at": then, "used_at": then}, then + timedelta(days=31)
    async with world.db.transaction() as db:
        for n, at in enumerate((then, fresh)):
            db.add(
                WebhookEvent(id=f"E{n}", kind="k", session_id=sid, body="{}", received_at=at, processed_at=at)
            )
            db.add(OutgoingEvent(id=f"msg_{n}", kind="created", session_id=sid, body="{}", created_at=at))
            db.add(Login(account_id=account, key_hash=f"l{n}", **(old if n == 0 else {"used_at": at})))
            key = f"k{n}"
            db.add(OneTimeLink(key_hash=key, kind=LinkKind.RESET, account_id=account, expires_at=at))
            db.add(ExternalTry(state_hash=key, browser_hash="", nonce="", verifier="", created_at=at))
        unknown = {"session_id": "no session", "received_at": fresh, "processed_at": fresh}
        db.add(WebhookEvent(id="E-unknown", kind="k", body="{}", **unknown))
    world.clock.time = fresh - timedelta(minutes=5)
    removed = await night(world).run(world.clock())
    assert removed == {
        "connection": 2,
        "webhook_event": 2,
        "outgoing_event": 1,
        "login": 1,
        "one_time_link": 1,
        "external_try": 1,
    }
    assert [c.id for c in await rows_of(world.db, Connection)] == [joined.identity]


async def test_what_still_waits_for_a_webhook_that_is_on_stays(world: World) -> None:
    admin = await world.with_account("root", admin=True)
    hooks = [await world.webhooks.create(admin, url=f"https://lms.example.org/{n}") for n in range(2)]
    await world.webhooks.change(admin, hooks[1].id, events=["ended"])
    await session_with(world, "bob")
    before = {row.kind for row in await rows_of(world.db, OutgoingEvent)}
    await world.webhooks.change(admin, hooks[0].id, enabled=False)
    world.clock.pass_seconds(31 * DAY)
    await night(world).run(world.clock())
    assert before > {"ended"} == {row.kind for row in await rows_of(world.db, OutgoingEvent)}
    await world.webhooks.change(admin, hooks[1].id, enabled=False)
    await night(world).run(world.clock())
    assert await rows_of(world.db, OutgoingEvent) == []


async def recorded(world: World, sid: str, machine: str) -> Path:
    """A recording whose file is in this machine's data folder."""
    row = Recording(session_id=sid, started_by="Alice", machine=machine, status=RecordingStatus.READY)
    async with world.db.transaction() as db:
        db.add(row)
    root = world.data_dir if machine == "here" else world.data_dir.with_name(machine)
    file = root / "recordings" / sid / row.id / "recording.mp4"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"film")
    return file


async def test_each_machine_removes_its_own_recordings(world: World) -> None:
    """What is on another one stays until its own night; the rest of the session goes at once."""
    sid = await session_with(world, "bob")
    here, there = await recorded(world, sid, "here"), await recorded(world, sid, "there")
    keep = {"chat": 1, "recordings": 1, "sessions": 1}
    world.clock.pass_seconds(2 * DAY)
    removed = await night(world, **keep).run(world.clock())
    assert (removed["chat_message"], here.exists(), there.exists()) == (1, True, True)
    assert (await counts(world, sid))["recording"] == 2, "whose files could not all be removed"
    assert await night(world, **keep).run_own_if_due() == {"files": 1}
    assert (here.exists(), there.exists()) == (False, True)
    assert await night(world, **keep).run(world.clock()) == {}
    assert await night(world, "there", **keep).run_own_if_due() == {"files": 1}, "its own night"
    assert not there.exists()
    assert await night(world, "there", **keep).run_own_if_due() is None
    await night(world, **keep).run(world.clock())
    assert naming(await everything(world.db), sid) == set()


async def test_a_machine_keeps_recordings_whose_time_is_not_up(world: World) -> None:
    sid = await session_with(world, "bob")
    file = await recorded(world, sid, "here")
    world.clock.pass_seconds(2 * DAY)
    assert await night(world, chat=1, recordings=9).run_own(world.clock()) == {}
    assert file.exists()
    assert (await counts(world, sid))["recording"] == 1


async def test_once_a_night_and_as_soon_as_possible_when_missed(world: World) -> None:
    job = night(world, chat=1)
    assert await job.run_if_due() is not None, "the first time"
    for seconds, due in ((60, False), (16 * 3600, False), (3600, True), (60, False), (5 * DAY, True)):
        world.clock.pass_seconds(seconds)
        assert (await job.run_if_due() is not None) == due
    assert [run.id for run in await rows_of(world.db, NightlyRun)] == ["retention"]


_KILLED = """
import asyncio, os, signal, sys
from datetime import datetime, timedelta
from pathlib import Path
from donfra_live.db import Database
from donfra_live.retention.files import SessionFiles
from donfra_live.recordings.rules import RecordingStatus
from donfra_live.retention.files import SessionFiles
from donfra_live.retention.nightly import Nightly
from donfra_live.retention.rules import Keep
from donfra_live.settings import Settings
from donfra_live.stats.counting import Counting

class Deadly(SessionFiles):
    left = 3

    def remove(self, session_id):
        count = super().remove(session_id)
        Deadly.left -= 1
        if Deadly.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return count

settings = Settings(donfra_data_dir=sys.argv[1], database_url=sys.argv[2])
now = datetime.fromisoformat(sys.argv[3])
keep = Keep(chat=1, attendance=1, recordings=1)
db = Database(settings)
counting = Counting(db, lambda: now, early=timedelta(minutes=5))
files = Deadly(settings.data_dir)
job = Nightly(db, lambda: now, files, keep, counting, hour=3, machine=lambda: "here")
asyncio.run(job.run_if_due())
"""


async def test_killed_half_way_the_next_start_goes_on(world: World, settings: Settings) -> None:
    for _ in range(5):
        await session_with(world, "bob")
    world.clock.pass_seconds(2 * DAY)
    words = [str(settings.data_dir), settings.database_url, world.clock().isoformat()]
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", _KILLED, *words], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == -9, done.stderr
    rows = await rows_of(world.db, LiveSession)
    assert Counter(bool(row.removed) for row in rows) == {True: 2, False: 3}
    for row in rows:  # a session is done or is not
        assert bool(row.removed) == ((await counts(world, row.id))["chat_message"] == 0)
    assert await rows_of(world.db, NightlyRun) == []
    removed = await night(world, chat=1, attendance=1, recordings=1).run_if_due()
    assert removed is not None
    assert removed["chat_message"] == 3
    assert all(row.removed for row in await rows_of(world.db, LiveSession))


async def test_the_log_says_how_many(
    world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await session_with(world, "bob")
    async with world.db.transaction() as db:
        for row in await rows_of(world.db, LiveSession):
            row.ended_at = NOW - timedelta(days=400)
            await db.merge(row)
    wiring = Wiring(settings.model_copy(update={"keep_chat_days": 300}))
    caplog.set_level(logging.INFO)
    await wiring._do_night()
    await wiring._do_night()
    for part in wiring._to_close:
        await part.close()
    said = [line for line in caplog.messages if "nightly removal" in line]
    assert said == ["donfra live: the nightly removal is done: 1 chat_message"]
    assert in_words({"member": 0}) == "nothing"


async def test_an_admin_says_nothing_about_a_session_that_is_not_his(world: World) -> None:
    sid = await world.live()
    admin: Actor = await world.with_account("root", admin=True)
    with pytest.raises(Exception, match="Join the session first"):
        await world.house.change(admin, sid, {"keep_days": 2})
