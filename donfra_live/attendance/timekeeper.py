"""Writes down when members were in the room, inside the transactions of those who learn of it.

Three sources: LiveKit's events (right to the second, but they get lost), the comparing loop, and our own
acts (Join, removal, the end). A guess is put right by what comes later: an event always wins.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.attendance import repository
from donfra_live.attendance.rules import closing_time, happened_at
from donfra_live.live_sessions.ports import MediaEvent
from donfra_live.models import Connection, LiveSession, PresenceInterval
from donfra_live.stats import repository as figures

JOINED = "participant_joined"
LEFT = frozenset({"participant_left", "participant_connection_aborted"})


@dataclass(frozen=True)
class Stay:
    """A participant of a member, as the media server lists it."""

    connection: Connection
    sid: str
    joined_at: datetime


async def admitted(db: AsyncSession, connection: Connection, at: datetime) -> None:
    """Join was pressed in a hidden connection: the time before it does not count."""
    if connection.connected_at is not None and connection.participant_sid:
        await repository.begin(db, _interval(connection, connection.participant_sid, at, at))


async def taken_back(db: AsyncSession, connection: Connection) -> None:
    """The hidden connection had gone before Join: nobody was there by it."""
    await repository.forget(db, connection.session_id, connection.id, connection.created_at)


async def note(
    db: AsyncSession, session: LiveSession, connection: Connection, event: MediaEvent, now: datetime
) -> None:
    """An event about a member's connection; others count for nothing."""
    if connection.member_id is None or connection.observer_id or not event.sid:
        return
    at = happened_at(event.happened_at, now)
    start = min(max(event.joined_at or at, connection.created_at), now)
    if event.kind == JOINED and session.ended_at is None:
        await repository.begin(db, _interval(connection, event.sid, start, now))
    elif event.kind in LEFT:
        at = min(at, session.ended_at or at)
        if (row := await repository.find(db, session.id, event.sid)) is not None:
            row.ended_at = row.last_seen_at = max(at, row.started_at)
        elif event.joined_at is not None and start < at:
            stay = _interval(connection, event.sid, start, at)
            stay.ended_at = at
            await repository.begin(db, stay)
        if session.ended_at is not None:
            await figures.mark_due(db, session.id)


async def compare(db: AsyncSession, session_id: str, stays: Iterable[Stay], listed_at: datetime) -> None:
    """What the media server listed at that moment; what has been heard since then counts more."""
    there: Mapping[str, Stay] = {stay.sid: stay for stay in stays}
    rows = {row.participant_sid: row for row in await repository.open_or_of(db, session_id, there)}
    for sid, stay in there.items():
        if (row := rows.get(sid)) is None:
            start = max(stay.joined_at, stay.connection.created_at)
            await repository.begin(db, _interval(stay.connection, sid, min(start, listed_at), listed_at))
        elif row.ended_at is None or row.ended_at < listed_at:
            row.ended_at, row.last_seen_at = None, max(row.last_seen_at, listed_at)
    for sid, row in rows.items():
        if sid not in there and row.last_seen_at < listed_at:
            row.ended_at = row.last_seen_at


async def removed(db: AsyncSession, member_ids: Collection[str], at: datetime) -> None:
    """They were put out and count as gone from now on."""
    for row in await repository.open_of_members(db, member_ids):
        row.ended_at = at


async def over(db: AsyncSession, session_id: str, at: datetime) -> None:
    """The session has ended; nobody is in it any more, and its figures can be counted."""
    for row in await repository.open_or_of(db, session_id, ()):
        row.ended_at = closing_time(row.last_seen_at, at)
    await figures.mark_due(db, session_id)


def _interval(connection: Connection, sid: str, start: datetime, seen: datetime) -> PresenceInterval:
    return PresenceInterval(
        session_id=connection.session_id,
        member_id=connection.member_id or "",
        connection_id=connection.id,
        participant_sid=sid,
        started_at=start,
        last_seen_at=max(start, seen),
    )
