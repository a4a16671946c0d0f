"""One part of a recording with a reception that is made up: what it gives and when is said here."""

import asyncio
import errno
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from donfra_live.recorder import places as place
from donfra_live.recorder import writer
from donfra_live.recorder.ending import AS_IT_IS, make_file
from donfra_live.recorder.places import Places, read_status, write_wanted
from donfra_live.recorder.reasons import FULL, NOT_WRITTEN
from donfra_live.recorder.run import End, Run
from donfra_live.recorder.sound import RATE
from donfra_live.recorder.sources import Contact, Hear, Picture, Sender
from donfra_live.recorder.tell import Teller
from donfra_live.recordings.ports import RecordingJob
from donfra_live.recordings.rules import RecordingStatus
from tests.recorder import film
from tests.recorder.frames import of_colour

FRAME = RATE // 50
ANNA, BOB = Sender("TR_a", "anna", "Anna"), Sender("TR_b", "bob", "Bob")


class Room:
    """Whoever is in `tones` is heard with it, without an end."""

    def __init__(self, hear: Hear, tones: dict[Sender, float]) -> None:
        self._hear, self._tones = hear, tones
        self._speaking = asyncio.create_task(self._speak())
        self.contact = Contact.HERE
        self.pictures: Sequence[Picture] = ()

    def want(self, heights: dict[str, int]) -> None:
        pass

    async def close(self) -> None:
        self._speaking.cancel()

    async def _speak(self) -> None:
        begun, number = time.monotonic(), 0
        while True:
            at = np.arange(number * FRAME, (number + 1) * FRAME) / RATE
            number += 1
            await asyncio.sleep(max(0.0, begun + number * 0.02 - time.monotonic()))
            for sender, hertz in self._tones.items():
                samples = (12_000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)
                self._hear(sender, samples, begun + number * 0.02)


class Cameras:
    """A camera for each person; what it shows is said by `colours`, and nothing while nothing is said."""

    def __init__(self) -> None:
        self.colours: dict[str, str] = {}
        self.pictures = [Picture("TR_a", "Anna", is_screen=False, person="anna")]

    async def show(self) -> None:
        while True:
            for picture in self.pictures:
                if colour := self.colours.get(picture.person):
                    picture.frames.append(of_colour(colour, at=time.monotonic()))
            await asyncio.sleep(1 / 15)


async def until(tell: Teller, seconds: float) -> None:
    async with asyncio.timeout(30):
        while tell.status.seconds < seconds:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("tracks", [True, False])
async def test_each_voice_is_as_in_the_film_and_a_pause_is_in_neither(tmp_path: Path, tracks: bool) -> None:
    places = Places.made(tmp_path, "s", "r")
    job = RecordingJob("r", "s", "Algebra", audio_only=True, tracks=tracks)
    tell, tones = Teller(places), {ANNA: 440.0}
    running = asyncio.create_task(Run(places, job, 1, 0, tell.running).record(lambda hear: Room(hear, tones)))
    await until(tell, 1.0)
    tones[BOB] = 1000.0
    await until(tell, 2.0)
    del tones[ANNA]
    write_wanted(places, RecordingStatus.PAUSED)
    async with asyncio.timeout(30):
        while tell.status.status != RecordingStatus.PAUSED:
            await asyncio.sleep(0.02)
    paused = tell.status
    await asyncio.sleep(1.0)  # in which Bob goes on speaking
    tones[BOB] = 1500.0
    write_wanted(places, RecordingStatus.RECORDING)
    await until(tell, paused.seconds + 1.5)
    write_wanted(places, RecordingStatus.FINISHING)
    end = await running
    assert (end.reason, end.leave, paused.status) == ("", False, RecordingStatus.PAUSED)
    make_file(places, job, tell, end.reason)
    said = read_status(places)
    assert [(track.name, track.file) for track in said.tracks] == (
        [("Anna", "voice-01.m4a"), ("Bob", "voice-02.m4a")] if tracks else []
    )
    assert len(list(places.folder.glob("voice*.m4a"))) == 2 * tracks
    if not tracks:
        return
    whole = film.sound(places.folder / said.file)
    anna, bob = (film.sound(places.folder / track.file) for track in said.tracks)
    both = min(map(len, (whole, anna, bob)))
    assert both >= len(whole) - 1024
    # where a tone is cut off each is encoded a little differently
    assert (np.abs(anna[:both] + bob[:both] - whole[:both]) > 0.05).mean() < 0.03
    first = film.tone(anna[RATE // 2 : RATE])
    assert (first, np.abs(bob[: RATE // 2]).max()) == (pytest.approx(440, abs=5), 0.0)
    end_of_bob = bob[both - RATE : both - RATE // 2]
    assert film.tone(end_of_bob) == pytest.approx(1500, abs=5)
    assert np.abs(anna[both - RATE :]).max() < 0.01


async def test_each_camera_is_as_in_the_film_and_a_pause_is_in_neither(tmp_path: Path) -> None:
    places, job = Places.made(tmp_path, "s", "r"), RecordingJob("r", "s", "Algebra", tracks=True)
    tell, cameras = Teller(places), Cameras()

    def listen(hear: Hear) -> Room:
        room = Room(hear, {})
        room.pictures = cameras.pictures
        return room

    run = Run(places, job, 1, 0, tell.running)
    async with asyncio.timeout(120):
        running = asyncio.create_task(run.record(listen))
        showing = asyncio.create_task(cameras.show())
        await until(tell, 1.5)
        cameras.colours["anna"] = "red"
        await until(tell, tell.status.seconds + 2.0)
        write_wanted(places, RecordingStatus.PAUSED)
        while tell.status.status != RecordingStatus.PAUSED:
            await asyncio.sleep(0.02)
        cameras.colours["anna"] = "blue"
        await asyncio.sleep(1.0)
        cameras.colours["anna"] = "green"
        await asyncio.sleep(0.5)
        write_wanted(places, RecordingStatus.RECORDING)
        await until(tell, tell.status.seconds + 2.0)
        cameras.pictures[0].hidden = True
        await until(tell, tell.status.seconds + 1.5)
        write_wanted(places, RecordingStatus.FINISHING)
        end = await running
        showing.cancel()
    make_file(places, job, tell, end.reason)
    said = read_status(places)
    assert [(track.name, track.file) for track in said.tracks] == [("Anna", "camera-01.mp4")]
    own, whole = places.folder / said.tracks[0].file, places.folder / said.file
    seconds = np.arange(0.1, said.seconds - 0.2, 0.1)
    alone = [film.colour_at(film.standing_at(own, second), 320, 180) for second in seconds]
    in_film = [film.colour_at(film.standing_at(whole, second), 320, 180) for second in seconds]
    runs = [one for one, before in zip(alone, ["", *alone], strict=False) if one != before]
    assert runs == ["black", "red", "green", "black"], "nothing of the pause"
    named = [one if one in {"red", "green"} else "black" for one in in_film]
    # A busy machine takes two pictures a second, so each coming and going may be half a second late.
    assert np.mean([one == other for one, other in zip(alone, named, strict=True)]) > 0.75


SOUND = RecordingJob("r", "s", "Algebra", audio_only=True, tracks=True)


@pytest.mark.parametrize(("number", "reason"), [(errno.ENOSPC, FULL), (errno.EIO, NOT_WRITTEN)])
async def test_what_cannot_be_secured_ends_it_with_a_reason_and_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    places = Places.made(tmp_path, "s", "r")
    tell = Teller(places)
    async with asyncio.timeout(30):
        run = Run(places, SOUND, 1, 0, tell.running)
        running = asyncio.create_task(run.record(lambda hear: Room(hear, {ANNA: 440.0})))
        await until(tell, 1.0)

        def fails(descriptor: int) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(writer, "os", _Os(fails))
        assert await running == End(reason)
    monkeypatch.undo()
    make_file(places, SOUND, tell, reason)
    said = read_status(places)
    assert (said.status, said.reason) == (RecordingStatus.READY, reason)
    assert film.lengths(places.folder / said.file)[1] >= 1.0


async def test_a_slow_disk_keeps_no_recorder_in_the_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is there everybody is shown that the session is recorded."""
    places, is_written = Places.made(tmp_path, "s", "r"), Event()
    tell, began = Teller(places), list[int]()

    def waits(descriptor: int) -> None:
        began.append(descriptor)
        is_written.wait(30)

    monkeypatch.setattr(writer, "os", _Os(waits))
    try:
        async with asyncio.timeout(20):
            run = Run(places, SOUND, 1, 0, tell.running)
            running = asyncio.create_task(run.record(lambda hear: Room(hear, {ANNA: 440.0})))
            await until(tell, 1.0)
            assert began
            write_wanted(places, RecordingStatus.FINISHING)
            assert await running == End()
        assert not is_written.is_set()
    finally:
        is_written.set()


class _Os:
    """The system, where nothing can be waited for to be on the disk."""

    open, close, O_RDONLY = os.open, os.close, os.O_RDONLY

    def __init__(self, fsync: Callable[[int], None]) -> None:
        self.fsync = fsync


async def test_on_a_full_disk_the_end_is_said_and_what_was_recorded_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Full but for what this recording itself lets go of."""
    places = Places.made(tmp_path, "s", "r")
    tell, really = Teller(places), place.write_private

    def write_where_there_is_space(path: Path, text: str) -> None:
        if any(file.stat().st_size >= place.SPARE_BYTES for file in places.folder.iterdir()):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        really(path, text)

    async with asyncio.timeout(30):
        run = Run(places, SOUND, 1, 0, tell.running)
        running = asyncio.create_task(run.record(lambda hear: Room(hear, {ANNA: 440.0})))
        await until(tell, 1.0)
        monkeypatch.setattr(place, "write_private", write_where_there_is_space)
        assert await running == End(FULL)
    monkeypatch.setattr("donfra_live.recorder.finish.fits", lambda parts: False)
    make_file(places, SOUND, tell, FULL)
    said = read_status(places)
    assert (said.status, said.reason) == (RecordingStatus.READY, f"{FULL} {AS_IT_IS}")
    assert film.reaches(places.folder / said.file) >= 1.0
    assert sum(file.stat().st_size for file in places.folder.iterdir()) < place.SPARE_BYTES
