"""Recordings that are over: who may watch them, their names, marks and captions."""

from datetime import timedelta

import pytest

from donfra_live.errors import BadInput, NoProof, NotAllowed, NotFound, WrongState
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Recording, RecordingMarker
from donfra_live.recordings.ports import Anchor, Scene
from donfra_live.recordings.rules import RecordingStatus as S
from donfra_live.recordings.rules import check_captions
from tests.recordings.films import ready
from tests.rows import rows_of
from tests.world import World, browser

ALICE, BOB, EVE = browser("alice"), browser("bob"), browser("eve")
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"


async def test_who_was_there_watches_what_hosts_give(world: World) -> None:
    sid, rid = await ready(world)
    assert await world.library.of_session(BOB, sid) == []
    for ask in (world.library.one, world.library.file, world.library.captions, world.library.poster):
        with pytest.raises(NotAllowed):
            await ask(BOB, rid)
    assert (await world.library.change(ALICE, rid, audience="members")).audience == "members"
    assert [one.id for one in await world.library.of_session(BOB, sid)] == [rid]
    assert (await world.library.file(BOB, rid)).content.read_bytes() == b"film"
    for who, refusal in ((EVE, NoProof), (Actor(), NoProof)):
        with pytest.raises(refusal):
            await world.library.file(who, rid)
        with pytest.raises(refusal):
            await world.library.of_session(who, sid)
    await world.library.change(ALICE, rid, audience="hosts")
    with pytest.raises(NotAllowed):
        await world.library.file(BOB, rid)


async def test_what_is_not_ready_is_given_to_nobody(world: World) -> None:
    sid, rid = await ready(world)
    await world.library.change(ALICE, rid, audience="members")
    new = (await world.recordings.start(ALICE, sid)).id
    await world.library.change(ALICE, new, audience="members")
    with pytest.raises(NotAllowed):
        await world.library.one(BOB, new)
    assert [one.id for one in await world.library.of_session(BOB, sid)] == [rid]


async def test_who_watched_and_who_downloaded_is_in_the_log_once(world: World) -> None:
    sid, rid = await ready(world)
    await world.library.change(ALICE, rid, title="Fractions", audience="members")
    for _ in range(3):
        await world.library.file(BOB, rid)
        await world.library.file(ALICE, rid, keep=True)
    acts = sorted((who, act) for who, act, _ in await world.log(sid) if "recording" in act)
    assert acts == [
        ("Alice", "download recording"),
        ("Alice", "give recording"),
        ("Bob", "watch recording"),
    ]
    world.clock.time += timedelta(hours=7)
    await world.library.file(BOB, rid)
    assert (await world.log(sid))[-1][:2] == ("Bob", "watch recording")
    assert {entry.detail for entry in await world.moderation.log(ALICE, sid) if "watch" in entry.act} == {
        "Fractions"
    }


async def test_a_title(world: World) -> None:
    _, rid = await ready(world)
    assert (await world.library.change(ALICE, rid, title="  Fractions, part 1 ")).title == "Fractions, part 1"
    assert (await world.library.file(ALICE, rid)).name == "Fractions-part-1.mp4"
    for wrong in (5, "x" * 121, "a\u202eb", "   "):
        with pytest.raises(BadInput):
            await world.library.change(ALICE, rid, title=wrong)
    with pytest.raises(BadInput, match="audience must be one of: hosts, members"):
        await world.library.change(ALICE, rid, audience="everybody")
    with pytest.raises(NotAllowed):
        await world.library.change(BOB, rid, title="Mine")
    assert (await world.library.change(ALICE, rid)).title == "Fractions, part 1"
    assert (await world.library.change(ALICE, rid, title="")).title == ""


async def test_moments_are_marked_while_it_runs_and_afterwards(world: World) -> None:
    sid = await world.live()
    rid = (await world.recordings.start(ALICE, sid)).id
    world.recorder.becomes(rid, S.RECORDING, seconds=62.5)
    mark = await world.library.mark(ALICE, rid, title="Questions")
    assert (mark.at, mark.title, mark.set_by) == (62.5, "Questions", "Alice")
    world.recorder.becomes(rid, S.RECORDING, seconds=90.0, scenes=(Scene(0.0, "Alice"), Scene(30.5, "Bob")))
    assert (await world.library.mark(ALICE, rid, at=10)).title == "Marked moment"
    one = await world.library.one(ALICE, rid)
    assert [(m.at, m.title) for m in one.markers] == [(10.0, "Marked moment"), (62.5, "Questions")]
    assert one.scenes == (Scene(0.0, "Alice"), Scene(30.5, "Bob"))
    for wrong in (-1, 91, "5", True, float("nan")):
        with pytest.raises(BadInput):
            await world.library.mark(ALICE, rid, at=wrong)
    world.recorder.becomes(rid, S.READY)
    await world.recordings.follow()
    with pytest.raises(WrongState, match="Say at which second"):
        await world.library.mark(ALICE, rid)
    await world.library.mark(ALICE, rid, at=90)
    await world.library.unmark(ALICE, rid, mark.id)
    assert [m.at for m in (await world.library.one(ALICE, rid)).markers] == [10.0, 90.0]
    with pytest.raises(NotFound, match="no such mark"):
        await world.library.unmark(ALICE, rid, mark.id)
    await world.library.delete(ALICE, rid)
    assert await rows_of(world.db, RecordingMarker) == []


async def test_marks_are_for_hosts_and_of_their_recording(world: World) -> None:
    sid, rid = await ready(world)
    other = (await world.recordings.start(ALICE, sid)).id
    mark = await world.library.mark(ALICE, rid, at=1)
    with pytest.raises(NotFound):
        await world.library.unmark(ALICE, other, mark.id)
    for act in (world.library.mark(BOB, rid, at=1), world.library.unmark(BOB, rid, mark.id)):
        with pytest.raises(NotAllowed):
            await act


async def test_captions(world: World) -> None:
    _, rid = await ready(world)
    with pytest.raises(NotFound, match="no captions"):
        await world.library.captions(ALICE, rid)
    assert (await world.library.put_captions(ALICE, rid, VTT)).has_captions
    assert (await world.library.captions(ALICE, rid)).read_bytes() == VTT
    with pytest.raises(NotAllowed):
        await world.library.put_captions(BOB, rid, VTT)
    with pytest.raises(BadInput):
        await world.library.put_captions(ALICE, rid, b"1\n00:00:00,000 --> 00:00:02,000\nHello\n")
    assert (await world.library.captions(ALICE, rid)).read_bytes() == VTT, "what was there stays"
    assert not (await world.library.put_captions(ALICE, rid, b"")).has_captions
    with pytest.raises(NotFound):
        await world.library.captions(ALICE, rid)


@pytest.mark.parametrize("content", [b"WEBVTT", b"WEBVTTX\n-->", b"\xff\xfe", b"WEBVTT\n\nHello"])
def test_what_is_no_webvtt(content: bytes) -> None:
    with pytest.raises(BadInput):
        check_captions(content)


async def test_which_second_shows_which_moment_is_kept(world: World) -> None:
    rid = (await world.recordings.start(ALICE, await world.live())).id
    anchors = Anchor(1_800_000_000.25, 0.0), Anchor(1_800_000_100.5, 40.75)
    world.recorder.becomes(rid, S.READY, anchors=anchors, scenes=(Scene(0.0, 'Ä "B"'),))
    await world.recordings.follow()
    world.recorder.known.clear()
    one = await world.library.one(ALICE, rid)
    assert (one.anchors, one.scenes) == (anchors, (Scene(0.0, 'Ä "B"'),))


async def test_lists_say_when_the_file_is_missing(world: World) -> None:
    sid, rid = await ready(world)
    folder = world.data_dir / "recordings" / sid / rid

    async def told() -> list[bool]:
        (listed,), shelf = await world.library.of_session(ALICE, sid), await world.library.own(ALICE)
        return [one.missing for one in (listed, shelf.recordings[0][0], await world.library.one(ALICE, rid))]

    assert await told() == [False] * 3
    away = (folder / "recording.mp4").rename(folder / "away")
    assert await told() == [True] * 3
    away.rename(folder / "recording.mp4")
    assert await told() == [False] * 3


async def test_one_that_is_made_or_in_the_storage_is_not_missing(world: World) -> None:
    sid = await world.live()
    await world.recordings.start(ALICE, sid)
    (runs,) = await world.library.of_session(ALICE, sid)
    assert not runs.missing
    sid, rid = await ready(world)
    (world.data_dir / "recordings" / sid / rid / "recording.mp4").unlink()
    async with world.db.transaction() as db:
        (await db.get_one(Recording, rid)).stored = "s3://films"
    (moved,) = await world.library.of_session(ALICE, sid)
    assert not moved.missing
