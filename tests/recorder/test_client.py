"""The app's side without a media server: refusals, a recorder that dies again and again or hangs."""

import dataclasses
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from donfra_live.errors import NoSpace, NotFound, TooManyRecordings, WrongState
from donfra_live.recorder import client
from donfra_live.recorder.client import LocalRecorders
from donfra_live.recorder.places import Places, Status, read_status, write_job, write_status
from donfra_live.recorder.reasons import NO_JOB
from donfra_live.recordings.ports import RecordingJob
from donfra_live.recordings.rules import RecordingStatus

JOB = RecordingJob("r1", "s1", "Algebra")


def recorders(folder: Path, *, reserve: int = 0, most: int = 1) -> LocalRecorders:
    return LocalRecorders(folder, lambda *_: ("ws://nowhere", "a token"), reserve=reserve, most=most)


@pytest.fixture
def ill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalRecorders]:
    monkeypatch.setattr(client, "MODULE", "tests.recorder.ill")
    yield recorders(tmp_path)
    for child in client._spawned:
        child.kill()
        child.wait()


async def watch_until(watched: LocalRecorders, holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        await watched.watch()
        time.sleep(0.02)


async def test_it_is_refused_when_the_disk_is_nearly_full(tmp_path: Path) -> None:
    nearly_full = recorders(tmp_path, reserve=shutil.disk_usage(tmp_path).total)
    with pytest.raises(NoSpace):
        await nearly_full.start(JOB)
    assert not (tmp_path / "recordings").exists()


async def test_no_more_run_at_once_than_the_machine_carries(ill: LocalRecorders, tmp_path: Path) -> None:
    await ill.start(JOB)
    with pytest.raises(TooManyRecordings):
        await ill.start(dataclasses.replace(JOB, recording_id="r2"))


async def test_its_token_lives_as_long_as_the_recording_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str, float]] = []

    def access(*wanted: Any) -> tuple[str, str]:
        asked.append(wanted)
        return "ws://nowhere", "a token"

    monkeypatch.setattr(client, "MODULE", "tests.recorder.ill")
    own = LocalRecorders(tmp_path, access, reserve=0, most=1)
    await own.start(dataclasses.replace(JOB, longest_seconds=36_000.0))
    [(session, identity, seconds)] = asked
    assert (session, identity) == ("s1", "recorder-r1")
    assert seconds > 36_000, "it has to finish its file, too"


async def test_one_that_is_not_there_cannot_be_stopped(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await recorders(tmp_path).stop("s1", "r1")


async def test_what_is_over_is_let_alone_and_frees_its_place(ill: LocalRecorders, tmp_path: Path) -> None:
    await ill.start(JOB)
    places = Places(ill.folder("s1", "r1"))
    write_status(places, Status(RecordingStatus.READY, updated=time.time()))
    await watch_until(ill, lambda: not list((tmp_path / "recorders").iterdir()))
    with pytest.raises(WrongState, match="is ready"):
        await ill.pause("s1", "r1")
    await ill.start(dataclasses.replace(JOB, recording_id="r2"))


async def test_one_that_dies_again_and_again_is_given_up_with_the_reason(ill: LocalRecorders) -> None:
    await ill.start(JOB)
    places = Places(ill.folder("s1", "r1"))
    await watch_until(ill, lambda: read_status(places).status == RecordingStatus.FAILED)
    facts = await ill.facts("s1", "r1")
    assert facts.reason == client.DIES
    await ill.stop("s1", "r1")  # asked for what is there, it is tried once more
    (places.folder / "hang").touch()
    await ill.watch()
    await watch_until(ill, lambda: read_status(places).status == RecordingStatus.RECORDING)


async def test_one_that_dies_before_it_is_told_anything_is_given_up_as_well(
    ill: LocalRecorders, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = subprocess.Popen

    def dead(_: list[str], **named: Any) -> "subprocess.Popen[bytes]":
        child = whole([sys.executable, "-c", ""], **named)
        child.wait()
        return child

    monkeypatch.setattr(subprocess, "Popen", dead)
    await ill.start(JOB)
    await watch_until(
        ill, lambda: read_status(Places(ill.folder("s1", "r1"))).status == RecordingStatus.FAILED
    )
    assert (await ill.facts("s1", "r1")).reason == client.DIES


async def test_one_that_hangs_is_killed_and_started_anew(
    ill: LocalRecorders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "HUNG_SECONDS", 0.5)
    places = Places.made(ill.folder("s1", "r1").parents[2], "s1", "r1")
    (places.folder / "hang").touch()
    await ill.start(JOB)
    await watch_until(ill, lambda: read_status(places).pid != 0)
    first = read_status(places).pid
    await watch_until(ill, lambda: read_status(places).pid not in {0, first})


async def test_who_has_the_number_of_a_dead_recorder_is_not_killed(ill: LocalRecorders) -> None:
    """After a restart of the machine it is anybody's, while the new recorder waits for the media server."""
    places = Places.made(ill.folder("s1", "r1").parents[2], "s1", "r1")
    write_job(places, JOB)
    ill._marks.set("s1", "r1")
    somebody = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    lock = places.lock()
    assert lock.take()
    try:
        for pid in (somebody.pid, 0, 2**22 - 1):
            write_status(places, Status(RecordingStatus.RECORDING, pid=pid, updated=time.time() - 3600))
            await ill.watch()
        with pytest.raises(subprocess.TimeoutExpired):
            somebody.wait(0.3)
    finally:
        lock.release()
        somebody.kill()
        somebody.communicate()


async def test_one_whose_files_are_broken_holds_up_no_other(ill: LocalRecorders) -> None:
    data = ill.folder("s1", "r1").parents[2]
    for recording_id in ("r1", "r2"):
        places = Places.made(data, "s1", recording_id)
        write_job(places, dataclasses.replace(JOB, recording_id=recording_id))
        (places.folder / "hang").touch()
        ill._marks.set("s1", recording_id)
    Places(ill.folder("s1", "r1")).job.write_text("")
    other = Places(ill.folder("s1", "r2"))
    await watch_until(ill, lambda: read_status(other).status == RecordingStatus.RECORDING)
    facts = await ill.facts("s1", "r1")
    assert (facts.status, facts.reason) == (RecordingStatus.FAILED, NO_JOB)
    await watch_until(ill, lambda: ill.unfinished == 1)


async def test_one_that_cannot_be_started_at_this_moment_holds_up_no_other(
    ill: LocalRecorders, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, whole, refused = ill.folder("s1", "r1").parents[2], subprocess.Popen, list[str]()
    for recording_id in ("r1", "r2"):
        places = Places.made(data, "s1", recording_id)
        write_job(places, dataclasses.replace(JOB, recording_id=recording_id))
        (places.folder / "hang").touch()
        ill._marks.set("s1", recording_id)

    def popen(command: list[str], **named: Any) -> "subprocess.Popen[bytes]":
        if command[-1].endswith("r1") and not refused:
            refused.append("r1")
            raise BlockingIOError("too many processes")
        return whole(command, **named)

    monkeypatch.setattr(subprocess, "Popen", popen)
    for recording_id in ("r2", "r1"):
        other = Places(ill.folder("s1", recording_id))
        await watch_until(ill, lambda at=other: read_status(at).status == RecordingStatus.RECORDING)
    assert refused == ["r1"]


async def test_a_stop_is_shown_at_once(ill: LocalRecorders) -> None:
    await ill.start(JOB)
    write_status(Places(ill.folder("s1", "r1")), Status(RecordingStatus.RECORDING, seconds=5.0))
    await ill.stop("s1", "r1")
    assert (await ill.facts("s1", "r1")).status == RecordingStatus.FINISHING


async def test_files_that_were_removed_meanwhile_are_forgotten(ill: LocalRecorders, tmp_path: Path) -> None:
    await ill.start(JOB)
    shutil.rmtree(tmp_path / "recordings")
    await ill.watch()
    assert not list((tmp_path / "recorders").iterdir())
