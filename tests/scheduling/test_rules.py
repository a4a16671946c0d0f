"""Dates as somebody types them: zones, daylight saving, limits."""

from datetime import UTC, datetime, timedelta

import pytest

from donfra_live.errors import BadInput
from donfra_live.live_sessions.states import SessionStatus
from donfra_live.scheduling.rules import clean_minutes, clean_start, clean_zone, planned, wall_of
from tests.world import TIMES

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "zone", "utc"),
    [
        ("2026-11-24T10:00", "Europe/Berlin", "2026-11-24T09:00"),
        ("2026-07-24T10:00", "Europe/Berlin", "2026-07-24T08:00"),
        ("2026-11-24 10:00:00", "UTC", "2026-11-24T10:00"),
        ("2026-11-24T10:00Z", "America/New_York", "2026-11-24T10:00"),
        ("2026-11-24T10:00+05:30", "UTC", "2026-11-24T04:30"),
        # the clocks leave this hour out, and show the other one twice
        ("2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:30"),
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30"),
    ],
)
def test_what_is_typed_becomes_utc(typed: str, zone: str, utc: str) -> None:
    assert clean_start(typed, zone) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("typed", [None, 5, "", "tomorrow", "2026-11-24", "2026-13-01T10:00", "T", "x" * 50])
def test_what_is_no_date_is_refused(typed: object) -> None:
    with pytest.raises(BadInput):
        clean_start(typed, "UTC")


@pytest.mark.parametrize(
    "zone", ["Berlin", "../etc/passwd", 5, ["UTC"], "europe/berlin/x", "Factory", "localtime"]
)
def test_a_zone_that_does_not_exist_is_refused(zone: object) -> None:
    with pytest.raises(BadInput):
        clean_zone(zone)


@pytest.mark.parametrize("minutes", [0, -5, 1441, True, 1.5, "ninety", "1e3", [60]])
def test_a_length_that_is_none_is_refused(minutes: object) -> None:
    with pytest.raises(BadInput):
        clean_minutes(minutes)


def test_the_door_opens_before_the_start() -> None:
    plan = planned({"starts_at": "2026-11-24T12:00Z", "duration_minutes": 90}, None, TIMES, NOW)
    assert (plan.status, plan.opens_at) == (SessionStatus.SCHEDULED, NOW + timedelta(hours=1, minutes=45))
    assert plan.ends_at == NOW + timedelta(hours=3, minutes=30)
    soon = planned({"starts_at": "2026-11-24T10:15Z"}, None, TIMES, NOW)
    assert soon.status == SessionStatus.OPEN


@pytest.mark.parametrize("start", ["2026-11-24T09:58Z", "2033-01-01T10:00Z"])
def test_the_start_lies_ahead_and_not_too_far(start: str) -> None:
    with pytest.raises(BadInput):
        planned({"starts_at": start}, None, TIMES, NOW)


def test_a_change_keeps_what_it_does_not_name() -> None:
    wishes = {"starts_at": "2026-12-01T10:00", "timezone": "Europe/Berlin", "duration_minutes": 45}
    before = planned({**wishes, "starts_itself": True}, None, TIMES, NOW)
    after = planned({"starts_at": "2026-12-02T11:00"}, before, TIMES, NOW)
    assert wall_of(after.starts_at, "Europe/Berlin") == datetime(2026, 12, 2, 11)
    assert after.ends_at - after.starts_at == timedelta(minutes=45)
    assert after.starts_itself
    longer = planned({"duration_minutes": 60}, before, TIMES, before.ends_at)
    assert (longer.starts_at, longer.ends_at) == (before.starts_at, before.starts_at + timedelta(hours=1))
