"""Who was in a session, for how long, and whether he was expected; one session, or several as a series."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.attendance import people, repository, roster
from donfra_live.attendance.people import Person
from donfra_live.attendance.roster import Expected, Known
from donfra_live.attendance.rules import (
    Standing,
    Tolerance,
    Window,
    reconnects,
    same_name,
    seconds_present,
    standing,
    union,
)
from donfra_live.attendance.views import Attendee, Column, Report, SeriesPerson, SeriesTable
from donfra_live.db import Database
from donfra_live.errors import NotFound
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import get_session, require
from donfra_live.live_sessions.roles import Permission
from donfra_live.live_sessions.rules import clean_id, clean_session_id
from donfra_live.live_sessions.views import Actor
from donfra_live.models import LiveSession, Series

NO_SERIES = "There is no series with this ID. Check the link."


class Attendance:
    """tolerance: how late is late, how early is early (settings)."""

    def __init__(self, db: Database, ports: Ports, *, tolerance: Tolerance) -> None:
        self._db, self._ports, self._tolerance = db, ports, tolerance

    async def report(self, actor: Actor, session_id: object) -> Report:
        """For hosts, co-hosts, and admins of this place. Raises NotFound, NoProof, NotAllowed."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            session = await self.may_see(db, actor, sid)
            return await self.report_of(db, session)

    async def put_roster(self, actor: Actor, session_id: object, given: bytes | Sequence[object]) -> Report:
        """Who was expected, instead of who stood there before: a CSV file, or (name, e-mail) pairs.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed.
        """
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await self.may_see(db, actor, sid)
        expected = roster.read(given) if isinstance(given, bytes) else roster.clean(_pairs(given))
        async with self._db.transaction() as db:
            session = await self.may_see(db, actor, sid)
            await repository.put_roster(db, sid, [(one.name, one.email) for one in expected])
            await db.flush()
            report = await self.report_of(db, session)
        await self._ports.updates.publish_past(sid)
        return report

    async def series(self, actor: Actor, session_ids: Sequence[object]) -> SeriesTable:
        """People by date, for sessions all of which are the actor's to see. Raises as `report`."""
        ids = [clean_session_id(one) for one in dict.fromkeys(session_ids)]
        async with self._db.reading() as db:
            for sid in ids:
                await self.may_see(db, actor, sid)
            sessions = sorted(await repository.sessions(db, ids), key=lambda s: s.live_at or s.created_at)
            there = await people.persons(db, ids, self._ports.clock())
        return _table(sessions, there)

    async def of_series(self, actor: Actor, series_id: object) -> SeriesTable:
        """People by date, for the dates that were on air. Raises as `report`, NotFound also without any."""
        async with self._db.reading() as db:
            ids = await self.held(db, clean_id(series_id))
        return await self.series(actor, ids)

    async def held(self, db: AsyncSession, series_id: str) -> Sequence[str]:
        """Its dates that were on air or are. Raises NotFound without any."""
        ids = await repository.held_in_series(db, series_id)
        if not ids:
            is_there = await db.get(Series, series_id) is not None
            raise NotFound("No date of this series was on air yet." if is_there else NO_SERIES)
        return ids

    async def may_see(self, db: AsyncSession, actor: Actor, session_id: str) -> LiveSession:
        """Raises NotFound, NoProof, NotAllowed."""
        session = await get_session(db, session_id)
        if not actor.is_admin:
            await require(db, self._ports.tokens, actor, session_id, Permission.SEE_ATTENDANCE)
        return session

    async def report_of(self, db: AsyncSession, session: LiveSession) -> Report:
        """Without asking who wants to know."""
        there = (await people.persons(db, [session.id], self._ports.clock())).get(session.id, [])
        expected = [Expected(row.name, row.email) for row in await repository.roster(db, session.id)]
        held = people.held(session, there, self._ports.clock())
        came = [Known(tuple(m.name for m in one.seats), one.emails) for one in there]
        pairs = {number: place for place, number in roster.match(expected, came).items()}
        rows = [
            self._attendee(one, held, expected[pairs[n]] if n in pairs else None)
            for n, one in enumerate(there)
        ]
        missing = [one for place, one in enumerate(expected) if place not in pairs.values()]
        rows += [_absent(one) for one in missing]
        return Report(
            session_id=session.id,
            title=session.title,
            start=session.live_at,
            end=session.ended_at,
            people=tuple(sorted(rows, key=lambda p: same_name(p.name))),
            has_roster=bool(expected),
        )

    def _attendee(self, person: Person, held: Window, listed: Expected | None) -> Attendee:
        times = union(person.stays)
        return Attendee(
            name=listed.name if listed else person.name,
            # an account's own address is not the host's to know
            email=listed.email if listed else "",
            role=person.role,
            first_in=times[0].start,
            last_out=times[-1].end,
            seconds_present=seconds_present(person.stays),
            reconnects=reconnects(person.stays),
            status=standing(times, held, self._tolerance),
            expected=listed is not None,
            here=person.here,
        )


def _pairs(given: Sequence[object]) -> list[tuple[object, object]]:
    return [tuple(one) if isinstance(one, tuple) and len(one) == 2 else (one, "") for one in given]


def _absent(one: Expected) -> Attendee:
    return Attendee(one.name, one.email, None, None, None, 0, 0, Standing.ABSENT, expected=True, here=False)


def _table(sessions: Sequence[LiveSession], there: Mapping[str, Sequence[Person]]) -> SeriesTable:
    """Somebody is the same in two sessions by his account, a guest by his name."""
    names: dict[str, str] = {}
    seconds: dict[str, dict[str, int]] = {}
    for session in sessions:
        for one in there.get(session.id, ()):
            account = next((m.account_id for m in one.seats if m.account_id), "")
            who = account or f"guest {same_name(one.name)}"
            names[who] = one.name
            mine = seconds.setdefault(who, {})
            mine[session.id] = mine.get(session.id, 0) + seconds_present(one.stays)
    return SeriesTable(
        columns=tuple(Column(s.id, s.title, s.live_at or s.created_at) for s in sessions),
        people=tuple(
            SeriesPerson(names[who], tuple(seconds[who].get(s.id, 0) for s in sessions))
            for who in sorted(names, key=lambda w: same_name(names[w]))
        ),
    )
