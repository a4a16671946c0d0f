"""The two questions of every act of moderation: may this actor do it, and to this member."""

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.errors import NotAllowed, NotFound
from donfra_live.live_sessions.ports import Tokens
from donfra_live.live_sessions.proof import lock_session, must_not_be_over, require
from donfra_live.live_sessions.roles import Permission, outranks
from donfra_live.live_sessions.rules import clean_id
from donfra_live.live_sessions.views import Actor
from donfra_live.models import LiveSession, Member
from donfra_live.moderation import repository


async def acting(
    db: AsyncSession,
    tokens: Tokens,
    actor: Actor,
    session_id: str,
    permission: Permission,
    *,
    even_ended: bool = False,
) -> tuple[LiveSession, Member]:
    """The session, and who acts in it; one act at a time, so that two moderators do not cross.

    Raises:
        NotFound, NoProof, NotAllowed, SessionEnded, SessionCancelled.
    """
    session = await lock_session(db, session_id)
    me = await require(db, tokens, actor, session_id, permission)
    if not even_ended:
        must_not_be_over(session)
    return session, me


async def find_target(db: AsyncSession, session_id: str, member_id: object) -> Member:
    """Raises NotFound."""
    found = await repository.member(db, session_id, clean_id(member_id))
    if found is None:
        raise NotFound("There is no such person in this session.")
    return found


async def find_below(db: AsyncSession, me: Member, member_id: object) -> Member:
    """Somebody over whom this member may decide. Raises NotFound, NotAllowed."""
    found = await find_target(db, me.session_id, member_id)
    if not outranks(me.role, found.role):
        raise NotAllowed(f"You cannot do this to {found.name}: the role is not below your own.")
    return found
