"""Who comes in: arrivals (hidden, before Join), joins, seats given back, the host's key redeemed.

A seat is found by member key, token or browser key; LiveKit identities are random and made here.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.browser_key import hash_of, new_key
from donfra_live.db import Database
from donfra_live.errors import NoProof, NotAllowed, NotOnAir, SessionEnded, TooManyRequests
from donfra_live.live_sessions import repository
from donfra_live.live_sessions.ports import Clock, Limits, Publisher, RoomGateway, Tokens
from donfra_live.live_sessions.proof import find_member, get_session
from donfra_live.live_sessions.roles import ARRIVAL, Permission, Role, grants_of, may
from donfra_live.live_sessions.rules import NAME_LENGTH, SessionStatus, clean_line, clean_session_id
from donfra_live.live_sessions.service import LiveSessions
from donfra_live.live_sessions.views import Actor, Arrival, Created, Joined, Seat
from donfra_live.models import Connection, LiveSession, Member, MemberBrowser

ARRIVAL_LIFE = timedelta(seconds=90)


def new_identity() -> str:
    """Random, so that two people of one name never evict each other."""
    return f"p-{uuid.uuid4().hex}"


@dataclass(frozen=True)
class _Admitted:
    session: LiveSession
    member: Member
    connection: Connection
    key: str
    was_arrival: bool

    @property
    def on_its_way(self) -> bool:
        """An arrival that was never connected: presence shows it as soon as it is."""
        return self.was_arrival and self.connection.connected_at is None


class Admissions:
    """host_token_admin: REST's host_token may administer its own room (a setting)."""

    def __init__(
        self,
        sessions: LiveSessions,
        db: Database,
        rooms: RoomGateway,
        tokens: Tokens,
        limits: Limits,
        updates: Publisher,
        clock: Clock,
        *,
        arrivals_per_session: int,
        host_token_admin: bool,
    ) -> None:
        self._sessions = sessions
        self._db, self._rooms, self._tokens = db, rooms, tokens
        self._limits, self._updates, self._clock = limits, updates, clock
        self._arrivals_per_session, self._host_token_admin = arrivals_per_session, host_token_admin

    async def seat(self, actor: Actor, session_id: object) -> Seat | None:
        """The place this actor already has. Raises NotFound."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            member = await find_member(db, self._tokens, actor, sid)
        return Seat(sid, member.id, member.name, Role(member.role)) if member else None

    async def create_on_air(
        self, actor: Actor, *, title: object, owner_name: object, listed: bool
    ) -> tuple[Created, Joined]:
        """For REST: a session that is on air at once, and its host's first connection."""
        created = await self._sessions.create(
            actor, title=title, owner_name=owner_name, listed=listed, on_air=True
        )
        async with self._db.transaction() as db:
            session = await get_session(db, created.facts.id)
            host = await repository.get_member(db, created.member_id)
            connection = Connection(id=new_identity(), session_id=session.id, member_id=host.id)
            db.add(connection)
        admitted = _Admitted(session, host, connection, created.host_key, was_arrival=False)
        return created, self._answer(actor, admitted, shown=False, api_client=True)

    async def arrive(self, actor: Actor, session_id: object) -> Arrival:
        """A hidden connection for somebody who reads the page of a session on air.

        Raises:
            NotFound, SessionEnded, NotOnAir, TooManyRequests.
        """
        sid = clean_session_id(session_id)
        await self._limits.join(actor.address, actor.browser)
        async with self._db.transaction() as db:
            self._must_be_on_air(await get_session(db, sid))
            waiting = await repository.waiting_arrivals(db, sid, self._clock() - ARRIVAL_LIFE)
            if waiting >= self._arrivals_per_session:
                raise TooManyRequests(60)
            connection = Connection(
                id=new_identity(), session_id=sid, browser_hash=actor.browser, created_at=self._clock()
            )
            db.add(connection)
        token = self._tokens.issue(sid, connection.id, "", None, ARRIVAL)
        return Arrival(sid, connection.id, token, self._tokens.server_url(actor.came_by))

    async def join(
        self,
        actor: Actor,
        session_id: object,
        *,
        name: object,
        identity: object = "",
        as_host: bool = False,
        api_client: bool = False,
    ) -> Joined:
        """Makes or finds the member and lets him in.

        identity: an arrival connection of this browser; shown at once, or as soon as it is connected.
        as_host: refuse unless the actor proves the host's seat. api_client: tokens for REST.

        Raises:
            BadInput, NotFound, SessionEnded, NotOnAir, NoProof, NotAllowed, TooManyRequests, MediaServerAway.
        """
        sid = clean_session_id(session_id)
        cleaned = clean_line(name, "Your name", NAME_LENGTH)
        await self._limits.join(actor.address, actor.browser)
        admitted = await self._admit(
            actor, sid, cleaned, identity if isinstance(identity, str) else "", as_host
        )
        shown = admitted.was_arrival and await self._show(admitted)
        if admitted.was_arrival and not shown and not admitted.on_its_way:
            admitted = replace(admitted, connection=await self._fresh_connection(admitted), was_arrival=False)
        await self._updates.publish(sid)
        return self._answer(actor, admitted, shown=shown or admitted.on_its_way, api_client=api_client)

    async def redeem(self, actor: Actor, session_id: object, host_key: object) -> Seat:
        """Makes this browser hold the seat of the key's member; for host_url.

        Raises:
            NotFound, NoProof (the browser has no key), NotAllowed (wrong key).
        """
        sid = clean_session_id(session_id)
        if not actor.browser or not isinstance(host_key, str) or not host_key:
            raise NoProof("This browser keeps no cookies, so it cannot become the host's.")
        async with self._db.transaction() as db:
            await get_session(db, sid)
            member = await repository.member_by_key(db, sid, hash_of(host_key))
            if member is None:
                raise NotAllowed("This host link is not valid. Ask for a new one.")
            await self._sit(db, sid, actor.browser, member)
        return Seat(sid, member.id, member.name, Role(member.role))

    @staticmethod
    def _must_be_on_air(session: LiveSession) -> None:
        if session.status == SessionStatus.ENDED:
            raise SessionEnded
        if session.status != SessionStatus.LIVE:
            raise NotOnAir

    @staticmethod
    async def _sit(db: AsyncSession, session_id: str, browser: str, member: Member) -> None:
        seat = await repository.browser_seat(db, session_id, browser)
        seat = seat or MemberBrowser(session_id=session_id, browser_hash=browser, member_id=member.id)
        seat.member_id = member.id
        db.add(seat)

    async def _admit(self, actor: Actor, sid: str, name: str, identity: str, as_host: bool) -> _Admitted:
        async with self._db.transaction() as db:
            session = await get_session(db, sid)
            self._must_be_on_air(session)
            member, key = await self._member(db, actor, sid, name, as_host)
            arrival = await repository.connection(db, sid, identity) if identity else None
            usable = (
                arrival is not None
                and arrival.left_at is None
                and arrival.browser_hash == actor.browser
                and arrival.member_id in (None, member.id)
            )
            connection = (
                arrival if usable and arrival is not None else Connection(id=new_identity(), session_id=sid)
            )
            connection.member_id, connection.created_at = member.id, self._clock()
            connection.present = usable and connection.connected_at is not None
            if not usable:
                await repository.add(db, connection)
        return _Admitted(session, member, connection, key, was_arrival=usable)

    async def _member(
        self, db: AsyncSession, actor: Actor, sid: str, name: str, as_host: bool
    ) -> tuple[Member, str]:
        """The actor's member under this name, and a new member key where one had to be made."""
        member, key = await find_member(db, self._tokens, actor, sid), ""
        if as_host and (member is None or member.role != Role.HOST):
            raise NoProof("Proof of being the host is missing.") if member is None else NotAllowed()
        if member is None:
            key = new_key()
            member = Member(session_id=sid, name=name, key_hash=hash_of(key), created_at=self._clock())
            await repository.add(db, member)
            if actor.browser:
                seat = MemberBrowser(session_id=sid, browser_hash=actor.browser, member_id=member.id)
                await repository.add(db, seat)
        elif member.name != name:
            member.name = name
            db.add(member)
        return member, key or actor.key

    async def _show(self, admitted: _Admitted) -> bool:
        member = admitted.member
        role = Role(member.role)
        return await self._rooms.show(
            admitted.session.id, admitted.connection.id, member.name, role, grants_of(role)
        )

    async def _fresh_connection(self, admitted: _Admitted) -> Connection:
        """The arrival had gone before the click; its member gets an ordinary connection instead."""
        now = self._clock()
        connection = Connection(
            id=new_identity(), session_id=admitted.session.id, member_id=admitted.member.id
        )
        async with self._db.transaction() as db:
            gone = await repository.connection(db, admitted.session.id, admitted.connection.id)
            if gone is not None:
                gone.left_at, gone.present = now, False
                db.add(gone)
            db.add(connection)
        return connection

    def _answer(self, actor: Actor, admitted: _Admitted, *, shown: bool, api_client: bool) -> Joined:
        session, member, identity = admitted.session, admitted.member, admitted.connection.id
        role = Role(member.role)
        grants = grants_of(role)
        admin = api_client and role == Role.HOST and self._host_token_admin
        token = (
            "" if shown else self._tokens.issue(session.id, identity, member.name, role, grants, admin=admin)
        )
        return Joined(
            session_id=session.id,
            session_title=session.title,
            identity=identity,
            token=token,
            server_url=self._tokens.server_url(actor.came_by),
            member_id=member.id,
            member_key=admitted.key,
            name=member.name,
            role=role,
            can_publish=grants.can_publish,
            can_subscribe=grants.can_subscribe,
            can_end=may(role, Permission.END),
        )
