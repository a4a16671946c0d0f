"""Recordings by Egress without a media server: takes, parts and states, whatever Egress says or does not say.

Egress itself with real pictures and sound: tests/livekit/test_egress.py.
"""

import asyncio
import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from donfra_live.errors import MediaServerAway, NoSpace, TooManyRecordings, WrongState
from donfra_live.recorder import egress_run, reasons, segments
from donfra_live.recorder.egresses import EgressState, NoAnswer
from donfra_live.recorder.places import Places
from donfra_live.recordings.rules import RecordingStatus
from tests.recorder import film
from tests.recorder.egress_desk import IDS, JOB, SECONDS, Desk


async def test_a_pause_ends_a_take_and_what_follows_is_joined_to_it(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    assert desk.status == RecordingStatus.STARTING
    await desk.records()
    first = desk.egress.last.started
    await desk.recorders.pause(*IDS)
    assert desk.status == RecordingStatus.PAUSED
    assert desk.egress.last.stopped == 1
    desk.egress.ends()
    await desk.until(lambda: len(desk.places.parts()) == 1)
    assert desk.status == RecordingStatus.PAUSED
    await desk.recorders.resume(*IDS)
    await desk.records()
    second = desk.egress.last.started
    await desk.recorders.stop(*IDS)
    assert (await desk.recorders.facts(*IDS)).status == RecordingStatus.FINISHING
    desk.egress.ends()
    await desk.is_(RecordingStatus.READY)
    facts = await desk.recorders.facts(*IDS)
    assert (facts.reason, facts.gaps, facts.file) == ("", (), "recording.mp4")
    assert [anchor.clock for anchor in facts.anchors] == pytest.approx([first, second], abs=0.01)
    assert [anchor.at for anchor in facts.anchors] == pytest.approx([0.0, SECONDS], abs=0.05)
    file = desk.places.folder / facts.file
    assert film.lengths(file) == pytest.approx((2 * SECONDS, 2 * SECONDS), abs=0.1)
    assert facts.bytes == file.stat().st_size
    assert len(list(desk.places.folder.glob("small-*.jpg"))) == 12
    assert not desk.places.incoming.exists()
    assert desk.places.folder.stat().st_mode & 0o77 == 0
    await desk.until(lambda: not list((desk.data / "recorders").iterdir()))
    assert not list((desk.data / "egress").iterdir())


async def test_one_that_goes_on_while_the_take_before_is_still_ending(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    await desk.recorders.pause(*IDS)
    await desk.recorders.resume(*IDS)
    assert len(desk.egress.runs) == 1
    desk.egress.ends()
    await desk.until(lambda: len(desk.egress.runs) == 2)
    await desk.records()
    assert (await desk.recorders.facts(*IDS)).gaps == ()


async def test_a_take_that_dies_is_followed_by_another_and_the_gap_is_told(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    desk.egress.last.started -= 10
    desk.egress.ends(EgressState.FAILED, "pipeline frozen")  # with what it had: 3 seconds
    await desk.until(lambda: len(desk.egress.runs) == 2)
    await desk.records()
    desk.egress.ends(EgressState.ABORTED, brings=False)  # this one is lost
    await desk.until(lambda: len(desk.egress.runs) == 3)
    await desk.records()
    facts = await desk.ends_well()
    [gap] = facts.gaps
    assert gap.at == pytest.approx(SECONDS, abs=0.05)
    assert gap.lost == pytest.approx(
        desk.egress.last.started - desk.egress.runs[0].started - SECONDS, abs=0.1
    )
    assert len(facts.anchors) == 2
    assert film.lengths(desk.places.folder / facts.file)[0] == pytest.approx(2 * SECONDS, abs=0.1)


async def test_one_that_dies_again_and_again_is_given_up_and_its_parts_can_be_had(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    desk.egress.ends(EgressState.FAILED, "no memory")
    for take in range(2, 6):
        await desk.until(lambda: len(desk.egress.runs) == take)  # noqa: B023  # waited for in this round
        desk.egress.ends(EgressState.FAILED, "no memory", brings=False)
    await desk.is_(RecordingStatus.FAILED)
    assert len(desk.egress.runs) == 5
    reason = (await desk.recorders.facts(*IDS)).reason
    assert reason == f"{reasons.DIES} LiveKit Egress says: no memory"
    assert len(desk.places.parts()) == 1
    await desk.recorders.stop(*IDS)
    await desk.is_(RecordingStatus.READY)
    assert (await desk.recorders.facts(*IDS)).seconds == pytest.approx(SECONDS, abs=0.1)


async def test_a_limit_ends_it_with_the_reason(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    desk.egress.ends(EgressState.LIMIT_REACHED, "Session limit reached")
    await desk.is_(RecordingStatus.READY)
    assert (await desk.recorders.facts(*IDS)).reason == reasons.LIMIT


async def test_the_longest_time_ends_it(desk: Desk) -> None:
    await desk.recorders.start(dataclasses.replace(JOB, longest_seconds=0.2))
    await desk.records()
    await desk.until(lambda: desk.egress.last.stopped > 0)
    desk.egress.ends()
    await desk.is_(RecordingStatus.READY)
    assert (await desk.recorders.facts(*IDS)).reason == reasons.LONGEST


async def test_a_full_disk_ends_it(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    desk.recorders = desk.new_app(reserve=4 * shutil.disk_usage(desk.data).total)
    await desk.until(lambda: desk.egress.last.stopped > 0)
    desk.egress.ends()
    await desk.is_(RecordingStatus.READY)
    assert (await desk.recorders.facts(*IDS)).reason == reasons.FULL


@pytest.mark.parametrize("paused", [False, True])
async def test_the_end_of_the_session_ends_it(desk: Desk, paused: bool) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    if paused:
        await desk.recorders.pause(*IDS)
        desk.egress.ends()
        await desk.until(lambda: len(desk.places.parts()) == 1)
    desk.egress.rooms.clear()
    if not paused:
        desk.egress.ends()
    await desk.is_(RecordingStatus.READY)
    assert (await desk.recorders.facts(*IDS)).reason == ""
    assert len(desk.egress.runs) == 1


async def test_one_that_ends_by_itself_while_the_session_goes_on_is_begun_again(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    desk.egress.ends()
    await desk.until(lambda: len(desk.egress.runs) == 2)
    await desk.records()
    assert len((await desk.recorders.facts(*IDS)).anchors) == 2


async def test_the_next_app_finds_it_also_when_the_answer_to_its_start_was_lost(desk: Desk) -> None:
    desk.egress.silent = asyncio.CancelledError()  # as a killed app is cut off
    with pytest.raises(asyncio.CancelledError):
        await desk.recorders.start(JOB)
    desk.egress.silent = None
    desk.recorders = desk.new_app()
    await desk.records()
    assert len(desk.egress.runs) == 1
    desk.recorders = desk.new_app()
    await desk.ends_well()


async def test_a_refused_start_leaves_nothing_and_a_late_one_is_ended(desk: Desk) -> None:
    desk.egress.refusal = MediaServerAway("No Egress.")
    with pytest.raises(MediaServerAway, match="No Egress"):
        await desk.recorders.start(JOB)
    assert not list((desk.data / "recordings").iterdir())
    assert not list((desk.data / "egress").iterdir())
    desk.egress.refusal, desk.egress.silent = None, NoAnswer()
    with pytest.raises(MediaServerAway):
        await desk.recorders.start(JOB)
    await desk.until(lambda: desk.egress.last.stopped == 1)
    assert not list((desk.data / "recordings").iterdir())


async def test_one_whose_book_is_broken_holds_up_no_other(desk: Desk) -> None:
    desk.recorders = desk.new_app(most=2)
    for recording_id in ("r0", "r1"):  # in this order they are looked after
        await desk.recorders.start(dataclasses.replace(JOB, recording_id=recording_id))
    (desk.recorders.folder("s1", "r0") / "egress.json").write_text("")
    await desk.records()


async def test_a_late_one_is_not_waited_for_when_the_app_ends(desk: Desk) -> None:
    desk.egress.silent, desk.egress.deaf = NoAnswer(), True
    with pytest.raises(MediaServerAway):
        await desk.recorders.start(JOB)
    assert len(asyncio.all_tasks()) == 2, "it is told to end again and again"
    await desk.tasks.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_room_that_is_not_there_yet_is_said_so(desk: Desk) -> None:
    desk.egress.rooms.clear()
    with pytest.raises(MediaServerAway, match="not open at this moment"):
        await desk.recorders.start(JOB)
    assert not list((desk.data / "recordings").iterdir())


async def test_a_folder_that_cannot_be_used_is_said_so(desk: Desk) -> None:
    (desk.data / "recordings").touch()
    with pytest.raises(MediaServerAway, match="cannot be given a place in our folder"):
        await desk.recorders.start(JOB)
    assert not list((desk.data / "egress").iterdir())


async def test_it_is_refused_like_any_other(desk: Desk) -> None:
    with pytest.raises(NoSpace):
        await desk.new_app(reserve=2 * shutil.disk_usage(desk.data).total).start(JOB)
    await desk.recorders.start(JOB)
    with pytest.raises(TooManyRecordings):
        await desk.recorders.start(dataclasses.replace(JOB, recording_id="r2"))
    assert len(desk.egress.runs) == 1


async def test_one_that_was_killed_with_its_machine_is_replaced(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(egress_run, "GONE_SECONDS", 0.1)
    await desk.recorders.start(JOB)
    await desk.records()
    desk.egress.last.in_room = False  # LiveKit's list says active for ever
    await desk.until(lambda: len(desk.egress.runs) == 2)
    await desk.records()
    desk.egress.last.known = False  # and LiveKit's memory was lost
    await desk.until(lambda: len(desk.egress.runs) == 3)


async def test_an_egress_that_does_not_come_back_ends_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    desk.egress.refusal = MediaServerAway("No Egress.")
    desk.egress.ends(EgressState.FAILED)
    await desk.is_(RecordingStatus.STARTING)
    monkeypatch.setattr(egress_run, "AWAY_SECONDS", 0.0)
    await desk.is_(RecordingStatus.READY)
    assert (await desk.recorders.facts(*IDS)).reason == reasons.NO_EGRESS


async def test_a_file_that_comes_to_another_place_is_explained(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    await desk.recorders.stop(*IDS)
    desk.egress.ends(brings=False)
    await desk.is_(RecordingStatus.FAILED)
    assert (await desk.recorders.facts(*IDS)).reason == reasons.NOT_THERE


async def test_a_link_instead_of_a_file_is_not_followed(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    await desk.recorders.stop(*IDS)
    desk.egress.ends(brings=False)
    segments.file_of(desk.egress.folder, 0).symlink_to(desk.places.job)
    await desk.is_(RecordingStatus.FAILED)
    assert (await desk.recorders.facts(*IDS)).reason == reasons.NOT_READABLE


async def test_one_that_is_stopped_before_it_began_has_nothing(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.recorders.stop(*IDS)
    desk.egress.ends(EgressState.ABORTED, "Stopped before started", brings=False)
    await desk.is_(RecordingStatus.FAILED)
    assert (await desk.recorders.facts(*IDS)).reason == reasons.NOTHING


async def test_a_pause_that_egress_does_not_hear_is_refused(desk: Desk) -> None:
    await desk.recorders.start(JOB)
    await desk.records()
    desk.egress.deaf = True
    with pytest.raises(MediaServerAway):
        await desk.recorders.pause(*IDS)
    assert (await desk.recorders.facts(*IDS)).status == RecordingStatus.RECORDING
    await desk.recorders.stop(*IDS)  # but a stop is kept, and told again
    desk.egress.deaf = False
    await desk.until(lambda: desk.egress.last.stopped > 0)
    with pytest.raises(WrongState):
        await desk.recorders.resume(*IDS)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_another_user_may_bring_pieces_and_see_nothing(tmp_path: Path) -> None:
    places = Places.made(tmp_path / "data", *IDS)
    places.open_to_others()
    places.give("take-0001")
    (places.folder / "recording.mp4").write_bytes(b"secret")
    for folder in (tmp_path / "data", *tmp_path.parents):  # as a container has it, which sees ours only
        if folder.stat().st_mode & 0o011 != 0o011:
            folder.chmod(folder.stat().st_mode | 0o011)
    tmp_path.chmod(0o711)
    code = "\n".join(
        [
            "import os, pathlib, sys",
            "os.setgroups([]); os.setgid(65534); os.setuid(65534)",
            "folder = pathlib.Path(sys.argv[1])",
            "take = folder / 'incoming' / 'take-0001'",
            "(take / 'take_00000.ts').write_bytes(b'film')",
            "for hidden in (folder, folder / 'incoming', take, folder.parent, folder.parent.parent):",
            "    try: os.listdir(hidden)",
            "    except PermissionError: continue",
            "    sys.exit(f'{hidden} can be listed')",
            "def writes(): (folder / 'job.json').write_text('')",
            "def adds(): (folder / 'incoming' / 'take-0002').mkdir()",
            "def swaps(): take.rename(folder / 'incoming' / 'other')",
            "for act in (writes, adds, swaps):",
            "    try: act()",
            "    except PermissionError: continue",
            "    sys.exit(f'it {act.__name__} elsewhere')",
        ]
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(places.folder)], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert (places.incoming / "take-0001" / "take_00000.ts").read_bytes() == b"film"
    places.close_to_others()
    assert places.folder.stat().st_mode & 0o77 == 0
