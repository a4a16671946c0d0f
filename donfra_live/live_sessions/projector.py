"""Brings a member's connections in LiveKit up to what his row says, after the row was stored.

A media server that is away is no reason to refuse: the reconcile loop compares and repairs.
"""

import asyncio
import json
import logging
from collections.abc import Sequence

from donfra_live.accounts import repository as accounts
from donfra_live.db import Database
from donfra_live.errors import MediaServerAway
from donfra_live.live_sessions import repository
from donfra_live.live_sessions.ports import RoomGateway
from donfra_live.live_sessions.projection import Projection, projection_of
from donfra_live.live_sessions.roles import Role
from donfra_live.models import Member

log = logging.getLogger(__name__)
MODERATORS = (Role.HOST, Role.CO_HOST)
_TRIES = 5


class Projector:
    def __init__(self, db: Database, rooms: RoomGateway) -> None:
        self._db, self._rooms = db, rooms

    async def update(self, *members: Member, only: str = "") -> None:
        """Name, role, rights, hand and stage, on every connection (or on this one), without a reconnect."""
        await asyncio.gather(*(self._update(member, only) for member in members))

    async def _update(self, member: Member, only: str) -> None:
        """Two acts at once may come here in any order: read again until what is shown is what is stored."""
        shown: tuple[Projection, list[str]] | None = None
        for _ in range(_TRIES):
            async with self._db.reading() as db:
                now = await repository.get_member(db, member.id)
                identities = [only] if only else await repository.identities_of(db, member.id)
            wanted = projection_of(now), identities
            if wanted == shown or now.banned_at is not None:
                return
            await self._show(member.session_id, identities, wanted[0])
            shown = wanted

    async def _show(self, session_id: str, identities: list[str], projection: Projection) -> None:
        try:
            for identity in identities:
                await self._rooms.show(session_id, identity, projection)
        except MediaServerAway:
            log.warning("somebody in %s is brought up to date later: the media server is away", session_id)

    async def catch_up(self, session_id: str, member_id: str, identity: str, shown: Projection) -> None:
        """After one connection was shown by a row that was read before: who was removed or got another role
        since, while the media server did not know him yet, was not found there."""
        async with self._db.reading() as db:
            now = await repository.get_member(db, member_id)
            is_out = now.banned_at is not None or bool(await accounts.disabled(db, {now.account_id}))
        if is_out:
            await self.put_out(session_id, [identity])
        elif projection_of(now) != shown:
            await self.update(now, only=identity)

    async def mute(self, member: Member, source: str) -> None:
        """Raises MediaServerAway."""
        async with self._db.reading() as db:
            identities = await repository.identities_of(db, member.id)
        for identity in identities:
            await self._rooms.mute(member.session_id, identity, source)

    async def put_out(self, session_id: str, identities: Sequence[str]) -> None:
        try:
            for identity in identities:
                await self._rooms.remove(session_id, identity)
        except MediaServerAway:
            log.warning("somebody in %s is put out later: the media server is away", session_id)

    async def tell_member(self, member: Member, topic: str, payload: dict[str, object]) -> None:
        async with self._db.reading() as db:
            identities = await repository.identities_of(db, member.id)
        await self.tell(member.session_id, identities, topic, payload)

    async def tell_moderators(self, session_id: str, topic: str, payload: dict[str, object]) -> None:
        async with self._db.reading() as db:
            identities = await repository.identities_of_roles(db, session_id, MODERATORS)
        await self.tell(session_id, identities, topic, payload)

    async def tell(
        self, session_id: str, identities: Sequence[str], topic: str, payload: dict[str, object]
    ) -> None:
        """A word by the server into the room, to these connections; lost when the server is away."""
        if not identities:
            return
        try:
            data = json.dumps(payload, ensure_ascii=False).encode()
            await self._rooms.send(session_id, identities, topic, data)
        except MediaServerAway:
            log.info("%s could not be told in %s", topic, session_id)
