"""Keeps sessions and rooms in step: LiveKit's events, and a loop that compares and repairs.

The database is the truth about sessions, the media server about who is connected. Events may be lost or
late, so nothing depends on them alone; connections are told apart by identity, which is new each time.
"""

import contextlib
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.accounts import repository as accounts
from donfra_live.attendance import repository as attendance
from donfra_live.attendance import timekeeper
from donfra_live.attendance.timekeeper import Stay
from donfra_live.db import Database
from donfra_live.errors import DonfraError, MediaServerAway
from donfra_live.live_sessions import repository
from donfra_live.live_sessions.admissions import ARRIVAL_LIFE
from donfra_live.live_sessions.ports import MediaEvent, ParticipantFacts, Ports
from donfra_live.live_sessions.projection import WATCHING, Projection, projection_of
from donfra_live.live_sessions.projector import Projector
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.service import LiveSessions, facts_of
from donfra_live.live_sessions.states import OVER, SessionStatus
from donfra_live.models import Connection, LiveSession, Member, WebhookEvent
from donfra_live.outgoing import outbox

log = logging.getLogger(__name__)
POLLS_UNTIL_GONE = 2
_NEED_MEMBER = {"participant_joined", "track_published"}
_WORKED_IN = {*_NEED_MEMBER, *timekeeper.LEFT, "room_finished"}


@dataclass(frozen=True)
class _Room:
    """What the database says about a session's connections. admins: accounts that may observe.

    disabled: accounts of people in the room that are.
    """

    session: LiveSession
    known: Mapping[str, Connection]
    members: Mapping[str, Member]
    admins: Collection[str]
    disabled: Collection[str]

    def wanted(self, identity: str) -> Projection | None:
        """None: nobody of ours, or an arrival."""
        connection = self.known.get(identity)
        if connection is None or (connection.member_id is None and not connection.observer_id):
            return None
        if connection.observer_id:
            return WATCHING
        member = self.members.get(connection.member_id or "")
        return projection_of(member) if member is not None else None


def differs(participant: ParticipantFacts, wanted: Projection) -> bool:
    """Whether the media server has other rights or attributes than it should."""
    grants = wanted.grants
    given = participant.hidden, participant.can_subscribe, participant.can_publish_data
    return (
        given != (grants.hidden, grants.can_subscribe, grants.can_publish_data)
        or set(participant.sources) != set(grants.sources)
        or any((participant.attributes.get(key) or "") != value for key, value in wanted.attributes.items())
    )


def _may_stay(member: Member, connection: Connection) -> bool:
    """Not removed; and a token that administers the room is for hosts: LiveKit renews it while it is used."""
    return member.banned_at is None and (not connection.admin or member.role == Role.HOST)


def _present(known: Mapping[str, Connection]) -> set[str]:
    """Ids of the members who are in the room."""
    return {c.member_id for c in known.values() if c.present and c.member_id}


class Presence:
    """observers: whether admins may watch unseen (a setting)."""

    def __init__(
        self, sessions: LiveSessions, db: Database, ports: Ports, *, empty_after: timedelta, observers: bool
    ) -> None:
        self._sessions, self._db, self._empty_after = sessions, db, empty_after
        self._observers, self._projector = observers, Projector(db, ports.rooms)
        self._rooms, self._updates, self._clock = ports.rooms, ports.updates, ports.clock

    async def store(self, event: MediaEvent) -> bool:
        """Keeps the event before anything else; whether it is to be worked in.

        Not if it came before, perhaps to another worker just now, or changes nothing.
        """
        matters, now = event.kind in _WORKED_IN, self._clock()
        row = {
            "id": event.id,
            "kind": event.kind,
            "session_id": event.session_id,
            "identity": event.identity,
            "sid": event.sid,
            "hidden": event.hidden,
            "body": event.body,
            "happened_at": event.happened_at,
            "joined_at": event.joined_at,
            "received_at": now,
            # As _done would leave it, without a transaction of its own.
            "processed_at": None if matters else now,
        }
        try:
            kept = await self._db.at_once(lambda work: repository.keep_event(work, row))
        except IntegrityError:
            return False
        return kept and matters

    async def work_in(self, event: MediaEvent) -> None:
        """As apply, for who has nobody to tell of a fault: the event stays for the next comparison."""
        try:
            await self.apply(event)
        except MediaServerAway as error:
            log.info("event %s is made up for by the next comparison: %s", event.id, error)
        except Exception:
            log.exception(
                "event %s of kind %s could not be worked in; it is tried again", event.id, event.kind
            )

    async def apply(self, event: MediaEvent) -> None:
        """Works a stored event in; unknown kinds are only marked as done."""
        changed, out, member, observes, late = False, False, None, False, False
        async with self._db.transaction() as db:
            connection = await repository.connection(db, event.session_id, event.identity)
            session = await repository.find(db, event.session_id)
            if connection is not None and session is not None and session.status not in OVER:
                if connection.member_id is not None and event.kind in _NEED_MEMBER:
                    member = await repository.get_member(db, connection.member_id)
                out = await self._unwelcome(db, session, connection, member, event)
                was = connection.present
                changed = not out and self._moved(connection, event)
                await outbox.moved(db, session, connection, was, self._clock())
                observes = changed and connection.observer_id != ""
            if connection is not None and session is not None and not out:
                await timekeeper.note(db, session, connection, event, self._clock())
                late = session.ended_at is not None and event.kind in timekeeper.LEFT
            over = session is not None and session.status in OVER and event.kind == "participant_joined"
            await self._done(db, event, known=session is not None)
        if out:
            await self._rooms.remove(event.session_id, event.identity)
        elif member is not None and (event.hidden or changed):
            # the token may be older than his role
            await self._projector.update(member, only=event.identity)
        if changed:
            await self._updates.publish(event.session_id)
        if late:
            await self._updates.publish_past(event.session_id)
        if observes:
            await self._tell_of_observers(event.session_id)
        if over:  # a server that is not ours may make rooms for whoever comes with an old token
            await self._rooms.close(event.session_id)
        if event.kind == "room_finished":
            await self._open_again(event.session_id)

    async def _open_again(self, session_id: str) -> None:
        """Somebody with the media server's key deleted the room: who joins needs it now, not at the next
        comparison."""
        async with self._db.reading() as db:
            session = await repository.find(db, session_id)
        if session is not None and session.status == SessionStatus.LIVE:
            with contextlib.suppress(MediaServerAway):
                await self._rooms.open(session_id)

    async def _done(self, db: AsyncSession, event: MediaEvent, *, known: bool) -> None:
        """Of a session that is deleted, or not ours, nothing is kept: the event names people."""
        if (stored := await db.get(WebhookEvent, event.id)) is None:
            return
        if known:
            stored.processed_at = self._clock()
        else:
            await db.delete(stored)

    @staticmethod
    async def _unwelcome(
        db: AsyncSession,
        session: LiveSession,
        connection: Connection,
        member: Member | None,
        event: MediaEvent,
    ) -> bool:
        """An old or renewed token of somebody who was removed or is no host any more, an arrival after the
        door was closed, or a track that is not what it says."""
        if event.kind == "track_published":
            return event.misfit
        if event.kind != "participant_joined" or connection.observer_id:
            return False
        if member is not None:
            return not _may_stay(member, connection) or bool(await accounts.disabled(db, {member.account_id}))
        browser = connection.browser_hash
        seated = browser and await repository.member_by_browser(db, session.id, browser)
        return not facts_of(session).is_open and not seated

    async def _tell_of_observers(self, session_id: str) -> None:
        async with self._db.reading() as db:
            count = await repository.observers(db, session_id)
        await self._projector.tell_moderators(session_id, "observer", {"observers": count})

    def _moved(self, connection: Connection, event: MediaEvent) -> bool:
        if event.kind == "participant_joined":
            if connection.left_at is not None and connection.participant_sid == event.sid:
                return False  # late: he has left since
            self._arrived(connection, event.sid, self._clock())
            return connection.present or connection.observer_id != ""
        if event.kind in {"participant_left", "participant_connection_aborted"}:
            # After a reconnect the old connection's leaving may come last.
            if connection.participant_sid not in {"", event.sid}:
                return False
            connection.participant_sid = event.sid
            connection.present, connection.left_at = False, self._clock()
            return connection.member_id is not None or connection.observer_id != ""
        return False

    @staticmethod
    def _arrived(connection: Connection, sid: str, at: datetime) -> None:
        """In the room now; also one that was given up, whose token was used late."""
        connection.connected_at, connection.left_at = connection.connected_at or at, None
        connection.participant_sid, connection.missed_polls = sid, 0
        connection.present = connection.member_id is not None

    async def apply_leftovers(self) -> None:
        """Stored events that a crash or a fault kept from being worked in; one holds up no other."""
        async with self._db.reading() as db:
            rows = await repository.unprocessed_webhooks(db)
        for row in rows:
            await self.work_in(
                MediaEvent(
                    id=row.id,
                    kind=row.kind,
                    session_id=row.session_id,
                    identity=row.identity,
                    sid=row.sid,
                    body=row.body,
                    hidden=row.hidden,
                    # late as it is, it is not of this moment
                    happened_at=row.happened_at or row.received_at,
                    joined_at=row.joined_at,
                )
            )

    async def reopen_rooms(self) -> None:
        """After a restart of the media server: rooms of live sessions first, before clients give up."""
        async with self._db.reading() as db:
            live = await repository.live(db)
        for session in live:
            await self._rooms.open(session.id)

    async def reconcile(self) -> None:
        """One comparison. Raises MediaServerAway; what was repaired so far stays repaired. What is wrong with
        one session holds up no other."""
        async with self._db.reading() as db:
            live = await repository.live(db)
            leftovers = await repository.ended_with_connections(db)
            somebody = await attendance.sessions_to_compare(db, self._clock() - ARRIVAL_LIFE)
        people = {room.name: room.people for room in await self._rooms.rooms()}
        for session in live:
            if session.id not in people:
                log.info("the room of live session %s was gone; it is made again", session.id)
                await self._rooms.open(session.id)
            # Comparing takes some 10 ms of a processor, and many sessions were left open by everybody.
            if session.id in somebody or people.get(session.id) or self._long_empty(session):
                await self._compare_one(session)
        for session_id in {*leftovers, *await self._ended_of(people.keys() - {s.id for s in live})}:
            await self._rooms.close(session_id)
            async with self._db.transaction() as db:
                await repository.close_connections(db, session_id, self._clock())

    async def _compare_one(self, session: LiveSession) -> None:
        try:
            await self._compare(session)
        except MediaServerAway:
            raise
        except Exception:  # as when the media server takes none of what is to be said of somebody
            log.exception("session %s could not be compared; it is tried again", session.id)

    def _long_empty(self, session: LiveSession) -> bool:
        since = session.occupied_at or session.live_at or session.created_at
        return self._clock() - since > self._empty_after

    async def _ended_of(self, names: set[str]) -> list[str]:
        """Rooms of ours that should not be; rooms that are not ours are left alone."""
        ours = []
        async with self._db.reading() as db:
            for name in names:
                session = await repository.find(db, name)
                if session is not None and session.status in OVER:
                    ours.append(name)
        return ours

    async def _compare(self, session: LiveSession) -> None:
        listed_at = self._clock()
        there = {p.identity: p for p in await self._rooms.participants(session.id)}
        async with self._db.transaction() as db:
            # The session first, as every act does: in another order two could wait for each other.
            row = await repository.lock(db, session.id)
            known = {c.id: c for c in await repository.connections(db, session.id, there)}
            members = await repository.members_of(db, session.id)
            before = _present(known)
            moved = [c for c in known.values() if self._seen(c, there.get(c.id), members)]
            await timekeeper.compare(db, session.id, self._stays(known, there, members), listed_at)
            if row is not None and any(c.present for c in known.values()):
                row.occupied_at = self._clock()
            await outbox.changed(db, row or session, before, _present(known), self._clock())
            over = row is not None and self._long_empty(row)
            admins = await repository.admins(db, {c.observer_id for c in known.values() if c.observer_id})
            out = await accounts.disabled(
                db, {members[i].account_id for i in _present(known) if i in members}
            )
        if moved:
            await self._updates.publish(session.id)
        if any(c.observer_id for c in moved):
            await self._tell_of_observers(session.id)
        room = _Room(row or session, known, members, admins.keys() if self._observers else set(), out)
        await self._repair(room, there.values())
        if over:
            await self._end_empty(session.id)

    @staticmethod
    def _stays(
        known: Mapping[str, Connection], there: Mapping[str, ParticipantFacts], members: Mapping[str, Member]
    ) -> list[Stay]:
        """Members in the room; not arrivals, observers and those who were removed."""
        stays = []
        for identity, connection in known.items():
            member, participant = members.get(connection.member_id or ""), there.get(identity)
            if participant is not None and member is not None and member.banned_at is None:
                stays.append(Stay(connection, participant.sid, participant.joined_at))
        return stays

    def _seen(
        self, connection: Connection, participant: ParticipantFacts | None, members: dict[str, Member]
    ) -> bool:
        """Brings one connection up to date; True when a member or an observer came or went."""
        member = members.get(connection.member_id or "")
        if member is not None and member.banned_at is not None:
            return False  # counts as gone since he was removed
        was = connection.present, connection.connected_at is None, connection.left_at is None
        if participant is not None:
            self._arrived(connection, participant.sid, participant.joined_at)
        elif connection.connected_at is None and self._clock() - connection.created_at < ARRIVAL_LIFE:
            return False
        else:
            connection.missed_polls += 1
            if connection.missed_polls >= POLLS_UNTIL_GONE:
                connection.present, connection.left_at = False, self._clock()
        now = connection.present, connection.connected_at is None, connection.left_at is None
        return was != now if connection.observer_id else was[0] != now[0]

    async def _repair(self, room: "_Room", there: Iterable[ParticipantFacts]) -> None:
        for participant in there:
            wanted = room.wanted(participant.identity)
            if self._must_go(room, participant):
                await self._rooms.remove(room.session.id, participant.identity)
            elif wanted is not None and differs(participant, wanted):
                await self._rooms.show(room.session.id, participant.identity, wanted)

    def _must_go(self, room: "_Room", participant: ParticipantFacts) -> bool:
        """Connections we do not know (a recorder, a test) are left alone."""
        connection = room.known.get(participant.identity)
        if connection is None:
            return "#" in participant.identity
        if connection.observer_id:
            return connection.observer_id not in room.admins
        if connection.member_id is None:
            late = self._clock() - participant.joined_at > ARRIVAL_LIFE
            return late or not facts_of(room.session).is_open
        member = room.members.get(connection.member_id)
        if member is not None and member.account_id in room.disabled:
            return True
        return participant.misfit or (member is not None and not _may_stay(member, connection))

    async def _end_empty(self, session_id: str) -> None:
        try:
            await self._sessions.end_by_rule(session_id, "empty")
        except MediaServerAway:
            raise
        except DonfraError as error:
            log.info("session %s was not ended for being empty: %s", session_id, error)
