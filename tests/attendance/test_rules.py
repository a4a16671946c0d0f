"""Unions, reconnects, who is one person, who was late."""

from datetime import UTC, datetime, timedelta

import pytest

from donfra_live.attendance.rules import (
    Interval,
    Seat,
    Standing,
    Tolerance,
    Window,
    closing_time,
    happened_at,
    persons,
    reconnects,
    same_name,
    seconds_present,
    standing,
    union,
)

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def stay(start: float, end: float, connection: str = "") -> Interval:
    return Interval(at(start), at(end), connection or f"c{start}")


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([], []),
        ([(0, 10)], [(0, 10)]),
        ([(0, 10), (5, 20)], [(0, 20)]),
        ([(0, 30), (5, 20)], [(0, 30)]),
        ([(0, 10), (10, 20)], [(0, 20)]),
        ([(20, 30), (0, 10)], [(0, 10), (20, 30)]),
        ([(5, 5)], [(5, 5)]),
    ],
)
def test_the_union_of_stays(stays: list[tuple[float, float]], expected: list[tuple[float, float]]) -> None:
    assert union([stay(*s) for s in stays]) == [Window(at(a), at(b)) for a, b in expected]


def test_time_on_two_devices_counts_once() -> None:
    assert seconds_present([stay(0, 30, "laptop"), stay(20, 40, "phone")]) == 40 * 60


def test_who_was_there_for_a_moment_was_there() -> None:
    assert seconds_present([stay(0, 0.005)]) == 1
    assert seconds_present([stay(0, 1.49 / 60)]) == 1
    assert seconds_present([]) == seconds_present([stay(5, 5)]) == 0


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([], 0),
        ([stay(0, 30)], 0),
        ([stay(0, 30, "laptop"), stay(10, 20, "phone")], 0),
        ([stay(0, 10, "a"), stay(12, 30, "b")], 1),
        # the network changed: the same connection anew, the old one's end noticed late
        ([stay(0, 10.2, "a"), stay(10, 30, "a")], 1),
        # reloaded: the new page was there a second before the old one's end was noticed
        ([stay(0, 10.02, "a"), stay(10, 30, "b")], 1),
        ([stay(0, 30, "laptop"), stay(5, 10, "phone"), stay(15, 20, "phone again")], 0),
        ([stay(0, 10, "a"), stay(20, 30, "a"), stay(40, 50, "b")], 2),
    ],
)
def test_how_often_somebody_came_back(stays: list[Interval], expected: int) -> None:
    assert reconnects(stays) == expected


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], Standing.ABSENT),
        ([(0, 60)], Standing.PRESENT),
        ([(5, 55)], Standing.PRESENT),
        ([(5.1, 60)], Standing.LATE),
        ([(0, 54.9)], Standing.LEFT_EARLY),
        ([(20, 40)], Standing.LATE),
        ([(-10, 20), (30, 58)], Standing.PRESENT),
    ],
)
def test_who_was_late_and_who_left_early(times: list[tuple[float, float]], expected: Standing) -> None:
    held = Window(at(0), at(60))
    assert standing([Window(at(a), at(b)) for a, b in times], held, Tolerance()) == expected


def test_an_event_that_comes_at_once_happened_now_and_a_late_one_when_it_says() -> None:
    said = at(0)
    assert happened_at(said, said + timedelta(seconds=0.9)) == said + timedelta(seconds=0.9)
    assert happened_at(said, at(1)) == said
    assert happened_at(at(1), at(0)) == at(0), "nothing happens in the future"
    assert happened_at(None, at(0)) == at(0)


def test_who_was_seen_shortly_before_stayed_to_the_end() -> None:
    assert closing_time(at(59), at(60)) == at(60)
    assert closing_time(at(30), at(60)) == at(30)


def seat(member: str, name: str, account: str = "", *browsers: str) -> Seat:
    return Seat(member, name, account, frozenset(browsers))


@pytest.mark.parametrize(
    ("seats", "expected"),
    [
        ([seat("1", "Ada", "a"), seat("2", "Ada P.", "a")], [{"1", "2"}]),
        ([seat("1", "Ada"), seat("2", "Ada")], [{"1"}, {"2"}]),
        # as a guest on her laptop, then signed in on it
        ([seat("1", "Ada", "", "laptop"), seat("2", "ada", "a", "laptop", "phone")], [{"1", "2"}]),
        # a computer of the school: another person
        ([seat("1", "Ben", "", "pool"), seat("2", "Ada", "a", "pool")], [{"1"}, {"2"}]),
        (
            [seat("1", "Ada", "", "pool"), seat("2", "Ada", "a", "pool"), seat("3", "Ada", "b", "pool")],
            [{"1"}, {"2"}, {"3"}],
        ),
    ],
)
def test_one_account_or_browser_is_one_person(seats: list[Seat], expected: list[set[str]]) -> None:
    assert [{one.member_id for one in group} for group in persons(seats)] == expected


def test_names_are_compared_as_people_do() -> None:
    assert same_name("  Ada   LOVELACE ") == same_name("ada lovelace")
    assert same_name("Ａda") == same_name("Ada")
    assert same_name("Ada") != same_name("Adam")
