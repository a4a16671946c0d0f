"""Chat: checked, stored, numbered, then sent to the members' connections by the server.

Hidden arrivals would hear a broadcast, so a message goes to members' identities by name.
"""

import json
import logging
import uuid

from donfra_live.chat import repository
from donfra_live.chat.rules import clean_client_id, clean_text
from donfra_live.db import Database
from donfra_live.errors import MediaServerAway, NotOnAir, SessionEnded
from donfra_live.live_sessions import repository as members
from donfra_live.live_sessions.ports import Clock, Limits, RoomGateway, Tokens
from donfra_live.live_sessions.proof import get_session, require
from donfra_live.live_sessions.roles import Permission
from donfra_live.live_sessions.rules import SessionStatus, clean_session_id
from donfra_live.live_sessions.views import Actor, Message
from donfra_live.models import ChatMessage

log = logging.getLogger(__name__)
TOPIC = "chat"


def _view(row: ChatMessage) -> Message:
    return Message(
        row.session_id, row.number, row.member_id, row.author_name, row.text, row.sent_at, row.client_id
    )


def as_json(message: Message) -> dict[str, object]:
    """The shape in which REST and the room's data packets carry a message."""
    return {
        "number": message.number,
        "member_id": message.member_id,
        "author_name": message.author_name,
        "text": message.text,
        "sent_at": message.sent_at.isoformat().replace("+00:00", "Z"),
        "client_id": message.client_id,
    }


class Chat:
    def __init__(
        self, db: Database, rooms: RoomGateway, tokens: Tokens, limits: Limits, clock: Clock
    ) -> None:
        self._db, self._rooms, self._tokens, self._limits, self._clock = db, rooms, tokens, limits, clock

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
            member = await require(db, self._tokens, actor, sid, Permission.CHAT)
            if (sent := await repository.by_client_id(db, member.id, own_id)) is not None:
                return _view(sent)
        await self._limits.message(member.id)
        row = ChatMessage(
            session_id=sid,
            number=0,
            member_id=member.id,
            author_name=member.name,
            text=cleaned,
            client_id=own_id,
            sent_at=self._clock(),
        )
        async with self._db.transaction() as db:
            self._must_be_on_air((await get_session(db, sid)).status)
            if (sent := await repository.by_client_id(db, member.id, own_id)) is not None:
                return _view(sent)
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
            await require(db, self._tokens, actor, sid, Permission.CHAT)
            return [_view(row) for row in await repository.after(db, sid, after)]

    @staticmethod
    def _must_be_on_air(status: str) -> None:
        if status == SessionStatus.ENDED:
            raise SessionEnded
        if status != SessionStatus.LIVE:
            raise NotOnAir

    async def _send(self, message: Message, identities: list[str]) -> None:
        """A message is stored before it is sent: who misses it here reads it in the history."""
        if not identities:
            return
        try:
            payload = json.dumps(as_json(message), ensure_ascii=False).encode()
            await self._rooms.send(message.session_id, identities, TOPIC, payload)
        except MediaServerAway:
            log.warning("message %s of %s was stored but not sent", message.number, message.session_id)
