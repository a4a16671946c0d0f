"""Keeps sessions and rooms in step: LiveKit's events, and a loop that compares and repairs.

The database is the truth about sessions, the media server about who is connected. Events may be lost or
late, so nothing depends on them alone; connections are told apart by identity, which is new each time.
"""

import json
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from donfra_live.db import Database
from donfra_live.errors import DonfraError, MediaServerAway
from donfra_live.live_sessions import repository
from donfra_live.live_sessions.admissions import ARRIVAL_LIFE
from donfra_live.live_sessions.ports import Clock, MediaEvent, ParticipantFacts, Publisher, RoomGateway
from donfra_live.live_sessions.roles import Role, grants_of
from donfra_live.live_sessions.rules import SessionStatus
from donfra_live.live_sessions.service import LiveSessions
from donfra_live.models import Connection, LiveSession, Member, WebhookEvent

log = logging.getLogger(__name__)
POLLS_UNTIL_GONE = 2


def _event_of(row: WebhookEvent) -> MediaEvent:
    body = json.loads(row.body)
    participant = body.get("participant", {})
    return MediaEvent(
        id=row.id,
        kind=row.kind,
        session_id=body.get("room", {}).get("name", ""),
        identity=participant.get("identity", ""),
        sid=participant.get("sid", ""),
        body=row.body,
        hidden=participant.get("permission", {}).get("hidden", False),
    )


class Presence:
    def __init__(
        self,
        sessions: LiveSessions,
        db: Database,
        rooms: RoomGateway,
        updates: Publisher,
        clock: Clock,
        *,
        empty_after: timedelta,
    ) -> None:
        self._sessions, self._db, self._rooms = sessions, db, rooms
        self._updates, self._clock, self._empty_after = updates, clock, empty_after

    async def store(self, event: MediaEvent) -> bool:
        """Keeps the event before anything else; False: it came before."""
        async with self._db.transaction() as db:
            if await repository.webhook_known(db, event.id):
                return False
            db.add(WebhookEvent(id=event.id, kind=event.kind, body=event.body, received_at=self._clock()))
        return True

    async def apply(self, event: MediaEvent) -> None:
        """Works a stored event in; unknown kinds are only marked as done."""
        changed, member = False, None
        async with self._db.transaction() as db:
            connection = await repository.connection(db, event.session_id, event.identity)
            session = await repository.find(db, event.session_id)
            if connection is not None and session is not None and session.status != SessionStatus.ENDED:
                changed = self._moved(connection, event)
                if changed and event.hidden and connection.member_id is not None:
                    member = await repository.get_member(db, connection.member_id)
            if (stored := await db.get(WebhookEvent, event.id)) is not None:
                stored.processed_at = self._clock()
        if member is not None and event.kind == "participant_joined":
            await self._show(event.session_id, event.identity, member)
        if changed:
            await self._updates.publish(event.session_id)

    def _moved(self, connection: Connection, event: MediaEvent) -> bool:
        if event.kind == "participant_joined":
            if connection.left_at is not None and connection.participant_sid == event.sid:
                return False  # late: he has left since
            self._arrived(connection, event.sid, self._clock())
            return connection.present
        if event.kind in {"participant_left", "participant_connection_aborted"}:
            # After a reconnect the old connection's leaving may come last.
            if connection.participant_sid not in {"", event.sid}:
                return False
            connection.participant_sid = event.sid
            connection.present, connection.left_at = False, self._clock()
            return connection.member_id is not None
        return False

    @staticmethod
    def _arrived(connection: Connection, sid: str, at: datetime) -> None:
        """In the room now; also one that was given up, whose token was used late."""
        connection.connected_at, connection.left_at = connection.connected_at or at, None
        connection.participant_sid, connection.missed_polls = sid, 0
        connection.present = connection.member_id is not None

    async def apply_leftovers(self) -> None:
        """Stored events that a crash kept from being worked in."""
        async with self._db.reading() as db:
            rows = await repository.unprocessed_webhooks(db)
        for row in rows:
            await self.apply(_event_of(row))

    async def reopen_rooms(self) -> None:
        """After a restart of the media server: rooms of live sessions first, before clients give up."""
        async with self._db.reading() as db:
            live = await repository.live(db)
        for session in live:
            await self._rooms.open(session.id)

    async def reconcile(self) -> None:
        """One comparison. Raises MediaServerAway; what was repaired so far stays repaired."""
        async with self._db.reading() as db:
            live = await repository.live(db)
            leftovers = await repository.ended_with_connections(db)
        rooms = {room.name for room in await self._rooms.rooms()}
        for session in live:
            if session.id not in rooms:
                log.info("the room of live session %s was gone; it is made again", session.id)
                await self._rooms.open(session.id)
            await self._compare(session)
        for session_id in {*leftovers, *await self._ended_of(rooms - {s.id for s in live})}:
            await self._rooms.close(session_id)
            async with self._db.transaction() as db:
                await repository.close_connections(db, session_id, self._clock())

    async def _ended_of(self, names: set[str]) -> list[str]:
        """Rooms of ours that should not be; rooms that are not ours are left alone."""
        ours = []
        async with self._db.reading() as db:
            for name in names:
                session = await repository.find(db, name)
                if session is not None and session.status == SessionStatus.ENDED:
                    ours.append(name)
        return ours

    async def _compare(self, session: LiveSession) -> None:
        there = {p.identity: p for p in await self._rooms.participants(session.id)}
        async with self._db.transaction() as db:
            known = {c.id: c for c in await repository.connections(db, session.id, there)}
            moved = [self._seen(c, there.get(c.id)) for c in known.values()]
            row = await repository.find(db, session.id)
            if row is not None and any(c.present for c in known.values()):
                row.occupied_at = self._clock()
            empty_since = (row.occupied_at or row.live_at or row.created_at) if row else self._clock()
            members = await repository.members_of(db, session.id)
        if any(moved):
            await self._updates.publish(session.id)
        await self._repair(session.id, there.values(), known, members)
        if self._clock() - empty_since > self._empty_after:
            await self._end_empty(session.id)

    def _seen(self, connection: Connection, participant: ParticipantFacts | None) -> bool:
        """Brings one connection up to date; True when a member came or went."""
        was = connection.present
        if participant is not None:
            self._arrived(connection, participant.sid, participant.joined_at)
        elif connection.connected_at is None and self._clock() - connection.created_at < ARRIVAL_LIFE:
            return False
        else:
            connection.missed_polls += 1
            if connection.missed_polls >= POLLS_UNTIL_GONE:
                connection.present, connection.left_at = False, self._clock()
        return was != connection.present

    async def _repair(
        self,
        session_id: str,
        there: Iterable[ParticipantFacts],
        known: dict[str, Connection],
        members: dict[str, Member],
    ) -> None:
        for participant in there:
            connection = known.get(participant.identity)
            member = members.get(connection.member_id or "") if connection else None
            if member is not None and participant.hidden:
                await self._show(session_id, participant.identity, member)
            elif "#" in participant.identity or self._stayed_too_long(connection, participant):
                await self._rooms.remove(session_id, participant.identity)

    async def _show(self, session_id: str, identity: str, member: Member) -> None:
        role = Role(member.role)
        await self._rooms.show(session_id, identity, member.name, role, grants_of(role))

    def _stayed_too_long(self, connection: Connection | None, participant: ParticipantFacts) -> bool:
        """An arrival that never joined; connections we do not know (a recorder, a test) are left alone."""
        arrival = connection is not None and connection.member_id is None
        return arrival and self._clock() - participant.joined_at > ARRIVAL_LIFE

    async def _end_empty(self, session_id: str) -> None:
        try:
            await self._sessions.end_by_rule(session_id, "empty")
        except MediaServerAway:
            raise
        except DonfraError as error:
            log.info("session %s was not ended for being empty: %s", session_id, error)
