"""Hands and the stage: an ordered queue that all see, and viewers who may publish for a while.

A viewer on stage stays a viewer; his connection gets the right to publish and loses it again.
"""

from datetime import timedelta

from donfra_live.db import Database
from donfra_live.errors import WrongState
from donfra_live.live_sessions import repository as sessions
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.projector import Projector
from donfra_live.live_sessions.proof import get_session, must, require
from donfra_live.live_sessions.roles import Permission, may
from donfra_live.live_sessions.rules import clean_seconds, clean_session_id
from donfra_live.live_sessions.views import Actor
from donfra_live.moderation import repository
from donfra_live.moderation.acting import acting, find_target
from donfra_live.moderation.rules import STAGE_LONGEST
from donfra_live.moderation.service import MemberFacts, member_facts, settle


class Stage:
    """limit: how many viewers may be on stage at once."""

    def __init__(self, db: Database, ports: Ports, *, limit: int) -> None:
        self._db, self._ports, self._limit = db, ports, limit
        self._projector = Projector(db, ports.rooms)

    async def hands(self, actor: Actor, session_id: object) -> list[MemberFacts]:
        """Raised hands, first come first. Raises NotFound, NoProof, NotAllowed."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            await require(db, self._ports.tokens, actor, sid, Permission.SEE_MEMBERS)
            rows = await repository.hands(db, sid)
            present = await sessions.present_members(db, sid)
        return [member_facts(row, present) for row in rows]

    async def raise_hand(self, actor: Actor, session_id: object) -> MemberFacts:
        """Raised twice keeps the first place.

        Raises:
            NotFound, NoProof, NotAllowed, SessionEnded, TooManyRequests.
        """
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            asking = await require(db, self._ports.tokens, actor, sid, Permission.RAISE_HAND)
        await self._ports.limits.hand(asking.id)
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.RAISE_HAND)
            if me.hand_at is None:
                me.hand_at = self._ports.clock()
                repository.record(db, me, repository.RAISED, at=me.hand_at)
        return await settle(self._db, self._ports, me)

    async def lower_hand(self, actor: Actor, session_id: object) -> MemberFacts:
        """One's own. Raises NotFound, NoProof, NotAllowed, SessionEnded."""
        sid = clean_session_id(session_id)
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.RAISE_HAND)
            if me.hand_at is not None:
                me.hand_at = None
                repository.record(db, me, repository.LOWERED, at=self._ports.clock())
        return await settle(self._db, self._ports, me)

    async def clear_hands(self, actor: Actor, session_id: object, member_id: object = None) -> int:
        """Lowers everybody's hand, or one person's; how many.

        Raises:
            NotFound, NoProof, NotAllowed, SessionEnded.
        """
        sid = clean_session_id(session_id)
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.CLEAR_HANDS)
            one = await find_target(db, sid, member_id) if member_id is not None else None
            lowered = [m for m in await repository.hands(db, sid) if one is None or m.id == one.id]
            for member in lowered:
                member.hand_at = None
            repository.record(db, me, "lower hands", one, at=self._ports.clock())
        await self._projector.update(*lowered)
        await self._ports.updates.publish(sid)
        return len(lowered)

    async def bring(
        self, actor: Actor, session_id: object, member_id: object, *, seconds: object = 0
    ) -> MemberFacts:
        """On stage for so many seconds, 0: until taken off. His hand goes down; nothing stays withheld.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, SessionEnded; WrongState: the stage is full, or he may
            speak anyway.
        """
        sid, now = clean_session_id(session_id), self._ports.clock()
        length = clean_seconds(seconds, "seconds", STAGE_LONGEST)
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.STAGE)
            target = await find_target(db, sid, member_id)
            if may(target.role, Permission.PUBLISH):
                raise WrongState(f"{target.name} may speak already.")
            if target.banned_at is not None:
                raise WrongState(f"{target.name} was removed from this session.")
            if target.stage_since is None and await repository.on_stage(db, sid) >= self._limit:
                raise WrongState(f"The stage is full: {self._limit} people. Take somebody off first.")
            target.stage_since, target.hand_at = target.stage_since or now, None
            target.stage_until = now + timedelta(seconds=length) if length else None
            target.withheld = ""
            detail = f"{length} seconds" if length else ""
            repository.record(db, me, "on stage", target, at=now, detail=detail)
        return await settle(self._db, self._ports, target)

    async def take_off(self, actor: Actor, session_id: object, member_id: object) -> MemberFacts:
        """Off stage; one may always step down oneself. Not on stage is fine.

        Raises:
            NotFound, NoProof, NotAllowed, SessionEnded.
        """
        sid = clean_session_id(session_id)
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.SEE_MEMBERS)
            target = await find_target(db, sid, member_id)
            if target.id != me.id:
                must(me, Permission.STAGE)
            if target.stage_since is not None:
                target.stage_since = target.stage_until = None
                repository.record(db, me, "off stage", target, at=self._ports.clock())
        return await settle(self._db, self._ports, target)

    async def expire(self) -> int:
        """Takes off those whose time is up; how many. Called by the app's own clock, not by anybody."""
        now = self._ports.clock()
        async with self._db.reading() as db:
            if not await repository.stage_times_up(db, now):
                return 0
        async with self._db.transaction() as db:
            rows = await repository.stage_times_up(db, now)
            for member in rows:
                until, member.stage_since, member.stage_until = member.stage_until, None, None
                repository.record_app(db, member, "off stage", at=until or now, detail="time is up")
        await self._projector.update(*rows)
        for session_id in {member.session_id for member in rows}:
            await self._ports.updates.publish(session_id)
        return len(rows)
