"""Recordings as hosts see them: a real database, and a recorder that says what a test wants."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.errors import BadInput, NoProof, NoSpace, NotAllowed, NotFound, NotOnAir, WrongState
from donfra_live.models import LogEntry, OutgoingEvent, Recording
from donfra_live.outgoing.service import Webhooks
from donfra_live.recordings import repository
from donfra_live.recordings.ports import Gap
from donfra_live.recordings.rules import RecordingStatus as S
from donfra_live.recordings.service import LOST
from tests.rows import rows_of
from tests.world import World, browser

ALICE = browser("alice")


async def begun(world: World) -> tuple[str, str]:
    """A session on air and its recording that runs."""
    sid = await world.live()
    view = await world.recordings.start(ALICE, sid)
    world.recorder.becomes(view.id, S.RECORDING)
    await world.recordings.follow()
    return sid, view.id


async def test_the_story_of_a_recording(world: World) -> None:
    sid, rid = await begun(world)
    assert (world.recorder.jobs[0].title, world.recorder.jobs[0].session_id) == ("Algebra", sid)
    world.recorder.becomes(rid, S.RECORDING, seconds=1.25, bytes=900)
    running = await world.library.one(ALICE, rid)
    assert (running.status, running.seconds, running.bytes) == (S.RECORDING, 1.25, 900)
    assert (await world.sessions.facts(sid)).recording, "who comes is told"
    assert (await world.recordings.pause(ALICE, rid)).status == S.PAUSED
    assert (await world.recordings.resume(ALICE, rid)).status == S.RECORDING
    assert (await world.recordings.stop(ALICE, rid)).status == S.FINISHING
    assert not (await world.sessions.facts(sid)).recording
    with pytest.raises(WrongState, match="not ready yet"):
        await world.library.file(ALICE, rid)
    world.recorder.is_ready(sid, rid, b"film")
    assert (await world.library.file(ALICE, rid)).content.read_bytes() == b"film"  # as soon as it is said
    await world.recordings.follow()
    [ready] = await world.library.of_session(ALICE, sid)
    assert (ready.status, ready.seconds, ready.started_by) == (S.READY, 2.5, "Alice")
    assert ready.ended_at == world.clock()
    found = await world.library.file(ALICE, rid)
    assert (found.content.read_bytes(), found.kind, found.name) == (b"film", "video/mp4", "Algebra.mp4")
    acts = {(who, act) for who, act, _ in await world.log(sid)}
    wanted = {"record", "pause recording", "resume recording", "stop recording", "watch recording"}
    assert acts == {("Alice", act) for act in wanted}


async def test_pages_are_told_when_it_becomes_something_else_and_not_each_second(world: World) -> None:
    sid, rid = await begun(world)
    world.updates.published.clear()
    for second in range(30):
        world.recorder.becomes(rid, S.RECORDING, seconds=float(second))
        await world.recordings.follow()
    assert world.updates.published == []
    assert (await rows_of(world.db, Recording))[0].milliseconds >= 24_000
    world.recorder.becomes(rid, S.FAILED, reason="The disk was full.")
    await world.recordings.follow()
    assert world.updates.published == [sid]
    assert (await world.library.one(ALICE, rid)).reason == "The disk was full."


async def test_gaps_are_kept(world: World) -> None:
    _, rid = await begun(world)
    world.recorder.becomes(rid, S.READY, gaps=(Gap(1.5, 0.75), Gap(60.0, 2.0)))
    await world.recordings.follow()
    assert (await world.library.one(ALICE, rid)).gaps == (Gap(1.5, 0.75), Gap(60.0, 2.0))


async def test_a_refusal_leaves_nothing_behind(world: World) -> None:
    sid = await world.live()
    world.recorder.refusal = NoSpace("There is too little space to record.")
    with pytest.raises(NoSpace):
        await world.recordings.start(ALICE, sid)
    assert await rows_of(world.db, Recording) == await rows_of(world.db, LogEntry) == []
    assert not (await world.sessions.facts(sid)).recording


async def test_only_what_is_on_air_is_recorded_and_only_once_at_a_time(world: World) -> None:
    waiting = (await world.sessions.create(ALICE, title="Later", owner_name="Alice")).facts.id
    with pytest.raises(NotOnAir):
        await world.recordings.start(ALICE, waiting)
    sid, rid = await begun(world)
    with pytest.raises(WrongState, match="being recorded already"):
        await world.recordings.start(ALICE, sid)
    world.recorder.is_ready(sid, rid, b"film")
    await world.recordings.follow()
    await world.recordings.start(ALICE, sid)


async def test_wrong_wishes_and_wrong_people(world: World) -> None:
    sid, rid = await begun(world)
    for wrong in ({"layout": "circle"}, {"audio_only": "yes"}):
        with pytest.raises(BadInput):
            await world.recordings.start(ALICE, sid, **wrong)
    await world.come("bob", sid)
    for ask in (world.library.one, world.recordings.stop, world.library.file):
        with pytest.raises(NotAllowed):
            await ask(browser("bob"), rid)
        with pytest.raises(NotFound):
            await ask(ALICE, "no such id")


async def test_one_that_never_started_is_given_up(world: World) -> None:
    sid, rid = await begun(world)
    del world.recorder.known[rid]  # the app was killed before its recorder was there
    await world.recordings.follow()
    assert (await world.library.one(ALICE, rid)).status == S.RECORDING
    world.clock.time += timedelta(seconds=11)
    await world.recordings.follow()
    [lost] = await world.library.of_session(ALICE, sid)
    assert (lost.status, lost.reason) == (S.FAILED, LOST)


async def test_another_machines_recording_is_left_to_it(world: World) -> None:
    _, rid = await begun(world)
    async with world.db.transaction() as db:
        row = await db.get(Recording, rid)
        assert row
        row.machine = "there"
    del world.recorder.known[rid]
    world.clock.time += timedelta(seconds=60)
    await world.recordings.follow()
    assert (await world.library.one(ALICE, rid)).status == S.RECORDING


async def test_others_are_told_when_it_is_ready_once(world: World) -> None:
    admin = await world.with_account("root", admin=True)
    await Webhooks(world.db, world.clock, private=True).create(
        admin, url="http://127.0.0.1:9/", events=["recording_ready"]
    )
    sid, rid = await begun(world)
    world.recorder.is_ready(sid, rid, b"film")
    await world.recordings.follow()
    await world.recordings.follow()
    [event] = await rows_of(world.db, OutgoingEvent)
    body = json.loads(event.body)
    assert body["type"] == "session.recording_ready"
    assert body["data"]["recording"] == {"recording_id": rid, "seconds": 2.5, "bytes": 4}


async def test_the_files_go_with_the_session(world: World) -> None:
    sid, rid = await begun(world)
    world.recorder.is_ready(sid, rid, b"film")
    await world.recordings.follow()
    await world.sessions.end(ALICE, sid)
    assert f"recordings/{sid}/{rid}/recording.mp4" in await world.export(ALICE, sid)
    assert ("Alice", "export", "") in await world.log(sid), "who exported is in the log"
    await world.retention.delete(ALICE, sid)
    assert not list((world.data_dir / "recordings").rglob("*.mp4"))
    assert await rows_of(world.db, Recording) == []


async def test_one_that_is_over_is_deleted_with_its_files(world: World) -> None:
    sid, rid = await begun(world)
    with pytest.raises(WrongState, match="Stop it first"):
        await world.library.delete(ALICE, rid)
    world.recorder.is_ready(sid, rid, b"film")
    await world.recordings.follow()
    folder = (await world.library.file(ALICE, rid)).content.parent
    await world.come("bob", sid)
    for who in (browser("bob"), browser("eve")):
        with pytest.raises((NotAllowed, NoProof)):
            await world.library.delete(who, rid)
    assert folder.exists()
    await world.library.delete(ALICE, rid)
    assert not folder.exists()
    assert await world.library.of_session(ALICE, sid) == []
    with pytest.raises(NotFound):
        await world.library.delete(ALICE, rid)
    assert ("Alice", "delete recording", "") in await world.log(sid)


async def test_joining_the_parts_of_an_older_one_does_not_hide_the_one_that_runs(world: World) -> None:
    sid, old = await begun(world)
    world.recorder.becomes(old, S.FAILED)
    await world.recordings.follow()
    assert not (await world.sessions.facts(sid)).recording
    new = (await world.recordings.start(ALICE, sid)).id
    await world.recordings.stop(ALICE, old)
    world.recorder.is_ready(sid, old, b"film")
    await world.recordings.follow()
    assert (await world.library.one(ALICE, old)).status == S.READY
    assert (await world.sessions.facts(sid)).recording
    world.recorder.becomes(new, S.FINISHING)
    await world.recordings.follow()
    assert not (await world.sessions.facts(sid)).recording


async def test_the_rounds_leave_the_database_alone_while_nothing_is_recorded(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = repository.unfinished

    async def counted(db: AsyncSession, machine: str) -> Sequence[Recording]:
        asked.append(machine)
        return await real(db, machine)

    monkeypatch.setattr(repository, "unfinished", counted)
    for _ in range(20):
        await world.recordings.follow()
        world.clock.time += timedelta(seconds=0.25)
    assert len(asked) == 1
    world.clock.time += timedelta(seconds=5)
    await world.recordings.follow()
    assert len(asked) == 2, "a recorder that never came to be is found all the same"
