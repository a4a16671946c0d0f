"""Each voice and picture in a file of its own: asked for, refused where it cannot be, and for hosts alone."""

import json
from dataclasses import replace

import pytest

from donfra_live.errors import BadInput, NoProof, NotAllowed, NotFound, WrongState
from donfra_live.models import LogEntry, Recording
from donfra_live.recorder.client import LocalRecorders
from donfra_live.recorder.egress import EgressRecorders
from donfra_live.recordings.ports import Track
from donfra_live.recordings.rules import RecordingStatus as S
from donfra_live.recordings.rules import TrackKind
from donfra_live.recordings.storage import is_kept
from tests.recordings.storing import content_of
from tests.rows import rows_of
from tests.world import World, browser

ALICE, BOB, EVE = browser("alice"), browser("bob"), browser("eve")
TRACKS = (
    Track("voice-01.m4a", "Alice", 5),
    Track("camera-01.mp4", "Alice", 7, TrackKind.CAMERA),
    Track("voice-02.m4a", "Жанна", 6),
    Track("screen-02.mp4", "Жанна", 8, TrackKind.SCREEN),
)


async def recorded(world: World) -> tuple[str, str]:
    """A session with Bob in it, and its recording that is over, with voices and pictures."""
    sid = await world.live()
    await world.come("bob", sid)
    rid = (await world.recordings.start(ALICE, sid, tracks=True)).id
    world.recorder.becomes(rid, S.RECORDING)
    world.recorder.is_ready(sid, rid, b"film")
    for track in TRACKS:
        (world.data_dir / "recordings" / sid / rid / track.file).write_bytes(
            track.file.encode()[: track.bytes]
        )
    world.recorder.becomes(rid, S.READY, tracks=TRACKS)
    await world.recordings.follow()
    return sid, rid


async def test_they_are_recorded_only_when_asked_for(world: World) -> None:
    sid = await world.live()
    with pytest.raises(BadInput, match="tracks must be true or false"):
        await world.recordings.start(ALICE, sid, tracks="yes")
    assert not (await world.recordings.start(ALICE, sid)).separate
    other = await world.live()
    assert (await world.recordings.start(ALICE, other, tracks=True)).separate
    assert [job.tracks for job in world.recorder.jobs] == [False, True]


async def test_a_missing_one_is_told_of_and_the_others_keep_their_numbers(world: World) -> None:
    sid, rid = await recorded(world)
    (world.data_dir / "recordings" / sid / rid / "voice-01.m4a").unlink()
    one = await world.library.one(ALICE, rid)
    assert [(track.file, track.missing) for track in one.tracks] == [
        (track.file, track.file == "voice-01.m4a") for track in TRACKS
    ]
    assert not one.missing


async def test_a_recorder_that_cannot_says_so_and_leaves_nothing_behind(world: World) -> None:
    sid = await world.live()
    assert (LocalRecorders.separates, EgressRecorders.separates) == (True, False)
    world.recorder.separates = False
    with pytest.raises(WrongState, match="cannot record each voice"):
        await world.recordings.start(ALICE, sid, tracks=True)
    assert await rows_of(world.db, Recording) == await rows_of(world.db, LogEntry) == []
    await world.recordings.start(ALICE, sid)


async def test_hosts_get_them_and_the_log_says_who(world: World) -> None:
    sid, rid = await recorded(world)
    assert (await world.library.one(ALICE, rid)).tracks == TRACKS
    [one] = await world.library.of_session(ALICE, sid)
    assert one.tracks == TRACKS
    files = [await world.library.track(ALICE, rid, number) for number in (1, 2, 3, 4)]
    assert [(one.name, one.kind) for one in files] == [
        ("Algebra-voice-01-Alice.m4a", "audio/mp4"),
        ("Algebra-camera-01-Alice.mp4", "video/mp4"),
        ("Algebra-voice-02.m4a", "audio/mp4"),
        ("Algebra-screen-02.mp4", "video/mp4"),
    ]
    assert [await content_of(one.content) for one in files] == [b"voice", b"camera-", b"voice-", b"screen-0"]
    for number in (0, 5, -1):
        with pytest.raises(NotFound, match="no such file"):
            await world.library.track(ALICE, rid, number)
    noted = [entry[:2] for entry in await world.log(sid) if entry[1] == "download recording"]
    assert noted == [("Alice", "download recording")]


async def test_those_of_a_recording_from_before_there_were_pictures_are_voices(world: World) -> None:
    _, rid = await recorded(world)
    async with world.db.transaction() as db:
        row = await db.get_one(Recording, rid)
        row.tracks = json.dumps([["voice-01.m4a", "Alice", 5]])
    assert (await world.library.one(ALICE, rid)).tracks == TRACKS[:1]


async def test_nobody_else_gets_or_sees_them(world: World) -> None:
    sid, rid = await recorded(world)
    await world.library.change(ALICE, rid, audience="members")
    assert (await world.library.one(BOB, rid)).tracks == ()
    assert [one.tracks for one in await world.library.of_session(BOB, sid)] == [()]
    with pytest.raises(NotAllowed):
        await world.library.track(BOB, rid, 1)
    with pytest.raises(NoProof):
        await world.library.track(EVE, rid, 1)
    link = await world.links.create(ALICE, rid)
    by_link = replace(EVE, watch=link.token)
    assert (await world.links.watching(by_link, rid)).recording.tracks == ()
    with pytest.raises(NoProof):
        await world.library.track(by_link, rid, 1)


async def test_before_it_is_ready_there_are_none(world: World) -> None:
    sid = await world.live()
    rid = (await world.recordings.start(ALICE, sid, tracks=True)).id
    world.recorder.becomes(rid, S.RECORDING)
    with pytest.raises(WrongState, match="not ready"):
        await world.library.track(ALICE, rid, 1)


async def test_they_count_as_space_and_go_with_the_recording(world: World) -> None:
    sid, rid = await recorded(world)
    shelf = await world.library.own(ALICE)
    assert (shelf.bytes, shelf.used) == (4 + 5 + 7 + 6 + 8,) * 2
    await world.library.delete(ALICE, rid)
    assert not (world.data_dir / "recordings" / sid / rid).exists()
    assert await rows_of(world.db, Recording) == []


def test_they_are_a_part_of_the_recording_and_the_list_of_people_is_not() -> None:
    assert [is_kept(name) for name in ("voice-01.m4a", "camera-01.mp4", ".camera-01.mp4", "voices.json")] == [
        True,
        True,
        False,
        False,
    ]
