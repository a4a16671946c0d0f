"""Whether a media server can be used: reachable, our key, new enough; one sentence if not."""

import asyncio
import contextlib
from datetime import timedelta

import aiohttp
import httpx
from google.protobuf.message import DecodeError
from livekit import api
from livekit.protocol.rtc import SignalResponse

from donfra_live.addresses import as_ws
from donfra_live.errors import MediaServerAway
from donfra_live.livekit_gateway.client import Endpoint, LiveKitClient

OLDEST = (1, 9, 0)
ROOM, LIFE = "donfra-check", timedelta(minutes=1)
NEVER = "What answers at {url} is not a LiveKit server that is ready."


def too_old(version: str) -> bool:
    """A version that cannot be read counts as new: it is no release."""
    numbers = version.split("-")[0].lstrip("v").split(".")
    return all(n.isdigit() for n in numbers) and tuple(map(int, numbers)) < OLDEST


class MediaCheck:
    """ask_version: of a server that is not ours; asked once, and again after it was away.

    While it is too old every call of the client is refused with the same sentence.
    """

    def __init__(self, client: LiveKitClient, *, ask_version: bool) -> None:
        self._client, self._ask_version = client, ask_version
        self._version_is_known = False

    async def run(self, endpoint: Endpoint) -> None:
        """Raises MediaServerAway with a sentence that says what is wrong and what to change."""
        try:
            await self._reach(endpoint.url)
        except MediaServerAway:
            self._version_is_known = False
            raise
        if self._ask_version and not self._version_is_known:
            version = await self.version(endpoint)
            self._version_is_known = not too_old(version)
            self._client.refusal = "" if self._version_is_known else _too_old(endpoint.url, version)
        if self._client.refusal:
            raise MediaServerAway(self._client.refusal)

    async def _reach(self, url: str) -> None:
        try:
            async with httpx.AsyncClient(timeout=4, trust_env=False) as http:
                answer = await http.get(url)
        except httpx.HTTPError as error:
            raise MediaServerAway(
                f"The media server at {url} cannot be reached. "
                "Is it running, and is LIVEKIT_SERVER_URL right?"
            ) from error
        if answer.status_code != 200:
            raise MediaServerAway(NEVER.format(url=url))
        try:
            await self._client.reach(lambda lk: lk.room.list_rooms(api.ListRoomsRequest(names=[ROOM])))
        except (api.TwirpError, DecodeError) as error:
            raise MediaServerAway(NEVER.format(url=url)) from error
        except MediaServerAway as error:
            if error.sentence == MediaServerAway.sentence:
                raise MediaServerAway(NEVER.format(url=url)) from error
            raise

    async def version(self, endpoint: Endpoint) -> str:
        """A server tells its version only to somebody who joins; so a hidden one joins a room of its own."""
        client = self._client
        try:
            await client.reach(
                lambda lk: lk.room.create_room(api.CreateRoomRequest(name=ROOM, empty_timeout=10))
            )
            async with asyncio.timeout(5):
                return await _version_told(endpoint)
        except (aiohttp.ClientError, api.TwirpError, DecodeError, TimeoutError) as error:
            raise MediaServerAway(f"The media server at {endpoint.url} lets nobody join.") from error
        finally:
            with contextlib.suppress(api.TwirpError, MediaServerAway):
                await client.reach(lambda lk: lk.room.delete_room(api.DeleteRoomRequest(room=ROOM)))


def _too_old(url: str, version: str) -> str:
    wanted = ".".join(map(str, OLDEST))
    return f"The media server at {url} is LiveKit {version}, which is too old; {wanted} or newer is needed."


async def _version_told(endpoint: Endpoint) -> str:
    grants = api.VideoGrants(room_join=True, room=ROOM, hidden=True, can_publish=False, can_subscribe=False)
    token = api.AccessToken(endpoint.key, endpoint.secret).with_identity("check").with_grants(grants)
    address = f"{as_ws(endpoint.url)}/rtc"
    said = token.with_ttl(LIFE).to_jwt()
    parameters = {"access_token": said, "protocol": "15", "sdk": "python", "auto_subscribe": "0"}
    async with aiohttp.ClientSession() as http, http.ws_connect(address, params=parameters) as socket:
        async for message in socket:
            if message.type == aiohttp.WSMsgType.BINARY:
                join = SignalResponse.FromString(message.data).join
                return str(join.server_info.version or join.server_version)
    raise aiohttp.ClientError("closed without a word")
