"""Routes of the chat; members only."""

from typing import Annotated

from fastapi import APIRouter, Query

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.live import SessionId, with_key
from donfra_live.api.schemas import ErrorAnswer, MessageInfo, Messages, PostMessage
from donfra_live.live_sessions.views import Message

router = APIRouter(
    prefix="/api/live",
    tags=["chat"],
    responses={status: {"model": ErrorAnswer} for status in (401, 403, 404, 409, 413, 422, 429)},
)


def _info(message: Message) -> MessageInfo:
    return MessageInfo(
        number=message.number,
        member_id=message.member_id,
        author_name=message.author_name,
        text=message.text,
        sent_at=message.sent_at,
        client_id=message.client_id,
    )


@router.get("/{session_id}/messages")
async def history(
    session_id: SessionId,
    actor: ActorDep,
    services: ServicesDep,
    after: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> Messages:
    """Messages with a number above `after`, oldest first, 500 at most."""
    return Messages(messages=[_info(m) for m in await services.chat.history(actor, session_id, after=after)])


@router.post("/{session_id}/messages", status_code=201)
async def post(
    session_id: SessionId, body: PostMessage, actor: ActorDep, services: ServicesDep
) -> MessageInfo:
    """Sends a message to everybody in the session. The same `client_id` again is no second message."""
    actor = with_key(actor, body.member_key)
    return _info(await services.chat.post(actor, session_id, text=body.text, client_id=body.client_id))
