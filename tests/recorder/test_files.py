"""Parts on disk and the file made of them, read back as a player would."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from donfra_live.recorder import ending, finish
from donfra_live.recorder.places import Places, Status, name_of_folder, read_status, write_status
from donfra_live.recorder.scenes import Marks
from donfra_live.recorder.sound import RATE
from donfra_live.recorder.tell import Teller
from donfra_live.recorder.writer import Writer
from donfra_live.recordings.ports import Anchor, Gap, RecordingJob, Scene
from donfra_live.recordings.rules import RecordingStatus
from tests.recorder import film

WIDTH, HEIGHT, FPS = 320, 180, 25
JOB = RecordingJob("r", "s", "Algebra")


def write(
    path: Path,
    seconds: float,
    hertz: float,
    brightness: int = 90,
    *,
    fps: int = FPS,
    kind: type[Writer] = Writer,
) -> Writer:
    """A part that is not closed yet."""
    writer = kind(path, WIDTH, HEIGHT, fps, "ultrafast")
    image = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    image[:HEIGHT] = brightness
    for number in range(int(seconds * FPS)):
        at = np.arange(number * RATE // FPS, (number + 1) * RATE // FPS)
        writer.sound((12_000 * np.sin(2 * np.pi * hertz * at / RATE)).astype(np.int16))
        writer.picture(image, number)
    return writer


def closed(path: Path, seconds: float, hertz: float, brightness: int = 90, *, fps: int = FPS) -> Path:
    write(path, seconds, hertz, brightness, fps=fps).close()
    return path


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places.made(tmp_path, "s", "r")


def test_a_part_is_readable_to_the_last_second_while_it_is_written(tmp_path: Path) -> None:
    writer = write(tmp_path / "part.mp4", 5.0, 440)
    copy = shutil.copy(writer.path, tmp_path / "copy.mp4")  # what a kill would leave
    assert 4.0 <= film.reaches(copy) <= 5.0
    writer.close()


def test_missed_frames_leave_the_picture_as_long_as_the_sound(tmp_path: Path) -> None:
    writer = write(tmp_path / "part.mp4", 1.0, 440)
    image = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    writer.picture(image, 20)  # late: it is left out
    writer.picture(image, 74)
    writer.sound(np.zeros(2 * RATE, np.int16))
    writer.close()
    picture, sound = film.lengths(tmp_path / "part.mp4")
    assert picture == pytest.approx(3.0, abs=0.05)
    assert sound == pytest.approx(3.0, abs=0.05)


def test_parts_are_joined_in_order_into_a_file_that_starts_fast(tmp_path: Path) -> None:
    parts = [closed(tmp_path / "1.mp4", 2.0, 440, 60), closed(tmp_path / "2.mp4", 3.0, 880, 200)]
    starts = finish.join(parts, tmp_path / "all.mp4")
    assert starts == pytest.approx([0.0, 2.0], abs=0.05)
    names = film.boxes(tmp_path / "all.mp4")
    assert names.index("moov") < names.index("mdat")
    assert film.lengths(tmp_path / "all.mp4") == pytest.approx((5.0, 5.0), abs=0.1)
    heard = film.sound(tmp_path / "all.mp4")
    assert film.tone(heard[: RATE * 3 // 2]) == pytest.approx(440, abs=3)
    assert film.tone(heard[3 * RATE : 4 * RATE]) == pytest.approx(880, abs=3)
    assert film.frame_at(tmp_path / "all.mp4", 1.5).mean() < 90
    assert film.frame_at(tmp_path / "all.mp4", 2.5).mean() > 180


def test_a_torn_part_is_taken_as_far_as_it_goes_and_an_empty_one_left_out(places: Places) -> None:
    writer = write(places.part(1, audio_only=False), 4.0, 440)
    torn = writer.path.read_bytes()[:-700]
    writer.close()
    writer.path.write_bytes(torn)
    places.part(2, audio_only=False).write_bytes(b"\0" * 30)
    closed(places.part(3, audio_only=False), 2.0, 440)
    anchors = Anchor(1000.0, 0.0), Anchor(1002.0, 1.5), Anchor(1010.0, 4.2)
    scenes = Scene(0.0, "Ada"), Scene(5.2, "Bob")
    gaps = Gap(4.1, 0.5), Gap(4.2, 0.7)
    status = Status(RecordingStatus.RECORDING, part=3, gaps=gaps, anchors=anchors, scenes=scenes)
    write_status(places, status)
    ending.make_file(places, JOB, Teller(places), "")
    status = read_status(places)
    assert (status.status, status.file, status.reason) == (RecordingStatus.READY, "recording.mp4", "")
    assert 5.0 < status.seconds < 6.1
    # Between the first and the third part both recorders were away, one after the other.
    assert [gap.lost for gap in status.gaps] == [0.5, 0.7]
    assert 3.0 < status.gaps[1].at < 4.05
    # what lies in the third part goes with it
    moved = status.gaps[1].at - 4.2
    assert status.anchors == (*anchors[:2], Anchor(1010.0, pytest.approx(4.2 + moved)))
    assert status.scenes == (scenes[0], Scene(pytest.approx(5.2 + moved), "Bob"))
    assert places.parts() == []
    assert status.bytes == (places.folder / "recording.mp4").stat().st_size


def test_a_poster_and_small_pictures_are_made(places: Places) -> None:
    closed(places.part(1, audio_only=False), 2.0, 440)
    ending.make_file(places, JOB, Teller(places), "")
    assert (places.folder / "poster.jpg").read_bytes()[:2] == b"\xff\xd8"
    assert len(list(places.folder.glob("small-*.jpg"))) == finish.SMALL_COUNT


def test_sound_only_is_an_m4a_without_pictures(places: Places) -> None:
    closed(places.part(1, audio_only=True), 2.0, 440, fps=0)
    ending.make_file(places, RecordingJob("r", "s", "A", audio_only=True), Teller(places), "")
    assert read_status(places).file == "recording.m4a"
    assert film.lengths(places.folder / "recording.m4a") == (0.0, pytest.approx(2.0, abs=0.05))
    assert not list(places.folder.glob("*.jpg"))


def test_nothing_recorded_is_a_failure_that_says_so(places: Places) -> None:
    ending.make_file(places, JOB, Teller(places), "")
    assert (read_status(places).status, read_status(places).reason) == (
        RecordingStatus.FAILED,
        ending.NOTHING,
    )


@pytest.mark.parametrize(("count", "status"), [(1, RecordingStatus.READY), (2, RecordingStatus.FAILED)])
def test_without_space_to_join_what_was_recorded_is_kept(
    places: Places, monkeypatch: pytest.MonkeyPatch, count: int, status: RecordingStatus
) -> None:
    for number in range(count):
        closed(places.part(number + 1, audio_only=False), 1.0, 440)
    monkeypatch.setattr(finish, "ROOM_TO_SPARE", shutil.disk_usage(places.folder).total)
    ending.make_file(places, JOB, Teller(places), "The disk was full.")
    said = read_status(places)
    assert said.status == status
    assert said.reason.startswith("The disk was full. ")
    kept = [places.folder / said.file] if said.file else places.parts()
    assert [film.reaches(path) for path in kept] == [pytest.approx(1.0, abs=0.05)] * count
    monkeypatch.undo()
    if status == RecordingStatus.FAILED:  # and once there is space it is joined after all
        ending.make_file(places, JOB, Teller(places), "")
        assert film.lengths(places.folder / "recording.mp4")[0] == pytest.approx(2.0, abs=0.1)


def test_a_disk_that_fills_up_while_parts_are_joined_loses_none_of_them(places: Places) -> None:
    for number in (1, 2):
        closed(places.part(number, audio_only=False), 1.0, 440)
    (places.folder / ".recording.mp4").symlink_to("/dev/full")
    ending.make_file(places, JOB, Teller(places), "")
    said = read_status(places)
    assert (said.status, said.reason) == (RecordingStatus.FAILED, ending.NOT_JOINED)
    assert len(places.parts()) == 2
    ending.make_file(places, JOB, Teller(places), "")
    assert film.lengths(places.folder / "recording.mp4")[0] == pytest.approx(2.0, abs=0.1)


def test_finishing_goes_on_where_it_was_interrupted(places: Places) -> None:
    closed(places.part(1, audio_only=False), 1.0, 440)
    closed(places.part(2, audio_only=False), 1.0, 440)
    finish.join(places.parts(), places.file(audio_only=False))
    write_status(places, Status(RecordingStatus.FINISHING, file="recording.mp4", part=2))
    places.parts()[0].unlink()  # killed between the two
    ending.make_file(places, JOB, Teller(places), "")
    assert film.lengths(places.folder / "recording.mp4")[0] == pytest.approx(2.0, abs=0.1)
    assert places.parts() == []


@pytest.mark.parametrize("left", ["", '{"status": "rec', "null", '{"status": "no such"}', "{}"])
def test_a_status_that_was_lost_with_the_machine_costs_no_part(places: Places, left: str) -> None:
    parts = [closed(places.part(number, audio_only=False), 1.0, 440) for number in (1, 2)]
    places.status.write_text(left)
    places.wanted.write_text(left)
    os.utime(parts[-1], (time.time() - 30,) * 2)
    tell = Teller(places)
    assert (tell.part, tell.before.status) == (3, RecordingStatus.STARTING)
    closed(places.part(tell.part, audio_only=False), 1.0, 440)
    tell.running(RecordingStatus.RECORDING, 1.0, 1000, Marks((), ()))
    assert [gap.lost for gap in tell.status.gaps] == [0.0, pytest.approx(29, abs=2)]
    ending.make_file(places, JOB, tell, "")
    said = read_status(places)
    assert (said.status, said.seconds) == (RecordingStatus.READY, pytest.approx(3.0, abs=0.1))
    assert [gap.at for gap in said.gaps] == pytest.approx([1.0, 2.0], abs=0.05)
    assert not any(part.exists() for part in parts)


def test_what_was_finished_when_its_status_was_lost_is_ready_after_all(places: Places) -> None:
    closed(places.part(1, audio_only=False), 1.0, 440)
    ending.make_file(places, JOB, Teller(places), "")
    places.status.write_text("")
    tell = Teller(places)
    assert tell.before.status == RecordingStatus.FINISHING
    ending.make_file(places, JOB, tell, "")
    assert (read_status(places).status, read_status(places).file) == (RecordingStatus.READY, "recording.mp4")


def test_a_data_folder_has_one_name_for_good(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _: name_of_folder(tmp_path), range(8)))
    assert len(names) == 1
    assert names == {name_of_folder(tmp_path)}
    assert (tmp_path / "recorders.id").stat().st_mode & 0o777 == 0o600
