"""Chat: checked, stored, numbered, then sent to the members' connections by the server.

Hidden arrivals would hear a broadcast, so a message goes to members' identities by name.
"""

import uuid
from collections.abc import Iterable
from math import ceil

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.chat import repository
from donfra_live.chat.rules import (
    check_open,
    clean_client_id,
    clean_reaction,
    clean_search,
    clean_text,
    fits,
    may_speak_up,
)
from donfra_live.db import Database
from donfra_live.errors import NotFound, TooManyRequests
from donfra_live.live_sessions import repository as members
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.projector import Projector
from donfra_live.live_sessions.proof import (
    get_session,
    lock_session,
    must,
    must_be_on_air,
    not_removed,
    require,
)
from donfra_live.live_sessions.roles import Permission
from donfra_live.live_sessions.rules import clean_id, clean_session_id
from donfra_live.live_sessions.views import Actor, Message
from donfra_live.models import ChatMessage, LiveSession, Member
from donfra_live.moderation import repository as moderation
from donfra_live.stats import repository as figures

TOPIC = "chat"


def _view(row: ChatMessage) -> Message:
    return Message(
        id=row.id,
        session_id=row.session_id,
        number=row.number,
        member_id=row.member_id,
        author_name=row.author_name,
        text=row.text if row.deleted_at is None else "",
        sent_at=row.sent_at,
        client_id=row.client_id,
        deleted=row.deleted_at is not None,
    )


def as_json(message: Message) -> dict[str, object]:
    """The shape in which REST and the room's data packets carry a message."""
    return {
        "message_id": message.id,
        "number": message.number,
        "member_id": message.member_id,
        "author_name": message.author_name,
        "text": message.text,
        "sent_at": message.sent_at.isoformat().replace("+00:00", "Z"),
        "client_id": message.client_id,
        "deleted": message.deleted,
    }


def matching(messages: Iterable[Message], words: str) -> list[Message]:
    """Those in which all these words are, without those that were deleted; all where there are no words.

    Searched here and not in the database, whose idea of small and capital letters is English.
    """
    return [m for m in messages if not words or (not m.deleted and fits(words, m.text, m.author_name))]


class Chat:
    def __init__(self, db: Database, ports: Ports) -> None:
        self._db, self._ports = db, ports
        self._projector = Projector(db, ports.rooms)

    async def post(
        self, actor: Actor, session_id: object, *, text: object, client_id: object = None
    ) -> Message:
        """Stores a message and sends it; the same client_id again gives the stored one.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, NotOnAir, SessionEnded, TooManyRequests.
        """
        sid, cleaned = clean_session_id(session_id), clean_text(text)
        own_id = clean_client_id(client_id if client_id is not None else str(uuid.uuid4()))
        async with self._db.reading() as db:
            await get_session(db, sid)
            member = await require(db, self._ports.tokens, actor, sid, Permission.CHAT)
            if (sent := await repository.by_client_id(db, member.id, own_id)) is not None:
                return _view(sent)
        await self._ports.limits.message(member.id, actor.address, actor.browser)
        row = ChatMessage(
            session_id=sid,
            number=0,
            member_id=member.id,
            author_name=member.name,
            text=cleaned,
            client_id=own_id,
            sent_at=self._ports.clock(),
        )
        async with self._db.transaction() as db:
            session = await lock_session(db, sid)
            must_be_on_air(session)
            if (sent := await repository.by_client_id(db, member.id, own_id)) is not None:
                return _view(sent)
            await self._check_pace(db, session, not_removed(await members.get_member(db, member.id)))
            row.number = await repository.next_number(db, sid)
            db.add(row)
            identities = await members.member_identities(db, sid)
        message = _view(row)
        await self._send(message, identities)
        return message

    async def history(self, actor: Actor, session_id: object, *, after: int = 0) -> list[Message]:
        """Messages with a number above `after`, oldest first, 500 at most.

        Raises:
            NotFound, NoProof, NotAllowed.
        """
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            await require(db, self._ports.tokens, actor, sid, Permission.CHAT)
            return [_view(row) for row in await repository.after(db, sid, after)]

    async def archive(self, actor: Actor, session_id: object, *, search: object = "") -> list[Message]:
        """All messages, or those that match the search, oldest first.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed.
        """
        sid, words = clean_session_id(session_id), clean_search(search)
        async with self._db.reading() as db:
            await get_session(db, sid)
            await require(db, self._ports.tokens, actor, sid, Permission.CHAT)
            rows = await repository.every(db, sid)
        return matching(map(_view, rows), words)

    async def delete(self, actor: Actor, session_id: object, message_id: object) -> Message:
        """Takes a message's text away, for everybody and for good; one's own, or as a moderator any.

        Raises:
            NotFound, NoProof, NotAllowed.
        """
        sid, now = clean_session_id(session_id), self._ports.clock()
        async with self._db.transaction() as db:
            session = await get_session(db, sid)
            me = await require(db, self._ports.tokens, actor, sid, Permission.CHAT)
            row = await repository.by_id(db, sid, clean_id(message_id))
            if row is None:
                raise NotFound("There is no such message in this session.")
            if row.member_id != me.id:
                must(me, Permission.DELETE_MESSAGE)
            if row.member_id != me.id and row.deleted_at is None:
                author = await members.get_member(db, row.member_id)
                moderation.record(db, me, "delete message", author, at=now)
            row.text, row.deleted_at = "", row.deleted_at or now
            db.add(row)
            if session.ended_at is not None:
                await figures.mark_due(db, sid)
            identities = await members.member_identities(db, sid)
        message = _view(row)
        await self._send(message, identities)
        if session.ended_at is not None:
            await self._ports.updates.publish(sid)
        return message

    async def react(self, actor: Actor, session_id: object, reaction: object) -> None:
        """Shows a reaction to everybody for a moment; nothing of it is kept.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, NotOnAir, SessionEnded, TooManyRequests.
        """
        sid, shown = clean_session_id(session_id), clean_reaction(reaction)
        async with self._db.reading() as db:
            session = await get_session(db, sid)
            me = await require(db, self._ports.tokens, actor, sid, Permission.REACT)
            must_be_on_air(session)
            check_open(session.chat, me.role, on_stage=me.stage_since is not None)
            identities = await members.member_identities(db, sid)
        await self._ports.limits.reaction(me.id)
        payload: dict[str, object] = {"reaction": shown, "member_id": me.id, "name": me.name}
        await self._projector.tell(sid, identities, "reaction", payload)

    async def _check_pace(self, db: AsyncSession, session: LiveSession, member: Member) -> None:
        on_stage = member.stage_since is not None
        check_open(session.chat, member.role, on_stage=on_stage)
        if not session.slow_mode_seconds or may_speak_up(member.role, on_stage=on_stage):
            return
        last = await repository.last_sent(db, member.id)
        passed = (self._ports.clock() - last).total_seconds() if last else session.slow_mode_seconds
        if passed < session.slow_mode_seconds:
            slow = f"Slow mode: one message in {session.slow_mode_seconds} seconds. Wait a little."
            raise TooManyRequests(ceil(session.slow_mode_seconds - passed), slow)

    async def _send(self, message: Message, identities: list[str]) -> None:
        """A message is stored before it is sent: who misses it here reads it in the history."""
        await self._projector.tell(message.session_id, identities, TOPIC, as_json(message))
