"""States of a recording, and when there is room for one."""

import itertools

import pytest

from donfra_live.errors import NoSpace, TooManyRecordings, WrongState
from donfra_live.recordings import rules
from donfra_live.recordings.rules import RecordingStatus as S

ALLOWED = {
    (S.STARTING, S.RECORDING),
    (S.STARTING, S.PAUSED),
    (S.STARTING, S.FINISHING),
    (S.STARTING, S.FAILED),
    (S.RECORDING, S.PAUSED),
    (S.RECORDING, S.FINISHING),
    (S.RECORDING, S.FAILED),
    (S.PAUSED, S.RECORDING),
    (S.PAUSED, S.FINISHING),
    (S.PAUSED, S.FAILED),
    (S.FINISHING, S.READY),
    (S.FINISHING, S.FAILED),
    (S.FAILED, S.FINISHING),
}


@pytest.mark.parametrize(("before", "after"), [*itertools.product(S, S)])
def test_only_these_changes_are_allowed(before: S, after: S) -> None:
    assert rules.may_become(before, after) == ((before, after) in ALLOWED)


def test_a_refused_change_says_what_the_recording_is() -> None:
    rules.check_becomes("recording", S.PAUSED)
    with pytest.raises(WrongState, match="the recording is ready"):
        rules.check_becomes("ready", S.PAUSED)


def test_running_and_over_leave_only_finishing() -> None:
    assert set(S) - rules.RUNNING - rules.OVER == {S.FINISHING}


def test_a_recording_is_refused_with_the_reason() -> None:
    assert rules.why_not_start(free=600, reserve=500, running=0, most=1) is None
    no_space = rules.why_not_start(free=99_000_000, reserve=500_000_000, running=0, most=1)
    assert isinstance(no_space, NoSpace)
    assert no_space.sentence == (
        "There is too little space to record: 99 MB free, 500 MB are needed. Ask the operator to make some."
    )
    too_many = rules.why_not_start(free=600, reserve=500, running=2, most=2)
    assert isinstance(too_many, TooManyRecordings)
    assert too_many.sentence == "This machine records 2 sessions at a time. Stop another one first."


def test_a_recording_stops_before_the_disk_is_full() -> None:
    assert not rules.must_stop(free=250, reserve=500)
    assert rules.must_stop(free=249, reserve=500)


@pytest.mark.parametrize(("cores", "wanted", "most"), [(1, 0, 1), (2, 0, 1), (4, 0, 2), (8, 0, 4), (2, 3, 3)])
def test_how_many_at_once_follows_the_machine_unless_it_is_said(cores: int, wanted: int, most: int) -> None:
    assert rules.most_at_once(cores, wanted) == most
