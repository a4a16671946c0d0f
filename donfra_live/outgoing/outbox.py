"""Writes down what other systems are to be told, in the transaction in which it happens.

Called by the features in which things happen; where nobody listens nothing is written.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.at_once import Work
from donfra_live.models import Connection, Delivery, Member, OutgoingEvent
from donfra_live.outgoing import repository
from donfra_live.outgoing.rules import EventKind, as_text, came_and_went, payload


class Told(Protocol):
    """What is told of a session, whole row or not."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def owner_name(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def live_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


def _about(session: Told) -> dict[str, Any]:
    moments = {"created_at": session.created_at, "live_at": session.live_at, "ended_at": session.ended_at}
    return {
        "session_id": session.id,
        "title": session.title,
        "owner_name": session.owner_name,
        "status": str(session.status),
        **{name: as_text(at) if at else None for name, at in moments.items()},
    }


def _person(member: Member) -> dict[str, Any]:
    return {
        "member_id": member.id,
        "name": member.name,
        "role": str(member.role),
        "account_id": member.account_id or None,
    }


async def is_heard(db: AsyncSession) -> bool:
    """Whether anybody is told of anything. record asks by itself; this is for who has several."""
    return bool(await repository.listening(db))


def is_heard_at_once(work: Work) -> bool:
    """As is_heard."""
    return repository.is_heard(work)


async def record(
    db: AsyncSession,
    kind: EventKind,
    session: Told,
    at: datetime,
    *members: Member,
    more: Mapping[str, Any] | None = None,
) -> None:
    """One event; joined and left: one for each of the members. The session's row must be stored already."""
    wanting = [found for found, events in await repository.listening(db) if kind in events.split(",")]
    if not wanting:
        return
    about = _about(session) | dict(more or {})
    for data in [about | {"member": _person(m)} for m in members] or [about]:
        body = json.dumps(payload(kind, at, data), ensure_ascii=False, separators=(",", ":"))
        event = OutgoingEvent(
            id=f"msg_{uuid.uuid4().hex}", kind=kind, session_id=session.id, body=body, created_at=at
        )
        db.add(event)
        await db.flush()
        db.add_all(
            Delivery(event_id=event.id, endpoint_id=endpoint, next_at=at, created_at=at)
            for endpoint in wanting
        )


async def moved(
    db: AsyncSession, session: Told, connection: Connection, was_present: bool, at: datetime
) -> None:
    """A connection came or went; the member with it, unless he has another one."""
    if connection.member_id is None or connection.present == was_present:
        return
    if not await is_heard(db):
        return
    if not await repository.others_present(db, connection.member_id, connection.id):
        kind = EventKind.JOINED if connection.present else EventKind.LEFT
        await record(db, kind, session, at, *await repository.members(db, {connection.member_id}))


async def changed(
    db: AsyncSession, session: Told, before: Iterable[str], after: Iterable[str], at: datetime
) -> None:
    """Who was in the room before and who is now, as ids of members."""
    came, went = came_and_went(before, after)
    for kind, ids in ((EventKind.LEFT, went), (EventKind.JOINED, came)):
        if ids:
            await record(db, kind, session, at, *await repository.members(db, ids))
