"""Sound stands where the clock says, whatever is late, missing or too fast."""

import numpy as np
import pytest

from donfra_live.recorder.sound import KEPT, RATE, Mixer, Samples

FRAME = RATE // 50


def frame(value: int) -> Samples:
    return np.full(FRAME, value, np.int16)


def speak(mixer: Mixer, key: str, value: int, start: float, count: int, late: float = 0.0) -> None:
    """`count` frames of 20 ms that end when the clock shows so, and come `late`."""
    for number in range(1, count + 1):
        mixer.hear(key, frame(value), start + number * 0.02 + late)


def test_voices_are_added_up_where_they_were_said() -> None:
    mixer = Mixer(10.0)
    speak(mixer, "anna", 100, 10.1, 5)
    speak(mixer, "bob", 11, 10.14, 5)
    mixed = mixer.take(10.4)
    assert len(mixed) == round(0.4 * RATE)
    assert [int(mixed[round(at * RATE)]) for at in (0.05, 0.11, 0.15, 0.21, 0.3)] == [0, 100, 111, 11, 0]


def test_loud_voices_are_cut_and_do_not_turn_over() -> None:
    mixer = Mixer(0.0)
    for key in "abc":
        speak(mixer, key, 30_000, 0.0, 1)
    assert set(mixer.take(0.02).tolist()) == {32767}


def test_what_was_taken_is_gone_and_silence_follows() -> None:
    mixer = Mixer(0.0)
    speak(mixer, "anna", 100, 0.0, 5)
    assert mixer.take(0.1).all()
    assert not mixer.take(0.2).any()
    assert len(mixer.take(0.2)) == 0


def test_a_long_silence_is_as_long_as_it_was() -> None:
    mixer = Mixer(0.0)
    seconds = 3 * KEPT / RATE
    mixed = mixer.take(seconds)
    assert len(mixed) == round(seconds * RATE)
    assert not mixed.any()


def test_late_frames_still_follow_each_other_without_holes() -> None:
    mixer = Mixer(0.0)
    speak(mixer, "anna", 100, 0.0, 10)
    for number in range(11, 21):  # the process was held up, and they come at once
        mixer.hear("anna", frame(100), 0.40 + number / 10_000)
    assert mixer.take(0.4).all()


def test_a_voice_that_came_late_at_first_is_put_right() -> None:
    mixer = Mixer(0.0)
    mixer.hear("anna", frame(1), 0.2)
    speak(mixer, "anna", 100, 0.02, 5)
    mixed = mixer.take(0.5)
    loud = np.flatnonzero(mixed >= 100)
    assert loud[0] == pytest.approx(0.02 * RATE, abs=1)


def test_a_voice_that_drifts_is_brought_back_by_its_smallest_lag() -> None:
    mixer = Mixer(0.0)
    speak(mixer, "anna", 1, 0.0, 1)
    speak(mixer, "anna", 100, 0.02, 60, late=0.05)
    mixed = mixer.take(2.0)
    last = int(np.flatnonzero(mixed)[-1])
    assert last == pytest.approx((0.02 + 60 * 0.02 + 0.05) * RATE, abs=2)


def test_after_a_silence_a_voice_begins_where_the_clock_is() -> None:
    mixer = Mixer(0.0)
    speak(mixer, "anna", 100, 0.0, 5)
    mixer.take(5.0)
    speak(mixer, "anna", 100, 5.1, 5)
    mixed = mixer.take(5.4)
    assert np.flatnonzero(mixed)[0] == pytest.approx(0.1 * RATE, abs=1)
    assert np.count_nonzero(mixed) == 5 * FRAME
