"""The lobby: who waits, who is let in. Coming to the door is part of joining (admissions, door)."""

from dataclasses import dataclass, replace
from datetime import datetime

from donfra_live.browser_key import hash_of
from donfra_live.db import Database
from donfra_live.errors import BadInput, NoProof, NotFound, WrongState
from donfra_live.live_sessions.admissions import Admissions
from donfra_live.live_sessions.door import admit, admit_seen, seats_of
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.projector import Projector
from donfra_live.live_sessions.proof import get_session, must_not_be_over, require
from donfra_live.live_sessions.roles import Permission, Role
from donfra_live.live_sessions.rules import Decision, clean_id, clean_session_id
from donfra_live.live_sessions.states import COMING
from donfra_live.live_sessions.views import Actor, Joined
from donfra_live.lobby import repository as waiting
from donfra_live.lobby.rules import GONE_AFTER
from donfra_live.models import WaitingPerson
from donfra_live.moderation import repository as moderation
from donfra_live.moderation.acting import acting

MOST_DENIED = 100


@dataclass(frozen=True)
class WaitingFacts:
    """Somebody in the lobby, as moderators see him."""

    id: str
    name: str
    role: Role
    decision: Decision
    since: datetime
    has_account: bool


def _facts(row: WaitingPerson) -> WaitingFacts:
    return WaitingFacts(
        row.id, row.name, Role(row.role), Decision(row.decision), row.created_at, bool(row.account_id)
    )


class Lobby:
    def __init__(self, admissions: Admissions, db: Database, ports: Ports) -> None:
        self._admissions, self._db, self._ports = admissions, db, ports
        self._projector = Projector(db, ports.rooms)

    async def list(self, actor: Actor, session_id: object, *, denied: bool = False) -> list[WaitingFacts]:
        """Who waits, first come first; or who was denied and may be let in after all, the last hundred.

        Raises:
            NotFound, NoProof, NotAllowed.
        """
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            await require(db, self._ports.tokens, actor, sid, Permission.ADMIT)
            rows = (
                await waiting.denied(db, sid, MOST_DENIED)
                if denied
                else await waiting.undecided(db, sid, self._ports.clock() - GONE_AFTER)
            )
        return [_facts(row) for row in rows]

    async def decide(
        self, actor: Actor, session_id: object, waiting_id: object, *, decision: object
    ) -> WaitingFacts:
        """decision: admit or deny; somebody denied may still be admitted later.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, SessionEnded, WrongState (already in).
        """
        sid = clean_session_id(session_id)
        words = {"admit": Decision.ADMITTED, "deny": Decision.DENIED}
        if not isinstance(decision, str) or (wanted := words.get(decision)) is None:
            raise BadInput("decision must be admit or deny.")
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.ADMIT)
            person = await waiting.get(db, sid, clean_id(waiting_id))
            if person is None:
                raise NotFound("Nobody waits here under this id.")
            if person.decision == Decision.ADMITTED:
                raise WrongState(f"{person.name} has been let in already.")
            if wanted == Decision.ADMITTED:
                await admit(db, person, self._ports.clock)
            person.decision = wanted
            moderation.record(db, me, decision, person, at=self._ports.clock())
        await self._projector.tell_moderators(sid, "lobby", {})
        await self._ports.updates.publish(sid)
        if wanted == Decision.ADMITTED:
            await self._ports.updates.publish_own(person.browser_hash, person.account_id)
        return _facts(person)

    async def admit_all(self, actor: Actor, session_id: object) -> int:
        """Lets everybody in who waits; how many. Raises NotFound, NoProof, NotAllowed, SessionEnded."""
        sid = clean_session_id(session_id)
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.ADMIT)
            people = await admit_seen(db, sid, self._ports.clock() - GONE_AFTER, self._ports.clock)
            moderation.record(db, me, "admit all", at=self._ports.clock(), detail=f"{len(people)} people")
        await self._projector.tell_moderators(sid, "lobby", {})
        await self._ports.updates.publish(sid)
        await self._ports.updates.publish_own(*seats_of(people))
        return len(people)

    async def ask(
        self, actor: Actor, session_id: object, waiting_id: object
    ) -> tuple[Decision, Joined | None]:
        """What became of somebody who waits, for himself: his waiting key is the actor's bearer.

        Raises:
            NotFound, NoProof, SessionEnded; as Admissions.join once he is admitted.
        """
        sid = clean_session_id(session_id)
        if not (key := actor.key or actor.bearer):
            raise NoProof("Send the waiting_key as Bearer.")
        async with self._db.transaction() as db:
            person = await waiting.by_key(db, sid, hash_of(key))
            if person is None or person.id != waiting_id:
                raise NoProof("This waiting_key is not valid here.")
            person.seen_at, person.left_at = self._ports.clock(), None
            session = await get_session(db, sid)
        must_not_be_over(session)
        if person.decision != Decision.ADMITTED or session.status in COMING:
            denied = person.decision == Decision.DENIED
            return Decision.DENIED if denied else Decision.WAITING, None
        seated = replace(actor, key=key, bearer="")
        joined = await self._admissions.join(seated, sid, name=person.name, api_client=True)
        return Decision.ADMITTED, joined if isinstance(joined, Joined) else None

    async def standing(self, actor: Actor, session_id: object) -> Decision | None:
        """For a page that waits: what became of this browser or account; None: nobody of it waits."""
        sid, now, is_back = clean_session_id(session_id), self._ports.clock(), False
        async with self._db.transaction() as db:
            person = await waiting.by_seat(db, sid, actor.browser, actor.account)
            if person is None or person.left_at is not None:
                return None
            if person.decision == Decision.WAITING:
                is_back, person.seen_at = person.seen_at <= now - GONE_AFTER, now
        if is_back:
            await self._projector.tell_moderators(sid, "lobby", {"name": person.name})
        return Decision(person.decision)

    async def leave(self, actor: Actor, session_id: object, *, for_good: object = True) -> None:
        """Who waits is off the list at once: his waiting_key, his browser or his account says who.

        for_good: False when his page was closed; one that he opens again goes on waiting. His place in an
        invite's count is kept either way. Nobody who waits is no error.

        Raises:
            NotFound.
        """
        sid, now = clean_session_id(session_id), self._ports.clock()
        async with self._db.transaction() as db:
            await get_session(db, sid)
            key = actor.key or actor.bearer
            if key:
                person = await waiting.by_key(db, sid, hash_of(key))
            else:
                person = await waiting.by_seat(db, sid, actor.browser, actor.account)
            if person is None or person.decision != Decision.WAITING:
                return
            person.seen_at = now - GONE_AFTER
            person.left_at = now if for_good is True else None
        await self._projector.tell_moderators(sid, "lobby", {})
