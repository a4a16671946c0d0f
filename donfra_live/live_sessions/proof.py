"""From what an actor brings along to the member he is, looked up in the database each time.

A token, key or browser proves who, never what: the role is the stored member's.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.browser_key import hash_of
from donfra_live.errors import NoProof, NotAllowed, NotFound
from donfra_live.live_sessions import repository
from donfra_live.live_sessions.ports import Tokens
from donfra_live.live_sessions.roles import Permission, may
from donfra_live.live_sessions.views import Actor
from donfra_live.models import LiveSession, Member


async def get_session(db: AsyncSession, session_id: str) -> LiveSession:
    """Raises NotFound."""
    if (session := await repository.find(db, session_id)) is None:
        raise NotFound
    return session


async def find_member(db: AsyncSession, tokens: Tokens, actor: Actor, session_id: str) -> Member | None:
    """The member this actor is in this session. A proof given outright counts before the browser's.

    Raises:
        NotAllowed: a token or key was given that is not of this session.
    """
    if actor.key:
        found = await repository.member_by_key(db, session_id, hash_of(actor.key))
    elif actor.bearer:
        claimed = tokens.identity_of(actor.bearer)
        found = None
        if claimed and claimed[0] == session_id:
            found = await repository.member_by_identity(db, session_id, claimed[1])
    else:
        return await repository.member_by_browser(db, session_id, actor.browser) if actor.browser else None
    if found is None:
        raise NotAllowed("This key or token is not valid for this session.")
    return found


async def require(
    db: AsyncSession, tokens: Tokens, actor: Actor, session_id: str, permission: Permission
) -> Member:
    """Raises NoProof when nobody is proven, NotAllowed when he may not."""
    member = await find_member(db, tokens, actor, session_id)
    if member is None:
        raise NoProof
    if not may(member.role, permission):
        raise NotAllowed
    return member
