"""Routes of recordings: begin, pause, go on, stop, lists, and the file itself."""

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.live import KeyActorDep, SessionId, with_key
from donfra_live.api.people_schemas import Id
from donfra_live.api.schemas import Time, WithKey, refusals
from donfra_live.recordings.views import RecordingView

router = APIRouter(prefix="/api", tags=["recordings"], responses=refusals(401, 403, 404, 409, 422))


class StartRecording(WithKey):
    """layout: stage (a shared screen large) or grid."""

    layout: str = Field("stage", max_length=40)
    audio_only: bool = False


class RecordingStarted(BaseModel):
    recording_id: str
    status: str


class GapInfo(BaseModel):
    """At so many seconds of the file so many seconds are missing: the recorder was away."""

    at: float
    lost: float


class RecordingInfo(BaseModel):
    """status: starting, recording, paused, finishing, ready or failed. reason: why it ended by itself."""

    recording_id: str
    session_id: str
    status: str
    seconds: float
    bytes: int
    reason: str
    layout: str
    audio_only: bool
    started_by: str
    created_at: Time
    ended_at: Time | None
    gaps: list[GapInfo]


class RecordingList(BaseModel):
    recordings: list[RecordingInfo]


def _info(view: RecordingView) -> RecordingInfo:
    return RecordingInfo(
        recording_id=view.id,
        session_id=view.session_id,
        status=view.status.value,
        seconds=round(view.seconds, 3),
        bytes=view.bytes,
        reason=view.reason,
        layout=view.layout.value,
        audio_only=view.audio_only,
        started_by=view.started_by,
        created_at=view.created_at,
        ended_at=view.ended_at,
        gaps=[GapInfo(at=gap.at, lost=gap.lost) for gap in view.gaps],
    )


@router.post("/live/{session_id}/recordings", status_code=201)
async def start(
    session_id: SessionId, actor: ActorDep, services: ServicesDep, body: StartRecording
) -> RecordingStarted:
    """Begins to record a session that is on air; everybody in it is told. For hosts and co-hosts."""
    view = await services.recordings.start(
        with_key(actor, body.key), session_id, body.layout, body.audio_only
    )
    return RecordingStarted(recording_id=view.id, status=view.status.value)


@router.get("/live/{session_id}/recordings")
async def of_session(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> RecordingList:
    """The recordings of a session, the newest first."""
    views = await services.recordings.of_session(actor, session_id)
    return RecordingList(recordings=[_info(view) for view in views])


@router.get("/recordings/{recording_id}")
async def one(recording_id: Id, actor: ActorDep, services: ServicesDep) -> RecordingInfo:
    """How a recording is: how long, how large, and why it ended by itself."""
    return _info(await services.recordings.one(actor, recording_id))


@router.post("/recordings/{recording_id}/pause")
async def pause(recording_id: Id, actor: KeyActorDep, services: ServicesDep) -> RecordingInfo:
    """Leaves out what follows."""
    return _info(await services.recordings.pause(actor, recording_id))


@router.post("/recordings/{recording_id}/resume")
async def resume(recording_id: Id, actor: KeyActorDep, services: ServicesDep) -> RecordingInfo:
    """Goes on after a pause."""
    return _info(await services.recordings.resume(actor, recording_id))


@router.post("/recordings/{recording_id}/stop")
async def stop(recording_id: Id, actor: KeyActorDep, services: ServicesDep) -> RecordingInfo:
    """Ends it; within seconds it is ready. A failed one is tried once more with what there is of it."""
    return _info(await services.recordings.stop(actor, recording_id))


@router.delete("/recordings/{recording_id}", status_code=204)
async def delete(recording_id: Id, actor: KeyActorDep, services: ServicesDep) -> Response:
    """Removes it with its files, for good; one that runs is stopped first."""
    await services.recordings.delete(actor, recording_id)
    return Response(status_code=204)


@router.get("/recordings/{recording_id}/file", response_class=FileResponse)
async def file(recording_id: Id, actor: ActorDep, services: ServicesDep) -> FileResponse:
    """The file; parts of it by range requests, so that players jump."""
    found = await services.recordings.file(actor, recording_id)
    return FileResponse(
        found.path,
        media_type=found.kind,
        filename=found.name,
        content_disposition_type="inline",
        headers={"Cache-Control": "private, no-store"},
    )
