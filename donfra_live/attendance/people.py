"""Who the people of a session are: seats merged to persons, each with his stays; and when it was held.

For the report, and for the figures of stats/. Nobody is asked here whether he may know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.attendance import repository
from donfra_live.attendance.rules import Interval, Seat, Window, closing_time
from donfra_live.attendance.rules import persons as persons_of
from donfra_live.live_sessions.roles import Role, outranks
from donfra_live.models import LiveSession, Member, PresenceInterval

EMPTY = "empty"


@dataclass(frozen=True)
class Person:
    """Somebody who was there: his seats, his stays, his e-mail addresses."""

    seats: Sequence[Member]
    stays: Sequence[Interval]
    emails: tuple[str, ...]
    here: bool

    @property
    def name(self) -> str:
        """By an account rather than by a guest's seat, and the latest."""
        return max(self.seats, key=lambda m: (bool(m.account_id), m.created_at)).name

    @property
    def role(self) -> Role:
        best = Role(self.seats[0].role)
        for seat in self.seats[1:]:
            best = Role(seat.role) if outranks(seat.role, best) else best
        return best


async def persons(db: AsyncSession, session_ids: Sequence[str], now: datetime) -> dict[str, list[Person]]:
    """Everybody who was there, by session, first come first."""
    rows = await repository.intervals(db, session_ids)
    members = await repository.members(db, session_ids)
    browsers = await repository.browsers(db, session_ids)
    emails = await repository.emails(db, {m.account_id for m in members if m.account_id})
    by_member: dict[str, list[PresenceInterval]] = {}
    for row in rows:
        by_member.setdefault(row.member_id, []).append(row)
    found: dict[str, list[Person]] = {}
    for sid, group in groupby(sorted(members, key=lambda m: m.session_id), key=lambda m: m.session_id):
        came = {m.id: m for m in group if m.id in by_member}
        seats = [Seat(m.id, m.name, m.account_id, frozenset(browsers.get(m.id, ()))) for m in came.values()]
        found[sid] = sorted(
            (_person([came[s.member_id] for s in one], by_member, emails, now) for one in persons_of(seats)),
            key=lambda p: p.stays[0].start,
        )
    return found


def _person(
    seats: Sequence[Member],
    rows: Mapping[str, Sequence[PresenceInterval]],
    emails: Mapping[str, str],
    now: datetime,
) -> Person:
    mine = sorted((row for m in seats for row in rows[m.id]), key=lambda row: row.started_at)
    stays = [
        Interval(r.started_at, r.ended_at or closing_time(r.last_seen_at, now), r.connection_id) for r in mine
    ]
    known = tuple(dict.fromkeys(emails[m.account_id] for m in seats if m.account_id in emails))
    return Person(seats, stays, known, here=any(r.ended_at is None for r in mine))


def ran(session: LiveSession, there: Sequence[Person], now: datetime) -> Window:
    """From when to when it ran: one that ended by itself, for nobody was there, was over before that."""
    start, end = session.live_at or session.created_at, session.ended_at or now
    if session.end_reason == EMPTY:
        end = max((stay.end for one in there for stay in one.stays), default=end)
    return Window(start, max(start, end))


def held(session: LiveSession, there: Sequence[Person], now: datetime) -> Window:
    """When it was held, for who came late or left early.

    Who is there by the planned start is not late where the host began before it, and who stays to the planned
    end does not leave early.
    """
    real = ran(session, there, now)
    start = max(real.start, session.starts_at or real.start)
    planned_end = min(real.end, session.ends_at or real.end)
    return Window(min(start, real.end), planned_end if planned_end > start else real.end)
