"""One long-lived LiveKit client per process: time limits, one retry, vendor errors turned into ours.

livekit-api has no time limit of its own, and the first call over a pooled connection fails after the
server was restarted; both are mended here, once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import aiohttp
from livekit import api

from donfra_live.errors import MediaServerAway

log = logging.getLogger(__name__)
T = TypeVar("T")
TIMEOUT = 4.0


@dataclass(frozen=True)
class Endpoint:
    """Where the media server is for us (http://...; "" while our own is away), and how we prove ourselves.

    ports: of our own server, also while it is being started again; 0 where unknown.
    """

    url: str
    key: str
    secret: str
    port: int = 0
    udp_port: int = 0
    tcp_port: int = 0


class LiveKitClient:
    """endpoint: asked before each call, since our own server's port is known only once it runs.

    refusal: a sentence while the server must not be used; every call is then refused with it.
    """

    def __init__(self, endpoint: Callable[[], Endpoint]) -> None:
        self._endpoint = endpoint
        self._api: api.LiveKitAPI | None = None
        self._used: Endpoint | None = None
        self.refusal = ""

    async def call(self, what: Callable[[api.LiveKitAPI], Awaitable[T]], seconds: float = TIMEOUT) -> T:
        """Runs one call, which may take so many seconds.

        Raises:
            MediaServerAway: no answer in time, the server refuses our key, or it must not be used.
            api.TwirpError: what the server answered otherwise; `code` tells.
        """
        if self.refusal:
            raise MediaServerAway(self.refusal)
        return await self.reach(what, seconds)

    async def reach(self, what: Callable[[api.LiveKitAPI], Awaitable[T]], seconds: float = TIMEOUT) -> T:
        """As `call`, but also while there is a refusal; for the check that may lift it."""
        try:
            return await self._once(what, seconds)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            try:
                return await self._once(what, seconds)
            except (aiohttp.ClientError, OSError) as error:
                raise MediaServerAway from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise MediaServerAway from error

    async def _once(self, what: Callable[[api.LiveKitAPI], Awaitable[T]], seconds: float) -> T:
        client = await self._client()
        try:
            async with asyncio.timeout(seconds):
                return await what(client)
        except api.TwirpError as error:
            if error.code == "unauthenticated" or error.status == 401:
                raise MediaServerAway(
                    "The media server refuses our key: check LIVEKIT_API_KEY and LIVEKIT_API_SECRET."
                ) from error
            if error.code == "unavailable" or error.status >= 500:
                raise MediaServerAway from error
            raise

    async def _client(self) -> api.LiveKitAPI:
        wanted = self._endpoint()
        if not wanted.url:
            raise MediaServerAway("The media server is still starting. Try again in a moment.")
        if self._api is None or wanted != self._used:
            await self.close()
            self._api, self._used = api.LiveKitAPI(wanted.url, wanted.key, wanted.secret), wanted
        return self._api

    async def close(self) -> None:
        if self._api is not None:
            await self._api.aclose()
            self._api = None
