"""Create a session, go live, end it, say what it is. Admission is admissions.py's, presence presence.py's.

Order of every change: rules decide, the database commits, then the room follows and the pages are told;
a crash in between is repaired by the reconcile loop.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.at_once import Work
from donfra_live.attendance import timekeeper
from donfra_live.browser_key import hash_of, new_key
from donfra_live.db import Database
from donfra_live.errors import DonfraError, MediaServerAway, WrongState
from donfra_live.live_sessions import repository
from donfra_live.live_sessions.creating import WhoMayCreate, why_not
from donfra_live.live_sessions.newcomers import repository as newcomers
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.projector import Projector
from donfra_live.live_sessions.proof import get_current, get_session, lock_session, must_not_be_over, require
from donfra_live.live_sessions.roles import Permission, Role
from donfra_live.live_sessions.rules import (
    NAME_LENGTH,
    TITLE_LENGTH,
    Access,
    ChatMode,
    clean_choice,
    clean_description,
    clean_line,
    clean_password,
    clean_session_id,
)
from donfra_live.live_sessions.states import SessionStatus, may_become
from donfra_live.live_sessions.views import (
    Actor,
    Created,
    Planned,
    SessionFacts,
    SessionLists,
    SessionOver,
)
from donfra_live.models import LiveSession, Member
from donfra_live.outgoing import outbox
from donfra_live.outgoing.rules import EventKind

log = logging.getLogger(__name__)
LIST_LENGTH = 50
Connect = Callable[[Member], dict[str, Any]]


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
        access=Access(session.access),
        has_password=bool(session.password_hash),
        lobby=session.lobby,
        chat=ChatMode(session.chat),
        slow_mode_seconds=session.slow_mode_seconds,
        description=session.description,
        opens_at=session.opens_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        time_zone=session.time_zone,
        starts_itself=session.starts_itself,
        series_id=session.series_id or "",
        keep_days=session.keep_days,
        recording=session.recording,
        ask_consent=session.ask_consent,
    )


@dataclass(frozen=True)
class Made:
    """A new session, its host and his key."""

    session: LiveSession
    host: Member
    host_key: str

    @property
    def created(self) -> Created:
        return Created(facts=facts_of(self.session), member_id=self.host.id, host_key=self.host_key)


def set_plan(session: LiveSession, planned: Planned) -> None:
    """The date, and whether people may come already."""
    for name, value in vars(planned).items():
        setattr(session, name, value)


class LiveSessions:
    def __init__(self, db: Database, ports: Ports, *, creators: WhoMayCreate = WhoMayCreate.ANYONE) -> None:
        self._db, self._ports, self._creators = db, ports, creators
        self._projector = Projector(db, ports.rooms)

    def why_not_create(self, actor: Actor) -> DonfraError | None:
        """What a page says to who may not create a session; None for who may."""
        return why_not(self._creators, actor)

    async def create(self, actor: Actor, **given: Any) -> Created:
        """As make, for who only has to know of it."""
        return (await self.make(actor, **given)).created

    async def make(
        self,
        actor: Actor,
        *,
        title: object,
        owner_name: object,
        listed: object = False,
        access: object = Access.LINK,
        password: object = "",
        lobby: object = False,
        ask_consent: object = False,
        description: object = "",
        on_air: bool = False,
        planned: Planned | None = None,
        connect: Connect | None = None,
    ) -> Made:
        """A new session whose host is the actor's browser and account, and whoever holds the host_key.

        connect: the row of his first connection.

        Raises:
            NotSignedIn, NotAllowed, BadInput, TooManyRequests;
            MediaServerAway: on_air was asked and the room could not be made.
        """
        if refused := self.why_not_create(actor):
            raise refused
        session = LiveSession(
            title=clean_line(title, "Title", TITLE_LENGTH),
            owner_name=clean_line(owner_name, "Your name", NAME_LENGTH),
            listed=listed is True,
            access=clean_choice(access, Access, "access"),
            lobby=lobby is True,
            ask_consent=ask_consent is True,
            description=clean_description(description),
            created_at=self._ports.clock(),
        )
        if planned is not None:
            set_plan(session, planned)
        secret = clean_password(password)
        await self._ports.limits.create(actor.address, actor.browser)
        session.password_hash = await self._ports.passwords.hash(secret) if secret else ""
        if on_air:
            await self._ports.rooms.open(session.id)
            session.status, session.live_at = SessionStatus.LIVE, session.created_at
            session.occupied_at = session.created_at
        made = await self._store(session, actor, connect)
        await self._ports.updates.publish(session.id)
        await self._ports.updates.publish_own(actor.browser, actor.account)
        return made

    async def _store(self, session: LiveSession, actor: Actor, connect: Connect | None) -> Made:
        host_key = new_key()
        host = Member(
            session_id=session.id,
            name=session.owner_name,
            role=Role.HOST,
            key_hash=hash_of(host_key),
            account_id=actor.account,
        )
        connection = connect(host) if connect is not None else None

        def store(work: Work) -> bool:
            if outbox.is_heard_at_once(work):
                return False
            newcomers.store_session(work, session, host, connection, actor.browser)
            return True

        if not await self._db.at_once(store):
            await self._store_and_tell(session, host, actor.browser, connection)
        return Made(session, host, host_key)

    async def _store_and_tell(
        self, session: LiveSession, host: Member, browser: str, connection: dict[str, Any] | None
    ) -> None:
        """Other systems want to hear of it."""
        async with self._db.transaction() as db:
            await repository.add(db, session)
            await repository.seat(db, host, browser)
            if connection is not None:
                await repository.connect(db, connection)
            await outbox.record(db, EventKind.CREATED, session, session.created_at)
            if session.live_at:
                await outbox.record(db, EventKind.STARTED, session, session.live_at)

    async def go_live(self, actor: Actor, session_id: object) -> SessionFacts:
        """On air from now on; already on air is fine.

        Raises:
            NotFound, NoProof, NotAllowed, SessionEnded, SessionCancelled, MediaServerAway.
        """
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await self._require_end(db, actor, sid)
        await self._ports.rooms.open(sid)
        async with self._db.transaction() as db:
            session = await get_session(db, sid)
            must_not_be_over(session)
            await self._begin(db, session)
            answer = facts_of(session)
        await self._ports.updates.publish(sid)
        return answer

    async def begin_by_rule(self, session_id: str) -> None:
        """On air without its host, if it is still open. Raises MediaServerAway."""
        await self._ports.rooms.open(session_id)
        async with self._db.transaction() as db:
            session = await lock_session(db, session_id)
            if session.status == SessionStatus.OPEN:
                await self._begin(db, session)
        await self._ports.updates.publish(session_id)

    async def _begin(self, db: AsyncSession, session: LiveSession) -> None:
        """Already on air is fine."""
        if may_become(session.status, SessionStatus.LIVE):
            session.status = SessionStatus.LIVE
            session.live_at = session.occupied_at = self._ports.clock()
            await outbox.record(db, EventKind.STARTED, session, session.live_at)

    async def end(self, actor: Actor, session_id: object) -> SessionOver:
        """Ends for everybody: no more tokens, the room is deleted. Ending twice is refused.

        Raises:
            NotFound, NoProof, NotAllowed, SessionEnded, SessionCancelled, WrongState (not begun).
        """
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await self._require_end(db, actor, sid)
        return await self.end_by_rule(sid, "host")

    async def end_by_rule(self, session_id: str, reason: str) -> SessionOver:
        """Ends without asking who; for the app's own rules. Raises SessionEnded, WrongState."""
        async with self._db.transaction() as db:
            session = await get_session(db, session_id)
            must_not_be_over(session)
            if not may_become(session.status, SessionStatus.ENDED):
                raise WrongState("This session has not begun. Cancel it instead.")
            over = SessionOver(session_id, self._ports.clock())
            session.status, session.ended_at, session.end_reason = SessionStatus.ENDED, over.ended_at, reason
            db.add(session)
            identities = await repository.member_identities(db, session_id)
            there = await repository.present_members(db, session_id)
            await repository.close_connections(db, session_id, over.ended_at)
            await timekeeper.over(db, session_id, over.ended_at)
            await outbox.changed(db, session, there, (), over.ended_at)
            await outbox.record(db, EventKind.ENDED, session, over.ended_at)
        await self._put_out(session_id, identities)
        await self._ports.updates.publish(session_id)
        return over

    async def facts(self, session_id: object) -> SessionFacts:
        """Of a session, or of a series' current or next date. Raises NotFound."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            session = await get_current(db, sid)
            people = await repository.people(db, [session.id])
        return facts_of(session, people.get(session.id, 0))

    async def lists(
        self, actor: Actor, *, coming: int = LIST_LENGTH, past: int = LIST_LENGTH, offset: int = 0
    ) -> SessionLists:
        """coming, past: how many of his own, 0 for none of them; offset: after how many, for either."""
        who = actor.browser, actor.account
        async with self._db.reading() as db:
            # one more than is wanted says whether there are more
            ahead = await repository.of_actor(db, *who, over=False, limit=coming + 1, offset=offset)
            behind = await repository.of_actor(db, *who, over=True, limit=past + 1, offset=offset)
            listed = await repository.listed(db)
            people = await repository.people(db, [s.id for s in (*ahead, *listed)])

        def facts(rows: Sequence[LiveSession]) -> tuple[SessionFacts, ...]:
            return tuple(facts_of(s, people.get(s.id, 0)) for s in rows)

        return SessionLists(
            coming=facts(ahead[:coming]),
            past=facts(behind[:past]),
            listed=facts(listed),
            more_coming=len(ahead) > coming,
            more_past=len(behind) > past,
        )

    async def _require_end(self, db: AsyncSession, actor: Actor, session_id: str) -> None:
        await get_session(db, session_id)
        await require(db, self._ports.tokens, actor, session_id, Permission.END)

    async def _put_out(self, session_id: str, identities: list[str]) -> None:
        """Tells the room and deletes it; a server that is away is left to the reconcile loop."""
        try:
            async with asyncio.timeout(0.5):
                await self._projector.tell(session_id, identities, "session", {"status": "ended"})
        except TimeoutError:
            log.info("could not announce the end of %s", session_id)
        try:
            await self._ports.rooms.close(session_id)
        except MediaServerAway:
            log.warning("the room of ended session %s could not be deleted yet", session_id)
