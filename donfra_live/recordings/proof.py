"""Which recording is meant, and whether this person may do that with it."""

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.browser_key import hash_of
from donfra_live.errors import AccountDisabled, LinkNotValid, NoProof, NotAllowed, NotFound, Removed
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import require
from donfra_live.live_sessions.roles import Permission, may
from donfra_live.live_sessions.rules import clean_id
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Member, Recording
from donfra_live.recordings import repository
from donfra_live.recordings.link_rules import NO_LINK, check_link
from donfra_live.recordings.rules import is_for
from donfra_live.recordings.views import Looker

NONE = "There is no such recording."
# How the log calls somebody of whom only the link is known.
BY_LINK = "Somebody with a link"


async def _found(db: AsyncSession, recording_id: object) -> Recording:
    row = await repository.find(db, clean_id(recording_id))
    if row is None:
        raise NotFound(NONE)
    return row


async def mine(
    db: AsyncSession, ports: Ports, actor: Actor, recording_id: object
) -> tuple[Recording, Member]:
    """For who may record. Raises NotFound, NoProof, NotAllowed."""
    row = await _found(db, recording_id)
    return row, await require(db, ports.tokens, actor, row.session_id, Permission.RECORD)


async def in_it(
    db: AsyncSession, ports: Ports, actor: Actor, recording_id: object
) -> tuple[Recording, Member]:
    """For everybody who is in its session. Raises NotFound, NoProof, NotAllowed."""
    row = await _found(db, recording_id)
    return row, await require(db, ports.tokens, actor, row.session_id, Permission.WATCH)


async def to_watch(
    db: AsyncSession, ports: Ports, actor: Actor, recording_id: object
) -> tuple[Recording, Member]:
    """For who may record, and for whom they let watch. Raises NotFound, NoProof, NotAllowed."""
    row = await _found(db, recording_id)
    permission = Permission.WATCH if is_for(row.audience, row.status) else Permission.RECORD
    return row, await require(db, ports.tokens, actor, row.session_id, permission)


async def own_right(db: AsyncSession, ports: Ports, actor: Actor, recording_id: object) -> Member | None:
    """Who watches without a link. Raises NotFound; Removed, AccountDisabled: links are for all but those."""
    try:
        return (await to_watch(db, ports, actor, recording_id))[1]
    except (NoProof, NotAllowed) as refusal:
        if isinstance(refusal, Removed | AccountDisabled):
            raise
        return None


async def to_play(
    db: AsyncSession, ports: Ports, actor: Actor, recording_id: object
) -> tuple[Recording, Looker]:
    """As to_watch, and for who has a link to it. Raises NotFound, NoProof, NotAllowed, LinkNotValid."""
    if not actor.watch:
        row, me = await to_watch(db, ports, actor, recording_id)
        return row, Looker(row.session_id, me.id, me.name)
    row = await _found(db, recording_id)
    if member := await own_right(db, ports, actor, recording_id):
        return row, Looker(row.session_id, member.id, member.name)
    link = await repository.link_by_token(db, hash_of(actor.watch))
    if link is None or link.recording_id != row.id:
        raise LinkNotValid(NO_LINK)
    check_link(link.expires_at, link.revoked_at, ports.clock())
    return row, Looker(row.session_id, None, BY_LINK, hash_of(f"{link.id} {actor.browser}")[:36])


def sees_all(member: Member) -> bool:
    return may(member.role, Permission.RECORD)
