"""Routes of what is kept: a session as a zip, or gone for good; a person's own data."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from donfra_live.api.accounts import Id
from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.live import KeyActorDep, SessionId
from donfra_live.api.people_schemas import Deleted
from donfra_live.api.schemas import refusals
from donfra_live.retention.views import Export

router = APIRouter(prefix="/api", tags=["retention"], responses=refusals(401, 403, 404, 409, 422))
PIECE = 256 * 1024


async def _pieces(export: Export) -> AsyncIterator[bytes]:
    """Read away from the event loop; the file, which has no name, goes with the answer."""
    with export.file as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


def _zip(export: Export) -> StreamingResponse:
    """With its length, so that a browser shows how far it is."""
    headers = {
        "Content-Disposition": f'attachment; filename="{export.name}"',
        "Content-Length": str(export.size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_pieces(export), media_type="application/zip", headers=headers)


@router.get("/live/{session_id}/export.zip", response_class=StreamingResponse)
@router.get("/live/{session_id}/export", response_class=StreamingResponse, include_in_schema=False)
async def export_session(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> StreamingResponse:
    """Everything of the session: each table as JSON and CSV, and its files. For its host and for admins."""
    return _zip(await services.retention.export(actor, session_id))


@router.get("/live/{session_id}/members/me/export", response_class=StreamingResponse)
async def export_seat(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> StreamingResponse:
    """What is kept of oneself in this session, as a zip: by his cookie, or member_key as Bearer."""
    return _zip(await services.retention.export_seat(actor, session_id))


@router.delete("/live/{session_id}")
async def delete_session(session_id: SessionId, actor: KeyActorDep, services: ServicesDep) -> Deleted:
    """Deletes a session that is not on air, with everything. For its host and for admins."""
    return Deleted(deleted=await services.retention.delete(actor, session_id))


@router.get("/accounts/me/export", response_class=StreamingResponse)
async def export_own(actor: ActorDep, services: ServicesDep) -> StreamingResponse:
    """Everything that names one's own account, as a zip."""
    return _zip(await services.retention.export_own(actor))


@router.get("/accounts/{account_id}/export", response_class=StreamingResponse)
async def export_person(account_id: Id, actor: ActorDep, services: ServicesDep) -> StreamingResponse:
    """The same for somebody who asks for his data. For admins."""
    return _zip(await services.retention.export_person(actor, account_id))
