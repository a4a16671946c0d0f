"""Who comes in: arrivals (hidden, before Join), joins, seats given back, the host's key redeemed.

A seat is found by member key, token, account or browser key; who has none knocks at door.py. LiveKit
identities are random and made here.
"""

import asyncio
import contextlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.attendance import timekeeper
from donfra_live.browser_key import hash_of
from donfra_live.db import Database
from donfra_live.errors import (
    MediaServerAway,
    NoProof,
    NotAllowed,
    NotSignedIn,
    PasswordNeeded,
    TooManyRequests,
)
from donfra_live.live_sessions import repository
from donfra_live.live_sessions.door import Knock, let_in, raise_by_invite
from donfra_live.live_sessions.entrance import Entrance
from donfra_live.live_sessions.joining import Admitted, Request, clean_identity, new_identity
from donfra_live.live_sessions.newcomers.coming import come_in
from donfra_live.live_sessions.newcomers.newcomer import Newcomer, new_connection
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.projection import HIDDEN, projection_of
from donfra_live.live_sessions.projector import Projector
from donfra_live.live_sessions.proof import (
    find_entrance,
    find_member,
    get_current,
    get_session,
    must_be_on_air,
    must_be_there,
    not_removed,
)
from donfra_live.live_sessions.roles import Permission, Role, may
from donfra_live.live_sessions.rules import (
    NAME_LENGTH,
    clean_line,
    clean_password,
    clean_session_id,
)
from donfra_live.live_sessions.service import LiveSessions, facts_of
from donfra_live.live_sessions.views import Actor, Arrival, Created, Joined, Seat, Waiting
from donfra_live.models import Connection, LiveSession, Member, WaitingPerson
from donfra_live.outgoing import outbox

ARRIVAL_LIFE = timedelta(seconds=90)
# A room that was there just now is there: a class that comes in at once looks for it only once.
JUST_NOW = timedelta(seconds=2)
# Seconds between looks for a connection that is still being made. The media server knows it as soon as its
# socket is open, but tells of it only once media could flow, 0.2 to 0.5 s later.
LOOKS = (0.03, 0.04, 0.05, 0.06, *[0.08] * 10)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


class Admissions:
    """host_token_admin: REST's host_token may administer its own room (a setting)."""

    def __init__(
        self,
        sessions: LiveSessions,
        db: Database,
        ports: Ports,
        *,
        arrivals_per_session: int,
        host_token_admin: bool,
    ) -> None:
        self._sessions, self._db, self._ports = sessions, db, ports
        self._projector = Projector(db, ports.rooms)
        self._arrivals_per_session, self._host_token_admin = arrivals_per_session, host_token_admin
        self._there: dict[str, datetime] = {}

    async def seat(self, actor: Actor, session_id: object) -> Seat | None:
        """The place this actor already has. Raises NotFound, Removed."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            member = await find_member(db, self._ports.tokens, actor, sid)
        return Seat(sid, member.id, member.name, Role(member.role)) if member else None

    async def create_on_air(self, actor: Actor, **given: Any) -> tuple[Created, Joined]:
        """For REST: a session that is on air at once, and its host's first connection.

        given: as for LiveSessions.make.
        """
        identity = new_identity()

        def connect(host: Member) -> dict[str, Any]:
            admin = self._administers(host, api_client=True)
            return new_connection(identity, host.session_id, host.id, "", self._ports.clock(), admin=admin)

        made = await self._sessions.make(actor, on_air=True, connect=connect, **given)
        admitted = Admitted(made.session, made.host, identity, made.host_key)
        return made.created, self._answer(actor, admitted, shown=False, api_client=True)

    async def arrive(self, actor: Actor, session_id: object) -> Arrival:
        """A hidden connection for somebody who reads the page of a session on air and open to all.

        Raises:
            NotFound, SessionEnded, SessionCancelled, NotOpenYet, NotOnAir, NotAllowed, Removed,
            TooManyRequests.
        """
        asked = clean_session_id(session_id)
        await self._ports.limits.join(actor.address, actor.browser)
        now = self._ports.clock()
        async with self._db.transaction() as db:
            session = await get_current(db, asked)
            sid = session.id
            must_be_on_air(session)
            seated = await find_member(db, self._ports.tokens, actor, sid) is not None
            if not seated and not facts_of(session).is_open:
                raise NotAllowed("This session asks who comes in. Press Join.")
            await repository.lock(db, sid)  # those who come at once count each other
            waiting = await repository.waiting_arrivals(db, sid, now - ARRIVAL_LIFE)
            if waiting >= self._arrivals_per_session:
                raise TooManyRequests(60)
            connection = Connection(
                id=new_identity(), session_id=sid, browser_hash=actor.browser, created_at=now
            )
            db.add(connection)
        token = self._ports.tokens.issue(sid, connection.id, HIDDEN)
        return Arrival(sid, connection.id, token, self._ports.tokens.server_url(actor.came_by))

    async def join(
        self,
        actor: Actor,
        session_id: object,
        *,
        name: object,
        identity: object = "",
        as_host: bool = False,
        invite: object = "",
        password: object = "",
        api_client: bool = False,
    ) -> Joined | Waiting:
        """Makes or finds the member and lets him in, or into the lobby.

        session_id: of a series as well, for its current or next date; the answer says which that is.
        identity: an arrival connection of this browser; shown at once, or as soon as it is connected.
        as_host: refuse unless the actor proves the host's seat. api_client: tokens for REST.
        A media server that is away refuses nobody who has no arrival there: his token holds once it is back.

        Raises:
            BadInput, NotFound, SessionEnded, SessionCancelled, NotOpenYet, NotOnAir, NoProof, NotAllowed
            (also Removed, Denied, InviteNeeded, NotSignedIn, PasswordNeeded), TooManyRequests,
            MediaServerAway.
        """
        asked = clean_session_id(session_id)
        cleaned = clean_line(name, "Your name", NAME_LENGTH)
        await self._ports.limits.join(actor.address, actor.browser)
        fitted = await self._fitting(actor, asked, clean_password(password)) if password else ""
        admitted = await self._admit(
            Request(
                actor, asked, cleaned, clean_identity(identity), as_host, _text(invite), fitted, api_client
            )
        )
        if isinstance(admitted, Waiting):
            await self._projector.tell_moderators(admitted.session_id, "lobby", {"name": admitted.name})
            return admitted
        sid = admitted.session.id
        shown = admitted.arrival is not None and await self._show(admitted)
        if admitted.arrival is not None and not shown and not admitted.on_its_way:
            fresh = await self._connect_anew(admitted, admitted.arrival)
            admitted = replace(admitted, identity=fresh, arrival=None)
        if admitted.alone and not shown:
            await self._open(sid)
        await self._ports.updates.publish(sid)
        if admitted.seated:
            await self._ports.updates.publish_own(actor.browser, admitted.member.account_id)
        if admitted.on_its_way and not shown:
            await self._show_soon(admitted)
        return self._answer(actor, admitted, shown=shown or admitted.on_its_way, api_client=api_client)

    async def _open(self, sid: str) -> None:
        with contextlib.suppress(MediaServerAway):
            await self._ports.rooms.open(sid)
            self._there[sid] = self._ports.clock()

    def _was_there(self, sid: str, now: datetime) -> bool:
        """Whether the room was there a moment ago."""
        self._there = {one: at for one, at in self._there.items() if now - at < JUST_NOW}
        return sid in self._there

    async def go_live(self, actor: Actor, session_id: object, *, name: object) -> Joined:
        """The host's start: on air from now on, and the host with his connection. Already on air is fine.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, SessionEnded, TooManyRequests, MediaServerAway.
        """
        clean_line(name, "Your name", NAME_LENGTH)
        await self._sessions.go_live(actor, session_id)
        joined = await self.join(actor, session_id, name=name)
        if not isinstance(joined, Joined):
            raise NotAllowed
        return joined

    async def redeem(self, actor: Actor, session_id: object, host_key: object) -> Seat:
        """Makes this browser hold the seat of the key's member; for host_url.

        Raises:
            NotFound, NoProof (the browser has no key), NotSignedIn (the seat is an account's), NotAllowed
            (wrong key), Removed.
        """
        sid = clean_session_id(session_id)
        if not actor.browser or not isinstance(host_key, str) or not host_key:
            raise NoProof("This browser keeps no cookies, so it cannot become the host's.")
        async with self._db.transaction() as db:
            await get_session(db, sid)
            await find_member(db, self._ports.tokens, replace(actor, key="", bearer=""), sid)
            member = await repository.member_by_key(db, sid, hash_of(host_key))
            if member is None or member.banned_at is not None:
                raise NotAllowed("This host link is not valid. Ask for a new one.")
            if member.account_id not in {"", actor.account}:
                raise NotSignedIn(
                    "This session was made with an account. Sign in with it, then open the link."
                )
            await repository.sit(db, sid, actor.browser, member.id)
        await self._ports.updates.publish_own(actor.browser)
        return Seat(sid, member.id, member.name, Role(member.role))

    async def _fitting(self, actor: Actor, asked: str, password: str) -> str:
        """The session's password hash if this password fits it. Raises PasswordNeeded when it does not."""
        async with self._db.reading() as db:
            session = await get_current(db, asked)
        stored = session.password_hash
        if not stored:
            return ""
        await self._ports.limits.password(session.id, actor.address)
        if not await self._ports.passwords.fits(password, stored):
            raise PasswordNeeded("This password is not right. Try again.")
        return stored

    async def _admit(self, asked: Request) -> Admitted | Waiting:
        now = self._ports.clock()
        if asked.is_newcomer and (came := await self._come_in(asked, now)) is not None:
            return came
        async with self._db.transaction() as db:
            session = await find_entrance(db, asked.session_id)
            sid = session.id
            must_be_there(session)
            found, key, seated = await self._member(db, session, asked)
            if isinstance(found, WaitingPerson):
                return Waiting(sid, found.id, key, found.name)
            must_be_on_air(session)
            arrival = await self._arrival(db, asked, found)
            alone = not self._was_there(sid, now) and not await repository.somebody_there(db, sid)
            admin = self._administers(found, api_client=asked.api_client)
            identity = arrival.id if arrival is not None else new_identity()
            if arrival is not None:
                arrival.member_id, arrival.created_at = found.id, now
                arrival.admin = arrival.admin or admin  # of a connection by REST: its token stays what it is
                arrival.present = arrival.connected_at is not None
                await timekeeper.admitted(db, arrival, now)
                await outbox.moved(db, session, arrival, False, now)
            else:
                browser = asked.actor.browser
                await repository.connect(
                    db, new_connection(identity, sid, found.id, browser, now, admin=admin)
                )
        if not alone:
            self._there.setdefault(sid, now)
        return Admitted(session, found, identity, key, arrival, alone=alone, seated=seated)

    async def _come_in(self, asked: Request, now: datetime) -> Admitted | None:
        """Somebody with nothing but a name, in less time; None: he is no such newcomer."""
        knock = Knock(asked.actor, asked.name, "", asked.password_hash)
        sid, identity, there = asked.session_id, new_identity(), self._was_there(asked.session_id, now)
        came = await self._db.at_once(lambda work: come_in(work, sid, knock, identity, now, there=there))
        if came is None:
            return None
        if not came.alone:
            self._there.setdefault(sid, now)
        return Admitted(came.session, came.member, identity, came.key, alone=came.alone, seated=True)

    @staticmethod
    async def _arrival(db: AsyncSession, asked: Request, member: Member) -> Connection | None:
        """The hidden connection that he came with, if it is his browser's and still there."""
        if not asked.identity or not asked.actor.browser:
            return None
        found = await repository.connection(db, member.session_id, asked.identity)
        usable = (
            found is not None
            and found.left_at is None
            and not found.observer_id
            and found.browser_hash == asked.actor.browser
            and found.member_id in (None, member.id)
        )
        return found if usable else None

    async def _member(
        self, db: AsyncSession, session: LiveSession | Entrance, asked: Request
    ) -> tuple[Member | WaitingPerson, str, bool]:
        """The actor's member under this name, or what he becomes; his key if it is new; Admitted.seated."""
        actor = asked.actor
        member = await find_member(db, self._ports.tokens, actor, session.id)
        if asked.as_host and (member is None or member.role != Role.HOST):
            raise NoProof("Proof of being the host is missing.") if member is None else NotAllowed()
        if member is None:
            knock = Knock(actor, asked.name, asked.invite, asked.password_hash)
            return *await let_in(db, session, knock, self._ports.clock), True
        # Locked, so that he is either removed before he comes in or found in the room by who removes him.
        member = not_removed(await repository.locked_member(db, member.id))
        await raise_by_invite(db, member, asked.invite, self._ports.clock)
        member.name = asked.name
        is_first = actor.account and not await repository.members_by_account(db, session.id, actor.account)
        becomes_his = bool(is_first and not member.account_id)
        if becomes_his:
            member.account_id = actor.account
        return member, actor.key, becomes_his

    def _administers(self, member: Member | Newcomer, *, api_client: bool) -> bool:
        return api_client and member.role == Role.HOST and self._host_token_admin

    async def _show(self, admitted: Admitted) -> bool:
        sid, identity, projection = admitted.session.id, admitted.identity, projection_of(admitted.member)
        if not await self._ports.rooms.show(sid, identity, projection):
            return False
        await self._projector.catch_up(sid, admitted.member.id, identity, projection)
        return True

    async def _show_soon(self, admitted: Admitted) -> None:
        """As soon as the media server knows him; in vain, presence does it at that server's word."""
        with contextlib.suppress(MediaServerAway):
            for pause in LOOKS:
                await asyncio.sleep(pause)
                if await self._show(admitted):
                    return

    async def _connect_anew(self, admitted: Admitted, old: Connection) -> str:
        """The arrival had gone before the click; its member gets an ordinary connection instead.

        Raises:
            Removed: it had gone because he was put out.
        """
        now, identity, sid = self._ports.clock(), new_identity(), admitted.session.id
        async with self._db.transaction() as db:
            member = not_removed(await repository.locked_member(db, admitted.member.id))
            gone = await repository.connection(db, sid, old.id)
            if gone is not None:
                was, gone.left_at, gone.present = gone.present, now, False
                db.add(gone)
                await timekeeper.taken_back(db, gone)
                await outbox.moved(db, admitted.session, gone, was, now)
            anew = new_connection(identity, sid, member.id, old.browser_hash, now, admin=old.admin)
            await repository.connect(db, anew)
        return identity

    def _answer(self, actor: Actor, admitted: Admitted, *, shown: bool, api_client: bool) -> Joined:
        session, member, identity = admitted.session, admitted.member, admitted.identity
        role, projection = Role(member.role), projection_of(member)
        admin = self._administers(member, api_client=api_client)
        token = "" if shown else self._ports.tokens.issue(session.id, identity, projection, admin=admin)
        return Joined(
            session_id=session.id,
            session_title=session.title,
            identity=identity,
            token=token,
            server_url=self._ports.tokens.server_url(actor.came_by),
            member_id=member.id,
            member_key=admitted.key,
            name=member.name,
            role=role,
            can_publish=projection.grants.can_publish,
            can_subscribe=projection.grants.can_subscribe,
            can_end=may(role, Permission.END),
            media_ports=self._ports.tokens.media_ports(),
        )
