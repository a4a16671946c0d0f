"""The work of the night: what is past its time goes, session by session. The lead worker only.

Each session has a transaction of its own, and that the night is done is written down last: killed half way,
the next start goes on where it was.
"""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

from donfra_live.db import Database
from donfra_live.live_sessions.ports import Clock
from donfra_live.live_sessions.proof import lock_session
from donfra_live.models import LiveSession
from donfra_live.retention import repository
from donfra_live.retention.files import SessionFiles
from donfra_live.retention.rules import Keep, Part, due_parts, is_over, last_night, parts_of
from donfra_live.stats.counting import Counting

NAME = "retention"


class Nightly:
    """hour: of UTC, at which the work is due; missed, it is done as soon as possible."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        files: SessionFiles,
        keep: Keep,
        counting: Counting,
        *,
        hour: int,
    ) -> None:
        self._db, self._clock, self._files, self._keep, self._hour = db, clock, files, keep, hour
        self._counting = counting

    async def run_if_due(self) -> dict[str, int] | None:
        """How many of what were removed; None: it has been done since it was last due."""
        now = self._clock()
        async with self._db.reading() as db:
            last = await repository.last_run(db, NAME)
        if last is not None and last >= last_night(now, self._hour):
            return None
        removed = await self.run(now)
        async with self._db.transaction() as db:
            await repository.note_run(db, NAME, self._clock())
        return removed

    async def run(self, now: datetime) -> dict[str, int]:
        removed: Counter[str] = Counter()
        after = ""
        while found := await self._next(after):
            after = found[-1].id
            for session in found:
                removed.update(await self._session(session, now))
        async with self._db.transaction() as db:
            before = now - timedelta(days=self._keep.logs)
            removed.update(await repository.delete_leftovers(db, now, before))
        return {name: count for name, count in removed.items() if count}

    async def _next(self, after: str) -> list[LiveSession]:
        keep = self._keep
        installation = any((keep.chat, keep.attendance, keep.recordings, keep.sessions))
        async with self._db.reading() as db:
            return list(await repository.past_their_time(db, after, only_with_wish=not installation))

    async def _session(self, session: LiveSession, now: datetime) -> dict[str, int]:
        if session.ended_at is None:
            return {}
        whole = is_over(session.ended_at, self._keep.sessions, now)
        parts = due_parts(session.ended_at, session.keep_days, self._keep, now) - parts_of(session.removed)
        if not whole and not parts:
            return {}
        files = 0
        if whole or Part.RECORDINGS in parts:
            files = await asyncio.to_thread(self._files.remove, session.id)
        return {**await self._rows(session.id, None if whole else parts), "files": files}

    async def _rows(self, session_id: str, parts: frozenset[Part] | None) -> dict[str, int]:
        """parts: None for everything."""
        async with self._db.transaction() as db:
            session = await lock_session(db, session_id)
            if session.ended_at is None:
                return {}
            if parts is None:
                return await repository.delete_session(db, session_id)
            # figures stay, and nothing could count them afterwards
            await self._counting.settle(db, session)
            await db.flush()
            return await repository.delete_parts(db, session, parts)
