"""Every query that looks at all tables alike: what a session has, what a person has, what is too old.

Which table belongs to what stands in rules.py; here nothing is named twice.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Table, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from donfra_live.accounts.rules import LOGIN_LIFE, TRY_LIFE
from donfra_live.live_sessions.roles import Role
from donfra_live.models import (
    ChatMessage,
    Connection,
    Delivery,
    ExternalTry,
    LiveSession,
    Login,
    Member,
    MemberBrowser,
    NightlyRun,
    OneTimeLink,
    OutgoingEvent,
    Recording,
    WebhookEndpoint,
    WebhookEvent,
)
from donfra_live.outgoing.rules import DeliveryState
from donfra_live.recordings.repository import is_on
from donfra_live.retention.rules import (
    ACCOUNT_COLUMNS,
    ALL_PARTS,
    MEMBER_COLUMNS,
    PEOPLE_TABLES,
    SESSION_TABLES,
    Part,
    as_stored,
    is_secret,
    parts_of,
)

BATCH = 1000
_IN_TIME = ("number", "at", "created_at", "received_at")
Rows = AsyncIterator[Sequence[dict[str, Any]]]
Counts = dict[str, int]


def tables() -> list[Table]:
    """Those that others point at come first."""
    return list(SQLModel.metadata.sorted_tables)


async def _delete(db: AsyncSession, table: Table, where: ColumnElement[bool]) -> int:
    return cast("CursorResult[Any]", await db.execute(table.delete().where(where))).rowcount


def _in_session(table: Table, session_id: str) -> ColumnElement[bool] | None:
    """What picks a session's rows; None for a table that has none."""
    if table.name == LiveSession.__tablename__:
        return table.c.id == session_id
    return table.c.session_id == session_id if "session_id" in table.c else None


async def delete_session(db: AsyncSession, session_id: str) -> Counts:
    """Every row of it, in every table; how many of each."""
    counts: Counts = {}
    for table in reversed(tables()):
        if (where := _in_session(table, session_id)) is not None:
            counts[table.name] = await _delete(db, table, where)
    return counts


async def delete_parts(db: AsyncSession, session: LiveSession, parts: frozenset[Part]) -> Counts:
    """Rows of these parts, and people as far as nothing that is kept needs them; how many of each."""
    counts: Counts = {}
    gone = parts | parts_of(session.removed)
    if Part.ATTENDANCE in gone:
        await db.execute(update(Member).where(_members_of(session.id)).values(invite_id=None))
    for table in reversed(tables()):
        where = _in_session(table, session.id)
        if where is not None and table.name not in PEOPLE_TABLES and SESSION_TABLES.get(table.name) in parts:
            counts[table.name] = await _delete(db, table, where)
    if Part.ATTENDANCE in gone:
        counts[Member.__tablename__] = await _forget_people(db, session.id)
    session.removed = as_stored(gone)
    db.add(session)
    return counts


def _members_of(session_id: str) -> ColumnElement[bool]:
    return col(Member.session_id) == session_id


async def _forget_people(db: AsyncSession, session_id: str) -> int:
    """Everybody but hosts and those whose messages are kept."""
    writers = select(col(ChatMessage.member_id)).where(col(ChatMessage.session_id) == session_id)
    leaving = and_(_members_of(session_id), col(Member.role) != Role.HOST, col(Member.id).not_in(writers))
    seats = delete(MemberBrowser).where(
        col(MemberBrowser.member_id).in_(select(col(Member.id)).where(leaving))
    )
    await db.execute(seats)
    return cast("CursorResult[Any]", await db.execute(delete(Member).where(leaving))).rowcount


async def past_their_time(
    db: AsyncSession, after: str, *, only_with_wish: bool, most: int = BATCH
) -> Sequence[LiveSession]:
    """Sessions that are over, by id. only_with_wish: those with keep_days that still have something."""
    query = select(LiveSession).where(
        col(LiveSession.ended_at).is_not(None),
        col(LiveSession.id) > after,
    )
    if only_with_wish:
        wish = col(LiveSession.keep_days).is_not(None), col(LiveSession.removed) != as_stored(ALL_PARTS)
        query = query.where(*wish)
    return (await db.scalars(query.order_by(col(LiveSession.id)).limit(most))).all()


async def recorded_on(db: AsyncSession, machine: str) -> Sequence[LiveSession]:
    """Sessions that are over with recordings on this machine."""
    there = select(col(Recording.session_id)).where(is_on(machine))
    query = select(LiveSession).where(col(LiveSession.ended_at).is_not(None), col(LiveSession.id).in_(there))
    return (await db.scalars(query)).all()


async def delete_leftovers(db: AsyncSession, now: datetime, logs_before: datetime) -> Counts:
    """What served its time and belongs to no session or person any more; how many of each."""
    day_ago = now - timedelta(days=1)
    never_joined = or_(
        and_(col(Connection.member_id).is_(None), col(Connection.observer_id) == ""),
        col(Connection.connected_at).is_(None),
    )
    unknown = col(WebhookEvent.session_id).not_in(select(col(LiveSession.id)))
    done = col(WebhookEvent.processed_at).is_not(None)
    too_old: dict[str, ColumnElement[bool]] = {
        Connection.__tablename__: and_(
            never_joined, col(Connection.created_at) <= day_ago, ~col(Connection.present)
        ),
        WebhookEvent.__tablename__: and_(done, or_(col(WebhookEvent.received_at) <= logs_before, unknown)),
        OutgoingEvent.__tablename__: and_(col(OutgoingEvent.created_at) <= logs_before, ~_still_waits()),
        Login.__tablename__: col(Login.used_at) <= now - LOGIN_LIFE,
        OneTimeLink.__tablename__: col(OneTimeLink.expires_at) <= now,
        ExternalTry.__tablename__: col(ExternalTry.created_at) <= now - TRY_LIFE,
    }
    known = SQLModel.metadata.tables
    return {name: await _delete(db, known[name], where) for name, where in too_old.items()}


def _still_waits() -> ColumnElement[bool]:
    """To be told to a webhook that is on; one that is off waits for nothing for ever."""
    waiting = (
        select(col(Delivery.event_id))
        .join(WebhookEndpoint, col(WebhookEndpoint.id) == col(Delivery.endpoint_id))
        .where(
            col(Delivery.event_id) == col(OutgoingEvent.id),
            col(Delivery.state) == DeliveryState.WAITING,
            col(WebhookEndpoint.enabled),
        )
    )
    return waiting.exists()


async def last_run(db: AsyncSession, name: str) -> datetime | None:
    found = await db.get(NightlyRun, name)
    return found.finished_at if found else None


async def note_run(db: AsyncSession, name: str, at: datetime) -> None:
    await db.merge(NightlyRun(id=name, finished_at=at))


async def summary(db: AsyncSession, session_id: str) -> Counts:
    """How many rows each table has of this session."""
    counts: Counts = {}
    for table in tables():
        if (where := _in_session(table, session_id)) is not None:
            query = select(func.count()).select_from(table).where(where)
            counts[table.name] = (await db.execute(query)).scalar_one()
    return counts


def of_session(session_id: str) -> list[tuple[Table, ColumnElement[bool]]]:
    """All tables with rows of this session, and what picks them."""
    found = ((table, _in_session(table, session_id)) for table in tables())
    return [(table, where) for table, where in found if where is not None]


def of_account(account_id: str) -> list[tuple[Table, ColumnElement[bool]]]:
    """All tables with rows that name this account or a seat of its, and what picks them."""
    seats = select(col(Member.id)).where(col(Member.account_id) == account_id)
    sessions = select(col(Member.session_id)).where(col(Member.account_id) == account_id)
    found = []
    for table in tables():
        by_account = [c == account_id for c in table.c if c.name in ACCOUNT_COLUMNS]
        by_seat = [c.in_(seats) for c in table.c if c.name in MEMBER_COLUMNS]
        whole = {"account": account_id}.get(table.name)
        own = [table.c.id == whole] if whole else []
        own += [table.c.id.in_(sessions)] if table.name == LiveSession.__tablename__ else []
        if by_account or by_seat or own:
            found.append((table, or_(*by_account, *by_seat, *own)))
    return found


def of_seat(member_id: str, session_id: str) -> list[tuple[Table, ColumnElement[bool]]]:
    """All tables with rows that name this seat, and what picks them; with the session itself.

    What we were told by the media server names his connections, what we tell other systems the seat.
    """
    connections = select(col(Connection.id)).where(col(Connection.member_id) == member_id)
    more = {
        Member.__tablename__: col(Member.id) == member_id,
        LiveSession.__tablename__: col(LiveSession.id) == session_id,
        WebhookEvent.__tablename__: col(WebhookEvent.identity).in_(connections),
        OutgoingEvent.__tablename__: and_(
            col(OutgoingEvent.session_id) == session_id, col(OutgoingEvent.body).contains(member_id)
        ),
    }
    found = []
    for table in tables():
        named = [c == member_id for c in table.c if c.name in MEMBER_COLUMNS]
        named += [more[table.name]] if table.name in more else []
        if named:
            found.append((table, or_(*named)))
    return found


async def cut_ties(db: AsyncSession, account_id: str) -> None:
    """Before an account is deleted: what names it says "" from then on, and names no browser either.

    A seat, a place in a lobby or a series without an account would be whoever's uses the browser next.
    """
    seats = select(col(Member.id)).where(col(Member.account_id) == account_id)
    await db.execute(delete(MemberBrowser).where(col(MemberBrowser.member_id).in_(seats)))
    for table in tables():
        for column in table.c:
            if column.name in ACCOUNT_COLUMNS and not column.foreign_keys:
                forgotten = {c: "" for c in table.c if c is column or c.name == "browser_hash"}
                await db.execute(table.update().where(column == account_id).values(forgotten))


async def rows(db: AsyncSession, table: Table, where: ColumnElement[bool]) -> Rows:
    """In batches, oldest first, without what proves who somebody is."""
    shown = [column for column in table.c if not is_secret(column.name)]
    order = [table.c[name] for name in _IN_TIME if name in table.c] + list(table.primary_key)
    query = select(*shown).where(where).order_by(*order).limit(BATCH)
    start = 0
    while found := (await db.execute(query.offset(start))).mappings().all():
        yield [dict(row) for row in found]
        start += len(found)
