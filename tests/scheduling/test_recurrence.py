"""Dates of a repeating plan: what a rule may be, and that a lesson at ten stays at ten."""

import time
from datetime import datetime
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr

from donfra_live.errors import BadInput
from donfra_live.scheduling.recurrence import clean_exceptions, clean_rule, starts
from donfra_live.scheduling.rules import utc_of

FIRST = datetime(2026, 10, 20, 10, 0)
BERLIN = "Europe/Berlin"


def days(rule: str, last: datetime, zone: str = BERLIN) -> list[str]:
    return [f"{s:%m-%d %H:%M}" for s in starts(clean_rule(rule, FIRST, zone), FIRST, zone, last)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY;COUNT=3", ["10-20 10:00", "10-27 10:00", "11-03 10:00"]),
        ("rrule:freq=weekly;interval=2;count=2", ["10-20 10:00", "11-03 10:00"]),
        (
            "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261029",
            ["10-20 10:00", "10-22 10:00", "10-27 10:00", "10-29 10:00"],
        ),
        ("FREQ=WEEKLY;UNTIL=20261027T090000Z", ["10-20 10:00", "10-27 10:00"]),
        ("FREQ=WEEKLY;UNTIL=20261027T085959Z", ["10-20 10:00"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", ["10-30 10:00", "11-27 10:00"]),
        ("FREQ=DAILY;COUNT=2", ["10-20 10:00", "10-21 10:00"]),
    ],
)
def test_a_rule_has_these_dates(rule: str, expected: list[str]) -> None:
    assert days(rule, datetime(2026, 12, 31)) == expected


def test_the_wall_clock_stays_when_the_clocks_change() -> None:
    found = starts("FREQ=WEEKLY;COUNT=2", FIRST, BERLIN, datetime(2026, 12, 31))
    assert [f"{utc_of(s, BERLIN):%m-%d %H:%M}" for s in found] == ["10-20 08:00", "10-27 09:00"]


@pytest.mark.parametrize(
    "rule",
    [
        None,
        5,
        "",
        "weekly",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;COUNT=5",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=99999",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=MO(1)",
        "FREQ=MONTHLY;BYDAY=53FR",
        "FREQ=MONTHLY;BYDAY=MO,-6TU",
        "FREQ=MONTHLY;INTERVAL=31;BYDAY=1MO,20MO",
        "FREQ=YEARLY;BYDAY=99MO,1MO",
        "FREQ=MONTHLY;BYMONTH=-1",
        "FREQ=MONTHLY;BYMONTH=1,,2",
        "FREQ=MONTHLY;BYMONTHDAY=1,0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1.5",
        "FREQ=YEARLY;BYMONTH=12;BYDAY=1MO,53MO",
        "FREQ=WEEKLY;BYHOUR=3",
        "FREQ=WEEKLY;UNTIL=never",
        "FREQ=WEEKLY;UNTIL=20200101",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY\nEXDATE:20261020",
        "FREQ=WEEKLY;" + "BYDAY=MO;" * 100,
    ],
)
def test_a_rule_that_is_none_or_has_no_date_is_refused(rule: object) -> None:
    with pytest.raises(BadInput):
        clean_rule(rule, FIRST, BERLIN)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=MONTHLY;BYDAY=-1FR,+2TU",
        "FREQ=YEARLY;BYDAY=53TH,-53MO,20WE",
        "FREQ=YEARLY;BYMONTH=12;BYDAY=-5MO,1FR",
    ],
)
@pytest.mark.parametrize("month", range(1, 13))
def test_every_day_that_a_month_can_have_is_taken_and_found_for_years(rule: str, month: int) -> None:
    first = datetime(2027, month, 1, 10)
    cleaned = clean_rule(rule, first, BERLIN)
    wanted = list(takewhile(lambda at: at.year < 2060, rrulestr(rule, dtstart=first)))  # type: ignore[misc]
    assert starts(cleaned, first, BERLIN, datetime(2059, 12, 31, 23)) == wanted


def test_numbers_have_one_spelling() -> None:
    given = "FREQ=MONTHLY;BYMONTH=+4,05;BYMONTHDAY=-01,+2;BYSETPOS=+1"
    cleaned = clean_rule(given, FIRST, BERLIN)
    assert dict(part.split("=") for part in cleaned.split(";")) == {
        "FREQ": "MONTHLY",
        "BYMONTH": "4,5",
        "BYMONTHDAY": "-1,2",
        "BYSETPOS": "1",
    }


def test_a_rule_of_an_older_version_ends_where_the_library_fails() -> None:
    rule, first = "FREQ=MONTHLY;INTERVAL=31;BYDAY=1MO,20MO", datetime(2027, 1, 4, 10)
    found = starts(rule, first, BERLIN, datetime(2040, 1, 1))
    assert found == [datetime(2027, 1, 4, 10), datetime(2029, 8, 6, 10), datetime(2032, 3, 1, 10)]


@pytest.mark.parametrize(
    "value", [None, 5, "2026-12-24", ["yesterday"], [5], ["2026-12-24"] * 300, ["9999-12-31"]]
)
def test_exceptions_are_days(value: object) -> None:
    with pytest.raises(BadInput):
        clean_exceptions(value)
    assert clean_exceptions(["2026-12-31", "2026-12-24", "2026-12-24"]) == ("2026-12-24", "2026-12-31")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYSETPOS=2",
        "FREQ=DAILY;INTERVAL=7;BYDAY=WE",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=YEARLY;BYDAY=54MO",
        "FREQ=YEARLY;BYDAY=MO,TU;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_nobody_is_kept_waiting_for_a_rule_without_dates(rule: str) -> None:
    began = time.process_time()
    with pytest.raises(BadInput):
        clean_rule(rule, FIRST, BERLIN)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("freq", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
@pytest.mark.parametrize("interval", [1, 2, 5])
@pytest.mark.parametrize(
    "more",
    ["", ";BYDAY=MO,SU", ";BYDAY=TU;BYMONTH=1,12", ";BYDAY=MO,WE,SU;BYSETPOS=1,-1", ";WKST=SU;BYDAY=SU"],
)
def test_no_date_is_missed_at_the_end(freq: str, interval: int, more: str) -> None:
    rule = f"FREQ={freq};INTERVAL={interval}{more}"
    for last in (datetime(2027, 1, 3, 10), datetime(2031, 10, 19, 9), datetime(2031, 12, 31, 23)):
        wanted = list(takewhile(lambda at, last=last: at <= last, rrulestr(rule, dtstart=FIRST)))  # type: ignore[misc]
        assert starts(rule, FIRST, BERLIN, last) == wanted
