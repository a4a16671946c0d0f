"""Routes of the chat; members only."""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.files import Zone, download
from donfra_live.api.live import KeyActorDep, SessionId, with_key
from donfra_live.api.people_schemas import Done, Id, React
from donfra_live.api.schemas import MessageInfo, Messages, PostMessage, refusals
from donfra_live.attendance import export
from donfra_live.live_sessions.views import Message
from donfra_live.sheets import as_csv

router = APIRouter(
    prefix="/api/live",
    tags=["chat"],
    responses=refusals(401, 403, 404, 409, 413, 422, 429),
)


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    TXT = "txt"


def _info(message: Message) -> MessageInfo:
    return MessageInfo(
        message_id=message.id,
        number=message.number,
        member_id=message.member_id,
        author_name=message.author_name,
        text=message.text,
        sent_at=message.sent_at,
        client_id=message.client_id,
        deleted=message.deleted,
    )


@router.get("/{session_id}/messages", response_model=Messages)
async def history(
    session_id: SessionId,
    actor: ActorDep,
    services: ServicesDep,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    search: Annotated[str, Query(max_length=1000)] = "",
    format: Format | None = None,
    zone: Zone = "UTC",
) -> Any:
    """Messages with a number above `after`, oldest first, 500 at most; all with `search` or `format`.

    search: words that must all be in a message or its author's name. format: json, csv and txt are files.
    """
    if format is None and not search:
        found = await services.chat.history(actor, session_id, after=after)
        return Messages(messages=[_info(m) for m in found])
    archive = await services.chat.archive(actor, session_id, search=search)
    return _answer([m for m in archive if m.number > after], format, zone)


def _answer(messages: list[Message], format: Format | None, zone: str) -> Messages | Response:
    if format == Format.CSV:
        sheet = export.chat_sheet(messages, export.zone_of(zone))
        return download(as_csv(sheet), "text/csv; charset=utf-8", "chat.csv")
    if format == Format.TXT:
        text = export.chat_text(messages, export.zone_of(zone))
        return download(text, "text/plain; charset=utf-8", "chat.txt")
    answer = Messages(messages=[_info(m) for m in messages])
    if format is None:
        return answer
    return download(answer.model_dump_json(indent=2).encode(), "application/json", "chat.json")


@router.post("/{session_id}/messages", status_code=201)
async def post(
    session_id: SessionId, body: PostMessage, actor: ActorDep, services: ServicesDep
) -> MessageInfo:
    """Sends a message to everybody in the session. The same `client_id` again is no second message."""
    actor = with_key(actor, body.key)
    return _info(await services.chat.post(actor, session_id, text=body.text, client_id=body.client_id))


@router.delete("/{session_id}/messages/{message_id}")
async def delete(
    session_id: SessionId, message_id: Id, actor: KeyActorDep, services: ServicesDep
) -> MessageInfo:
    """Takes a message's text away for everybody. One's own, or any for hosts and co-hosts."""
    return _info(await services.chat.delete(actor, session_id, message_id))


@router.post("/{session_id}/reactions", status_code=202)
async def react(session_id: SessionId, body: React, actor: ActorDep, services: ServicesDep) -> Done:
    """Shows a reaction to everybody for a moment; it is not kept."""
    await services.chat.react(with_key(actor, body.key), session_id, body.reaction)
    return Done()
