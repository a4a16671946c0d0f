"""Every query about dates, series, calendars and reminders; and what lists of sessions share of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select, update

from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.states import COMING, OVER, SessionStatus
from donfra_live.models import Account, CalendarFeed, LiveSession, Member, Reminder, Series

_AT_ONCE = 50
_CALENDAR_LENGTH = 500


def is_next_or_alone() -> ColumnElement[bool]:
    """Of a series only the coming one that is next: a list of eight weeks of it would hide the others."""
    other = aliased(LiveSession)
    first = (
        select(func.min(col(other.starts_at)))
        .where(col(other.series_id) == col(LiveSession.series_id), col(other.status).in_(COMING))
        .correlate(LiveSession)
        .scalar_subquery()
    )
    return or_(
        col(LiveSession.series_id).is_(None),
        col(LiveSession.status).not_in(COMING),
        col(LiveSession.starts_at) == first,
    )


def by_date() -> tuple[ColumnElement[Any], ...]:
    """Those without a date or over: the newest first; then those to come, the next first."""
    coming = case((col(LiveSession.status).in_(OVER), None), else_=col(LiveSession.starts_at))
    return coming.is_not(None), coming, col(LiveSession.created_at).desc()


async def to_open(db: AsyncSession, now: datetime) -> Sequence[str]:
    query = select(LiveSession.id).where(
        LiveSession.status == SessionStatus.SCHEDULED, col(LiveSession.opens_at) <= now
    )
    return (await db.scalars(query.limit(_AT_ONCE))).all()


async def to_begin(db: AsyncSession, now: datetime) -> Sequence[str]:
    """Open ones that go on air by themselves and are not past their planned end."""
    query = select(LiveSession.id).where(
        LiveSession.status == SessionStatus.OPEN,
        col(LiveSession.starts_itself),
        col(LiveSession.starts_at) <= now,
        col(LiveSession.ends_at) > now,
    )
    return (await db.scalars(query.limit(_AT_ONCE))).all()


async def missed(db: AsyncSession, ended_before: datetime) -> Sequence[str]:
    """Open ones with a date that nobody has begun."""
    query = select(LiveSession.id).where(
        LiveSession.status == SessionStatus.OPEN, col(LiveSession.ends_at) < ended_before
    )
    return (await db.scalars(query.limit(_AT_ONCE))).all()


async def too_long(db: AsyncSession, live_before: datetime) -> Sequence[str]:
    query = select(LiveSession.id).where(
        LiveSession.status == SessionStatus.LIVE, col(LiveSession.live_at) < live_before
    )
    return (await db.scalars(query.limit(_AT_ONCE))).all()


async def remind_again(db: AsyncSession, session_id: str) -> None:
    """Its date has changed or is called off: who was reminded is told of that too."""
    query = update(Reminder).where(col(Reminder.session_id) == session_id)
    await db.execute(query.values(sent_at=None, tries=0))


async def series(db: AsyncSession, series_id: str) -> Series | None:
    return await db.get(Series, series_id)


async def locked_series(db: AsyncSession, series_id: str) -> Series | None:
    """One at a time makes or changes the dates of a series."""
    query = select(Series).where(Series.id == series_id).with_for_update()
    return (await db.scalars(query.execution_options(populate_existing=True))).first()


async def leave_out(db: AsyncSession, series_id: str, day: str) -> None:
    """A date that was deleted is one of the series no more, so that it is not made again."""
    if (series := await locked_series(db, series_id)) is not None:
        series.exceptions = ",".join(sorted({*filter(None, series.exceptions.split(",")), day}))
        series.version += 1


async def series_to_make(db: AsyncSession, made_before: datetime) -> Sequence[str]:
    """Series whose dates have not become sessions far enough ahead."""
    due = or_(col(Series.made_until).is_(None), col(Series.made_until) < made_before)
    query = select(Series.id).where(col(Series.cancelled_at).is_(None), due)
    return (await db.scalars(query.limit(_AT_ONCE))).all()


async def dates_of(db: AsyncSession, series_id: str) -> Sequence[LiveSession]:
    """The sessions of a series, first date first."""
    query = select(LiveSession).where(LiveSession.series_id == series_id).order_by(col(LiveSession.starts_at))
    return (await db.scalars(query)).all()


async def series_of_account(db: AsyncSession, account_id: str) -> Sequence[Series]:
    query = select(Series).where(Series.account_id == account_id).order_by(col(Series.created_at).desc())
    return (await db.scalars(query.limit(_CALENDAR_LENGTH))).all()


async def planned_of_account(db: AsyncSession, account_id: str, since: datetime) -> Sequence[LiveSession]:
    """Sessions with a date in which this account has a seat, but those of its own series."""
    seats = select(Member.session_id).where(Member.account_id == account_id, col(Member.banned_at).is_(None))
    own = select(Series.id).where(Series.account_id == account_id)
    query = (
        select(LiveSession)
        .where(
            col(LiveSession.id).in_(seats),
            col(LiveSession.starts_at) > since,
            or_(col(LiveSession.series_id).is_(None), col(LiveSession.series_id).not_in(own)),
        )
        .order_by(col(LiveSession.starts_at).desc())
        .limit(_CALENDAR_LENGTH)
    )
    return (await db.scalars(query)).all()


async def feed_of(db: AsyncSession, account_id: str) -> CalendarFeed | None:
    return await db.get(CalendarFeed, account_id)


async def feed_by_token(db: AsyncSession, token_hash: str) -> CalendarFeed | None:
    """Of an account that is not disabled."""
    query = (
        select(CalendarFeed)
        .join(Account, col(Account.id) == col(CalendarFeed.account_id))
        .where(CalendarFeed.token_hash == token_hash, col(Account.disabled).is_(False))
    )
    return (await db.scalars(query)).first()


@dataclass(frozen=True)
class DueReminder:
    """Whom to remind of what, or to tell that it is called off."""

    id: str
    session_id: str
    title: str
    starts_at: datetime
    time_zone: str
    email: str
    name: str
    called_off: bool


async def reminder(db: AsyncSession, session_id: str, account_id: str) -> Reminder | None:
    query = select(Reminder).where(Reminder.session_id == session_id, Reminder.account_id == account_id)
    return (await db.scalars(query)).first()


async def remind_hosts(db: AsyncSession, now: datetime, until: datetime) -> None:
    """Hosts with an account get a reminder of what starts in this time."""
    known = select(Reminder.id).where(
        col(Reminder.session_id) == col(Member.session_id), col(Reminder.account_id) == col(Member.account_id)
    )
    query = (
        select(Member.session_id, Member.account_id)
        .join(LiveSession, col(LiveSession.id) == col(Member.session_id))
        .join(Account, col(Account.id) == col(Member.account_id))
        .where(
            col(LiveSession.status).in_(COMING),
            col(LiveSession.starts_at) > now,
            col(LiveSession.starts_at) <= until,
            Member.role == Role.HOST,
            ~known.exists(),
        )
        .distinct()
    )
    for session_id, account_id in (await db.execute(query)).all():
        db.add(Reminder(session_id=session_id, account_id=account_id))


async def due_reminders(
    db: AsyncSession, after: datetime, until: datetime, called_off_after: datetime, most_tries: int
) -> list[DueReminder]:
    """What starts between after and until, and what is still ahead and was called off lately."""
    soon = and_(col(LiveSession.status).in_(COMING), col(LiveSession.starts_at) <= until)
    called_off = and_(
        col(LiveSession.status) == SessionStatus.CANCELLED, col(LiveSession.ended_at) > called_off_after
    )
    query = (
        select(Reminder.id, LiveSession, Account)
        .join(LiveSession, col(LiveSession.id) == col(Reminder.session_id))
        .join(Account, col(Account.id) == col(Reminder.account_id))
        .where(
            col(Reminder.sent_at).is_(None),
            col(Reminder.tries) < most_tries,
            col(LiveSession.starts_at) > after,
            or_(soon, called_off),
            col(Account.disabled).is_(False),
        )
        .limit(_AT_ONCE)
    )
    return [
        DueReminder(
            row,
            s.id,
            s.title,
            s.starts_at or after,
            s.time_zone,
            a.email,
            a.name,
            called_off=s.status == SessionStatus.CANCELLED,
        )
        for row, s, a in (await db.execute(query)).all()
    ]


async def claim(db: AsyncSession, reminder_id: str, at: datetime) -> bool:
    """False: another worker sends it, or it is not wanted any more."""
    query = update(Reminder).where(col(Reminder.id) == reminder_id, col(Reminder.sent_at).is_(None))
    return bool((await db.scalars(query.values(sent_at=at).returning(col(Reminder.id)))).all())


async def give_back(db: AsyncSession, reminder_id: str) -> None:
    """It could not be sent."""
    query = update(Reminder).where(col(Reminder.id) == reminder_id)
    await db.execute(query.values(sent_at=None, tries=col(Reminder.tries) + 1))
