"""Many people at little cost: joined by REST, then connected by LiveKit's signalling alone, without media.

The media server shows such a participant like any other until it misses his peer connection, which takes it
longer than a test looks.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import httpx


async def _stay(url: str, tokens: list[str], ready: threading.Event, leave: threading.Event) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:

        async def enter(token: str) -> aiohttp.ClientWebSocketResponse:
            parameters = {"access_token": token, "protocol": "15", "sdk": "python", "auto_subscribe": "0"}
            socket = await http.ws_connect(f"{url}/rtc", params=parameters)
            await socket.receive()
            return socket

        sockets = []
        for start in range(0, len(tokens), 20):
            sockets += await asyncio.gather(*(enter(token) for token in tokens[start : start + 20]))
        ready.set()
        while not leave.is_set():
            await asyncio.sleep(0.1)
        await asyncio.gather(*(socket.close() for socket in sockets))


@contextmanager
def crowd(base: str, session_id: str, count: int) -> Iterator[list[str]]:
    """That many viewers, named Person 001 and so on, in the room until the block ends; their tokens."""
    tokens, url = [], ""
    with httpx.Client(base_url=base, timeout=30) as client:
        for number in range(1, count + 1):
            body = {"session_id": session_id, "user_name": f"Person {number:03}"}
            joined = client.post("/api/live/join", json=body).raise_for_status().json()
            tokens.append(joined["access_token"])
            url = joined["server_url"]
    ready, leave = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_stay(url, tokens, ready, leave)))
    thread.start()
    try:
        assert ready.wait(60), "the crowd did not come in"
        yield tokens
    finally:
        leave.set()
        thread.join(30)
