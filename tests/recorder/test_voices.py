"""Each voice by itself: where it was said, silent elsewhere, over pauses, crashes and comings and goings."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from donfra_live.recorder import ending, finish, finish_tracks, finish_voices
from donfra_live.recorder.people import MOST, People
from donfra_live.recorder.places import UNKNOWN, Places, Status, read_people, read_status, write_status
from donfra_live.recorder.sound import RATE, Mixer, Samples
from donfra_live.recorder.sources import Sender
from donfra_live.recorder.tell import Teller
from donfra_live.recorder.voice_files import VoiceFile, VoiceFiles
from donfra_live.recorder.voices import HANG, Speakers, Spoken
from donfra_live.recorder.writer import Writer
from donfra_live.recordings.ports import Gap, RecordingJob
from donfra_live.recordings.rules import RecordingStatus, TrackKind
from tests.recorder import film

JOB = RecordingJob("r", "s", "Algebra", audio_only=True, tracks=True)
ANNA, BOB = Sender("TR_a", "anna", "Anna"), Sender("TR_b", "bob", "Bob")
FRAME = RATE // 50


def tone(hertz: float, seconds: float) -> Samples:
    at = np.arange(round(seconds * RATE))
    return (12_000 * np.sin(2 * np.pi * hertz * at / RATE)).astype(np.int16)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.int16)


def at(second: float) -> int:
    return round(second * RATE)


def heard(path: Path, begin: float, end: float) -> float:
    return film.tone(film.sound(path)[at(begin) : at(end)])


def first_sound(path: Path) -> float:
    return float(np.flatnonzero(np.abs(film.sound(path)) > 0.1)[0]) / RATE


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places.made(tmp_path, "s", "r")


def say(mixer: Mixer, speakers: Speakers, who: Sender, value: int, begin: float, count: int) -> None:
    for number in range(1, count + 1):
        samples = np.full(FRAME, value, np.int16)
        start = mixer.hear(who.key, samples, begin + number * 0.02)
        speakers.hear(who, start, samples, mixer.taken)


def test_each_has_what_is_in_the_mixed_sound_at_the_same_sample() -> None:
    mixer, speakers = Mixer(10.0), Speakers()
    say(mixer, speakers, ANNA, 100, 10.1, 5)
    say(mixer, speakers, BOB, 1000, 10.14, 5)
    mixed, spoken = mixer.take(10.4), speakers.take(10.4, 0)
    assert [(one.person, one.name, one.at) for one in spoken] == [("anna", "Anna", 0), ("bob", "Bob", 0)]
    assert (sum(one.samples.astype(int) for one in spoken) == mixed).all()
    assert set(spoken[0].samples.tolist()) == {0, 100}
    assert set(spoken[1].samples.tolist()) == {0, 1000}


def test_two_microphones_of_one_person_are_one_voice() -> None:
    mixer, speakers = Mixer(0.0), Speakers()
    say(mixer, speakers, ANNA, 100, 0.0, 5)
    say(mixer, speakers, Sender("TR_c", "anna", "Anna B."), 20, 0.0, 5)
    (one,) = speakers.take(0.1, 0)
    assert (one.name, set(one.samples.tolist())) == ("Anna B.", {120})


def test_a_silent_microphone_costs_nothing_and_what_comes_after_is_at_its_place() -> None:
    mixer, speakers = Mixer(0.0), Speakers()
    say(mixer, speakers, ANNA, 3, 0.0, 50)
    assert speakers.take(0.9, 0) == []
    mixer.take(0.9)
    say(mixer, speakers, ANNA, 500, 1.0, 5)
    (one,) = speakers.take(1.2, at(0.9))
    assert np.flatnonzero(one.samples)[0] == at(0.1)
    mixer.take(1.2)
    say(mixer, speakers, ANNA, 0, 1.1, 100)
    assert len(speakers.take(1.2 + HANG / RATE, at(1.2))) == 1, "some silence goes with it"
    assert speakers.take(3.0, at(2.2)) == []


def test_what_is_said_in_a_pause_is_in_no_voice() -> None:
    mixer, speakers = Mixer(0.0), Speakers()
    say(mixer, speakers, ANNA, 100, 0.0, 25)
    mixer.take(0.5)
    speakers.take(0.5, 0)
    say(mixer, speakers, ANNA, 999, 0.5, 50)
    for one in (mixer, speakers):
        one.skip(1.5)
    say(mixer, speakers, ANNA, 200, 1.5, 5)
    (one,) = speakers.take(1.6, at(0.5))
    assert set(one.samples.tolist()) == {200}


def test_a_long_pause_is_forgotten_without_a_buffer_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    mixer, made = Mixer(0.0), []
    zeros = np.zeros
    monkeypatch.setattr(np, "zeros", lambda count, kind: made.append(count) or zeros(count, kind))
    say(mixer, Speakers(), ANNA, 100, 0.0, 5)
    mixer.skip(40_000.0)
    assert mixer.taken == 40_000 * RATE
    assert max(made) <= 2 * RATE
    assert not mixer.take(40_001.0).any()


def test_a_file_has_holes_for_silence_and_sound_where_it_was(tmp_path: Path) -> None:
    file = VoiceFile(tmp_path / "v.m4a")
    file.add(at(60.0) + 7, np.concatenate((tone(440, 1.5), silence(1.0))))
    file.add(at(150.25), np.concatenate((tone(1000, 1.0), silence(0.5))))
    file.close()
    assert file.bytes < 60_000
    assert finish_voices.join_voice({1: file.path}, [0.0], 200.0, tmp_path / "all.m4a")
    assert film.lengths(tmp_path / "all.m4a")[1] == pytest.approx(200.0, abs=0.03)
    assert first_sound(tmp_path / "all.m4a") == pytest.approx(60.0, abs=0.003)
    samples = film.sound(tmp_path / "all.m4a")
    loud = np.flatnonzero(np.abs(samples) > 0.1) / RATE
    assert loud[loud < 100].max() == pytest.approx(61.5, abs=0.003)
    assert loud[loud > 100].min() == pytest.approx(150.25, abs=0.003)
    assert film.tone(samples[at(60.2) : at(61.2)]) == pytest.approx(440, abs=3)
    assert film.tone(samples[at(150.5) : at(151.0)]) == pytest.approx(1000, abs=3)


def test_it_begins_with_the_film_to_the_sample(tmp_path: Path) -> None:
    film_of, file = Writer(tmp_path / "part.m4a", 320, 180, 0), VoiceFile(tmp_path / "v.m4a")
    samples = np.concatenate((silence(0.3), tone(440, 1.0), silence(1.2), tone(700, 1.0)))
    film_of.sound(samples)
    file.add(0, samples)
    film_of.close()
    file.close()
    finish.join([film_of.path], tmp_path / "film.m4a")
    seconds = finish.seconds_of(tmp_path / "film.m4a")
    assert finish_voices.join_voice({1: file.path}, [0.0], seconds, tmp_path / "voice.m4a")
    one, other = film.sound(tmp_path / "film.m4a"), film.sound(tmp_path / "voice.m4a")
    assert len(one) == pytest.approx(len(other), abs=1024)
    both = min(len(one), len(other))
    assert np.abs(one[:both] - other[:both]).max() < 0.05


def test_a_killed_recorder_loses_less_than_a_second_and_nothing_of_what_was_followed_by_silence(
    tmp_path: Path,
) -> None:
    file = VoiceFile(tmp_path / "v.m4a")
    file.add(at(5.0), np.concatenate((tone(440, 0.3), silence(1.0))))
    copy = Path(shutil.copy(file.path, tmp_path / "copy.m4a"))
    assert finish_voices.join_voice({1: copy}, [0.0], 8.0, tmp_path / "all.m4a")
    loud = np.flatnonzero(np.abs(film.sound(tmp_path / "all.m4a")) > 0.1) / RATE
    assert (loud[0], loud[-1]) == pytest.approx((5.0, 5.3), abs=0.003)
    file.add(at(20.0), tone(440, 3.0))
    copy = Path(shutil.copy(file.path, tmp_path / "copy.m4a"))
    assert 22.0 < film.reaches(copy) <= 23.0
    file.close()


def spoken(who: Sender, begin: float, samples: Samples) -> Spoken:
    return Spoken(who.person, who.name, at(begin), samples)


def part_of_film(places: Places, number: int, seconds: float) -> None:
    writer = Writer(places.part(number, audio_only=True), 320, 180, 0)
    writer.sound(silence(seconds))
    writer.close()


def test_parts_are_joined_as_those_of_the_film_and_a_person_has_one_file(places: Places) -> None:
    first = VoiceFiles(places, 1, People(places))
    first.write([spoken(ANNA, 1.0, tone(440, 0.9))])
    first.write([spoken(ANNA, 1.9, tone(440, 0.1)), spoken(BOB, 2.0, tone(1000, 0.5))])
    first.abandon()
    second = VoiceFiles(places, 2, People(places))
    second.write([spoken(Sender("TR_x", "bob", "Bobby"), 0.5, tone(1000, 1.0))])
    second.write([spoken(Sender("TR_y", "eve", "../Eve"), 2.0, tone(600, 0.5))])
    second.abandon()
    assert read_people(places) == {"anna": "Anna", "bob": "Bobby", "eve": "../Eve"}
    part_of_film(places, 1, 3.0)
    part_of_film(places, 2, 4.0)
    gaps = (Gap(3.2, 1.5),)  # said a little too late; the joined film says where it is
    write_status(places, Status(RecordingStatus.RECORDING, part=2, gaps=gaps))
    ending.make_file(places, JOB, Teller(places), "")
    said = read_status(places)
    assert [(one.file, one.name) for one in said.tracks] == [
        ("voice-01.m4a", "Anna"),
        ("voice-02.m4a", "Bobby"),
        ("voice-03.m4a", "../Eve"),
    ]
    begin = said.gaps[0].at
    anna, bob, eve = (places.folder / one.file for one in said.tracks)
    assert [one.bytes for one in said.tracks] == [path.stat().st_size for path in (anna, bob, eve)]
    for path in (anna, bob, eve):
        assert film.lengths(path)[1] == pytest.approx(said.seconds, abs=0.03)
    assert (heard(anna, 1.2, 1.8), heard(anna, 2.1, 7.0)) == (pytest.approx(440, abs=3), 0.0)
    assert heard(bob, 0.0, 1.9) == heard(bob, 2.6, begin + 0.45) == 0.0
    assert heard(bob, 2.1, 2.4) == pytest.approx(1000, abs=5)
    assert heard(bob, begin + 0.6, begin + 1.4) == pytest.approx(1000, abs=3)
    assert first_sound(eve) == pytest.approx(begin + 2.0, abs=0.012)
    assert places.track_parts() == []


def test_a_voice_that_reaches_further_than_its_part_of_the_film_is_cut_there(places: Places) -> None:
    files = VoiceFiles(places, 1, People(places))
    files.write([spoken(ANNA, 0.0, tone(440, 4.0))])
    files.abandon()
    target = places.track(TrackKind.VOICE, 1)
    assert finish_voices.join_voice({1: places.voice_part(1, 1)}, [0.0, 2.0], 6.0, target)
    assert heard(target, 0.2, 1.8) == pytest.approx(440, abs=3)
    assert heard(target, 2.1, 6.0) == 0.0
    assert finish_voices.join_voice({2: places.voice_part(1, 1)}, [0.0], 3.0, target), "an unknown part"
    assert not film.sound(target).any()


def test_joining_goes_on_where_it_was_interrupted(places: Places) -> None:
    files = VoiceFiles(places, 1, People(places))
    files.write([spoken(ANNA, 0.5, tone(440, 1.0)), spoken(BOB, 0.5, tone(1000, 1.0))])
    files.abandon()
    part_of_film(places, 1, 2.0)
    finish.join(places.parts(), places.file(audio_only=True))
    finish_voices.join_voice({1: places.voice_part(1, 1)}, [0.0], 2.0, places.track(TrackKind.VOICE, 1))
    places.voice_part(1, 1).unlink()
    write_status(places, Status(RecordingStatus.FINISHING, file="recording.m4a", part=1))
    ending.make_file(places, JOB, Teller(places), "")
    assert [one.name for one in read_status(places).tracks] == ["Anna", "Bob"]
    assert heard(places.track(TrackKind.VOICE, 1), 0.6, 1.4) == pytest.approx(440, abs=3)
    assert heard(places.track(TrackKind.VOICE, 2), 0.6, 1.4) == pytest.approx(1000, abs=3)


def test_a_voice_without_space_is_left_out_and_said(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    files = VoiceFiles(places, 1, People(places))
    files.write([spoken(ANNA, 0.0, tone(440, 1.0)), spoken(BOB, 0.0, tone(440, 1.0))])
    files.abandon()
    part_of_film(places, 1, 2.0)

    def full(*_: object) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(finish_tracks, "join_voice", full)
    ending.make_file(places, JOB, Teller(places), "")
    said = read_status(places)
    assert (said.status, said.reason, said.tracks) == (RecordingStatus.READY, finish_tracks.NO_TRACKS, ())


def test_nobody_heard_and_more_than_there_may_be(places: Places) -> None:
    part_of_film(places, 1, 1.0)
    ending.make_file(places, JOB, Teller(places), "")
    assert read_status(places).tracks == ()
    people = People(places)
    assert [people.number(f"p{number}", "P") for number in range(MOST)] == list(range(1, MOST + 1))
    files = VoiceFiles(places, 1, people)
    files.write([spoken(ANNA, 0.0, tone(440, 0.1))])
    assert places.track_parts() == []


def test_what_a_voice_takes_on_disk_is_told_with_the_film(places: Places) -> None:
    files = VoiceFiles(places, 1, People(places))
    files.write([spoken(ANNA, 0.0, tone(440, 3.0))])
    files.secure()
    assert files.bytes > 10_000
    files.abandon()
    assert Teller(places)._earlier_bytes == files.bytes


def test_a_lost_list_of_people_gives_nobody_the_voice_of_another(places: Places) -> None:
    for part, (sender, hertz) in enumerate(((ANNA, 440), (BOB, 880)), start=1):
        part_of_film(places, part, 1.0)
        files = VoiceFiles(places, part, People(places))
        files.write([spoken(sender, 0.0, tone(hertz, 1.0))])
        files.abandon()
        if part == 1:
            places.people.write_text("")  # the machine has lost its power
            write_status(places, Status(RecordingStatus.RECORDING, part=1))
    write_status(places, Status(RecordingStatus.RECORDING, part=2, gaps=(Gap(1.0, 1.0),)))
    ending.make_file(places, JOB, Teller(places), "")
    said = read_status(places)
    assert (said.status, [(track.name, track.file) for track in said.tracks]) == (
        RecordingStatus.READY,
        [(UNKNOWN, "voice-01.m4a"), ("Bob", "voice-02.m4a")],
    )
    assert heard(places.folder / "voice-01.m4a", 0.2, 0.8) == pytest.approx(440, abs=10)


def test_a_voice_that_cannot_be_joined_keeps_no_film_from_being_ready(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    part_of_film(places, 1, 1.0)
    files = VoiceFiles(places, 1, People(places))
    files.write([spoken(ANNA, 0.0, tone(440, 1.0))])
    files.abandon()

    def breaks(*_: object) -> bool:
        raise ValueError("no such thing")

    monkeypatch.setattr(finish_tracks, "join_voice", breaks)
    ending.make_file(places, JOB, Teller(places), "")
    said = read_status(places)
    assert (said.status, said.reason, said.tracks) == (RecordingStatus.READY, finish_tracks.NOT_EACH, ())
