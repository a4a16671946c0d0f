"""Every query about presence intervals and rosters."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, union
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select

from donfra_live.live_sessions.states import SessionStatus
from donfra_live.models import Account, Connection, LiveSession, Member, PresenceInterval, RosterEntry

_TABLE = SQLModel.metadata.tables[str(PresenceInterval.__tablename__)]
_BEGIN = {
    "sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing(),
}


async def begin(db: AsyncSession, interval: PresenceInterval) -> None:
    """Stores it, unless this participant has one: another worker may have heard of him just now."""
    await db.execute(_BEGIN[db.get_bind().dialect.name], interval.model_dump())


async def find(db: AsyncSession, session_id: str, sid: str) -> PresenceInterval | None:
    query = select(PresenceInterval).where(
        PresenceInterval.session_id == session_id, PresenceInterval.participant_sid == sid
    )
    return (await db.scalars(query.with_for_update())).first()


async def open_or_of(db: AsyncSession, session_id: str, sids: Collection[str]) -> Sequence[PresenceInterval]:
    """Those that have no end, and those of these participants; nobody else ends them meanwhile."""
    query = select(PresenceInterval).where(
        PresenceInterval.session_id == session_id,
        or_(col(PresenceInterval.ended_at).is_(None), col(PresenceInterval.participant_sid).in_(sids)),
    )
    return (await db.scalars(query.with_for_update())).all()


async def open_of_members(db: AsyncSession, member_ids: Collection[str]) -> Sequence[PresenceInterval]:
    query = select(PresenceInterval).where(
        col(PresenceInterval.member_id).in_(member_ids), col(PresenceInterval.ended_at).is_(None)
    )
    return (await db.scalars(query.with_for_update())).all()


async def sessions_to_compare(db: AsyncSession, unused_since: datetime) -> set[str]:
    """Live sessions where somebody counts as there, or holds a connection made before that and never used."""
    connected = (
        select(Connection.session_id)
        .join(LiveSession, col(LiveSession.id) == col(Connection.session_id))
        .where(
            LiveSession.status == SessionStatus.LIVE,
            col(Connection.left_at).is_(None),
            or_(col(Connection.connected_at).is_not(None), col(Connection.created_at) < unused_since),
        )
    )
    staying = select(PresenceInterval.session_id).where(col(PresenceInterval.ended_at).is_(None))
    return set(await db.scalars(union(connected, staying)))


async def forget(db: AsyncSession, session_id: str, connection_id: str, started_at: datetime) -> None:
    await db.execute(
        delete(PresenceInterval).where(
            col(PresenceInterval.session_id) == session_id,
            col(PresenceInterval.connection_id) == connection_id,
            col(PresenceInterval.started_at) == started_at,
        )
    )


async def intervals(db: AsyncSession, session_ids: Collection[str]) -> Sequence[PresenceInterval]:
    query = (
        select(PresenceInterval)
        .where(col(PresenceInterval.session_id).in_(session_ids))
        .order_by(col(PresenceInterval.started_at), col(PresenceInterval.id))
    )
    return (await db.scalars(query)).all()


async def members(db: AsyncSession, session_ids: Collection[str]) -> Sequence[Member]:
    query = select(Member).where(col(Member.session_id).in_(session_ids)).order_by(col(Member.created_at))
    return (await db.scalars(query)).all()


async def browsers(db: AsyncSession, session_ids: Collection[str]) -> dict[str, set[str]]:
    """The browsers by which each member was connected."""
    query = (
        select(Connection.member_id, Connection.browser_hash)
        .where(
            col(Connection.session_id).in_(session_ids),
            col(Connection.member_id).is_not(None),
            Connection.browser_hash != "",
        )
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for member_id, browser in await db.execute(query):
        found.setdefault(str(member_id), set()).add(browser)
    return found


async def emails(db: AsyncSession, account_ids: Collection[str]) -> dict[str, str]:
    """E-mail addresses by account."""
    query = select(Account.id, Account.email).where(col(Account.id).in_(account_ids))
    return {row[0]: row[1] for row in await db.execute(query)}


async def sessions(db: AsyncSession, session_ids: Collection[str]) -> Sequence[LiveSession]:
    return (await db.scalars(select(LiveSession).where(col(LiveSession.id).in_(session_ids)))).all()


async def held_in_series(db: AsyncSession, series_id: str) -> Sequence[str]:
    """Ids of the dates of a series that were on air or are."""
    query = select(LiveSession.id).where(
        LiveSession.series_id == series_id, col(LiveSession.live_at).is_not(None)
    )
    return (await db.scalars(query)).all()


async def roster(db: AsyncSession, session_id: str) -> Sequence[RosterEntry]:
    query = (
        select(RosterEntry).where(RosterEntry.session_id == session_id).order_by(col(RosterEntry.position))
    )
    return (await db.scalars(query)).all()


async def put_roster(db: AsyncSession, session_id: str, expected: Sequence[tuple[str, str]]) -> None:
    """These instead of whoever was on it; (name, e-mail)."""
    await db.execute(delete(RosterEntry).where(col(RosterEntry.session_id) == session_id))
    db.add_all(
        RosterEntry(session_id=session_id, position=place, name=name, email=email)
        for place, (name, email) in enumerate(expected)
    )
