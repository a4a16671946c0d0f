"""The work of the night: what is past its time goes, session by session. The lead worker only.

Files of recordings are in the data folder of the machine that recorded: what of a session is on another
machine is left to that one's own night, and the session's last things until then. What is in the storage of
this place is left to the next night while that does not answer.

Each session has a transaction of its own, and that the night is done is written down last: killed half way,
the next start goes on where it was.
"""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from donfra_live.db import Database
from donfra_live.errors import StorageAway
from donfra_live.live_sessions.ports import Clock
from donfra_live.live_sessions.proof import lock_session
from donfra_live.models import LiveSession
from donfra_live.recordings import repository as recordings
from donfra_live.retention import repository
from donfra_live.retention.files import SessionFiles
from donfra_live.retention.rules import Keep, Part, due_parts, is_over, last_night, parts_of
from donfra_live.stats.counting import Counting

log = logging.getLogger(__name__)
NAME, OWN = "retention", "files"

Work = Callable[[datetime], Awaitable[dict[str, int]]]


class Nightly:
    """hour: of UTC, at which the work is due; missed, it is done as soon as possible. machine: our name."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        files: SessionFiles,
        keep: Keep,
        counting: Counting,
        *,
        hour: int,
        machine: Callable[[], str],
    ) -> None:
        self._db, self._clock, self._files, self._keep, self._hour = db, clock, files, keep, hour
        self._counting, self._machine = counting, machine

    async def run_if_due(self) -> dict[str, int] | None:
        """How many of what were removed; None: it has been done since it was last due."""
        return await self._if_due(NAME, self.run)

    async def run_own_if_due(self) -> dict[str, int] | None:
        """As run_if_due, for what only this machine can remove; each machine has one worker for it."""
        return await self._if_due(f"{OWN} {self._machine()}"[:40], self.run_own)

    async def _if_due(self, name: str, work: Work) -> dict[str, int] | None:
        now = self._clock()
        async with self._db.reading() as db:
            last = await repository.last_run(db, name)
        if last is not None and last >= last_night(now, self._hour):
            return None
        removed = await work(now)
        async with self._db.transaction() as db:
            await repository.note_run(db, name, self._clock())
        return removed

    async def run_own(self, now: datetime) -> dict[str, int]:
        """Recordings in our own data folder whose time is up, whoever does the rest of their sessions."""
        async with self._db.reading() as db:
            recorded = await repository.recorded_on(db, self._machine())
        files = 0
        for session in recorded:
            if session.ended_at is None or not self._recordings_are_due(session, session.ended_at, now):
                continue
            removed = await self._remove(session.id, only_here=True)
            if removed is None:
                continue
            files += removed
            async with self._db.transaction() as db:
                await recordings.forget_own(db, session.id, self._machine())
        return {"files": files} if files else {}

    def _recordings_are_due(self, session: LiveSession, ended_at: datetime, now: datetime) -> bool:
        due = due_parts(ended_at, session.keep_days, self._keep, now)
        return Part.RECORDINGS in due or is_over(ended_at, self._keep.sessions, now)

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
        if await self._has_files_elsewhere(session.id):
            whole, parts = False, parts - {Part.RECORDINGS}
        if not whole and not parts:
            return {}
        files: int | None = 0
        if whole or Part.RECORDINGS in parts:
            files = await self._remove(session.id)
        if files is None:
            whole, parts = False, parts - {Part.RECORDINGS}
        return {**await self._rows(session.id, None if whole else parts), "files": files or 0}

    async def _remove(self, session_id: str, *, only_here: bool = False) -> int | None:
        """How many files; None: the storage is away, and they are left to the next night."""
        async with self._db.reading() as db:
            rows = await recordings.of_session(db, session_id)
        mine = [row for row in rows if not only_here or (not row.stored and row.machine == self._machine())]
        try:
            return await self._files.remove_all(session_id, mine)
        except StorageAway as error:
            log.warning("recordings of %s are not removed this night: %s", session_id, error.why)
            return None

    async def _has_files_elsewhere(self, session_id: str) -> bool:
        async with self._db.reading() as db:
            return await recordings.elsewhere(db, session_id, self._machine())

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
