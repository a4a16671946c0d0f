"""Buckets, peaks, drop-outs, percentiles, minutes watched: tables of cases."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from donfra_live.attendance.rules import Interval, Window
from donfra_live.stats.rules import (
    Figures,
    Happened,
    added,
    bucket_seconds,
    counted,
    curve,
    drop_outs,
    figures_of,
    peak,
    percentile,
    period,
    presences,
    totals,
    two_digits,
)
from donfra_live.stats.views import FirstPicture, Quality

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
EARLY = timedelta(minutes=5)
Stays = list[list[tuple[float, float]]]
# Whoever is in it: (from, to) of each of his stays, in minutes since nine.
NOBODY: Stays = []


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def people(stays: Stays) -> list[list[Interval]]:
    return [[Interval(at(a), at(b), f"c{n}{a}") for a, b in one] for n, one in enumerate(stays)]


@pytest.mark.parametrize(
    ("minutes", "seconds"),
    [(0, 5), (5, 5), (10, 5), (10.1, 10), (20, 10), (30, 15), (45, 30), (60, 30), (61, 60), (90, 60)]
    + [(120, 60), (240, 120), (360, 180), (600, 300), (720, 600), (1440, 900), (7200, 3600), (7201, 7200)],
)
def test_how_long_a_bucket_is(minutes: float, seconds: int) -> None:
    assert bucket_seconds(minutes * 60) == seconds


def test_from_five_minutes_on_a_session_has_sixty_to_a_hundred_and_twenty_points() -> None:
    for minutes in range(5, 20_000, 7):
        ran = Window(NINE, at(minutes))
        assert 60 <= len(curve(Happened(), ran, bucket_seconds(minutes * 60))) <= 120, minutes


@pytest.mark.parametrize(
    ("stays", "most", "when"),
    [
        (NOBODY, 0, None),
        ([[(0, 10)]], 1, 0),
        ([[(0, 10)], [(5, 20)]], 2, 5),
        # one goes as the other comes
        ([[(0, 10)], [(10, 20)]], 1, 0),
        # two devices of one person
        ([[(0, 10), (5, 20)]], 1, 0),
        ([[(0, 10), (5, 20)], [(12, 13)]], 2, 12),
        # he came back
        ([[(0, 10), (20, 30)], [(5, 25)]], 2, 5),
        # there for no time at all
        ([[(5, 5)]], 1, 5),
        ([[(5, 5)], [(5, 5)]], 2, 5),
        ([[(0, 5)], [(5, 5)]], 1, 0),
    ],
)
def test_the_peak(stays: Stays, most: int, when: float | None) -> None:
    assert peak(presences(people(stays))) == (most, None if when is None else at(when))


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        (NOBODY, 0),
        ([[(0, 60)]], 0),
        ([[(0, 55)]], 0),
        ([[(0, 54.9)]], 1),
        ([[(0, 10), (20, 60)]], 0),
        ([[(0, 10), (20, 30)]], 1),
        # late and gone early all the same
        ([[(30, 31)], [(0, 60)], [(0, 5)]], 2),
        # one device went, the other stayed
        ([[(0, 60), (0, 10)]], 0),
    ],
)
def test_who_dropped_out(stays: Stays, expected: int) -> None:
    assert drop_outs(people(stays), at(60), EARLY) == expected


@pytest.mark.parametrize(
    ("given", "rounded"),
    [(0, 0), (7, 7), (99, 99), (104, 100), (105, 110), (1234, 1200), (1250, 1300), (999, 1000)]
    + [(9_960, 10_000), (120_000, 120_000), (64_499, 64_000)],
)
def test_two_digits(given: int, rounded: int) -> None:
    assert two_digits(given) == rounded


@pytest.mark.parametrize(
    ("times", "median", "p95"),
    [
        ([], None, None),
        ([800], 800, 800),
        ([100, 200], 100, 200),
        ([100, 200, 300], 200, 300),
        ([*range(100, 2100, 100)], 1000, 1900),
        ([500] * 95 + [9000] * 5, 500, 500),
        ([500] * 94 + [9000] * 6, 500, 9000),
    ],
)
def test_percentiles(times: list[int], median: int | None, p95: int | None) -> None:
    counts = counted(times)
    assert (percentile(counts, 0.5), percentile(counts, 0.95)) == (median, p95)


def figures(stays: Stays) -> Figures:
    return figures_of(Happened(stays=people(stays)), at(60), EARLY, [])


@pytest.mark.parametrize(
    ("stays", "seconds", "reconnects"),
    [
        (NOBODY, 0, 0),
        ([[(0, 60)]], 3600, 0),
        ([[(0, 60)], [(0, 30)]], 5400, 0),
        ([[(0, 30), (20, 40)]], 2400, 0),
        ([[(0, 10), (20, 30)]], 1200, 1),
    ],
)
def test_time_watched_and_reconnects(stays: Stays, seconds: int, reconnects: int) -> None:
    found = figures(stays)
    assert (found.seconds_watched, found.reconnects, found.joined) == (seconds, reconnects, len(stays))


def test_several_sessions_add_up() -> None:
    one = Figures(
        joined=3,
        peak=2,
        seconds_watched=80,
        drop_outs=1,
        reconnects=2,
        messages=5,
        hands=1,
        quality=Quality(10, 20, 30, 40),
        first_pictures={500: 1, 800: 1},
    )
    other = Figures(joined=1, peak=1, seconds_watched=80, first_pictures={900: 1})
    both = totals(added([one, other]))
    assert (both.sessions, both.joined, both.peak, both.minutes_watched) == (2, 4, 2, 3)
    assert (both.drop_outs, both.reconnects, both.messages, both.hands) == (1, 2, 5, 1)
    assert both.quality == Quality(10, 20, 30, 40)
    assert both.first_picture == FirstPicture(count=3, median_ms=800, p95_ms=900)
    nothing = totals(added([]))
    assert nothing.first_picture == FirstPicture()
    assert (nothing.sessions, nothing.peak, nothing.joined) == (0, 0, 0)


@pytest.mark.parametrize(
    ("stays", "present", "joined", "left"),
    [
        (NOBODY, [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]),
        # who is there at the end has not left
        ([[(0, 4)]], [1, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]),
        # at a border: gone before the next bucket begins, come as it begins
        ([[(0, 1)]], [1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]),
        ([[(1, 4)]], [0, 1, 1, 1], [0, 1, 0, 0], [0, 0, 0, 0]),
        ([[(0, 1)], [(1, 4)]], [1, 1, 1, 1], [1, 1, 0, 0], [0, 1, 0, 0]),
        # in one bucket, not at one time
        ([[(0.1, 0.4)], [(0.5, 0.9)]], [1, 0, 0, 0], [2, 0, 0, 0], [2, 0, 0, 0]),
        ([[(0.1, 0.6)], [(0.5, 2.5)]], [2, 1, 1, 0], [2, 0, 0, 0], [1, 0, 1, 0]),
        # two devices
        ([[(0, 2.5), (1.5, 4)]], [1, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]),
        # he came back: two comings of one person
        ([[(0, 1.5), (2.5, 4)]], [1, 1, 1, 1], [1, 0, 1, 0], [0, 1, 0, 0]),
        ([[(0, 0.5), (3.5, 4)]], [1, 0, 0, 1], [1, 0, 0, 1], [1, 0, 0, 0]),
        # for no time at all
        ([[(2.5, 2.5)]], [0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 1, 0]),
        # before it began and after it was over
        ([[(-1, 5)]], [1, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]),
    ],
)
def test_people_over_time(stays: Stays, present: list[int], joined: list[int], left: list[int]) -> None:
    points = curve(Happened(stays=people(stays)), Window(NINE, at(4)), 60)
    assert [p.at for p in points] == [at(n) for n in range(4)]
    assert [p.present for p in points] == present
    assert [p.joined for p in points] == joined
    assert [p.left for p in points] == left


def test_messages_and_hands_over_time() -> None:
    happened = Happened(messages=[at(0), at(0.99), at(1), at(9)], hands=[at(3.999), at(-1)])
    points = curve(happened, Window(NINE, at(4)), 60)
    assert [p.messages for p in points] == [2, 1, 0, 1], "what comes after the end counts to the last part"
    assert [p.hands for p in points] == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("size", "minutes", "expected"),
    [
        # a bucket is a minute
        (60, {0: 7, 2: 5}, [7, 0, 5, 0]),
        # a minute is four buckets: spread, and nothing lost
        (15, {0: 7}, [1, 2, 2, 2] + [0] * 12),
        # a bucket is two minutes
        (120, {0: 7, 1: 1, 2: 5}, [8, 5]),
        # of a minute that began before the session, and of one after its end
        (60, {-0.5: 4, 4: 6}, [4, 0, 0, 6]),
    ],
)
def test_quality_over_time(size: int, minutes: dict[float, int], expected: list[int]) -> None:
    happened = Happened(minutes=[(at(m), Quality(good=s, lost=1)) for m, s in minutes.items()])
    points = curve(happened, Window(NINE, at(4)), size)
    assert [p.quality.good for p in points] == expected
    assert sum(p.quality.lost for p in points) == len(minutes)


def test_a_session_that_ended_as_it_began_has_one_point() -> None:
    assert len(curve(Happened(), Window(NINE, NINE), 5)) == 1


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/St_Johns"])
@pytest.mark.parametrize("days", [7, 30, 90])
def test_a_period_is_whole_days_of_the_zone(zone: str, days: int) -> None:
    where, today = ZoneInfo(zone), date(2026, 11, 24)
    first, start, end = period(today, days, where)
    assert (today - first).days == days - 1
    assert start.astimezone(where).isoformat().startswith(f"{first}T00:00:00")
    assert end.astimezone(where).isoformat().startswith("2026-11-25T00:00:00")
