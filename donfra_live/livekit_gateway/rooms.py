"""Rooms and participants through LiveKit's RoomService: the RoomGateway of live_sessions/ports.py."""

from collections.abc import Sequence
from datetime import UTC, datetime

from livekit import api

from donfra_live.live_sessions.ports import ParticipantFacts, RoomFacts
from donfra_live.live_sessions.projection import Projection
from donfra_live.live_sessions.roles import Grants
from donfra_live.livekit_gateway.client import LiveKitClient

# A live session without anybody ends by our own rule, so LiveKit's timeouts only have to be longer.
EMPTY_TIMEOUT, DEPARTURE_TIMEOUT = 24 * 3600, 24 * 3600
_SOURCES = {
    "camera": api.TrackSource.CAMERA,
    "microphone": api.TrackSource.MICROPHONE,
    "screen_share": api.TrackSource.SCREEN_SHARE,
    "screen_share_audio": api.TrackSource.SCREEN_SHARE_AUDIO,
}
_SOUNDS = {api.TrackSource.MICROPHONE, api.TrackSource.SCREEN_SHARE_AUDIO}
_PICTURES = {api.TrackSource.CAMERA, api.TrackSource.SCREEN_SHARE}
_NAMES = {source: name for name, source in _SOURCES.items()}


def is_misfit(track: api.TrackInfo) -> bool:
    """LiveKit checks a track's label against the rights, not what is in it."""
    return track.source in (_SOUNDS if track.type == api.TrackType.VIDEO else _PICTURES)


def joined_at(participant: api.ParticipantInfo) -> datetime | None:
    """Since when it has been connected; None where the server does not say."""
    seconds = participant.joined_at_ms / 1000 or participant.joined_at
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _permission(grants: Grants) -> api.ParticipantPermission:
    # The server replaces all fields: one left out would become false.
    return api.ParticipantPermission(
        can_subscribe=grants.can_subscribe,
        can_publish=grants.can_publish,
        can_publish_data=grants.can_publish_data,
        can_publish_sources=[_SOURCES[s] for s in grants.sources],
        can_update_metadata=False,
        hidden=grants.hidden,
    )


class LiveKitRooms:
    def __init__(self, client: LiveKitClient) -> None:
        self._client = client

    async def open(self, session_id: str) -> None:
        request = api.CreateRoomRequest(
            name=session_id, empty_timeout=EMPTY_TIMEOUT, departure_timeout=DEPARTURE_TIMEOUT
        )
        await self._client.call(lambda lk: lk.room.create_room(request))

    async def close(self, session_id: str) -> None:
        await self._unless_gone(api.DeleteRoomRequest(room=session_id))

    async def rooms(self) -> list[RoomFacts]:
        answer = await self._client.call(lambda lk: lk.room.list_rooms(api.ListRoomsRequest()))
        return [RoomFacts(name=room.name, people=room.num_participants) for room in answer.rooms]

    async def participants(self, session_id: str) -> list[ParticipantFacts]:
        request = api.ListParticipantsRequest(room=session_id)
        answer = await self._client.call(lambda lk: lk.room.list_participants(request))
        return [
            ParticipantFacts(
                identity=p.identity,
                sid=p.sid,
                hidden=p.permission.hidden,
                joined_at=joined_at(p) or datetime.fromtimestamp(0, UTC),
                sources=tuple(_NAMES[s] for s in p.permission.can_publish_sources if s in _NAMES),
                attributes=dict(p.attributes),
                can_subscribe=p.permission.can_subscribe,
                can_publish_data=p.permission.can_publish_data,
                misfit=any(is_misfit(track) for track in p.tracks),
                sending=tuple(_NAMES[t.source] for t in p.tracks if t.source in _NAMES and not t.muted),
            )
            for p in answer.participants
        ]

    async def show(self, session_id: str, identity: str, projection: Projection) -> bool:
        request = api.UpdateParticipantRequest(
            room=session_id,
            identity=identity,
            name=projection.name,
            attributes=projection.attributes,
            permission=_permission(projection.grants),
        )
        return await self._unless_gone(request)

    async def mute(self, session_id: str, identity: str, source: str) -> bool:
        who = api.RoomParticipantIdentity(room=session_id, identity=identity)
        try:
            participant = await self._client.call(lambda lk: lk.room.get_participant(who))
            sids = [t.sid for t in participant.tracks if t.source == _SOURCES[source] and not t.muted]
            for sid in sids:
                await self._mute_track(session_id, identity, sid)
        except api.TwirpError as error:
            if error.code == "not_found":
                return False
            raise
        return bool(sids)

    async def _mute_track(self, session_id: str, identity: str, sid: str) -> None:
        request = api.MuteRoomTrackRequest(room=session_id, identity=identity, track_sid=sid, muted=True)
        await self._client.call(lambda lk: lk.room.mute_published_track(request))

    async def remove(self, session_id: str, identity: str) -> None:
        await self._unless_gone(api.RoomParticipantIdentity(room=session_id, identity=identity))

    async def send(self, session_id: str, identities: Sequence[str], topic: str, payload: bytes) -> None:
        request = api.SendDataRequest(
            room=session_id,
            data=payload,
            kind=api.DataPacket.Kind.RELIABLE,
            topic=topic,
            destination_identities=list(identities),
        )
        await self._client.call(lambda lk: lk.room.send_data(request))

    async def _unless_gone(
        self, request: api.DeleteRoomRequest | api.UpdateParticipantRequest | api.RoomParticipantIdentity
    ) -> bool:
        """False when the room or participant is not there; that is no error."""
        try:
            if isinstance(request, api.DeleteRoomRequest):
                await self._client.call(lambda lk: lk.room.delete_room(request))
            elif isinstance(request, api.UpdateParticipantRequest):
                await self._client.call(lambda lk: lk.room.update_participant(request))
            else:
                await self._client.call(lambda lk: lk.room.remove_participant(request))
        except api.TwirpError as error:
            if error.code == "not_found":
                return False
            raise
        return True
