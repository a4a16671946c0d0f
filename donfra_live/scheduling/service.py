"""One session's date: planning, changing, calling off. What happens by the clock is keeping.py's."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.db import Database
from donfra_live.errors import WrongState
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.roles import Permission
from donfra_live.live_sessions.rules import TITLE_LENGTH, clean_description, clean_line, clean_session_id
from donfra_live.live_sessions.service import LiveSessions, facts_of, set_plan
from donfra_live.live_sessions.states import COMING, SessionStatus, may_become
from donfra_live.live_sessions.views import Actor, Created, Planned, SessionFacts
from donfra_live.models import LiveSession
from donfra_live.moderation import repository as moderation
from donfra_live.moderation.acting import acting
from donfra_live.moderation.house import House
from donfra_live.scheduling import repository
from donfra_live.scheduling.rules import WISHES, HouseTimes, planned

_TEXTS = ("title", "description")
CHANGEABLE = (*_TEXTS, *WISHES)


def plan_before(session: LiveSession) -> Planned | None:
    if session.opens_at is None or session.starts_at is None or session.ends_at is None:
        return None
    return Planned(
        status=SessionStatus(session.status),
        opens_at=session.opens_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        time_zone=session.time_zone,
        starts_itself=session.starts_itself,
    )


def clean_texts(changes: Mapping[str, object]) -> dict[str, str]:
    """Title and description as far as they are given. Raises BadInput."""
    cleaned = {}
    if "title" in changes:
        cleaned["title"] = clean_line(changes["title"], "Title", TITLE_LENGTH)
    if "description" in changes:
        cleaned["description"] = clean_description(changes["description"])
    return cleaned


class Scheduling:
    def __init__(
        self, sessions: LiveSessions, rules: House, db: Database, ports: Ports, times: HouseTimes
    ) -> None:
        self._sessions, self._rules = sessions, rules
        self._db, self._ports, self._times = db, ports, times

    async def plan(self, actor: Actor, *, wishes: Mapping[str, object], **given: Any) -> Created:
        """A session with a date. wishes: starts_at, duration_minutes, timezone, starts_itself.

        given: as for LiveSessions.create.

        Raises:
            NotSignedIn, NotAllowed, BadInput, TooManyRequests.
        """
        plan = planned(wishes, None, self._times, self._ports.clock())
        return await self._sessions.create(actor, planned=plan, **given)

    async def change(self, actor: Actor, session_id: object, changes: Mapping[str, object]) -> SessionFacts:
        """Title, description and date, and what moderation.House changes; dates only before it begins.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, SessionEnded, SessionCancelled, WrongState,
            TooManyRequests.
        """
        own = {name: value for name, value in changes.items() if name in CHANGEABLE}
        others = {name: value for name, value in changes.items() if name not in own}
        if not own:
            return await self._rules.change(actor, session_id, others)
        sid = clean_session_id(session_id)
        texts = clean_texts(own)
        async with self._db.transaction() as db:
            session, me = await acting(db, self._ports.tokens, actor, sid, Permission.SCHEDULE)
            for name, text in texts.items():
                setattr(session, name, text)
            if wishes := {name: value for name, value in own.items() if name in WISHES}:
                await self._replan(db, session, wishes)
            session.edited, session.plan_version = True, session.plan_version + 1
            moderation.record(db, me, "plan", at=self._ports.clock(), detail=", ".join(own))
            facts = facts_of(session)
        await self._ports.updates.publish(sid)
        return await self._rules.change(actor, sid, others) if others else facts

    async def _replan(self, db: AsyncSession, session: LiveSession, wishes: Mapping[str, object]) -> None:
        """Raises BadInput; WrongState: it has begun."""
        if session.status not in COMING:
            raise WrongState("The session has begun. Its time cannot be changed any more.")
        before = plan_before(session)
        plan = planned(wishes, before, self._times, self._ports.clock())
        if before is None or before.starts_at != plan.starts_at:
            await repository.remind_again(db, session.id)
        set_plan(session, plan)

    async def cancel(self, actor: Actor, session_id: object) -> SessionFacts:
        """Called off: who opens the link sees it. Of a series only this date.

        Raises:
            NotFound, NoProof, NotAllowed, SessionEnded, SessionCancelled, WrongState (it is on air).
        """
        sid = clean_session_id(session_id)
        async with self._db.transaction() as db:
            session, me = await acting(db, self._ports.tokens, actor, sid, Permission.SCHEDULE)
            await call_off(db, session, self._ports)
            moderation.record(db, me, "cancel", at=self._ports.clock())
            facts = facts_of(session)
        await self._ports.updates.publish(sid)
        return facts


async def call_off(db: AsyncSession, session: LiveSession, ports: Ports) -> None:
    """Raises WrongState for one on air."""
    if not may_become(session.status, SessionStatus.CANCELLED):
        raise WrongState("The session is on air. End it instead.")
    session.status, session.ended_at = SessionStatus.CANCELLED, ports.clock()
    session.end_reason, session.plan_version = "cancelled", session.plan_version + 1
    await repository.remind_again(db, session.id)
