"""What the stats service answers: plain, frozen figures for pages, REST and files.

Figures of people count persons, all devices of one merged, as attendance does.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Quality:
    """Seconds of connections by LiveKit's word for them, as the browsers reported."""

    excellent: int = 0
    good: int = 0
    poor: int = 0
    lost: int = 0


@dataclass(frozen=True)
class FirstPicture:
    """Milliseconds from pressing Join to the first picture, to two digits. None: nobody reported."""

    count: int = 0
    median_ms: int | None = None
    p95_ms: int | None = None


@dataclass(frozen=True)
class Totals:
    """Of one session or of several.

    joined: people who were in the room, counted once a session. peak: most at one time in one session.
    drop_outs: who left for good more than LEFT_EARLY_MINUTES before the end. messages: not the deleted ones.
    """

    sessions: int
    joined: int
    peak: int
    minutes_watched: int
    drop_outs: int
    reconnects: int
    messages: int
    hands: int
    quality: Quality
    first_picture: FirstPicture


@dataclass(frozen=True)
class Point:
    """A bucket of a session's time. present: most at one time in it; joined, left: comings and goings.

    Who is there at the end has not left. quality: seconds of all connections together.
    """

    at: datetime
    present: int
    joined: int
    left: int
    messages: int
    hands: int
    quality: Quality


@dataclass(frozen=True)
class SessionStats:
    """start: None before it was on air; end: None while it is. peak_at: None where nobody came.

    points: none before it was on air, or where attendance was removed before figures were kept; then
    bucket_seconds is 0.
    """

    session_id: str
    title: str
    series_id: str
    start: datetime | None
    end: datetime | None
    totals: Totals
    peak_at: datetime | None
    bucket_seconds: int
    points: tuple[Point, ...]


@dataclass(frozen=True)
class SessionLine:
    """A session in a list of several."""

    session_id: str
    title: str
    start: datetime
    end: datetime | None
    totals: Totals


@dataclass(frozen=True)
class SeriesStats:
    """Sessions that took place, oldest first. pending: as of PeriodStats."""

    series_id: str
    title: str
    totals: Totals
    sessions: tuple[SessionLine, ...]
    pending: int = 0


@dataclass(frozen=True)
class Day:
    """Sessions that went on air on a day of the asker's zone; days without any are there too."""

    date: date
    totals: Totals


@dataclass(frozen=True)
class PeriodStats:
    """all_sessions: of the whole installation, else the asker's own. sessions: the latest, newest first.

    pending: sessions that are in no figure yet, since they are still to be counted: after an update, for a
    few minutes.
    """

    first: date
    last: date
    zone: str
    all_sessions: bool
    totals: Totals
    days: tuple[Day, ...]
    sessions: tuple[SessionLine, ...]
    pending: int = 0
