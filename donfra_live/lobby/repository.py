"""Every query about people in the lobby."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from donfra_live.live_sessions.repository import find_in
from donfra_live.live_sessions.rules import Decision
from donfra_live.models import WaitingPerson


async def by_seat(db: AsyncSession, session_id: str, browser: str, account: str) -> WaitingPerson | None:
    """The newest knock of this browser or account."""
    mine = [WaitingPerson.browser_hash == browser] if browser else []
    mine += [WaitingPerson.account_id == account] if account else []
    if not mine:
        return None
    query = (
        select(WaitingPerson)
        .where(WaitingPerson.session_id == session_id, or_(*mine))
        .order_by(col(WaitingPerson.created_at).desc())
    )
    return (await db.scalars(query)).first()


async def by_key(db: AsyncSession, session_id: str, key_hash: str) -> WaitingPerson | None:
    query = select(WaitingPerson).where(
        WaitingPerson.session_id == session_id, WaitingPerson.key_hash == key_hash
    )
    return (await db.scalars(query)).first()


async def get(db: AsyncSession, session_id: str, waiting_id: str) -> WaitingPerson | None:
    return await find_in(db, WaitingPerson, session_id, waiting_id)


async def undecided(
    db: AsyncSession, session_id: str, seen_since: datetime | None
) -> Sequence[WaitingPerson]:
    """Those who still wait and have asked since then (None: ever), first come first."""
    lately = col(WaitingPerson.seen_at) > seen_since if seen_since else true()
    query = (
        select(WaitingPerson)
        .where(
            WaitingPerson.session_id == session_id,
            WaitingPerson.decision == Decision.WAITING,
            col(WaitingPerson.left_at).is_(None),
            lately,
        )
        .order_by(col(WaitingPerson.created_at), col(WaitingPerson.id))
    )
    return (await db.scalars(query)).all()


async def denied(db: AsyncSession, session_id: str, most: int) -> Sequence[WaitingPerson]:
    """The newest first."""
    query = (
        select(WaitingPerson)
        .where(WaitingPerson.session_id == session_id, WaitingPerson.decision == Decision.DENIED)
        .order_by(col(WaitingPerson.created_at).desc(), col(WaitingPerson.id))
        .limit(most)
    )
    return (await db.scalars(query)).all()
