"""What the clock does: opens, starts and ends sessions. Runs at one worker at a time (lead.py).

Each step is taken anew from the database and asks the table of states, so that a round that was cut off, or
two workers for a moment, do no harm.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from donfra_live.db import Database
from donfra_live.errors import DonfraError
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import lock_session
from donfra_live.live_sessions.service import LiveSessions
from donfra_live.live_sessions.states import SessionStatus
from donfra_live.scheduling import repository
from donfra_live.scheduling.rules import HouseTimes
from donfra_live.scheduling.series import AllSeries

log = logging.getLogger(__name__)


class Keeping:
    def __init__(
        self, sessions: LiveSessions, series: AllSeries, db: Database, ports: Ports, times: HouseTimes
    ) -> None:
        self._sessions, self._series = sessions, series
        self._db, self._ports, self._times = db, ports, times

    async def run(self) -> None:
        """Everything that is due now. What is refused for one session holds up no other."""
        await self._series.make_due()
        now, times = self._ports.clock(), self._times
        async with self._db.reading() as db:
            to_open = await repository.to_open(db, now)
        for session_id in to_open:
            await self._open(session_id, now)
        async with self._db.reading() as db:
            begin = await repository.to_begin(db, now)
            missed = await repository.missed(db, now - times.missed)
            too_long = await repository.too_long(db, now - times.longest) if times.longest else []
        await self._each(begin, self._sessions.begin_by_rule)
        await self._each(missed, lambda sid: self._sessions.end_by_rule(sid, "missed"))
        await self._each(too_long, lambda sid: self._sessions.end_by_rule(sid, "limit"))

    async def _open(self, session_id: str, now: datetime) -> None:
        """People may wait at the door from now on."""
        async with self._db.transaction() as db:
            session = await lock_session(db, session_id)
            due = session.opens_at is not None and session.opens_at <= now
            if session.status != SessionStatus.SCHEDULED or not due:
                return  # changed a moment ago
            session.status = SessionStatus.OPEN
        await self._ports.updates.publish(session_id)

    @staticmethod
    async def _each(session_ids: Sequence[str], act: Callable[[str], Awaitable[object]]) -> None:
        for session_id in session_ids:
            try:
                await act(session_id)
            except DonfraError as error:
                log.info("session %s: put off to the next round: %s", session_id, error)
