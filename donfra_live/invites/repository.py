"""Every query about invites."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select, update

from donfra_live.live_sessions.repository import find_in
from donfra_live.live_sessions.rules import Decision
from donfra_live.models import Invite, Member, WaitingPerson


async def usable(db: AsyncSession, session_id: str, token_hash: str, now: datetime) -> Invite | None:
    """The invite of this token if it admits right now."""
    query = select(Invite).where(
        Invite.session_id == session_id,
        Invite.token_hash == token_hash,
        col(Invite.revoked_at).is_(None),
        or_(col(Invite.expires_at).is_(None), col(Invite.expires_at) > now),
        or_(col(Invite.uses) == 0, col(Invite.used) < col(Invite.uses)),
    )
    return (await db.scalars(query)).first()


async def take(db: AsyncSession, invite_id: str) -> bool:
    """Counts one use; False when another was quicker and it is used up."""
    query = (
        update(Invite)
        .where(col(Invite.id) == invite_id, or_(col(Invite.uses) == 0, col(Invite.used) < col(Invite.uses)))
        .values(used=Invite.used + 1)
        .returning(col(Invite.id))
    )
    return (await db.execute(query)).first() is not None


async def of_session(db: AsyncSession, session_id: str) -> Sequence[Invite]:
    query = select(Invite).where(Invite.session_id == session_id).order_by(col(Invite.created_at))
    return (await db.scalars(query)).all()


async def get(db: AsyncSession, session_id: str, invite_id: str) -> Invite | None:
    return await find_in(db, Invite, session_id, invite_id)


async def users(db: AsyncSession, session_id: str) -> Sequence[Member]:
    """Members who came by an invite, first ones first."""
    query = (
        select(Member)
        .where(Member.session_id == session_id, col(Member.invite_id).is_not(None))
        .order_by(col(Member.created_at))
    )
    return (await db.scalars(query)).all()


async def given_by(db: AsyncSession, member_ids: Collection[str]) -> Sequence[Invite]:
    """Invites that these members made and that still admit."""
    query = select(Invite).where(col(Invite.giver_id).in_(member_ids), col(Invite.revoked_at).is_(None))
    return (await db.scalars(query)).all()


async def revoke(db: AsyncSession, invite: Invite, at: datetime) -> None:
    """Admits nobody any more, who waits with it included."""
    invite.revoked_at = at
    query = select(WaitingPerson).where(
        WaitingPerson.invite_id == invite.id, col(WaitingPerson.member_id).is_(None)
    )
    for person in await db.scalars(query):
        person.decision = Decision.DENIED
