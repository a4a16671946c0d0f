"""Consent to be recorded, where a session asks for it: who is asked, what he said, who answered what.

Who has not said yes is left out by the recorder: it goes by what his connections show, see projection.py.
"""

from dataclasses import dataclass
from datetime import datetime

from donfra_live.db import Database
from donfra_live.errors import BadInput, WrongState
from donfra_live.live_sessions import repository as sessions
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.projector import Projector
from donfra_live.live_sessions.proof import get_session, require
from donfra_live.live_sessions.roles import Permission
from donfra_live.live_sessions.rules import clean_session_id
from donfra_live.live_sessions.views import Actor
from donfra_live.recordings import repository
from donfra_live.recordings.proof import in_it, mine
from donfra_live.recordings.rules import RUNNING


@dataclass(frozen=True)
class Asked:
    """recording_id: that asks now, "" for none. agreed: None while he has not answered."""

    recording_id: str = ""
    agreed: bool | None = None


@dataclass(frozen=True)
class Answer:
    member_id: str
    name: str
    agreed: bool
    at: datetime


@dataclass(frozen=True)
class Answers:
    """silent: how many are in the room and have not answered; 0 once it is over."""

    given: tuple[Answer, ...]
    silent: int


class Consents:
    def __init__(self, db: Database, ports: Ports) -> None:
        self._db, self._ports = db, ports
        self._projector = Projector(db, ports.rooms)

    async def asked(self, actor: Actor, session_id: object) -> Asked:
        """Whether a recording that runs asks him, and what he said. Raises NotFound, NoProof, NotAllowed."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            me = await require(db, self._ports.tokens, actor, sid, Permission.WATCH)
            rows = await repository.of_session(db, sid)
            asking = next((row for row in rows if row.by_consent and row.status in RUNNING), None)
            if asking is None:
                return Asked()
            answer = await repository.consent_of(db, asking.id, me.id)
        return Asked(asking.id, answer.agreed if answer else None)

    async def answer(self, actor: Actor, recording_id: object, agree: object) -> Asked:
        """From now on he is seen and heard in it, or left out; as often as he likes while it runs.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed; WrongState: it is over, or asks nobody.
        """
        if not isinstance(agree, bool):
            raise BadInput("agree must be true or false.")
        async with self._db.transaction() as db:
            row, me = await in_it(db, self._ports, actor, recording_id)
            if row.status not in RUNNING:
                raise WrongState("The recording is over. Ask a host what becomes of it.")
            if not row.by_consent:
                raise WrongState("This recording asks nobody for consent.")
            at = self._ports.clock()
            if await repository.give_consent(db, me, row, agreed=agree, at=at):
                repository.note(db, me, "agree to recording" if agree else "refuse recording", row, at=at)
        await self._projector.update(me)
        return Asked(row.id, agree)

    async def list(self, actor: Actor, recording_id: object) -> Answers:
        """Raises NotFound, NoProof, NotAllowed."""
        async with self._db.reading() as db:
            row, _ = await mine(db, self._ports, actor, recording_id)
            rows = await repository.consents_of(db, row.id)
            asks = row.by_consent and row.status in RUNNING
            there = await sessions.present_members(db, row.session_id) if asks else set()
        given = tuple(Answer(one.member_id, one.name, one.agreed, one.at) for one in rows)
        return Answers(given, len(set(there) - {one.member_id for one in given}))
