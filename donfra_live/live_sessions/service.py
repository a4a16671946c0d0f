"""Create a session, go live, end it, say what it is. Admission is admissions.py's, presence presence.py's.

Order of every change: rules decide, the database commits, then the room follows and the pages are told;
a crash in between is repaired by the reconcile loop.
"""

import asyncio
import json
import logging

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.browser_key import hash_of, new_key
from donfra_live.db import Database
from donfra_live.errors import MediaServerAway, SessionEnded
from donfra_live.live_sessions import repository
from donfra_live.live_sessions.ports import Clock, Limits, Publisher, RoomGateway, Tokens
from donfra_live.live_sessions.proof import get_session, require
from donfra_live.live_sessions.roles import Permission, Role
from donfra_live.live_sessions.rules import (
    NAME_LENGTH,
    TITLE_LENGTH,
    TRANSITIONS,
    SessionStatus,
    clean_line,
    clean_session_id,
)
from donfra_live.live_sessions.views import Actor, Created, SessionFacts, SessionLists
from donfra_live.models import LiveSession, Member, MemberBrowser

log = logging.getLogger(__name__)


def facts_of(session: LiveSession, people: int = 0) -> SessionFacts:
    return SessionFacts(
        id=session.id,
        title=session.title,
        owner_name=session.owner_name,
        status=SessionStatus(session.status),
        listed=session.listed,
        created_at=session.created_at,
        live_at=session.live_at,
        ended_at=session.ended_at,
        people=people,
    )


class LiveSessions:
    def __init__(
        self,
        db: Database,
        rooms: RoomGateway,
        tokens: Tokens,
        limits: Limits,
        updates: Publisher,
        clock: Clock,
    ) -> None:
        self._db, self._rooms, self._tokens = db, rooms, tokens
        self._limits, self._updates, self._clock = limits, updates, clock

    async def create(
        self, actor: Actor, *, title: object, owner_name: object, listed: bool = False, on_air: bool = False
    ) -> Created:
        """A new session whose host is the actor's browser, and whoever holds the host_key.

        Raises:
            BadInput, TooManyRequests; MediaServerAway: on_air was asked and the room could not be made.
        """
        name = clean_line(owner_name, "Your name", NAME_LENGTH)
        session = LiveSession(
            title=clean_line(title, "Title", TITLE_LENGTH),
            owner_name=name,
            listed=listed is True,
            created_at=self._clock(),
        )
        await self._limits.create(actor.address, actor.browser)
        if on_air:
            await self._rooms.open(session.id)
            session.status, session.live_at = SessionStatus.LIVE, session.created_at
            session.occupied_at = session.created_at
        host_key = new_key()
        host = Member(session_id=session.id, name=name, role=Role.HOST, key_hash=hash_of(host_key))
        async with self._db.transaction() as db:
            db.add(session)
            await db.flush()
            db.add(host)
            await db.flush()
            if actor.browser:
                db.add(MemberBrowser(session_id=session.id, browser_hash=actor.browser, member_id=host.id))
        await self._updates.publish(session.id)
        return Created(facts=facts_of(session), member_id=host.id, host_key=host_key)

    async def go_live(self, actor: Actor, session_id: object) -> SessionFacts:
        """On air from now on; already on air is fine.

        Raises:
            NotFound, NoProof, NotAllowed, SessionEnded, MediaServerAway.
        """
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await self._require_end(db, actor, sid)
        await self._rooms.open(sid)
        async with self._db.transaction() as db:
            session = await get_session(db, sid)
            if session.status == SessionStatus.ENDED:
                raise SessionEnded
            if session.status == SessionStatus.OPEN:
                session.status, session.live_at, session.occupied_at = (
                    SessionStatus.LIVE,
                    self._clock(),
                    self._clock(),
                )
                db.add(session)
            answer = facts_of(session)
        await self._updates.publish(sid)
        return answer

    async def end(self, actor: Actor, session_id: object) -> SessionFacts:
        """Ends for everybody: no more tokens, the room is deleted. Ending twice is refused.

        Raises:
            NotFound, NoProof, NotAllowed, SessionEnded.
        """
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await self._require_end(db, actor, sid)
        return await self.end_by_rule(sid, "host")

    async def end_by_rule(self, session_id: str, reason: str) -> SessionFacts:
        """Ends without asking who; for the app's own rules. Raises SessionEnded when it is already over."""
        async with self._db.transaction() as db:
            session = await get_session(db, session_id)
            if SessionStatus.ENDED not in TRANSITIONS[SessionStatus(session.status)]:
                raise SessionEnded
            session.status, session.ended_at, session.end_reason = SessionStatus.ENDED, self._clock(), reason
            db.add(session)
            identities = await repository.member_identities(db, session_id)
            await repository.close_connections(db, session_id, self._clock())
            answer = facts_of(session)
        await self._put_out(session_id, identities)
        await self._updates.publish(session_id)
        return answer

    async def facts(self, session_id: object) -> SessionFacts:
        """Raises NotFound."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            session = await get_session(db, sid)
            people = await repository.people(db, [sid])
        return facts_of(session, people.get(sid, 0))

    async def lists(self, actor: Actor) -> SessionLists:
        async with self._db.reading() as db:
            mine = await repository.of_browser(db, actor.browser) if actor.browser else []
            listed = await repository.listed(db)
            people = await repository.people(db, [s.id for s in (*mine, *listed)])
        return SessionLists(
            mine=tuple(facts_of(s, people.get(s.id, 0)) for s in mine),
            listed=tuple(facts_of(s, people.get(s.id, 0)) for s in listed),
        )

    async def _require_end(self, db: AsyncSession, actor: Actor, session_id: str) -> None:
        await get_session(db, session_id)
        await require(db, self._tokens, actor, session_id, Permission.END)

    async def _put_out(self, session_id: str, identities: list[str]) -> None:
        """Tells the room and deletes it; a server that is away is left to the reconcile loop."""
        payload = json.dumps({"status": "ended"}).encode()
        try:
            if identities:
                async with asyncio.timeout(0.5):
                    await self._rooms.send(session_id, identities, "session", payload)
        except (MediaServerAway, TimeoutError):
            log.info("could not announce the end of %s", session_id)
        try:
            await self._rooms.close(session_id)
        except MediaServerAway:
            log.warning("the room of ended session %s could not be deleted yet", session_id)
