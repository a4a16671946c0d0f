"""Routes of recordings: begin, pause, go on, stop, lists, names, marks, captions, and the file itself."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.live import KeyActorDep, SessionId, with_key
from donfra_live.api.people_schemas import Id
from donfra_live.api.recording_schemas import (
    ChangeRecording,
    MarkerInfo,
    OwnRecordings,
    RecordingInfo,
    RecordingList,
    RecordingStarted,
    SetMarker,
    SpaceInfo,
    StartRecording,
    info,
    marker_info,
    shelf_info,
    space_info,
)
from donfra_live.api.schemas import refusals
from donfra_live.api.stored import send

router = APIRouter(prefix="/api", tags=["recordings"], responses=refusals(401, 403, 404, 409, 422))
Number = Annotated[int, Path(ge=1, le=999)]
_VTT = {"requestBody": {"content": {"text/vtt": {"schema": {"type": "string", "format": "binary"}}}}}


@router.post("/live/{session_id}/recordings", status_code=201)
async def start(
    session_id: SessionId, actor: ActorDep, services: ServicesDep, body: StartRecording
) -> RecordingStarted:
    """Begins to record a session that is on air; everybody in it is told. For hosts and co-hosts."""
    view = await services.recordings.start(
        with_key(actor, body.key), session_id, body.layout, body.audio_only, body.tracks
    )
    return RecordingStarted(recording_id=view.id, status=view.status.value)


@router.get("/live/{session_id}/recordings")
async def of_session(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> RecordingList:
    """The recordings of a session, the newest first."""
    views = await services.library.of_session(actor, session_id)
    return RecordingList(recordings=[info(view) for view in views])


@router.get("/live/{session_id}/recordings/space")
async def space(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> SpaceInfo:
    """How much can still be recorded in it, and how much its host's recordings take up already."""
    return space_info(await services.space.of_session(actor, session_id))


@router.get("/recordings")
async def own(
    actor: ActorDep,
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> OwnRecordings:
    """Of all sessions in which the asker is host or co-host, the newest first."""
    return shelf_info(await services.library.own(actor, limit=limit, offset=offset))


@router.get("/recordings/{recording_id}")
async def one(recording_id: Id, actor: ActorDep, services: ServicesDep) -> RecordingInfo:
    """How a recording is: how long, how large, and why it ended by itself."""
    return info(await services.library.one(actor, recording_id))


@router.post("/recordings/{recording_id}/pause")
async def pause(recording_id: Id, actor: KeyActorDep, services: ServicesDep) -> RecordingInfo:
    """Leaves out what follows."""
    return info(await services.recordings.pause(actor, recording_id))


@router.post("/recordings/{recording_id}/resume")
async def resume(recording_id: Id, actor: KeyActorDep, services: ServicesDep) -> RecordingInfo:
    """Goes on after a pause."""
    return info(await services.recordings.resume(actor, recording_id))


@router.post("/recordings/{recording_id}/stop")
async def stop(recording_id: Id, actor: KeyActorDep, services: ServicesDep) -> RecordingInfo:
    """Ends it; within seconds it is ready. A failed one is tried once more with what there is of it."""
    return info(await services.recordings.stop(actor, recording_id))


@router.delete("/recordings/{recording_id}", status_code=204)
async def delete(recording_id: Id, actor: KeyActorDep, services: ServicesDep) -> Response:
    """Removes it with its files, for good. One that runs is refused: stop it first."""
    await services.library.delete(actor, recording_id)
    return Response(status_code=204)


@router.patch("/recordings/{recording_id}")
async def change(
    recording_id: Id, actor: ActorDep, services: ServicesDep, body: ChangeRecording
) -> RecordingInfo:
    """Gives it a title, or lets everybody who was in the session watch it. Fields left out stay."""
    given = body.model_dump(exclude_unset=True, include={"title", "audience"})
    return info(await services.library.change(with_key(actor, body.key), recording_id, **given))


@router.post("/recordings/{recording_id}/markers", status_code=201)
async def mark(recording_id: Id, actor: ActorDep, services: ServicesDep, body: SetMarker) -> MarkerInfo:
    """Marks this moment of a recording that runs, or the second `at` of one that is over."""
    marker = await services.library.mark(
        with_key(actor, body.key), recording_id, title=body.title, at=body.at
    )
    return marker_info(marker)


@router.delete("/recordings/{recording_id}/markers/{marker_id}", status_code=204)
async def unmark(recording_id: Id, marker_id: Id, actor: KeyActorDep, services: ServicesDep) -> Response:
    """Takes a mark away."""
    await services.library.unmark(actor, recording_id, marker_id)
    return Response(status_code=204)


@router.put("/recordings/{recording_id}/captions", openapi_extra=_VTT)
async def put_captions(
    recording_id: Id, actor: ActorDep, services: ServicesDep, request: Request
) -> RecordingInfo:
    """The body is a WebVTT file (of MAX_BODY_BYTES at most); an empty one takes the captions away."""
    return info(await services.library.put_captions(actor, recording_id, await request.body()))


@router.get("/recordings/{recording_id}/captions", response_class=FileResponse)
async def captions(recording_id: Id, actor: ActorDep, services: ServicesDep, request: Request) -> Response:
    """The captions as they were given."""
    return await send(await services.library.captions(actor, recording_id), request, "text/vtt")


@router.get("/recordings/{recording_id}/poster", response_class=FileResponse)
async def poster(recording_id: Id, actor: ActorDep, services: ServicesDep, request: Request) -> Response:
    """A picture of it, for players."""
    return await send(await services.library.poster(actor, recording_id), request, "image/jpeg")


@router.get("/recordings/{recording_id}/pictures/{number}", response_class=FileResponse)
async def picture(
    recording_id: Id, number: Number, actor: ActorDep, services: ServicesDep, request: Request
) -> Response:
    """One of the small pictures that are spread over its length; there are 12."""
    return await send(await services.library.picture(actor, recording_id, number), request, "image/jpeg")


@router.get("/recordings/{recording_id}/file", response_class=FileResponse)
async def file(
    recording_id: Id, actor: ActorDep, services: ServicesDep, request: Request, download: bool = False
) -> Response:
    """The file; parts of it by range requests, so that players jump. download: to be kept."""
    found = await services.library.file(actor, recording_id, keep=download)
    return await send(found.content, request, found.kind, name=found.name, keep=download)


@router.get("/recordings/{recording_id}/tracks/{number}", response_class=FileResponse)
async def track(
    recording_id: Id, number: Number, actor: ActorDep, services: ServicesDep, request: Request
) -> Response:
    """One voice, camera or screen of it, to be kept; its number stands in `tracks` of the recording."""
    found = await services.library.track(actor, recording_id, number)
    return await send(found.content, request, found.kind, name=found.name, keep=True)
