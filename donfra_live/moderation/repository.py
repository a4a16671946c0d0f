"""Every query about moderation: the session's log, hands, the stage, who is banned."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from donfra_live.live_sessions.repository import find_in
from donfra_live.live_sessions.states import SessionStatus
from donfra_live.models import Connection, LiveSession, LogEntry, Member, MemberBrowser, WaitingPerson

LOG_LENGTH = 500
# How the log names a change of somebody's role.
ROLE = "role"
RAISED, LOWERED = "raise hand", "lower hand"
# No acts of moderation: they would drive those out of what the room shows.
HANDS = (RAISED, LOWERED)


def record(
    db: AsyncSession,
    actor: Member,
    act: str,
    target: Member | WaitingPerson | None = None,
    *,
    at: datetime,
    detail: str = "",
) -> None:
    """Writes one act into the session's log, in the transaction that does it."""
    db.add(
        LogEntry(
            session_id=actor.session_id,
            at=at,
            member_id=actor.id,
            actor_name=actor.name,
            act=act,
            target_id=target.id if target else "",
            target_name=target.name if target else "",
            detail=detail,
        )
    )


def record_outsider(db: AsyncSession, session_id: str, name: str, act: str, *, at: datetime) -> None:
    """An act of somebody who is no member of the session."""
    db.add(LogEntry(session_id=session_id, at=at, actor_name=name, act=act))


def record_app(db: AsyncSession, target: Member, act: str, *, at: datetime, detail: str) -> None:
    """An act of nobody, by a rule."""
    db.add(
        LogEntry(
            session_id=target.session_id,
            at=at,
            actor_name="",
            act=act,
            target_id=target.id,
            target_name=target.name,
            detail=detail,
        )
    )


async def log(
    db: AsyncSession, session_id: str, *, hands: bool = False, length: int = LOG_LENGTH
) -> Sequence[LogEntry]:
    """The newest entries, newest first; hands: with those raised."""
    query = (
        select(LogEntry)
        .where(LogEntry.session_id == session_id, col(LogEntry.act).not_in(() if hands else HANDS))
        .order_by(col(LogEntry.at).desc(), col(LogEntry.id))
        .limit(length)
    )
    return (await db.scalars(query)).all()


async def role_given_at(db: AsyncSession, member_id: str, session_id: str) -> datetime | None:
    """When a moderator last changed this member's role."""
    query = select(func.max(LogEntry.at)).where(
        LogEntry.session_id == session_id, LogEntry.target_id == member_id, LogEntry.act == ROLE
    )
    return (await db.execute(query)).scalar_one()


async def members(db: AsyncSession, session_id: str) -> Sequence[Member]:
    query = select(Member).where(Member.session_id == session_id).order_by(col(Member.created_at), Member.id)
    return (await db.scalars(query)).all()


async def member(db: AsyncSession, session_id: str, member_id: str) -> Member | None:
    return await find_in(db, Member, session_id, member_id)


async def hands(db: AsyncSession, session_id: str) -> Sequence[Member]:
    """Those with a raised hand, in the order in which they raised it."""
    query = (
        select(Member)
        .where(Member.session_id == session_id, col(Member.hand_at).is_not(None))
        .order_by(col(Member.hand_at), col(Member.id))
    )
    return (await db.scalars(query)).all()


async def on_stage(db: AsyncSession, session_id: str) -> int:
    """How many viewers are on stage; who went home takes no place."""
    here = select(Connection.id).where(Connection.member_id == Member.id, col(Connection.left_at).is_(None))
    query = select(func.count()).where(
        Member.session_id == session_id, col(Member.stage_since).is_not(None), here.exists()
    )
    return (await db.execute(query)).scalar_one()


async def stage_times_up(db: AsyncSession, now: datetime) -> Sequence[Member]:
    """Locked: one of them who is given more time meanwhile is none of them."""
    query = (
        select(Member)
        .where(col(Member.stage_until) <= now, col(Member.stage_since).is_not(None))
        .order_by(col(Member.id))
        .with_for_update(key_share=True)
    )
    return (await db.scalars(query)).all()


async def connections_of_account(db: AsyncSession, account_id: str) -> Sequence[Connection]:
    """Open ones, of its seats and of an admin who watches unseen."""
    seats = select(Member.id).where(Member.account_id == account_id)
    query = select(Connection).where(
        col(Connection.left_at).is_(None),
        or_(col(Connection.member_id).in_(seats), Connection.observer_id == account_id),
    )
    return (await db.scalars(query)).all()


def _occupied() -> ColumnElement[bool]:
    """Somebody is in the room."""
    there = select(Connection.id).where(Connection.session_id == LiveSession.id, col(Connection.present))
    return there.exists()


async def occupied(db: AsyncSession) -> Sequence[str]:
    """Ids of live sessions with somebody in the room."""
    query = select(LiveSession.id).where(LiveSession.status == SessionStatus.LIVE, _occupied())
    return (await db.scalars(query)).all()


async def note_hostless(db: AsyncSession, at: datetime) -> None:
    """Live sessions with nobody in the room have no host from then on, unless they had none before."""
    live, unknown = col(LiveSession.status) == SessionStatus.LIVE, col(LiveSession.hostless_since).is_(None)
    change = update(LiveSession).where(live, unknown, ~_occupied()).values(hostless_since=at)
    await db.execute(change.execution_options(synchronize_session=False))


async def longest_present(db: AsyncSession, session_id: str) -> Sequence[Member]:
    """Members in the room now, those first who have been there longest."""
    query = (
        select(Member)
        .join(Connection, col(Connection.member_id) == col(Member.id))
        .where(Connection.session_id == session_id, col(Connection.present), col(Member.banned_at).is_(None))
        .group_by(col(Member.id))
        .order_by(func.min(Connection.connected_at))
    )
    return (await db.scalars(query)).all()


async def same_person(db: AsyncSession, member: Member) -> Sequence[Member]:
    """All seats of the session that share account or browser with this one, itself included."""
    connected = select(Connection.browser_hash).where(Connection.member_id == member.id)
    seated = select(MemberBrowser.browser_hash).where(MemberBrowser.member_id == member.id)
    browsers = {b for query in (connected, seated) for b in await db.scalars(query) if b}
    by_seat = select(MemberBrowser.member_id).where(
        MemberBrowser.session_id == member.session_id, col(MemberBrowser.browser_hash).in_(browsers)
    )
    by_connection = select(Connection.member_id).where(
        Connection.session_id == member.session_id, col(Connection.browser_hash).in_(browsers)
    )
    same = [col(Member.id) == member.id, col(Member.id).in_(by_seat), col(Member.id).in_(by_connection)]
    same += [col(Member.account_id) == member.account_id] if member.account_id else []
    query = select(Member).where(Member.session_id == member.session_id, or_(*same))
    return (await db.scalars(query)).all()
