"""Every query about chat messages."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select, update

from donfra_live.live_sessions.repository import find_in
from donfra_live.models import ChatMessage, LiveSession

PAGE = 500


async def next_number(db: AsyncSession, session_id: str) -> int:
    """Counts the session's messages up; the row stays locked until the commit, so numbers have no gaps."""
    query = (
        update(LiveSession)
        .where(col(LiveSession.id) == session_id)
        .values(last_message=LiveSession.last_message + 1)
        .returning(col(LiveSession.last_message))
    )
    return (await db.execute(query)).scalar_one()


async def by_client_id(db: AsyncSession, member_id: str, client_id: str) -> ChatMessage | None:
    query = select(ChatMessage).where(ChatMessage.member_id == member_id, ChatMessage.client_id == client_id)
    return (await db.scalars(query)).first()


async def by_id(db: AsyncSession, session_id: str, message_id: str) -> ChatMessage | None:
    return await find_in(db, ChatMessage, session_id, message_id)


async def last_sent(db: AsyncSession, member_id: str) -> datetime | None:
    """When this member wrote last."""
    query = select(func.max(ChatMessage.sent_at)).where(ChatMessage.member_id == member_id)
    return (await db.execute(query)).scalar_one()


async def after(db: AsyncSession, session_id: str, number: int) -> Sequence[ChatMessage]:
    """At most PAGE messages after this number, oldest first."""
    query = (
        select(ChatMessage)
        .where(ChatMessage.session_id == session_id, ChatMessage.number > number)
        .order_by(col(ChatMessage.number))
        .limit(PAGE)
    )
    return (await db.scalars(query)).all()


async def every(db: AsyncSession, session_id: str) -> Sequence[ChatMessage]:
    """All messages of a session, oldest first."""
    query = select(ChatMessage).where(ChatMessage.session_id == session_id).order_by(col(ChatMessage.number))
    return (await db.scalars(query)).all()
