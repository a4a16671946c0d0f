"""Each camera and screen by itself: there when it was seen, black else, over comings, goings and crashes."""

import threading
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from donfra_live.recorder import ending, finish_tracks
from donfra_live.recorder.compose import Due
from donfra_live.recorder.finish_pictures import Stretch, join_picture
from donfra_live.recorder.people import People
from donfra_live.recorder.picture_files import AT_ONCE, PictureFile, PictureFiles
from donfra_live.recorder.places import Places, Status, read_people, read_status, write_status
from donfra_live.recorder.sound import RATE
from donfra_live.recorder.sources import Frame
from donfra_live.recorder.tell import Teller
from donfra_live.recorder.writer import FPS, Writer
from donfra_live.recordings.ports import Gap, RecordingJob, Track
from donfra_live.recordings.rules import RecordingStatus, TrackKind
from tests.recorder import film
from tests.recorder.frames import of_colour

JOB = RecordingJob("r", "s", "Algebra", tracks=True)
# One frame of the film, since every second one is looked at.
LATE = 1 / FPS + 0.001
CAMERA, SCREEN = TrackKind.CAMERA, TrackKind.SCREEN


def due(person: str, one: Frame, *, screen: bool = False, key: str = "") -> Due:
    return Due(key or f"TR_{person}", person.title(), screen, one, person)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places.made(tmp_path, "s", "r")


class Part:
    """One part of a film and of its pictures, written in no time."""

    def __init__(self, places: Places, number: int = 1) -> None:
        self._film = Writer(places.part(number, audio_only=False), 320, 180, FPS)
        self.files = PictureFiles(places, number, People(places))
        self._number = 0

    def show(self, *seen: Due, seconds: float) -> None:
        until = self._number + round(seconds * FPS)
        for number in range(self._number, until):
            self._film.picture(np.full((270, 320), 128, np.uint8), number)
            self._film.sound(np.zeros(RATE // FPS, np.int16))
            self.files.show(seen, number)
            self.is_written()
        self._number = until

    def is_written(self) -> None:
        if self.files._work:
            self.files._work.exception()

    def end(self) -> None:
        self._film.close()
        self.files.abandon()


def made(places: Places) -> Sequence[Track]:
    ending.make_file(places, JOB, Teller(places), "")
    said = read_status(places)
    assert said.status == RecordingStatus.READY
    assert places.track_parts() == []
    return said.tracks


def colours(path: Path, *seconds: float) -> list[str]:
    shown = [film.standing_at(path, second) for second in seconds]
    return [film.colour_at(one, one.shape[1] // 2, one.shape[0] // 2) for one in shown]


def sizes(path: Path) -> tuple[int, int, int]:
    """Width, height, and how many pictures."""
    with av.open(path) as container:
        video = container.streams.video[0]
        return video.width, video.height, sum(1 for packet in container.demux(video) if packet.size)


def test_a_camera_is_there_while_it_is_seen_and_black_else(places: Places) -> None:
    part = Part(places)
    part.show(seconds=1)
    part.show(due("anna", of_colour("red")), seconds=3)
    part.show(seconds=30)
    part.show(due("anna", of_colour("green")), due("bob", of_colour("blue")), seconds=2)
    part.show(due("bob", of_colour("blue")), seconds=1)
    part.end()
    tracks = made(places)
    assert [(one.file, one.name, one.kind) for one in tracks] == [
        ("camera-01.mp4", "Anna", CAMERA),
        ("camera-02.mp4", "Bob", CAMERA),
    ]
    anna, bob = (places.folder / one.file for one in tracks)
    assert [one.bytes for one in tracks] == [path.stat().st_size for path in (anna, bob)]
    seconds = read_status(places).seconds
    for path in (anna, bob):
        assert film.lengths(path) == (pytest.approx(seconds, abs=0.01), 0.0)
        assert film.boxes(path).index("moov") < film.boxes(path).index("mdat"), "a fast start"
        assert sizes(path)[:2] == (640, 360)
    assert colours(anna, 0.0, 0.96, 1.05, 3.9) == ["black", "black", "red", "red"]
    assert colours(anna, 4.05, 20, 33.95, 34.05, 35.9, 36.1, 36.9) == [
        *["black"] * 3,
        *["green"] * 2,
        *["black"] * 2,
    ]
    assert colours(bob, 33.9, 34.1, 36.9) == ["black", "blue", "blue"]


def test_read_from_its_beginning_it_is_the_same(places: Places) -> None:
    """As editors do that jump nowhere: no picture of another stretch, none broken."""
    part = Part(places)
    part.show(due("anna", of_colour("red")), seconds=1)
    part.show(seconds=12)
    part.show(due("anna", of_colour("green")), seconds=1)
    part.end()
    [track] = made(places)
    with av.open(places.folder / track.file) as container:
        seen = [(one.time or 0.0, one.to_ndarray(format="rgb24")) for one in container.decode(video=0)]
    by_time = [(second, film.colour_at(image, 320, 180)) for second, image in seen]
    assert by_time[0][0] == 0.0
    assert [second for second, _ in by_time] == sorted(second for second, _ in by_time)
    assert {colour for second, colour in by_time if second < 1} == {"red"}
    assert {colour for second, colour in by_time if 1 + LATE < second < 12.99} == {"black"}
    assert {colour for second, colour in by_time if second > 13 + LATE} == {"green"}


def test_what_stands_still_is_written_once_a_second_and_what_moves_12_times(places: Places) -> None:
    part = Part(places)
    part.show(due("anna", of_colour("red")), due("bob", of_colour("red"), screen=True), seconds=10)
    for number in range(10 * FPS):
        one = of_colour("green") if number % 2 else of_colour("blue")
        part.show(due("anna", one), due("bob", of_colour("red"), screen=True), seconds=1 / FPS)
    part.end()
    camera, screen = (places.folder / track.file for track in made(places))
    assert sizes(camera)[2] == pytest.approx(10 + 125, abs=3)
    assert sizes(screen) == (1280, 720, pytest.approx(10 + 125, abs=3))


def test_two_connections_of_one_person_are_one_file_and_a_screen_is_another(places: Places) -> None:
    part = Part(places)
    part.show(due("anna", of_colour("red"), key="one"), seconds=1)
    part.show(due("anna", of_colour("red"), key="one"), due("anna", of_colour("green"), key="two"), seconds=1)
    screen = due("anna", of_colour("blue", 1920, 1080), screen=True, key="three")
    part.show(due("anna", of_colour("green"), key="two"), screen, seconds=1)
    part.end()
    tracks = made(places)
    assert [track.file for track in tracks] == ["camera-01.mp4", "screen-01.mp4"]
    camera, shared = (places.folder / track.file for track in tracks)
    assert colours(camera, 0.9, 1.5, 2.9) == ["red", "green", "green"]
    assert colours(shared, 1.9, 2.1, 2.9) == ["black", "blue", "blue"]


def test_whatever_size_comes_is_shown_whole_in_the_same_one(places: Places) -> None:
    part = Part(places)
    part.show(due("anna", of_colour("red", 180, 320)), seconds=1)
    part.show(due("anna", of_colour("green", 1280, 720)), seconds=1)
    part.show(due("anna", of_colour("blue", 161, 91)), seconds=1)
    part.end()
    [track] = made(places)
    path = places.folder / track.file
    assert sizes(path)[:2] == (640, 360)
    upright, wide, small = (film.standing_at(path, second) for second in (0.5, 1.5, 2.5))
    assert [film.colour_at(upright, x, 180) for x in (40, 320, 600)] == ["black", "red", "black"]
    assert [film.colour_at(wide, x, 180) for x in (10, 320, 630)] == ["green"] * 3
    assert film.colour_at(small, 320, 180) == "blue"


def test_a_killed_recorder_loses_less_than_two_seconds_and_no_end_of_a_stretch(places: Places) -> None:
    first = Part(places)
    first.show(due("anna", of_colour("red")), due("bob", of_colour("blue")), seconds=3)
    first.show(due("anna", of_colour("red")), seconds=3)
    killed = {path: path.read_bytes() for path in (*places.parts(), *places.track_parts())}
    first.end()
    for path, content in killed.items():
        path.write_bytes(content)
    second = Part(places, 2)
    second.show(seconds=2)
    second.show(due("bob", of_colour("green"), key="another"), seconds=2)
    second.end()
    write_status(places, Status(RecordingStatus.RECORDING, part=2, gaps=(Gap(6.0, 1.5),)))
    anna, bob = (places.folder / track.file for track in made(places))
    said = read_status(places)
    begin = said.gaps[0].at
    assert begin > 4.0
    for path in (anna, bob):
        assert film.lengths(path)[0] == pytest.approx(said.seconds, abs=0.01)
    assert colours(anna, 0.1, 4.0, begin + 0.1, begin + 3.9) == ["red", "red", "black", "black"]
    assert colours(bob, 2.9, 3.1, begin + 1.9, begin + 2.1, begin + 3.8) == [
        *("blue", "black", "black", "green", "green")
    ]


def test_a_stretch_that_reaches_further_than_its_part_of_the_film_is_cut_there(tmp_path: Path) -> None:
    one, other = PictureFile(tmp_path / "1.mp4", CAMERA, 0), PictureFile(tmp_path / "2.mp4", CAMERA, 0)
    for number in range(0, 4 * FPS, 2):
        one.show(of_colour("red"), number)
        other.show(of_colour("green"), number)
    one.close(4 * FPS)
    other.close(4 * FPS)
    target = tmp_path / "all.mp4"
    both = [Stretch(one.path, 0.0, 2.0), Stretch(other.path, 3.0, 6.0)]
    assert join_picture(CAMERA, both, 6.0, target)
    assert film.lengths(target)[0] == pytest.approx(6.0, abs=0.01)
    assert colours(target, 1.9, 2.1, 2.9, 3.1, 5.9) == ["red", "black", "black", "green", "green"]
    (tmp_path / "torn.mp4").write_bytes(one.path.read_bytes()[:300])
    assert not join_picture(CAMERA, [Stretch(tmp_path / "torn.mp4", 0.0, 2.0)], 6.0, tmp_path / "no.mp4")
    assert sorted(path.name for path in tmp_path.glob("*no.mp4")) == []


def test_those_beyond_the_number_at_once_get_one_when_a_place_is_free(places: Places) -> None:
    part, one = Part(places), of_colour("red")
    many = [due(f"p{number}", one) for number in range(AT_ONCE[CAMERA] + 1)]
    part.show(*many, due("p0", one, screen=True), seconds=1)
    assert len(places.track_parts()) == AT_ONCE[CAMERA] + 1, "a screen needs no camera's place"
    part.show(*many[1:], seconds=1)
    part.end()
    last = read_people(places)
    assert list(last) == [f"p{number}" for number in range(AT_ONCE[CAMERA] + 1)]
    tracks = made(places)
    assert colours(places.folder / tracks[-1].file, 0.5, 1.5) == ["black", "red"]


def test_a_slow_encoder_leaves_pictures_out_and_holds_nothing_up(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on, shown = threading.Event(), []

    def slow(_: PictureFile, one: Frame, number: int) -> None:
        shown.append((one, number))
        assert may_go_on.wait(30)

    monkeypatch.setattr(PictureFile, "show", slow)
    files, all_frames = (
        PictureFiles(places, 1, People(places)),
        [of_colour("red", 16, 16) for _ in range(100)],
    )
    for number, one in enumerate(all_frames):
        files.show([due("anna", one)], number)
    may_go_on.set()
    assert files._work is not None
    files._work.result(30)
    assert [number for _, number in shown] == [0]
    files.show([due("anna", all_frames[-1])], 100)
    files.abandon()
    assert shown[1:] == [(all_frames[-1], 100)]


def test_while_the_film_misses_frames_fewer_pictures_are_taken(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    monkeypatch.setattr(PictureFile, "show", lambda _, __, number: taken.append(number))
    files, one = PictureFiles(places, 1, People(places)), of_colour("red", 16, 16)
    for number in [*range(3, 25), *range(26, 100, 3), *range(101, 150)]:
        files.show([due("anna", one)], number)
        assert files._work is not None
        files._work.result(30)
    files.abandon()
    assert taken[:11] == list(range(3, 25, 2))
    steps = [later - number for number, later in zip(taken, taken[1:], strict=False)]
    assert set(steps) == {2, 5, 6}
    assert all(step >= 5 for number, step in zip(taken[1:], steps, strict=True) if 30 < number < 120)
    assert steps[-5:] == [2] * 5


def test_what_cannot_be_written_is_said_with_the_next_one(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PictureFile, "show", full)
    part = Part(places)
    with pytest.raises(OSError, match="No space"):
        part.show(due("anna", of_colour("red")), seconds=1)
    part.end()


def test_a_picture_without_space_is_left_out_and_said(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Part(places)
    part.show(due("anna", of_colour("red")), due("bob", of_colour("red")), seconds=1)
    part.end()

    def full(*_: object) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(finish_tracks, "join_picture", full)
    assert made(places) == ()
    assert read_status(places).reason == finish_tracks.NO_TRACKS


def test_joining_goes_on_where_it_was_interrupted(places: Places) -> None:
    part = Part(places)
    part.show(due("anna", of_colour("red")), due("bob", of_colour("blue")), seconds=2)
    part.end()
    [mine] = places.track_parts(CAMERA, 1)
    assert join_picture(CAMERA, [Stretch(mine, 0.0, 2.0)], 2.0, places.track(CAMERA, 1))
    mine.unlink()
    anna, bob = (places.folder / track.file for track in made(places))
    assert colours(anna, 0.1, 1.9) == ["red", "red"]
    assert colours(bob, 0.1, 1.9) == ["blue", "blue"]


def test_what_pictures_take_on_disk_is_told_with_the_film(places: Places) -> None:
    part = Part(places)
    part.show(due("anna", of_colour("red")), due("bob", of_colour("blue")), seconds=2)
    part.show(due("anna", of_colour("red")), seconds=2)
    part.files.secure()
    assert part.files.bytes == sum(path.stat().st_size for path in places.track_parts()) > 1000
    part.end()
    assert part.files.bytes == sum(path.stat().st_size for path in places.track_parts())
    whole = part.files.bytes + places.parts()[0].stat().st_size
    assert Teller(places)._earlier_bytes == whole
