"""How many came, when they left, how good it was: of a session, of a series, of the last days.

Who may see who was there may see its figures too.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.accounts.access import require_account, require_admin
from donfra_live.attendance.export import zone_of
from donfra_live.attendance.service import Attendance
from donfra_live.db import Database
from donfra_live.errors import BadInput, NotAllowed, NotSignedIn
from donfra_live.live_sessions import repository as live_sessions
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.roles import Permission, Role, may
from donfra_live.live_sessions.rules import clean_id, clean_session_id
from donfra_live.live_sessions.views import Actor
from donfra_live.stats import repository
from donfra_live.stats.counting import AT_ONCE, Counted, Counting
from donfra_live.stats.reports import Reports
from donfra_live.stats.repository import Line, Own
from donfra_live.stats.rules import PERIODS, Figures, added, period, totals
from donfra_live.stats.stored import figures_in, points_in
from donfra_live.stats.views import Day, PeriodStats, SeriesStats, SessionLine, SessionStats

LIST_LENGTH = 100
# Of many sessions on air each is counted this often at most, whoever asks.
FRESH = timedelta(seconds=10)
SEEING = frozenset(role for role in Role if may(role, Permission.SEE_ATTENDANCE))
Told = tuple[Line, Figures]


class Stats:
    """report: for the browsers of people in the room, see reports.py."""

    def __init__(self, db: Database, ports: Ports, attendance: Attendance, counting: Counting) -> None:
        self._db, self._ports, self._attendance, self._counting = db, ports, attendance, counting
        self.report = Reports(db, ports).add
        self._on_air: dict[str, tuple[datetime, Figures]] = {}

    async def of_session(self, actor: Actor, session_id: object) -> SessionStats:
        """For hosts, co-hosts and admins, also while it is on air. Raises NotFound, NoProof, NotAllowed."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            session = await self._attendance.may_see(db, actor, sid)
            runs = session.live_at is not None and session.ended_at is None
            counted = await self._counting.count(db, session) if runs else Counted()
        if session.live_at is not None and session.ended_at is not None:
            counted = await self._kept(sid, session.live_at)
        return SessionStats(
            session_id=sid,
            title=session.title,
            series_id=session.series_id or "",
            start=session.live_at,
            end=session.ended_at,
            totals=totals(counted.figures),
            peak_at=counted.peak_at,
            bucket_seconds=counted.bucket_seconds,
            points=counted.points,
        )

    async def settle_due(self) -> None:
        """For the loop: counts what is due, and who looks at it sees it."""
        for session_id in await self._counting.settle_due():
            await self._ports.updates.publish_past(session_id)

    async def _kept(self, session_id: str, start: datetime) -> Counted:
        """Of a session that is over; counted first where that is due."""
        async with self._db.reading() as db:
            row = await repository.stored(db, session_id)
        if row is None or row.due:
            await self._counting.settle_all([session_id])
            async with self._db.reading() as db:
                row = await repository.stored(db, session_id)
        if row is None:
            return Counted()  # deleted meanwhile
        size, points = points_in(row, start)
        return Counted(figures_in(row.model_dump()), row.peak_at, size, points)

    async def of_series(self, actor: Actor, series_id: object) -> SeriesStats:
        """For who may see each date that was on air. Raises NotFound (without any), NoProof, NotAllowed."""
        series = clean_id(series_id)
        async with self._db.reading() as db:
            ids = await self._attendance.held(db, series)
            for sid in ids:
                await self._attendance.may_see(db, actor, sid)
            title = await repository.series_title(db, series)
            lines = await repository.lines_of(db, ids)
        told, pending = await self._told(lines)
        return SeriesStats(
            series_id=series,
            title=title,
            totals=totals(added([figures for _, figures in told])),
            sessions=tuple(_line(line, figures) for line, figures in reversed(told)),
            pending=pending,
        )

    async def of_period(
        self, actor: Actor, days: object = 30, zone: object = "UTC", all_sessions: object = None
    ) -> PeriodStats:
        """The last 7, 30 or 90 days, today included, as the asker's zone has them.

        all_sessions: of the whole installation, for admins only; False: those in which the asker is host or
        co-host; None: all for an admin.

        Raises:
            BadInput, NotSignedIn, NotAllowed.
        """
        if isinstance(days, bool) or not isinstance(days, int) or days not in PERIODS:
            raise BadInput(f"days must be one of: {', '.join(map(str, PERIODS))}.")
        where, everybodys = zone_of(zone), actor.is_admin if all_sessions is None else all_sessions is True
        today = self._ports.clock().astimezone(where).date()
        first, start, end = period(today, days, where)
        async with self._db.reading() as db:
            own = await self._own(db, actor, everybodys)
            lines = await repository.lines_between(db, start, end, own)
        told, pending = await self._told(lines)
        by_day = _by_day(told, first, days, where)
        return PeriodStats(
            first=first,
            last=today,
            zone=str(where),
            all_sessions=everybodys,
            totals=totals(added(list(by_day.values()))),
            days=tuple(Day(at, totals(figures)) for at, figures in by_day.items()),
            sessions=tuple(_line(line, figures) for line, figures in told[:LIST_LENGTH]),
            pending=pending,
        )

    async def _own(self, db: AsyncSession, actor: Actor, everybodys: bool) -> Own | None:
        """Raises NotSignedIn, NotAllowed."""
        if everybodys:
            if not actor.is_admin:
                raise NotAllowed("Only an admin may see the figures of all sessions.")
            await require_admin(db, actor)
            return None
        if actor.account:
            await require_account(db, actor)
        elif not actor.browser:
            raise NotSignedIn
        return Own(actor.browser, actor.account, SEEING)

    async def _told(self, lines: Sequence[Line]) -> tuple[list[Told], int]:
        """Newest first; and how many are left out, since they are still to be counted.

        Nobody waits for more than a few: after an update there may be thousands.
        """
        if due := [line["id"] for line in lines if _is_due(line)]:
            await self._counting.settle_all(due[:AT_ONCE])
            async with self._db.reading() as db:
                lines = await repository.lines_of(db, [line["id"] for line in lines])
        found: list[Told] = []
        for line in lines:
            if line["ended_at"] is None:
                found.append((line, await self._now(line["id"])))
            elif not _is_due(line) or line["id"] in due[:AT_ONCE]:
                found.append((line, figures_in(line)))
        return found, len(lines) - len(found)

    async def _now(self, session_id: str) -> Figures:
        """Of a session that is on air, a few seconds old at most; nothing, if it was deleted meanwhile."""
        now = self._ports.clock()
        self._on_air = {sid: kept for sid, kept in self._on_air.items() if now - kept[0] < FRESH}
        if session_id not in self._on_air:
            async with self._db.reading() as db:
                session = await live_sessions.find(db, session_id)
                figures = (await self._counting.count(db, session)).figures if session else Figures()
            self._on_air[session_id] = now, figures
        return self._on_air[session_id][1]


def _is_due(line: Line) -> bool:
    return line["ended_at"] is not None and line["due"] is not False


def _line(line: Line, figures: Figures) -> SessionLine:
    return SessionLine(line["id"], line["title"], line["live_at"], line["ended_at"], totals(figures))


def _by_day(told: Sequence[Told], first: date, days: int, zone: tzinfo) -> dict[date, Figures]:
    """Days without any session are there too."""
    by_date: dict[date, list[Figures]] = {}
    for line, figures in told:
        by_date.setdefault(line["live_at"].astimezone(zone).date(), []).append(figures)
    dates = (date.fromordinal(first.toordinal() + n) for n in range(days))
    return {at: added(by_date.get(at, [])) for at in dates}
