"""Every query about sessions, members and connections."""

import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Insert, bindparam, false, func, insert, or_, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import SQLModel, col, select, update

from donfra_live.accounts.rules import AccountRole
from donfra_live.at_once import Work
from donfra_live.browser_key import hash_for
from donfra_live.live_sessions.entrance import Entrance
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.states import OVER, SessionStatus, current_of
from donfra_live.models import (
    Account,
    ChatMessage,
    Connection,
    Invite,
    LiveSession,
    Member,
    MemberBrowser,
    WaitingPerson,
    WebhookEvent,
)
from donfra_live.models.base import new_id
from donfra_live.scheduling.repository import by_date, dates_of, is_next_or_alone

_LIST_LENGTH = 50


Row = TypeVar("Row", Connection, ChatMessage, Invite, Member, WaitingPerson)


async def find_in(db: AsyncSession, table: type[Row], session_id: str, row_id: str) -> Row | None:
    """The row of this id if it belongs to this session."""
    found = await db.get(table, row_id)
    return found if found is not None and found.session_id == session_id else None


async def find(db: AsyncSession, session_id: str) -> LiveSession | None:
    return await db.get(LiveSession, session_id)


_SESSIONS = SQLModel.metadata.tables[str(LiveSession.__tablename__)]
ENTRANCE = select(*(_SESSIONS.c[field.name] for field in fields(Entrance))).where(
    _SESSIONS.c.id == bindparam("session_id")
)


async def entrance(db: AsyncSession, session_id: str) -> Entrance | None:
    row = (await db.execute(ENTRANCE, {"session_id": session_id})).first()
    return Entrance(*row) if row is not None else None


async def current_in_series(db: AsyncSession, series_id: str) -> LiveSession | None:
    """The date that a series' link leads to."""
    return current_of(await dates_of(db, series_id))


async def lock(db: AsyncSession, session_id: str) -> LiveSession | None:
    """The session, for one transaction at a time; joins and messages go on meanwhile."""
    query = (
        select(LiveSession)
        .where(LiveSession.id == session_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return (await db.scalars(query)).first()


async def live(db: AsyncSession) -> Sequence[LiveSession]:
    return (await db.scalars(select(LiveSession).where(LiveSession.status == SessionStatus.LIVE))).all()


# Built once: to build it takes several times as long as to ask it.
_LISTED = (
    select(LiveSession)
    .where(col(LiveSession.listed), col(LiveSession.status).not_in(OVER), is_next_or_alone())
    .order_by(col(LiveSession.live_at).is_(None), *by_date())
    .limit(_LIST_LENGTH)
)


async def listed(db: AsyncSession) -> Sequence[LiveSession]:
    """Public sessions that are not over, those on air first; of a series the next one."""
    return (await db.scalars(_LISTED)).all()


def is_of(
    session_id: Mapped[str], browser: str, account: str, *seat: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Whether this browser or account has such a seat in the session; nobody has any.

    A seat of an account is nobody else's, even in the same browser. Two questions, each with an index of
    its own.
    """
    seats = select(col(Member.session_id)).where(*seat)
    by_browser = seats.join(MemberBrowser, col(MemberBrowser.member_id) == col(Member.id)).where(
        col(MemberBrowser.browser_hash) == browser, col(Member.account_id).in_({"", account})
    )
    mine = [by_browser] if browser else []
    mine += [seats.where(col(Member.account_id) == account)] if account else []
    return or_(false(), *(session_id.in_(one) for one in mine))


async def of_actor(
    db: AsyncSession, browser: str, account: str, *, over: bool, limit: int, offset: int = 0
) -> Sequence[LiveSession]:
    """Sessions in which this browser or account has a seat: what is to come by its date, or the latest past.

    Of a series only its next date is to come.
    """
    if not browser and not account:
        return []
    query = select(LiveSession).where(is_of(col(LiveSession.id), browser, account))
    if over:
        query = query.where(col(LiveSession.status).in_(OVER)).order_by(
            col(LiveSession.ended_at).desc(), col(LiveSession.id)
        )
    else:
        query = query.where(col(LiveSession.status).not_in(OVER), is_next_or_alone()).order_by(
            *by_date(), col(LiveSession.id)
        )
    return (await db.scalars(query.limit(limit).offset(offset))).all()


_PEOPLE = (
    select(col(Connection.session_id), func.count(func.distinct(Connection.member_id)))
    .where(col(Connection.session_id).in_(bindparam("sessions", expanding=True)), col(Connection.present))
    .group_by(col(Connection.session_id))
)


async def people(db: AsyncSession, session_ids: Sequence[str]) -> dict[str, int]:
    """Members present now, by session; sessions without any are left out."""
    if not session_ids:
        return {}
    return {row[0]: row[1] for row in await db.execute(_PEOPLE, {"sessions": session_ids})}


@functools.cache
def insert_into(table: type[SQLModel]) -> Insert:
    return insert(SQLModel.metadata.tables[str(table.__tablename__)])


async def _store(db: AsyncSession, table: type[SQLModel], values: Mapping[str, Any]) -> None:
    """Past SQLAlchemy's unit of work, which has nothing to keep of a new row: half the time."""
    await db.run_sync(lambda sync: sync.connection().execute(insert_into(table), values))


async def add(db: AsyncSession, *rows: LiveSession | Member | WaitingPerson) -> None:
    """Stores new rows at once, in this order: half of what the unit of work would take for a join."""
    for row in rows:
        await _store(db, type(row), row.model_dump())


async def connect(db: AsyncSession, connection: Mapping[str, Any]) -> None:
    """A member's new connection, a row of new_connection's."""
    await _store(db, Connection, connection)


SIT = text(
    "INSERT INTO member_browser (id, session_id, browser_hash, member_id)"
    " VALUES (:id, :session, :browser, :member)"
    " ON CONFLICT (browser_hash, session_id) DO UPDATE SET member_id = excluded.member_id"
)


async def sit(db: AsyncSession, session_id: str, browser: str, member_id: str) -> None:
    """Gives this browser the member's seat, and no other of the session."""
    values = {"id": new_id(), "session": session_id, "browser": browser, "member": member_id}
    await db.execute(SIT, values)


async def seat(db: AsyncSession, member: Member, browser: str) -> None:
    """Stores a new member and his browser's claim to the seat."""
    await add(db, member)
    if browser:
        await sit(db, member.session_id, browser, member.id)


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


async def members_by_account(db: AsyncSession, session_id: str, account_id: str) -> Sequence[Member]:
    """The first seat of this account first."""
    query = (
        select(Member)
        .where(Member.account_id == account_id, Member.session_id == session_id)
        .order_by(col(Member.created_at), col(Member.id))
    )
    return (await db.scalars(query)).all()


async def locked_member(db: AsyncSession, member_id: str) -> Member:
    """As it is now, and nobody else changes it before this transaction ends."""
    query = (
        select(Member)
        .where(Member.id == member_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return (await db.scalars(query)).one()


async def member_by_key(db: AsyncSession, session_id: str, key_hash: str) -> Member | None:
    """By his own key, or by the key of the series."""
    hashes = {key_hash, hash_for(key_hash, session_id)}
    query = select(Member).where(Member.session_id == session_id, col(Member.key_hash).in_(hashes))
    return (await db.scalars(query)).first()


async def member_by_identity(db: AsyncSession, session_id: str, identity: str) -> Member | None:
    query = (
        select(Member)
        .join(Connection, col(Connection.member_id) == col(Member.id))
        .where(Connection.id == identity, Connection.session_id == session_id)
    )
    return (await db.scalars(query)).first()


async def connection(db: AsyncSession, session_id: str, identity: str) -> Connection | None:
    return await find_in(db, Connection, session_id, identity)


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


async def identities_of(db: AsyncSession, member_id: str) -> list[str]:
    """LiveKit identities under which this member is in the room, or about to be."""
    query = select(Connection.id).where(Connection.member_id == member_id, col(Connection.left_at).is_(None))
    return list((await db.scalars(query)).all())


async def identities_of_roles(db: AsyncSession, session_id: str, roles: Collection[Role]) -> list[str]:
    query = (
        select(Connection.id)
        .join(Member, col(Member.id) == col(Connection.member_id))
        .where(
            Connection.session_id == session_id,
            col(Connection.left_at).is_(None),
            col(Member.role).in_(roles),
        )
    )
    return list((await db.scalars(query)).all())


def _are_arrivals(session_id: str) -> tuple[ColumnElement[bool], ...]:
    """Hidden connections before Join that are not known to have left."""
    return (
        col(Connection.session_id) == session_id,
        col(Connection.member_id).is_(None),
        col(Connection.observer_id) == "",
        col(Connection.left_at).is_(None),
    )


async def arrivals(db: AsyncSession, session_id: str) -> list[str]:
    """Identities of hidden connections before Join."""
    return list((await db.scalars(select(Connection.id).where(*_are_arrivals(session_id)))).all())


async def present_members(db: AsyncSession, session_id: str) -> set[str]:
    """Ids of the members who are in the room now."""
    query = select(Connection.member_id).where(
        Connection.session_id == session_id, col(Connection.present), col(Connection.member_id).is_not(None)
    )
    return {found for found in await db.scalars(query) if found}


SOMEBODY_THERE = (
    select(Connection.id)
    .where(col(Connection.session_id) == bindparam("session_id"), col(Connection.present))
    .limit(1)
)


async def somebody_there(db: AsyncSession, session_id: str) -> bool:
    """Whether any member is in the room now; cheap however many they are."""
    return (await db.execute(SOMEBODY_THERE, {"session_id": session_id})).first() is not None


async def waiting_arrivals(db: AsyncSession, session_id: str, since: datetime) -> int:
    query = select(func.count()).where(*_are_arrivals(session_id), col(Connection.created_at) > since)
    return (await db.execute(query)).scalar_one()


async def close_connections(db: AsyncSession, session_id: str, at: datetime) -> None:
    await db.execute(
        update(Connection)
        .where(col(Connection.session_id) == session_id, col(Connection.left_at).is_(None))
        .values(left_at=at, present=False)
    )


async def close_connections_of(db: AsyncSession, member_ids: Collection[str], at: datetime) -> list[str]:
    """Their connections count as gone from now on; the LiveKit identities."""
    query = (
        update(Connection)
        .where(col(Connection.member_id).in_(member_ids), col(Connection.left_at).is_(None))
        .values(left_at=at, present=False)
        .returning(col(Connection.id))
    )
    return list((await db.scalars(query)).all())


async def observers(db: AsyncSession, session_id: str) -> int:
    """How many admins watch unseen right now."""
    query = select(func.count()).where(
        Connection.session_id == session_id,
        Connection.observer_id != "",
        col(Connection.connected_at).is_not(None),
        col(Connection.left_at).is_(None),
    )
    return (await db.execute(query)).scalar_one()


async def admins(db: AsyncSession, account_ids: Collection[str]) -> dict[str, str]:
    """Which of these accounts are admins now, with their names."""
    query = select(Account.id, Account.name).where(
        col(Account.id).in_(account_ids), Account.role == AccountRole.ADMIN, col(Account.disabled).is_(False)
    )
    return {row[0]: row[1] for row in await db.execute(query)}


async def administering(db: AsyncSession, member_id: str) -> list[str]:
    """Identities of this member whose tokens administer their room."""
    query = select(Connection.id).where(
        Connection.member_id == member_id, col(Connection.admin), col(Connection.left_at).is_(None)
    )
    return list((await db.scalars(query)).all())


async def ended_with_connections(db: AsyncSession) -> Sequence[str]:
    """Ended sessions in which somebody still counts as present."""
    query = (
        select(LiveSession.id)
        .join(Connection, col(Connection.session_id) == col(LiveSession.id))
        .where(LiveSession.status == SessionStatus.ENDED, col(Connection.left_at).is_(None))
        .distinct()
    )
    return (await db.scalars(query)).all()


_EVENT = select(WebhookEvent.id).where(col(WebhookEvent.id) == bindparam("event_id"))


def keep_event(work: Work, event: Mapping[str, Any]) -> bool:
    """False for one that is kept already, and for one that is done with and of a session that is not ours."""
    known = work.first(_EVENT, {"event_id": event["id"]}) is not None
    done = event["processed_at"] is not None
    if known or (done and work.first(ENTRANCE, {"session_id": event["session_id"]}) is None):
        return False
    work.run(insert_into(WebhookEvent), event)
    return True


async def unprocessed_webhooks(db: AsyncSession) -> Sequence[WebhookEvent]:
    query = (
        select(WebhookEvent)
        .where(col(WebhookEvent.processed_at).is_(None))
        .order_by(col(WebhookEvent.received_at))
    )
    return (await db.scalars(query)).all()
