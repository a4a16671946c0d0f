"""LiveKit Egress by way of the media server: the Egresses of recorder/egresses.py."""

from livekit import api

from donfra_live.errors import MediaServerAway, NotFound
from donfra_live.livekit_gateway.client import LiveKitClient
from donfra_live.recorder.egresses import EgressFacts, EgressState, NoAnswer
from donfra_live.recorder.segments import SECONDS, prefix_of

# LiveKit looks several times for an Egress that has processors free before it says that there is none.
START_SECONDS = 12.0
NO_REDIS = (
    "Nothing can be recorded: the media server is not connected to LiveKit Egress (it needs Redis). "
    "Ask the operator of this place."
)
NONE_FREE = (
    "No LiveKit Egress is free to record. Try again in a minute. "
    "If it stays so, ask the operator of this place."
)
REFUSES = "LiveKit Egress refuses to record: {}. Ask the operator of this place."
_STATES = {
    api.EgressStatus.EGRESS_STARTING: EgressState.STARTING,
    api.EgressStatus.EGRESS_ACTIVE: EgressState.ACTIVE,
    api.EgressStatus.EGRESS_ENDING: EgressState.ENDING,
    api.EgressStatus.EGRESS_COMPLETE: EgressState.COMPLETE,
    api.EgressStatus.EGRESS_FAILED: EgressState.FAILED,
    api.EgressStatus.EGRESS_ABORTED: EgressState.ABORTED,
    api.EgressStatus.EGRESS_LIMIT_REACHED: EgressState.LIMIT_REACHED,
}
_NANO = 1e9


def _facts(info: api.EgressInfo) -> EgressFacts:
    pieces = info.segment_results[0] if info.segment_results else api.SegmentsInfo()
    error = info.error or info.details
    return EgressFacts(info.egress_id, _STATES[info.status], pieces.started_at / _NANO, error)


def _writes(info: api.EgressInfo, playlist: str) -> bool:
    return playlist in {
        *(output.playlist_name for output in info.room_composite.segment_outputs),
        *(result.playlist_name for result in info.segment_results),
    }


def _explained(error: MediaServerAway) -> MediaServerAway:
    """Why LiveKit has no Egress for us; as it was when the media server itself is away."""
    cause = error.__cause__
    if isinstance(cause, api.TwirpError) and cause.status >= 500:
        if "redis required" in cause.message:
            return MediaServerAway(NO_REDIS)
        return MediaServerAway(NONE_FREE if cause.code == "unavailable" else REFUSES.format(cause.message))
    if cause is None or isinstance(cause, api.TwirpError):
        return error
    return NoAnswer(NONE_FREE if isinstance(cause, TimeoutError) else error.sentence)


class LiveKitEgress:
    def __init__(self, client: LiveKitClient) -> None:
        self._client = client

    async def check(self, session_id: str = "") -> None:
        """Raises MediaServerAway with what is wrong, where the server knows no Egress at all."""
        request = api.ListEgressRequest(room_name=session_id, active=True)
        try:
            await self._client.call(lambda lk: lk.egress.list_egress(request))
        except api.TwirpError as error:
            raise MediaServerAway(REFUSES.format(error.message)) from error
        except MediaServerAway as error:
            raise _explained(error) from error

    async def start(self, session_id: str, playlist: str, *, grid: bool, audio_only: bool) -> str:
        output = api.SegmentedFileOutput(
            protocol=api.SegmentedFileProtocol.HLS_PROTOCOL,
            filename_prefix=prefix_of(playlist),
            playlist_name=playlist,
            segment_duration=SECONDS,
            disable_manifest=True,
        )
        request = api.RoomCompositeEgressRequest(
            room_name=session_id,
            layout="grid" if grid else "speaker",
            audio_only=audio_only,
            preset=api.EncodingOptionsPreset.H264_720P_30,
            segment_outputs=[output],
        )
        # Without Redis a start is not refused but never answered. And a connection that the server has closed
        # meanwhile is found out here, not by a start that runs twice.
        await self.check(session_id)
        try:
            info = await self._client.call(
                lambda lk: lk.egress.start_room_composite_egress(request), START_SECONDS
            )
        except api.TwirpError as error:
            if error.code == "not_found":
                raise NotFound from error
            if error.code == "deadline_exceeded":
                raise NoAnswer(NONE_FREE) from error
            why = NONE_FREE if error.code == "resource_exhausted" else REFUSES.format(error.message)
            raise MediaServerAway(why) from error
        except MediaServerAway as error:
            raise _explained(error) from error
        return info.egress_id

    async def stop(self, egress_id: str) -> None:
        request = api.StopEgressRequest(egress_id=egress_id)
        try:
            await self._client.call(lambda lk: lk.egress.stop_egress(request))
        except api.TwirpError as error:
            if error.code not in {"not_found", "failed_precondition"}:
                raise MediaServerAway from error

    async def facts(self, egress_id: str) -> EgressFacts | None:
        found = await self._list(api.ListEgressRequest(egress_id=egress_id))
        return _facts(found[0]) if found else None

    async def find(self, session_id: str, playlist: str) -> EgressFacts | None:
        found = await self._list(api.ListEgressRequest(room_name=session_id))
        return next((_facts(info) for info in found if _writes(info, playlist)), None)

    async def _list(self, request: api.ListEgressRequest) -> list[api.EgressInfo]:
        try:
            answer = await self._client.call(lambda lk: lk.egress.list_egress(request))
        except api.TwirpError as error:
            if error.code == "not_found":
                return []
            raise MediaServerAway from error
        return list(answer.items)

    async def is_in_room(self, session_id: str, egress_id: str) -> bool:
        who = api.RoomParticipantIdentity(room=session_id, identity=egress_id)
        try:
            await self._client.call(lambda lk: lk.room.get_participant(who))
        except api.TwirpError as error:
            if error.code == "not_found":
                return False
            raise MediaServerAway from error
        return True

    async def has_room(self, session_id: str) -> bool:
        names = api.ListRoomsRequest(names=[session_id])
        answer = await self._client.call(lambda lk: lk.room.list_rooms(names))
        return bool(answer.rooms)
