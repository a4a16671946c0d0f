"""Every query about figures: where they come from, the reports of browsers, and the stored ones."""

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, RowMapping, Table, bindparam, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select

from donfra_live.live_sessions.repository import is_of
from donfra_live.live_sessions.roles import Role
from donfra_live.models import (
    ChatMessage,
    ConnectionQuality,
    LiveSession,
    LogEntry,
    Member,
    QualityMinute,
    Series,
    SessionFigures,
)
from donfra_live.moderation.repository import RAISED
from donfra_live.stats.views import Quality

_SECONDS = ("excellent", "good", "poor", "lost")
_FIGURES, _CONNECTIONS, _MINUTES = (
    SQLModel.metadata.tables[str(kind.__tablename__)]
    for kind in (SessionFigures, ConnectionQuality, QualityMinute)
)
_SESSION = (LiveSession.id, LiveSession.title, LiveSession.live_at, LiveSession.ended_at)
Line = RowMapping


@dataclass(frozen=True)
class Own:
    """Sessions in which this browser or account has one of these roles."""

    browser: str
    account: str
    roles: Collection[Role]


def _dialect(db: AsyncSession) -> str:
    return db.get_bind().dialect.name


def _insert(dialect: str, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT: both databases have it, but SQLAlchemy has it twice."""
    kinds: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
    return kinds[dialect].insert(table)


def _sums(table: Table, new: Any) -> dict[str, ColumnElement[int]]:
    return {name: table.c[name] + new.excluded[name] for name in _SECONDS}


# Built once: that takes longer than running them, and a thousand browsers report every 30 seconds.
@functools.cache
def _adding_report(dialect: str) -> Any:
    new = _insert(dialect, _CONNECTIONS)
    sums, first = _sums(_CONNECTIONS, new), _CONNECTIONS.c.first_picture_ms
    changes = {**sums, "at": new.excluded.at, first.name: func.coalesce(first, new.excluded[first.name])}
    query = new.on_conflict_do_update(
        index_elements=["connection_id"],
        set_=changes,
        where=sum(sums.values()) <= bindparam("most", type_=Integer),
    )
    return query.returning(_CONNECTIONS.c.connection_id)


@functools.cache
def _adding_minute(dialect: str) -> Any:
    new = _insert(dialect, _MINUTES)
    return new.on_conflict_do_update(index_elements=["session_id", "at"], set_=_sums(_MINUTES, new))


async def _set_due(db: AsyncSession, session_id: str, due: bool) -> None:
    new = SessionFigures(session_id=session_id, due=due).model_dump()
    query = _insert(_dialect(db), _FIGURES).values(new)
    await db.execute(query.on_conflict_do_update(index_elements=["session_id"], set_={"due": due}))


async def mark_due(db: AsyncSession, session_id: str) -> None:
    """Its figures are to be counted, again or for the first time: in the transaction that changes something.

    It waits for who counts them right now.
    """
    await _set_due(db, session_id, due=True)


async def claim(db: AsyncSession, session_id: str) -> SessionFigures:
    """The row to count into; who changes something from now on waits for the end of this transaction."""
    await _set_due(db, session_id, due=False)
    return await db.get_one(SessionFigures, session_id, populate_existing=True)


async def stored(db: AsyncSession, session_id: str) -> SessionFigures | None:
    return await db.get(SessionFigures, session_id)


async def due(db: AsyncSession, most: int) -> Sequence[str]:
    """Sessions whose figures are to be counted."""
    query = select(SessionFigures.session_id).where(col(SessionFigures.due)).limit(most)
    return (await db.scalars(query)).all()


async def add_report(db: AsyncSession, report: ConnectionQuality, most: int) -> bool:
    """Adds to what its connection has reported; False: that would be over `most` seconds; nothing is."""
    values = report.model_dump() | {"most": most}
    return (await db.execute(_adding_report(_dialect(db)), values)).first() is not None


async def add_minute(db: AsyncSession, minute: QualityMinute) -> None:
    """Adds to what all connections of the session have reported of this minute."""
    await db.execute(_adding_minute(_dialect(db)), minute.model_dump())


async def messages(db: AsyncSession, session_id: str) -> Sequence[datetime]:
    """When they were sent; not those that were deleted."""
    query = select(ChatMessage.sent_at).where(
        ChatMessage.session_id == session_id, col(ChatMessage.deleted_at).is_(None)
    )
    return (await db.scalars(query)).all()


async def hands(db: AsyncSession, session_id: str) -> Sequence[datetime]:
    """When hands were raised."""
    query = select(LogEntry.at).where(LogEntry.session_id == session_id, LogEntry.act == RAISED)
    return (await db.scalars(query)).all()


async def minutes(db: AsyncSession, session_id: str) -> list[tuple[datetime, Quality]]:
    columns = [_MINUTES.c.at, *(_MINUTES.c[name] for name in _SECONDS)]
    rows = await db.execute(select(*columns).where(_MINUTES.c.session_id == session_id))
    return [(row[0], Quality(*row[1:])) for row in rows]


async def first_pictures(db: AsyncSession, session_id: str) -> list[int]:
    query = select(ConnectionQuality.first_picture_ms).where(ConnectionQuality.session_id == session_id)
    return [found for found in await db.scalars(query) if found is not None]


async def series_title(db: AsyncSession, series_id: str) -> str:
    found = await db.get(Series, series_id)
    return found.title if found else ""


def _own(own: Own) -> ColumnElement[bool]:
    seat = col(Member.role).in_(own.roles), col(Member.banned_at).is_(None)
    return is_of(col(LiveSession.id), own.browser, own.account, *seat)


async def _lines(db: AsyncSession, *where: ColumnElement[bool]) -> Sequence[Line]:
    """Sessions that were on air or are, newest first, with their figures but not their points."""
    figures = [c for c in _FIGURES.c if c.name not in {"session_id", "points"}]
    query = (
        select(*map(col, _SESSION), *figures)
        .outerjoin(SessionFigures, col(SessionFigures.session_id) == col(LiveSession.id))
        .where(col(LiveSession.live_at).is_not(None), *where)
        .order_by(col(LiveSession.live_at).desc(), col(LiveSession.id))
    )
    return (await db.execute(query)).mappings().all()


async def lines_of(db: AsyncSession, session_ids: Collection[str]) -> Sequence[Line]:
    return await _lines(db, col(LiveSession.id).in_(session_ids))


async def lines_between(db: AsyncSession, start: datetime, end: datetime, own: Own | None) -> Sequence[Line]:
    """That went on air from start on and before end. own: None for everybody's."""
    mine = [_own(own)] if own else []
    return await _lines(db, col(LiveSession.live_at) >= start, col(LiveSession.live_at) < end, *mine)
