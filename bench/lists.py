"""Opens many pages of /live (their websockets, as Reflex's client does) and waits for a new listed session.

The words on the wire are Engine.IO 4 and Socket.IO 5: "0" open, "2" ping, "3" pong, "40" connect to a
namespace, "42" an event.
"""

import asyncio
import json
import time
import uuid
from typing import Any

import aiohttp

from bench import machine
from bench.app import App
from bench.figures import spread

HYDRATE = {
    "name": "reflex___state____state.hydrate_and_load",
    "payload": {},
    "router_data": {"pathname": "/live", "asPath": "/live"},
}
OPENING_SECONDS = 60
CHANGE_SECONDS = 10
BATCH = 20
PAUSE_SECONDS = 0.5


class PageFailed(RuntimeError):
    """A page's websocket did not do what Reflex's does."""


class Page:
    """One open page; `seen` holds when a text first came to it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.loaded = asyncio.Event()
        self.wanted = ""
        self.seen: asyncio.Future[float] | None = None
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, client: aiohttp.ClientSession, port: int) -> "Page":
        url = f"ws://127.0.0.1:{port}/_event/?EIO=4&transport=websocket&token={uuid.uuid4()}"
        page = cls(await client.ws_connect(url, origin=f"http://127.0.0.1:{port}"))
        await page._socket.send_str("40/_event," + json.dumps({"event": HYDRATE}))
        return page

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            text: str = message.data
            if text == "2":
                await self._socket.send_str("3")
            elif text.startswith("44"):
                raise PageFailed(text[:200])
            elif text.startswith("42"):
                self._event(text)

    def _event(self, text: str) -> None:
        if '"listed_rx_state_"' in text and '"ready_rx_state_":true' in text.replace(": ", ":"):
            self.loaded.set()
        if self.seen is not None and not self.seen.done() and self.wanted in text:
            self.seen.set_result(time.perf_counter())

    def expect(self, text: str) -> asyncio.Future[float]:
        self.wanted, self.seen = text, asyncio.get_running_loop().create_future()
        return self.seen

    async def close(self) -> None:
        await self._socket.close()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)


async def measure(app: App, count: int, rounds: int) -> dict[str, Any]:
    """count: pages; rounds: sessions made one after the other, each a measurement."""
    before, memory_before = machine.load(), app.spent().memory_mb
    pages: list[Page] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        try:
            began = time.perf_counter()
            async with asyncio.timeout(OPENING_SECONDS):
                for start in range(0, count, BATCH):
                    batch = range(start, min(count, start + BATCH))
                    pages += await asyncio.gather(*(Page.open(client, app.port) for _ in batch))
                await asyncio.gather(*(page.loaded.wait() for page in pages))
            opened = time.perf_counter() - began
            memory = app.spent().memory_mb - memory_before
            changes = [await _change(app, client, pages) for _ in range(rounds)]
        finally:
            await asyncio.gather(*(page.close() for page in pages), return_exceptions=True)
    return {
        "pages": count,
        "rounds": rounds,
        "opened_in_ms": round(opened * 1000, 1),
        "memory_kb_per_page": round(1000 * memory / count, 1),
        "median_page_ms": spread(times[len(times) // 2] for times in changes),
        "last_page_ms": spread(times[-1] for times in changes),
        "load_average": {"before": before, "after": machine.load()},
    }


async def _change(app: App, client: aiohttp.ClientSession, pages: list[Page]) -> list[float]:
    """Milliseconds from the request that makes a session until each page had it, in order."""
    await asyncio.sleep(PAUSE_SECONDS)  # what the last change brought with it has passed
    title = f"List {uuid.uuid4()}"
    waiting = [page.expect(title) for page in pages]
    body = {"title": title, "owner_name": "Bench", "listed": True}
    began = time.perf_counter()
    # not by a new client, which reads the certificates of the world first: 30 ms of a processor
    async with client.post(f"{app.url}/api/live/create", json=body) as answer:
        answer.raise_for_status()
    async with asyncio.timeout(CHANGE_SECONDS):
        times = await asyncio.gather(*waiting)
    return sorted((at - began) * 1000 for at in times)
