"""Which recording is meant, and whether this person may do that with it."""

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.errors import NotFound
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import require
from donfra_live.live_sessions.roles import Permission, may
from donfra_live.live_sessions.rules import clean_id
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Member, Recording
from donfra_live.recordings import repository
from donfra_live.recordings.rules import is_for

NONE = "There is no such recording."


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


async def to_watch(
    db: AsyncSession, ports: Ports, actor: Actor, recording_id: object
) -> tuple[Recording, Member]:
    """For who may record, and for whom they let watch. Raises NotFound, NoProof, NotAllowed."""
    row = await _found(db, recording_id)
    permission = Permission.WATCH if is_for(row.audience, row.status) else Permission.RECORD
    return row, await require(db, ports.tokens, actor, row.session_id, permission)


def sees_all(member: Member) -> bool:
    return may(member.role, Permission.RECORD)
