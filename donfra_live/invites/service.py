"""Invites: make one, list them with who used which, revoke. Redeeming is part of joining (admissions)."""

from dataclasses import dataclass
from datetime import datetime

from donfra_live.browser_key import hash_of, new_key
from donfra_live.db import Database
from donfra_live.errors import NotFound
from donfra_live.invites import repository
from donfra_live.invites.rules import clean_expiry, clean_role, clean_uses
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import get_session, require
from donfra_live.live_sessions.roles import Permission, Role
from donfra_live.live_sessions.rules import clean_id, clean_session_id
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Invite
from donfra_live.moderation import repository as moderation
from donfra_live.moderation.acting import acting


@dataclass(frozen=True)
class InviteFacts:
    """token: only in the answer of `create`, "" later. used_by: names of those who came by it."""

    id: str
    role: Role
    uses: int
    used: int
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_by: tuple[str, ...] = ()
    token: str = ""


def _facts(row: Invite, used_by: tuple[str, ...] = (), token: str = "") -> InviteFacts:
    return InviteFacts(
        id=row.id,
        role=Role(row.role),
        uses=row.uses,
        used=row.used,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        used_by=used_by,
        token=token,
    )


class Invites:
    def __init__(self, db: Database, ports: Ports) -> None:
        self._db, self._ports = db, ports

    async def create(
        self, actor: Actor, session_id: object, *, role: object, uses: object = 0, expires_at: object = None
    ) -> InviteFacts:
        """Raises BadInput, NotFound, NoProof, NotAllowed, SessionEnded."""
        sid, now = clean_session_id(session_id), self._ports.clock()
        times, until, token = clean_uses(uses), clean_expiry(expires_at, now), new_key()
        async with self._db.transaction() as db:
            _, giver = await acting(db, self._ports.tokens, actor, sid, Permission.INVITE)
            given = clean_role(role, giver.role)
            row = Invite(
                session_id=sid,
                token_hash=hash_of(token),
                role=given,
                uses=times,
                created_at=now,
                expires_at=until,
                giver_id=giver.id,
            )
            db.add(row)
            moderation.record(db, giver, "invite", at=now, detail=given)
        return _facts(row, token=token)

    async def list(self, actor: Actor, session_id: object) -> list[InviteFacts]:
        """Raises NotFound, NoProof, NotAllowed."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            await require(db, self._ports.tokens, actor, sid, Permission.INVITE)
            rows = await repository.of_session(db, sid)
            users = await repository.users(db, sid)
        return [_facts(row, tuple(m.name for m in users if m.invite_id == row.id)) for row in rows]

    async def revoke(self, actor: Actor, session_id: object, invite_id: object) -> InviteFacts:
        """Nobody comes in by it any more; who waits in the lobby with it is denied. Twice is fine.

        Raises:
            NotFound, NoProof, NotAllowed, SessionEnded.
        """
        sid, now = clean_session_id(session_id), self._ports.clock()
        async with self._db.transaction() as db:
            _, me = await acting(db, self._ports.tokens, actor, sid, Permission.INVITE)
            row = await repository.get(db, sid, clean_id(invite_id))
            if row is None:
                raise NotFound("There is no such invite in this session.")
            if row.revoked_at is None:
                await repository.revoke(db, row, now)
                moderation.record(db, me, "revoke invite", at=now, detail=row.role)
        await self._ports.updates.publish(sid)
        return _facts(row)
