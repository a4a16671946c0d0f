"""From stays, messages, hands and reports to figures: buckets, peaks, drop-outs, percentiles; pure."""

import functools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from donfra_live.attendance.rules import Interval, Window, reconnects, seconds_present, union
from donfra_live.stats.views import FirstPicture, Point, Quality, Totals

PERIODS = (7, 30, 90)
MOST_POINTS = 120
# Each is at most twice the one before, so a session has 60 to 120 points from five minutes on.
_SIZES = (5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600)
_MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Figures:
    """What adds up over several sessions. first_pictures: how many connections waited how many ms."""

    sessions: int = 1
    joined: int = 0
    peak: int = 0
    seconds_watched: int = 0
    drop_outs: int = 0
    reconnects: int = 0
    messages: int = 0
    hands: int = 0
    quality: Quality = Quality()
    first_pictures: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Happened:
    """What took place in a session. stays: of each person. minutes: quality, by the minute it was of."""

    stays: Sequence[Sequence[Interval]] = ()
    messages: Sequence[datetime] = ()
    hands: Sequence[datetime] = ()
    minutes: Sequence[tuple[datetime, Quality]] = ()

    @functools.cached_property
    def people(self) -> list[list[Window]]:
        """When each was there."""
        return presences(self.stays)


def bucket_seconds(length: float) -> int:
    """How long a bucket is, for so many seconds: as short as MOST_POINTS allows."""
    size = next((s for s in _SIZES if length <= s * MOST_POINTS), _SIZES[-1])
    while length > size * MOST_POINTS:
        size *= 2
    return size


def presences(stays: Iterable[Sequence[Interval]]) -> list[list[Window]]:
    """Of each person, when he was there; nobody is there for no time at all."""
    return [[Window(w.start, max(w.end, w.start + _MOMENT)) for w in union(one)] for one in stays]


def steps(people: Iterable[Sequence[Window]]) -> list[tuple[datetime, int]]:
    """How many were there from each moment on; who goes as another comes was not there with him."""
    changes: Counter[datetime] = Counter()
    for windows in people:
        for window in windows:
            changes[window.start] += 1
            changes[window.end] -= 1
    found, there = [], 0
    for at in sorted(changes):
        there += changes[at]
        found.append((at, there))
    return found


def peak(people: Iterable[Sequence[Window]]) -> tuple[int, datetime | None]:
    """Most at one time, and when that was first; None: nobody came."""
    most, when = 0, None
    for at, there in steps(people):
        if there > most:
            most, when = there, at
    return most, when


def drop_outs(stays: Iterable[Sequence[Interval]], end: datetime, early: timedelta) -> int:
    """How many left for good more than `early` before the end."""
    return sum(1 for one in stays if one and max(i.end for i in one) < end - early)


def two_digits(milliseconds: int) -> int:
    """Rounded to two digits: 1234 is 1200. Enough to be read, and few enough to be counted."""
    if milliseconds < 100:
        return milliseconds
    unit = int("1" + "0" * (len(str(milliseconds)) - 2))
    return (milliseconds + unit // 2) // unit * unit


def counted(times: Iterable[int]) -> dict[int, int]:
    """How often each, to two digits."""
    return dict(Counter(map(two_digits, times)))


def percentile(counts: Mapping[int, int], share: float) -> int | None:
    """The smallest value that this share of all does not exceed; None of nothing."""
    needed, seen = max(1, math.ceil(sum(counts.values()) * share)), 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= needed:
            return value
    return None


def quality_sum(parts: Iterable[Quality]) -> Quality:
    excellent = good = poor = lost = 0
    for one in parts:
        excellent, good = excellent + one.excellent, good + one.good
        poor, lost = poor + one.poor, lost + one.lost
    return Quality(excellent, good, poor, lost)


def added(all_of: Sequence[Figures]) -> Figures:
    """Of several sessions together. peak: the highest of one of them."""
    first: Counter[int] = Counter()
    for one in all_of:
        first.update(one.first_pictures)
    return Figures(
        sessions=sum(f.sessions for f in all_of),
        joined=sum(f.joined for f in all_of),
        peak=max((f.peak for f in all_of), default=0),
        seconds_watched=sum(f.seconds_watched for f in all_of),
        drop_outs=sum(f.drop_outs for f in all_of),
        reconnects=sum(f.reconnects for f in all_of),
        messages=sum(f.messages for f in all_of),
        hands=sum(f.hands for f in all_of),
        quality=quality_sum(f.quality for f in all_of),
        first_pictures=first,
    )


def totals(figures: Figures) -> Totals:
    """As they are shown."""
    first = figures.first_pictures
    return Totals(
        sessions=figures.sessions,
        joined=figures.joined,
        peak=figures.peak,
        minutes_watched=round(figures.seconds_watched / 60),
        drop_outs=figures.drop_outs,
        reconnects=figures.reconnects,
        messages=figures.messages,
        hands=figures.hands,
        quality=figures.quality,
        first_picture=FirstPicture(sum(first.values()), percentile(first, 0.5), percentile(first, 0.95)),
    )


def figures_of(
    happened: Happened, held_until: datetime, early: timedelta, first_pictures: Iterable[int]
) -> Figures:
    """held_until: to when a person should have stayed."""
    return Figures(
        joined=len(happened.stays),
        peak=peak(happened.people)[0],
        seconds_watched=sum(seconds_present(one) for one in happened.stays),
        drop_outs=drop_outs(happened.stays, held_until, early),
        reconnects=sum(reconnects(one) for one in happened.stays),
        messages=len(happened.messages),
        hands=len(happened.hands),
        quality=quality_sum(q for _, q in happened.minutes),
        first_pictures=counted(first_pictures),
    )


class _Buckets:
    """Times of a session, cut into equal parts. What lies outside counts to the first or the last one."""

    def __init__(self, ran: Window, size: int) -> None:
        self.start, self.size = ran.start, size
        self.count = max(1, math.ceil((ran.end - ran.start).total_seconds() / size))

    def of(self, at: datetime) -> int:
        return min(max(0, int((at - self.start).total_seconds() // self.size)), self.count - 1)

    def count_of(self, times: Iterable[datetime]) -> Counter[int]:
        return Counter(map(self.of, times))

    def most(self, people: Sequence[Sequence[Window]]) -> list[int]:
        """Most at one time, by bucket; what nobody changes goes on."""
        found, there, place = [0] * self.count, 0, 0
        for at, now_there in steps(people):
            bucket = self.of(at)
            for gone in range(place, bucket + 1):
                begins = self.start + timedelta(seconds=gone * self.size)
                found[gone] = max(found[gone], there if gone < bucket or begins < at else 0)
            place = bucket
            there = now_there
            found[bucket] = max(found[bucket], there)
        return found

    def qualities(self, minutes: Iterable[tuple[datetime, Quality]]) -> dict[int, list[int]]:
        """A minute's seconds, spread evenly over the buckets it touches; none is lost."""
        found: dict[int, list[int]] = {}
        for at, quality in minutes:
            first, last = self.of(at), self.of(at + MINUTE - _MOMENT)
            parts = last - first + 1
            for n, bucket in enumerate(range(first, last + 1)):
                sums = found.setdefault(bucket, [0, 0, 0, 0])
                for k, seconds in enumerate((quality.excellent, quality.good, quality.poor, quality.lost)):
                    sums[k] += seconds * (n + 1) // parts - seconds * n // parts
        return found


def curve(happened: Happened, ran: Window, size: int) -> tuple[Point, ...]:
    """A session over time. Who is there at the end has not left."""
    buckets = _Buckets(ran, size)
    windows = [w for one in happened.people for w in one]
    present = buckets.most(happened.people)
    joined = buckets.count_of(w.start for w in windows)
    left = buckets.count_of(w.end for w in windows if w.end < ran.end)
    messages, hands = buckets.count_of(happened.messages), buckets.count_of(happened.hands)
    qualities = buckets.qualities(happened.minutes)
    return tuple(
        Point(
            at=ran.start + timedelta(seconds=n * size),
            present=present[n],
            joined=joined[n],
            left=left[n],
            messages=messages[n],
            hands=hands[n],
            quality=Quality(*qualities.get(n, ())),
        )
        for n in range(buckets.count)
    )


def period(today: date, days: int, zone: tzinfo) -> tuple[date, datetime, datetime]:
    """The first of so many days up to today, and from when to when they last."""
    first = today - timedelta(days=days - 1)
    after = datetime.combine(today + timedelta(days=1), time(), zone)
    return first, datetime.combine(first, time(), zone), after
