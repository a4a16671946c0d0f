"""From what an actor brings along to the member he is, looked up in the database each time.

A token, key or browser proves who, never what: the role is the stored member's.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.accounts import repository as accounts
from donfra_live.browser_key import hash_of
from donfra_live.errors import (
    AccountDisabled,
    NoProof,
    NotAllowed,
    NotFound,
    NotOnAir,
    NotOpenYet,
    Removed,
)
from donfra_live.live_sessions import repository
from donfra_live.live_sessions.entrance import Entrance
from donfra_live.live_sessions.ports import Tokens
from donfra_live.live_sessions.roles import Permission, may, who_may
from donfra_live.live_sessions.states import SessionStatus, why_over
from donfra_live.live_sessions.views import Actor
from donfra_live.models import LiveSession, Member


async def get_session(db: AsyncSession, session_id: str) -> LiveSession:
    """Raises NotFound."""
    if (session := await repository.find(db, session_id)) is None:
        raise NotFound
    return session


async def get_current(db: AsyncSession, session_id: str) -> LiveSession:
    """As get_session, where people come in: the id of a series leads to its current or next date."""
    found = await repository.find(db, session_id) or await repository.current_in_series(db, session_id)
    if found is None:
        raise NotFound
    return found


async def find_entrance(db: AsyncSession, session_id: str) -> LiveSession | Entrance:
    """As get_current, with no more of the session than coming in asks for. Raises NotFound."""
    found = await repository.entrance(db, session_id) or await repository.current_in_series(db, session_id)
    if found is None:
        raise NotFound
    return found


async def lock_session(db: AsyncSession, session_id: str) -> LiveSession:
    """For acts that must not meet another of the same session. Raises NotFound."""
    if (session := await repository.lock(db, session_id)) is None:
        raise NotFound
    return session


def must_not_be_over(session: LiveSession | Entrance) -> None:
    """Raises SessionEnded, SessionCancelled."""
    if over := why_over(session.status):
        raise over


def must_be_there(session: LiveSession | Entrance) -> None:
    """On air, or people may wait at its door. Raises SessionEnded, SessionCancelled, NotOpenYet."""
    must_not_be_over(session)
    if session.status == SessionStatus.SCHEDULED and session.opens_at is not None:
        raise NotOpenYet(session.opens_at)


def must_be_on_air(session: LiveSession | Entrance) -> None:
    """Raises SessionEnded, SessionCancelled, NotOpenYet or NotOnAir."""
    must_be_there(session)
    if session.status != SessionStatus.LIVE:
        raise NotOnAir


async def find_member(db: AsyncSession, tokens: Tokens, actor: Actor, session_id: str) -> Member | None:
    """The member this actor is in this session. A proof given outright counts before browser and account.

    Raises:
        NotAllowed: a token or key was given that is not of this session.
        AccountDisabled: the seat is that of an account that is.
        Removed: he was put out, by whatever of his he is known; a key of another does not help him.
    """
    seats = await _seats(db, actor, session_id)
    if not actor.key and not actor.bearer:
        return seats[0] if seats else None
    found = await _by_proof(db, tokens, actor, session_id)
    if found is None:
        raise NotAllowed("This key or token is not valid for this session.")
    if await accounts.disabled(db, {found.account_id}):
        raise AccountDisabled
    return not_removed(found)


async def _by_proof(db: AsyncSession, tokens: Tokens, actor: Actor, session_id: str) -> Member | None:
    if actor.key:
        return await repository.member_by_key(db, session_id, hash_of(actor.key))
    claimed = tokens.identity_of(actor.bearer)
    if claimed is None:
        return await repository.member_by_key(db, session_id, hash_of(actor.bearer))
    if claimed[0] != session_id:
        return None
    return await repository.member_by_identity(db, session_id, claimed[1])


async def _seats(db: AsyncSession, actor: Actor, session_id: str) -> list[Member]:
    """By account, then by browser. A seat of an account is nobody else's, even in the same browser.

    Raises:
        Removed: one of them was.
    """
    known: list[Member] = []
    if actor.account:
        known += await repository.members_by_account(db, session_id, actor.account)
    if actor.browser:
        seat = await repository.member_by_browser(db, session_id, actor.browser)
        if seat is not None and (seat.banned_at or seat.account_id in {"", actor.account}):
            known.append(seat)
    return [not_removed(member) for member in known]


def not_removed(member: Member) -> Member:
    """Raises Removed."""
    if member.banned_at is not None:
        raise Removed
    return member


def must(member: Member, permission: Permission) -> None:
    """Raises NotAllowed with who may."""
    if not may(member.role, permission):
        raise NotAllowed(f"Only {who_may(permission)} may do this.")


async def require(
    db: AsyncSession, tokens: Tokens, actor: Actor, session_id: str, permission: Permission
) -> Member:
    """Raises NoProof when nobody is proven, NotAllowed when he may not."""
    member = await find_member(db, tokens, actor, session_id)
    if member is None:
        raise NoProof
    must(member, permission)
    return member
