"""Queries of recordings."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from donfra_live.live_sessions.repository import is_of
from donfra_live.live_sessions.roles import Permission, Role, may
from donfra_live.models import (
    LiveSession,
    LogEntry,
    Member,
    MemberBrowser,
    Recording,
    RecordingConsent,
    RecordingLink,
    RecordingMarker,
)
from donfra_live.recordings.rules import OVER, RecordingStatus
from donfra_live.recordings.views import Looker


async def find(db: AsyncSession, recording_id: str) -> Recording | None:
    return await db.get(Recording, recording_id)


async def of_session(db: AsyncSession, session_id: str) -> Sequence[Recording]:
    """The newest first."""
    query = select(Recording).where(col(Recording.session_id) == session_id)
    return (await db.scalars(query.order_by(col(Recording.created_at).desc(), col(Recording.id)))).all()


def _recorded_by(browser: str, account: str) -> ColumnElement[bool]:
    """Of sessions in which this browser or account may record."""
    hosts = [role for role in Role if may(role, Permission.RECORD)]
    seat = col(Member.role).in_(hosts), col(Member.banned_at).is_(None)
    return is_of(col(Recording.session_id), browser, account, *seat)


async def of_hosts(
    db: AsyncSession, browser: str, account: str, *, limit: int, offset: int
) -> list[tuple[Recording, str]]:
    """With the titles of their sessions, the newest first."""
    query = select(Recording, col(LiveSession.title)).join(
        LiveSession, col(LiveSession.id) == col(Recording.session_id)
    )
    query = query.where(_recorded_by(browser, account))
    order = (col(Recording.created_at).desc(), col(Recording.id))
    rows = await db.execute(query.order_by(*order).limit(limit).offset(offset))
    return [(row[0], row[1]) for row in rows]


async def space_of_hosts(db: AsyncSession, browser: str, account: str) -> int:
    """Bytes of all of them."""
    return await _space(db, _recorded_by(browser, account))


def _owned_by(browser: str, account: str) -> ColumnElement[bool]:
    """Of sessions whose host is this account; without one, this browser."""
    host = col(Member.role) == Role.HOST, col(Member.banned_at).is_(None)
    return is_of(col(Recording.session_id), "" if account else browser, account, *host)


async def space_of_owner(db: AsyncSession, browser: str, account: str) -> int:
    """Bytes of all recordings of sessions whose host he is."""
    return await _space(db, _owned_by(browser, account))


async def space_of_host(db: AsyncSession, session_id: str) -> int:
    """Bytes of all recordings of all sessions whose host is the one of this session."""
    seats = select(col(Member.account_id), col(MemberBrowser.browser_hash)).join(
        MemberBrowser, col(MemberBrowser.member_id) == col(Member.id), isouter=True
    )
    hosts = seats.where(col(Member.session_id) == session_id, col(Member.role) == Role.HOST)
    owned = [_owned_by(browser or "", account) for account, browser in await db.execute(hosts)]
    return await _space(db, or_(col(Recording.session_id) == session_id, *owned))


async def _space(db: AsyncSession, where: ColumnElement[bool]) -> int:
    size = col(Recording.bytes) + col(Recording.track_bytes)
    return int((await db.scalars(select(func.coalesce(func.sum(size), 0)).where(where))).one())


async def elsewhere(db: AsyncSession, session_id: str, machine: str) -> bool:
    """Whether files of this session are in the data folder of another machine than this one."""
    query = select(col(Recording.id)).where(
        col(Recording.session_id) == session_id,
        col(Recording.machine).not_in(["", machine]),
        col(Recording.stored) == "",
    )
    return (await db.scalars(query.limit(1))).first() is not None


def is_on(machine: str) -> ColumnElement[bool]:
    """Whether its files are in the data folder of this machine."""
    return and_(col(Recording.machine) == machine, col(Recording.stored) == "")


async def forget_own(db: AsyncSession, session_id: str, machine: str) -> None:
    """Those on this machine; what they were stands in the session's log."""
    await db.execute(delete(Recording).where(col(Recording.session_id) == session_id, is_on(machine)))


async def to_move(db: AsyncSession, machine: str) -> Sequence[Recording]:
    """Ready, and still on this machine; the oldest first."""
    query = select(Recording).where(is_on(machine), col(Recording.status) == RecordingStatus.READY)
    return (await db.scalars(query.order_by(col(Recording.created_at)))).all()


async def mark_waiting(db: AsyncSession, machine: str) -> set[str]:
    """The sessions of those that did not wait before."""
    new = is_on(machine), col(Recording.status) == RecordingStatus.READY, col(Recording.waits).is_(False)
    sessions = await db.scalars(select(col(Recording.session_id)).where(*new))
    await db.execute(update(Recording).where(*new).values(waits=True))
    return set(sessions)


async def unfinished(db: AsyncSession, machine: str) -> Sequence[Recording]:
    query = select(Recording).where(
        col(Recording.status).not_in(sorted(OVER)), col(Recording.machine) == machine
    )
    return (await db.scalars(query)).all()


async def markers(db: AsyncSession, recording_ids: Sequence[str]) -> Sequence[RecordingMarker]:
    """Of all these recordings, each in the file's order."""
    query = select(RecordingMarker).where(col(RecordingMarker.recording_id).in_(recording_ids))
    order = (col(RecordingMarker.milliseconds), col(RecordingMarker.created_at))
    return (await db.scalars(query.order_by(*order))).all()


async def link_by_token(db: AsyncSession, token_hash: str) -> RecordingLink | None:
    query = select(RecordingLink).where(col(RecordingLink.token_hash) == token_hash)
    return (await db.scalars(query)).first()


async def links_of(db: AsyncSession, recording_id: str) -> Sequence[RecordingLink]:
    """The newest first."""
    query = select(RecordingLink).where(col(RecordingLink.recording_id) == recording_id)
    return (
        await db.scalars(query.order_by(col(RecordingLink.created_at).desc(), col(RecordingLink.id)))
    ).all()


async def count_opening(db: AsyncSession, link_id: str) -> None:
    query = update(RecordingLink).where(col(RecordingLink.id) == link_id)
    await db.execute(query.values(opened=col(RecordingLink.opened) + 1))


async def end_links_of(db: AsyncSession, member_ids: Collection[str], at: datetime) -> None:
    """That these members made."""
    still = col(RecordingLink.giver_id).in_(member_ids), col(RecordingLink.revoked_at).is_(None)
    await db.execute(update(RecordingLink).where(*still).values(revoked_at=at))


async def consent_of(db: AsyncSession, recording_id: str, member_id: str) -> RecordingConsent | None:
    query = select(RecordingConsent).where(
        col(RecordingConsent.recording_id) == recording_id, col(RecordingConsent.member_id) == member_id
    )
    return (await db.scalars(query)).first()


async def consents_of(db: AsyncSession, recording_id: str) -> Sequence[RecordingConsent]:
    """By name."""
    query = select(RecordingConsent).where(col(RecordingConsent.recording_id) == recording_id)
    return (await db.scalars(query.order_by(col(RecordingConsent.name), col(RecordingConsent.id)))).all()


async def give_consent(
    db: AsyncSession, me: Member, recording: Recording, *, agreed: bool, at: datetime
) -> bool:
    """Stores an answer; whether it is a new one."""
    me.recorded_in = recording.id if agreed else ""
    before = await consent_of(db, recording.id, me.id)
    if before is not None and before.agreed == agreed:
        return False
    row = before or RecordingConsent(
        session_id=recording.session_id,
        recording_id=recording.id,
        member_id=me.id,
        name=me.name,
        agreed=agreed,
    )
    row.agreed, row.at, row.name = agreed, at, me.name
    db.add(row)
    return True


async def has_noted(db: AsyncSession, who: Looker, act: str, detail: str, since: datetime) -> bool:
    query = select(col(LogEntry.id)).where(
        col(LogEntry.session_id) == who.session_id,
        col(LogEntry.member_id) == who.member_id,
        col(LogEntry.target_id) == who.mark,
        col(LogEntry.act) == act,
        col(LogEntry.detail) == detail,
        col(LogEntry.at) >= since,
    )
    return (await db.scalars(query.limit(1))).first() is not None


async def forget(db: AsyncSession, recording_id: str, log_entry: str) -> None:
    await db.execute(delete(LogEntry).where(col(LogEntry.id) == log_entry))
    await db.execute(delete(Recording).where(col(Recording.id) == recording_id))


def note(db: AsyncSession, me: Member, act: str, recording: Recording, *, at: datetime) -> str:
    """Into the session's log; the entry's id."""
    return note_look(db, Looker(me.session_id, me.id, me.name), act, recording, at=at)


def note_look(db: AsyncSession, who: Looker, act: str, recording: Recording, *, at: datetime) -> str:
    entry = LogEntry(
        session_id=who.session_id,
        member_id=who.member_id,
        actor_name=who.name,
        act=act,
        at=at,
        target_id=who.mark,
        detail=called(recording),
    )
    db.add(entry)
    return entry.id


def called(recording: Recording) -> str:
    """How the log calls it: one of several."""
    return recording.title or ("sound only" if recording.audio_only else str(recording.layout))
