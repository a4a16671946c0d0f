"""What browsers report of their connections: checked, added to what is known, never believed beyond that.

Nobody can report for another's connection, nor more seconds than his connection has existed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.db import Database
from donfra_live.errors import BadInput, NoProof, NotAllowed
from donfra_live.live_sessions import repository as sessions
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import find_member, get_session, must_be_on_air
from donfra_live.live_sessions.rules import clean_session_id
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Connection, ConnectionQuality, LiveSession, Member, QualityMinute
from donfra_live.stats import repository
from donfra_live.stats.views import Quality

MOST_SECONDS, LONGEST_WAIT_MS, IDENTITY_LENGTH = 65, 120_000, 64
# A page tells the last of it as the session ends; clocks and rounding take a little.
AFTER_END, SLACK = timedelta(seconds=15), 5


@dataclass(frozen=True)
class Report:
    """As it was sent, checked."""

    identity: str
    first_picture_ms: int | None
    quality: Quality

    @property
    def seconds(self) -> int:
        q = self.quality
        return q.excellent + q.good + q.poor + q.lost


def _whole(value: object, what: str, most: int) -> int:
    """Raises BadInput."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadInput(f"{what} must be a number from 0 to {most}.")
    return round(value)


def clean_report(identity: object, first_picture_ms: object, seconds: object) -> Report:
    """Raises BadInput."""
    if not isinstance(identity, str) or not 0 < len(identity) <= IDENTITY_LENGTH:
        raise BadInput("identity must be that of a connection.")
    if not isinstance(seconds, Mapping):
        raise BadInput("seconds must be {excellent, good, poor, lost}.")
    names = ("excellent", "good", "poor", "lost")
    each = {name: _whole(seconds.get(name, 0), f"seconds.{name}", MOST_SECONDS) for name in names}
    if sum(each.values()) > MOST_SECONDS:
        raise BadInput(f"A report is about {MOST_SECONDS} seconds at most.")
    first = first_picture_ms
    waited = None if first is None else _whole(first, "first_picture_ms", LONGEST_WAIT_MS)
    return Report(identity, waited, Quality(**each))


class Reports:
    def __init__(self, db: Database, ports: Ports) -> None:
        self._db, self._ports = db, ports

    async def add(
        self,
        actor: Actor,
        session_id: object,
        *,
        identity: object,
        first_picture_ms: object = None,
        seconds: object = None,
    ) -> None:
        """From the browser of this connection: how good it was since the last report, and the first picture.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, TooManyRequests; SessionEnded and its like.
        """
        sid = clean_session_id(session_id)
        report = clean_report(identity, first_picture_ms, {} if seconds is None else seconds)
        now = self._ports.clock()
        async with self._db.reading() as db:
            session = await get_session(db, sid)
            connection = await self._own(db, actor, sid, report.identity)
            if session.ended_at is None or now - session.ended_at > AFTER_END:
                must_be_on_air(session)
        await self._ports.limits.report(connection.id)
        if report.seconds or report.first_picture_ms is not None:
            await self._store(session, connection, report, now)

    async def _own(self, db: AsyncSession, actor: Actor, sid: str, identity: str) -> Connection:
        """Raises NoProof, NotAllowed."""
        me = await find_member(db, self._ports.tokens, actor, sid)
        if me is None:
            raise NoProof
        connection = await sessions.connection(db, sid, identity)
        if connection is None or connection.member_id is None:
            raise NotAllowed("This is no connection of yours.")
        owner = await sessions.get_member(db, connection.member_id)
        if not _is_same(me, owner, actor, connection):
            raise NotAllowed("This is no connection of yours.")
        return connection

    async def _store(
        self, session: LiveSession, connection: Connection, report: Report, now: datetime
    ) -> None:
        """Raises BadInput."""
        quality = vars(report.quality)
        row = ConnectionQuality(
            connection_id=connection.id,
            session_id=session.id,
            member_id=connection.member_id or "",
            at=now,
            first_picture_ms=report.first_picture_ms,
            **quality,
        )
        lived = round((now - connection.created_at).total_seconds()) + SLACK
        # the middle of the time that is reported
        middle = min(now, session.ended_at or now) - timedelta(seconds=report.seconds / 2)
        minute = QualityMinute(session_id=session.id, at=middle.replace(second=0, microsecond=0), **quality)
        async with self._db.transaction() as db:
            if report.seconds > lived or not await repository.add_report(db, row, lived):
                raise BadInput("These are more seconds than this connection has been there.")
            if report.seconds:
                await repository.add_minute(db, minute)
            if session.ended_at is not None:
                await repository.mark_due(db, session.id)


def _is_same(me: Member, owner: Member, actor: Actor, connection: Connection) -> bool:
    """One person may have several seats: by his account, or by the browser that made this connection."""
    by_account = owner.account_id != "" and owner.account_id == actor.account
    by_browser = actor.browser != "" and connection.browser_hash == actor.browser
    return owner.id == me.id or by_account or by_browser
