"""Every query about sessions, members and connections."""

import functools
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Insert, func, insert, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select, update

from donfra_live.live_sessions.rules import SessionStatus
from donfra_live.models import Connection, LiveSession, Member, MemberBrowser, WebhookEvent

_LIST_LENGTH = 50


async def find(db: AsyncSession, session_id: str) -> LiveSession | None:
    return await db.get(LiveSession, session_id)


async def live(db: AsyncSession) -> Sequence[LiveSession]:
    return (await db.scalars(select(LiveSession).where(LiveSession.status == SessionStatus.LIVE))).all()


async def listed(db: AsyncSession) -> Sequence[LiveSession]:
    """Public sessions that are not over, those on air first, then the newest."""
    query = (
        select(LiveSession)
        .where(col(LiveSession.listed), LiveSession.status != SessionStatus.ENDED)
        .order_by(col(LiveSession.live_at).is_(None), col(LiveSession.created_at).desc())
        .limit(_LIST_LENGTH)
    )
    return (await db.scalars(query)).all()


async def of_browser(db: AsyncSession, browser: str) -> Sequence[LiveSession]:
    """Sessions in which this browser has a seat, newest first."""
    query = (
        select(LiveSession)
        .join(MemberBrowser, col(MemberBrowser.session_id) == col(LiveSession.id))
        .where(MemberBrowser.browser_hash == browser)
        .order_by(col(LiveSession.created_at).desc())
        .limit(_LIST_LENGTH)
    )
    return (await db.scalars(query)).all()


async def people(db: AsyncSession, session_ids: Sequence[str]) -> dict[str, int]:
    """Members present now, by session; sessions without any are left out."""
    if not session_ids:
        return {}
    query = (
        select(Connection.session_id, func.count(func.distinct(Connection.member_id)))
        .where(col(Connection.session_id).in_(session_ids), col(Connection.present))
        .group_by(Connection.session_id)
    )
    return {row[0]: row[1] for row in await db.execute(query)}


@functools.cache
def _insert(table: type[SQLModel]) -> Insert:
    return insert(SQLModel.metadata.tables[str(table.__tablename__)])


async def add(db: AsyncSession, *rows: Member | MemberBrowser | Connection) -> None:
    """Stores new rows at once, in this order: half of what the unit of work would take for a join."""
    for row in rows:
        await db.execute(_insert(type(row)), row.model_dump())


async def get_member(db: AsyncSession, member_id: str) -> Member:
    return await db.get_one(Member, member_id)


async def members_of(db: AsyncSession, session_id: str) -> dict[str, Member]:
    """All members of a session, by id."""
    query = select(Member).where(Member.session_id == session_id)
    return {member.id: member for member in await db.scalars(query)}


async def member_by_browser(db: AsyncSession, session_id: str, browser: str) -> Member | None:
    query = (
        select(Member)
        .join(MemberBrowser, col(MemberBrowser.member_id) == col(Member.id))
        .where(MemberBrowser.browser_hash == browser, MemberBrowser.session_id == session_id)
    )
    return (await db.scalars(query)).first()


async def member_by_key(db: AsyncSession, session_id: str, key_hash: str) -> Member | None:
    query = select(Member).where(Member.session_id == session_id, Member.key_hash == key_hash)
    return (await db.scalars(query)).first()


async def member_by_identity(db: AsyncSession, session_id: str, identity: str) -> Member | None:
    query = (
        select(Member)
        .join(Connection, col(Connection.member_id) == col(Member.id))
        .where(Connection.id == identity, Connection.session_id == session_id)
    )
    return (await db.scalars(query)).first()


async def browser_seat(db: AsyncSession, session_id: str, browser: str) -> MemberBrowser | None:
    query = select(MemberBrowser).where(
        MemberBrowser.session_id == session_id, MemberBrowser.browser_hash == browser
    )
    return (await db.scalars(query)).first()


async def connection(db: AsyncSession, session_id: str, identity: str) -> Connection | None:
    found = await db.get(Connection, identity)
    return found if found is not None and found.session_id == session_id else None


async def connections(db: AsyncSession, session_id: str, there: Collection[str]) -> Sequence[Connection]:
    """Those not known to have left, and those that are there all the same."""
    open_or_there = or_(col(Connection.left_at).is_(None), col(Connection.id).in_(there))
    query = select(Connection).where(Connection.session_id == session_id, open_or_there)
    return (await db.scalars(query)).all()


async def member_identities(db: AsyncSession, session_id: str) -> list[str]:
    """LiveKit identities of members who are in the room, or about to be."""
    query = select(Connection.id).where(
        Connection.session_id == session_id,
        col(Connection.member_id).is_not(None),
        col(Connection.left_at).is_(None),
    )
    return list((await db.scalars(query)).all())


async def waiting_arrivals(db: AsyncSession, session_id: str, since: datetime) -> int:
    query = select(func.count()).where(
        Connection.session_id == session_id,
        col(Connection.member_id).is_(None),
        col(Connection.left_at).is_(None),
        Connection.created_at > since,
    )
    return (await db.execute(query)).scalar_one()


async def close_connections(db: AsyncSession, session_id: str, at: datetime) -> None:
    await db.execute(
        update(Connection)
        .where(col(Connection.session_id) == session_id, col(Connection.left_at).is_(None))
        .values(left_at=at, present=False)
    )


async def ended_with_connections(db: AsyncSession) -> Sequence[str]:
    """Ended sessions in which somebody still counts as present."""
    query = (
        select(LiveSession.id)
        .join(Connection, col(Connection.session_id) == col(LiveSession.id))
        .where(LiveSession.status == SessionStatus.ENDED, col(Connection.left_at).is_(None))
        .distinct()
    )
    return (await db.scalars(query)).all()


async def webhook_known(db: AsyncSession, event_id: str) -> bool:
    return await db.get(WebhookEvent, event_id) is not None


async def unprocessed_webhooks(db: AsyncSession) -> Sequence[WebhookEvent]:
    query = (
        select(WebhookEvent)
        .where(col(WebhookEvent.processed_at).is_(None))
        .order_by(col(WebhookEvent.received_at))
    )
    return (await db.scalars(query)).all()
