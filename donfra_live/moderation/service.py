"""Acts of a host or co-host on people: roles, muting, removing for good, hand-over; and the log of it all.

Order of every act: permission and rank, the database with the log entry, then LiveKit, then the pages.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.attendance import timekeeper
from donfra_live.db import Database
from donfra_live.errors import MediaServerAway, WrongState
from donfra_live.invites import repository as invites
from donfra_live.invites.rules import clean_role
from donfra_live.live_sessions import repository as sessions
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.projection import withheld_of
from donfra_live.live_sessions.projector import Projector
from donfra_live.live_sessions.proof import get_session, require
from donfra_live.live_sessions.roles import Permission, Role, may, outranks
from donfra_live.live_sessions.rules import clean_session_id
from donfra_live.live_sessions.views import Actor
from donfra_live.lobby import repository as waiting
from donfra_live.lobby.rules import GONE_AFTER
from donfra_live.models import Member
from donfra_live.moderation import repository
from donfra_live.moderation.acting import acting, find_below, find_target
from donfra_live.moderation.rules import SOURCES, clean_source, with_again, without
from donfra_live.outgoing import outbox
from donfra_live.recordings import repository as recordings


@dataclass(frozen=True)
class MemberFacts:
    """Somebody admitted to a session. present: in the room now. withheld: sources he may not publish.

    microphone: whether he can be heard; None where he is not in the room or it was not asked for.
    """

    id: str
    name: str
    role: Role
    present: bool
    on_stage: bool
    stage_until: datetime | None
    hand_at: datetime | None
    withheld: tuple[str, ...]
    banned: bool
    has_account: bool
    microphone: bool | None = None


@dataclass(frozen=True)
class People:
    """waiting: in the lobby; observers: admins who watch unseen; None for who may not know."""

    members: list[MemberFacts]
    waiting: int | None
    observers: int | None


@dataclass(frozen=True)
class Act:
    """One line of the session's log."""

    at: datetime
    actor_name: str
    act: str
    target_name: str
    detail: str


def member_facts(member: Member, present: set[str]) -> MemberFacts:
    return MemberFacts(
        id=member.id,
        name=member.name,
        role=Role(member.role),
        present=member.id in present,
        on_stage=member.stage_since is not None,
        stage_until=member.stage_until,
        hand_at=member.hand_at,
        withheld=tuple(sorted(withheld_of(member))),
        banned=member.banned_at is not None,
        has_account=bool(member.account_id),
    )


def make_host(member: Member) -> None:
    """Nobody stands above a host who could give back what was withheld from him."""
    member.role, member.hand_at, member.withheld = Role.HOST, None, ""
    member.stage_since = member.stage_until = None


def may_publish(member: Member) -> bool:
    on_stage = member.stage_since is not None
    return member.banned_at is None and (on_stage or may(member.role, Permission.PUBLISH))


async def settle(db: Database, ports: Ports, member: Member) -> MemberFacts:
    """After an act on him was stored: LiveKit follows, the pages are told; what he is now."""
    await Projector(db, ports.rooms).update(member)
    await ports.updates.publish(member.session_id)
    async with db.reading() as reading:
        present = await sessions.present_members(reading, member.session_id)
    return member_facts(member, present)


class Moderation:
    def __init__(self, db: Database, ports: Ports) -> None:
        self._db, self._ports = db, ports
        self._projector = Projector(db, ports.rooms)

    async def people(self, actor: Actor, session_id: object) -> People:
        """Everybody admitted; the banned only for those who could lift the ban.

        Raises:
            NotFound, NoProof, NotAllowed.
        """
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            me = await require(db, self._ports.tokens, actor, sid, Permission.SEE_MEMBERS)
            rows = await repository.members(db, sid)
            present = await sessions.present_members(db, sid)
            since = self._ports.clock() - GONE_AFTER
            waits = len(await waiting.undecided(db, sid, since)) if may(me.role, Permission.ADMIT) else None
            watch = await sessions.observers(db, sid) if may(me.role, Permission.SEE_LOG) else None
        sees_banned = may(me.role, Permission.REMOVE)
        heard = await self._heard(sid) if present else {}
        seen = [
            replace(member_facts(row, present), microphone=heard.get(row.id))
            for row in rows
            if sees_banned or row.banned_at is None
        ]
        return People(seen, waits, watch)

    async def _heard(self, session_id: str) -> dict[str, bool]:
        """Whether the microphone of those in the room is on; nobody while the media server is away."""
        try:
            there = {p.identity: p for p in await self._ports.rooms.participants(session_id)}
        except MediaServerAway:
            return {}
        async with self._db.reading() as db:
            known = await sessions.connections(db, session_id, there)
        heard: dict[str, bool] = {}
        for connection in known:
            if connection.member_id and connection.id in there:
                on = "microphone" in there[connection.id].sending
                heard[connection.member_id] = on or heard.get(connection.member_id, False)
        return heard

    async def members(self, actor: Actor, session_id: object) -> list[MemberFacts]:
        """Only the members of `people`. Raises as `people`."""
        return (await self.people(actor, session_id)).members

    async def set_role(
        self, actor: Actor, session_id: object, member_id: object, *, role: object
    ) -> MemberFacts:
        """Promotes or demotes, in the database and in LiveKit, without a reconnect; and ends invites that
        are not below the new role.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, SessionEnded.
        """
        sid = clean_session_id(session_id)
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.SET_ROLE)
            target = await find_below(db, me, member_id)
            given = clean_role(role, me.role)
            if given != target.role:
                detail = f"{target.role} to {given}"
                target.role, target.stage_since, target.stage_until = given, None, None
                target.hand_at = target.hand_at if given == Role.VIEWER else None
                await self._end_invites_above(db, target)
                repository.record(db, me, repository.ROLE, target, at=self._ports.clock(), detail=detail)
        return await settle(self._db, self._ports, target)

    async def hand_over(
        self, actor: Actor, session_id: object, member_id: object, *, keep: object = False
    ) -> MemberFacts:
        """Makes somebody host; with `keep` the actor stays host as well, as for a deputy. Without it his
        invites for co-hosts end.

        Raises:
            NotFound, NoProof, NotAllowed, SessionEnded, WrongState (removed).
        """
        sid = clean_session_id(session_id)
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.HAND_OVER)
            target = await find_target(db, sid, member_id)
            if target.banned_at is not None:
                raise WrongState(f"{target.name} was removed from this session.")
            make_host(target)
            gave_up = keep is not True and target.id != me.id
            if gave_up:
                me.role = Role.CO_HOST
                await self._end_invites_above(db, me)
            repository.record(db, me, "host", target, at=self._ports.clock())
            administering = await sessions.administering(db, me.id) if gave_up else []
        await self._projector.update(me)
        # A host's token of REST could still administer the room; without a connection it is not renewed.
        await self._projector.put_out(sid, administering)
        return await settle(self._db, self._ports, target)

    async def mute(
        self, actor: Actor, session_id: object, member_id: object, *, source: object, hold: object = False
    ) -> MemberFacts:
        """Mutes a source; with `hold` he cannot turn it on again before `allow`.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, SessionEnded, MediaServerAway.
        """
        sid, kind = clean_session_id(session_id), clean_source(source)
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.MUTE)
            target = await find_below(db, me, member_id)
            if hold is True:
                target.withheld = without(target.withheld, kind)
            act = "mute and hold" if hold is True else "mute"
            repository.record(db, me, act, target, at=self._ports.clock(), detail=kind)
        await self._mute(target, kind)
        return await settle(self._db, self._ports, target)

    async def allow(
        self, actor: Actor, session_id: object, member_id: object, *, source: object
    ) -> MemberFacts:
        """Gives a withheld source back. Raises as `mute`."""
        sid, kind = clean_session_id(session_id), clean_source(source)
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.MUTE)
            target = await find_below(db, me, member_id)
            target.withheld = with_again(target.withheld, kind)
            repository.record(db, me, "allow", target, at=self._ports.clock(), detail=kind)
        return await settle(self._db, self._ports, target)

    async def mute_all(
        self, actor: Actor, session_id: object, *, source: object = "microphone", hold: object = False
    ) -> int:
        """Mutes everybody below the actor's role who may publish; how many. Raises as `mute`."""
        sid, kind = clean_session_id(session_id), clean_source(source)
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.MUTE)
            rows = await repository.members(db, sid)
            targets = [m for m in rows if outranks(me.role, m.role) and may_publish(m)]
            if hold is True:
                for target in targets:
                    target.withheld = without(target.withheld, kind)
            act = "mute and hold all" if hold is True else "mute all"
            repository.record(db, me, act, at=self._ports.clock(), detail=kind)
        await asyncio.gather(*(self._mute(target, kind) for target in targets))
        if hold is True:
            await self._projector.update(*targets)
        await self._ports.updates.publish(sid)
        return len(targets)

    async def remove(self, actor: Actor, session_id: object, member_id: object) -> MemberFacts:
        """Puts somebody out for good: his seats, browser, account, tokens, invites are refused from now on.

        Raises:
            NotFound, NoProof, NotAllowed, SessionEnded.
        """
        sid, now = clean_session_id(session_id), self._ports.clock()
        async with self._db.transaction() as db:
            session, me = await acting(db, self._ports.tokens, actor, sid, Permission.REMOVE)
            target = await find_below(db, me, member_id)
            seats = [m for m in await repository.same_person(db, target) if outranks(me.role, m.role)]
            for seat in seats:
                seat.banned_at, seat.hand_at = seat.banned_at or now, None
                seat.stage_since = seat.stage_until = None
            ids = [seat.id for seat in seats]
            for invite in await invites.given_by(db, ids):
                await invites.revoke(db, invite, now)
            await recordings.end_links_of(db, ids, now)
            there = await sessions.present_members(db, sid) & set(ids)
            identities = await sessions.close_connections_of(db, ids, now)
            await timekeeper.removed(db, ids, now)
            await outbox.changed(db, session, there, (), now)
            repository.record(db, me, "remove", target, at=now)
        await self._projector.put_out(sid, identities)
        await self._ports.updates.publish(sid)
        return member_facts(target, set())

    async def lift_ban(self, actor: Actor, session_id: object, member_id: object) -> MemberFacts:
        """He may come in again, with the role he had. Raises as `remove`."""
        sid = clean_session_id(session_id)
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.REMOVE)
            target = await find_below(db, me, member_id)
            for seat in await repository.same_person(db, target):
                if outranks(me.role, seat.role):
                    seat.banned_at = None
            repository.record(db, me, "lift ban", target, at=self._ports.clock())
        await self._ports.updates.publish(sid)
        return member_facts(target, set())

    async def log(self, actor: Actor, session_id: object) -> list[Act]:
        """Newest first. Raises NotFound, NoProof, NotAllowed."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            await require(db, self._ports.tokens, actor, sid, Permission.SEE_LOG)
            rows = await repository.log(db, sid)
        return [Act(row.at, row.actor_name, row.act, row.target_name, row.detail) for row in rows]

    async def _end_invites_above(self, db: AsyncSession, giver: Member) -> None:
        """An invite gives a role below its giver's own, also when he has been demoted since."""
        for invite in await invites.given_by(db, [giver.id]):
            if not outranks(giver.role, invite.role):
                await invites.revoke(db, invite, self._ports.clock())

    async def _mute(self, target: Member, kind: str) -> None:
        for source in SOURCES[kind]:
            await self._projector.mute(target, source)
        await self._projector.tell_member(target, "notice", {"act": "mute", "source": kind})
