"""Pauses are not in the file; everything else is, once."""

from donfra_live.recorder.timeline import Timeline


def test_seconds_go_with_the_clock_but_not_in_a_pause() -> None:
    line = Timeline(100.0)
    assert line.seconds(99.0) == 0.0
    assert line.seconds(103.0) == 3.0
    line.pause(105.0)
    assert line.is_paused
    assert line.seconds(109.0) == 5.0
    line.resume(110.0)
    assert not line.is_paused
    assert line.seconds(112.0) == 7.0
    assert line.seconds(104.0) == 4.0
    assert line.begins() == [(100.0, 0.0), (110.0, 5.0)]


def test_spans_leave_the_pauses_out() -> None:
    line = Timeline(100.0)
    line.pause(105.0)
    line.resume(110.0)
    assert line.spans(103.0, 112.0) == [(103.0, 105.0), (110.0, 112.0)]
    assert line.spans(106.0, 109.0) == []
    assert line.spans(90.0, 101.0) == [(100.0, 101.0)]


def test_pausing_twice_and_going_on_twice_changes_nothing() -> None:
    line = Timeline(0.0)
    line.resume(1.0)
    line.pause(2.0)
    line.pause(3.0)
    line.resume(4.0)
    line.resume(5.0)
    assert line.seconds(6.0) == 4.0
