"""Counts the figures of a session, and keeps those of sessions that are over.

They are stored when a session is over, because a page over 90 days could not count a hundred thousand stays
each time. Whoever changes something afterwards (a late event of the media server, a late report, a message
that is deleted) marks them as due, and they are counted again within seconds, or when somebody asks.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.attendance import people
from donfra_live.db import Database
from donfra_live.live_sessions import repository as sessions
from donfra_live.live_sessions.ports import Clock
from donfra_live.models import LiveSession
from donfra_live.retention.rules import Part, parts_of
from donfra_live.stats import repository
from donfra_live.stats.rules import Figures, Happened, bucket_seconds, curve, figures_of, peak
from donfra_live.stats.stored import put_figures, put_points
from donfra_live.stats.views import Point

# At one look, and at most while somebody waits: 20 sessions of 100 people take half a second.
AT_ONCE = 20


@dataclass(frozen=True)
class Counted:
    """Without anything: a session that was never on air."""

    figures: Figures = Figures()
    peak_at: datetime | None = None
    bucket_seconds: int = 0
    points: tuple[Point, ...] = ()


class Counting:
    """early: who leaves so much before the end has dropped out (a setting)."""

    def __init__(self, db: Database, clock: Clock, *, early: timedelta) -> None:
        self._db, self._clock, self._early = db, clock, early

    async def count(self, db: AsyncSession, session: LiveSession) -> Counted:
        """From what is stored now; an open stay counts until now."""
        now = self._clock()
        there = (await people.persons(db, [session.id], now)).get(session.id, [])
        happened = Happened(
            stays=[one.stays for one in there],
            messages=await repository.messages(db, session.id),
            hands=await repository.hands(db, session.id),
            minutes=await repository.minutes(db, session.id),
        )
        until = people.held(session, there, now).end
        first = await repository.first_pictures(db, session.id)
        ran = people.ran(session, there, now)
        size = bucket_seconds((ran.end - ran.start).total_seconds())
        return Counted(
            figures=figures_of(happened, until, self._early, first),
            peak_at=peak(happened.people)[1],
            bucket_seconds=size,
            points=curve(happened, ran, size),
        )

    async def settle(self, db: AsyncSession, session: LiveSession) -> None:
        """Stores the figures of a session that is over, if they are due. Its row is locked by the caller.

        Of what its time was up for only the stored figures know.
        """
        row = await repository.stored(db, session.id)
        if session.ended_at is None or (row is not None and not row.due):
            return
        row, removed = await repository.claim(db, session.id), parts_of(session.removed)
        counted = await self.count(db, session)
        messages = row.messages if Part.CHAT in removed else counted.figures.messages
        if Part.ATTENDANCE not in removed:
            put_figures(row, counted.figures)
            row.peak_at = counted.peak_at
            put_points(row, counted.bucket_seconds, counted.points)
        row.messages = messages

    async def settle_all(self, session_ids: Iterable[str]) -> None:
        """Each in a transaction of its own; others get their turn in between."""
        for session_id in session_ids:
            async with self._db.transaction() as db:
                session = await sessions.lock(db, session_id)
                if session is not None:
                    await self.settle(db, session)
            await asyncio.sleep(0)

    async def settle_due(self) -> Sequence[str]:
        """What has become due since the last time; after an upgrade, one piece after the other. Their ids."""
        async with self._db.reading() as db:
            found = await repository.due(db, AT_ONCE)
        await self.settle_all(found)
        return found
