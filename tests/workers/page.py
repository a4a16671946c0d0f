"""A page's websocket as Reflex's client opens it: Engine.IO 4 and Socket.IO 5, without a browser."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

STATE = "reflex___state____state"
LIVE = f"{STATE}.donfra_live___ui___live___state____live_state"
SESSION = f"{STATE}.donfra_live___ui___session___state____session_state"


class Page:
    """`heard`: every event of the server, in order."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, path: str) -> None:
        self._socket, self._path = socket, path
        self.heard: list[str] = []
        self._news = asyncio.Event()

    async def send(self, event: str, /, **payload: Any) -> None:
        body = self._event(event, payload)
        await self._socket.send_str("42/_event," + json.dumps(["event", body]))

    async def hydrate(self) -> None:
        event = self._event(f"{STATE}.hydrate_and_load", {})
        await self._socket.send_str("40/_event," + json.dumps({"event": event}))

    def _event(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        router = {"pathname": self._path, "asPath": self._path}
        return {"name": name, "payload": payload, "router_data": router}

    async def read(self) -> None:
        async for message in self._socket:
            if message.data == "2":
                await self._socket.send_str("3")
            elif isinstance(message.data, str) and message.data.startswith("42"):
                self.heard.append(message.data)
                self._news.set()

    async def hears(self, *words: str, seconds: float = 15) -> str:
        """The first event that holds all of the words."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    self._news.clear()
                    for text in self.heard:
                        if all(word in text for word in words):
                            return text
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"not heard: {words}; heard: {self.heard}") from None


@contextlib.asynccontextmanager
async def opened(
    port: int, browser: str = "", path: str = "/live", token: str | None = None
) -> AsyncIterator[Page]:
    """A page that has loaded. browser: its browser key. token: the tab's, of a page opened before."""
    url = f"ws://127.0.0.1:{port}/_event/?EIO=4&transport=websocket&token={token or uuid.uuid4()}"
    headers = {"Cookie": f"donfra_browser={browser}"} if browser else {}
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(url, origin=f"http://127.0.0.1:{port}", headers=headers) as socket,
    ):
        page = Page(socket, path)
        await page.hydrate()
        reading = asyncio.create_task(page.read())
        try:
            await page.hears("ready_rx_state_", "true")
            yield page
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
