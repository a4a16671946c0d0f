"""Rooms and participants through LiveKit's RoomService: the RoomGateway of live_sessions/ports.py."""

from collections.abc import Sequence
from datetime import UTC, datetime

from livekit import api

from donfra_live.live_sessions.ports import ParticipantFacts, RoomFacts
from donfra_live.live_sessions.roles import Grants, Role
from donfra_live.livekit_gateway.client import LiveKitClient

# A live session without anybody ends by our own rule, so LiveKit's timeouts only have to be longer.
EMPTY_TIMEOUT, DEPARTURE_TIMEOUT = 24 * 3600, 24 * 3600
_SOURCES = {
    "camera": api.TrackSource.CAMERA,
    "microphone": api.TrackSource.MICROPHONE,
    "screen_share": api.TrackSource.SCREEN_SHARE,
    "screen_share_audio": api.TrackSource.SCREEN_SHARE_AUDIO,
}


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
        return [RoomFacts(name=room.name) for room in answer.rooms]

    async def participants(self, session_id: str) -> list[ParticipantFacts]:
        request = api.ListParticipantsRequest(room=session_id)
        answer = await self._client.call(lambda lk: lk.room.list_participants(request))
        return [
            ParticipantFacts(
                identity=p.identity,
                sid=p.sid,
                hidden=p.permission.hidden,
                joined_at=datetime.fromtimestamp(p.joined_at, UTC),
            )
            for p in answer.participants
        ]

    async def show(self, session_id: str, identity: str, name: str, role: Role, grants: Grants) -> bool:
        request = api.UpdateParticipantRequest(
            room=session_id,
            identity=identity,
            name=name,
            attributes={"role": role.value},
            permission=_permission(grants),
        )
        return await self._unless_gone(request)

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
