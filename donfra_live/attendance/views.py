"""What the attendance service answers: plain, frozen data for pages, REST and files."""

from dataclasses import dataclass
from datetime import datetime

from donfra_live.attendance.rules import Standing
from donfra_live.chat.rules import Piece
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.views import Message
from donfra_live.moderation.service import Act


@dataclass(frozen=True)
class Attendee:
    """One person, by all his devices. role: None for who was expected and did not come. email: the roster's.

    expected: on the roster; False also where there is none. here: in the room now.
    """

    name: str
    email: str
    role: Role | None
    first_in: datetime | None
    last_out: datetime | None
    seconds_present: int
    reconnects: int
    status: Standing
    expected: bool
    here: bool


@dataclass(frozen=True)
class Report:
    """Who was in a session. start: None before it was on air; end: None while it is."""

    session_id: str
    title: str
    start: datetime | None
    end: datetime | None
    people: tuple[Attendee, ...]
    has_roster: bool


@dataclass(frozen=True)
class Column:
    """One session of a series."""

    session_id: str
    title: str
    date: datetime


@dataclass(frozen=True)
class SeriesPerson:
    """seconds: how long he was there, by session, in the order of the columns; 0: not at all."""

    name: str
    seconds: tuple[int, ...]


@dataclass(frozen=True)
class SeriesTable:
    """People by date."""

    columns: tuple[Column, ...]
    people: tuple[SeriesPerson, ...]


@dataclass(frozen=True)
class Line:
    """A message of the archive with its text in pieces, some of them links."""

    message: Message
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class History:
    """A session that is over, as much of it as the asker may know; None: not his to see.

    messages: how many there are in all, found: how many of them were looked for, lines: those shown.
    """

    start: datetime | None = None
    end: datetime | None = None
    report: Report | None = None
    lines: tuple[Line, ...] | None = None
    messages: int = 0
    found: int = 0
    series_id: str = ""
    acts: tuple[Act, ...] | None = None
