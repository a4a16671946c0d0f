"""Whether a media server can be used: reachable, our key, new enough; one sentence if not."""

import asyncio
import contextlib

import aiohttp
import httpx
from livekit import api
from livekit.protocol.rtc import SignalResponse

from donfra_live.errors import MediaServerAway
from donfra_live.livekit_gateway.client import Endpoint, LiveKitClient

OLDEST = (1, 9, 0)
ROOM = "donfra-check"


def too_old(version: str) -> bool:
    """A version that cannot be read counts as new: it is no release."""
    numbers = version.split("-")[0].lstrip("v").split(".")
    return all(n.isdigit() for n in numbers) and tuple(map(int, numbers)) < OLDEST


async def check(client: LiveKitClient, url: str) -> None:
    """Raises MediaServerAway with a sentence that says what is wrong and what to change."""
    try:
        async with httpx.AsyncClient(timeout=4, trust_env=False) as http:
            answer = await http.get(url)
    except httpx.HTTPError as error:
        raise MediaServerAway(
            f"The media server at {url} cannot be reached. Is it running, and is LIVEKIT_SERVER_URL right?"
        ) from error
    if answer.status_code != 200:
        raise MediaServerAway(f"What answers at {url} is not a LiveKit server that is ready.")
    await client.call(lambda lk: lk.room.list_rooms(api.ListRoomsRequest(names=[ROOM])))


async def check_version(client: LiveKitClient, endpoint: Endpoint) -> None:
    """A server tells its version only to somebody who joins; so a hidden one joins a room of its own.

    Raises:
        MediaServerAway: older than OLDEST.
    """
    await client.call(lambda lk: lk.room.create_room(api.CreateRoomRequest(name=ROOM, empty_timeout=10)))
    try:
        version = await asyncio.wait_for(_version(endpoint), 5)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise MediaServerAway(f"The media server at {endpoint.url} lets nobody join.") from error
    finally:
        with contextlib.suppress(api.TwirpError):
            await client.call(lambda lk: lk.room.delete_room(api.DeleteRoomRequest(room=ROOM)))
    if too_old(version):
        wanted = ".".join(map(str, OLDEST))
        raise MediaServerAway(f"The media server is LiveKit {version}; {wanted} or newer is needed.")


async def _version(endpoint: Endpoint) -> str:
    grants = api.VideoGrants(room_join=True, room=ROOM, hidden=True, can_publish=False, can_subscribe=False)
    token = api.AccessToken(endpoint.key, endpoint.secret).with_identity("check").with_grants(grants).to_jwt()
    address = f"{endpoint.url.replace('http', 'ws', 1)}/rtc"
    parameters = {"access_token": token, "protocol": "15", "sdk": "python", "auto_subscribe": "0"}
    async with aiohttp.ClientSession() as http, http.ws_connect(address, params=parameters) as socket:
        async for message in socket:
            if message.type == aiohttp.WSMsgType.BINARY:
                return str(SignalResponse.FromString(message.data).join.server_info.version)
    return ""
