"""A page's websocket to a Reflex app in this process, as a server would hand it over: no port, no browser."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
import socketio

from donfra_live.browser_key import COOKIE

# Very slow machines.
PATIENCE = 60


class SocketPage:
    """heard: every event of the server, in order."""

    def __init__(self, key: str = "") -> None:
        self.token, self.heard = str(uuid.uuid4()), list[str]()
        self._key = key
        self._news = asyncio.Condition()
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    @property
    def _scope(self) -> dict[str, Any]:
        headers = [(b"host", b"localhost"), (b"connection", b"upgrade"), (b"upgrade", b"websocket")]
        if self._key:
            headers.append((b"cookie", f"{COOKIE}={self._key}".encode()))
        return {
            "type": "websocket",
            "scheme": "ws",
            "path": "/_event/",
            "query_string": f"EIO=4&transport=websocket&token={self.token}".encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "asgi": {"version": "3.0"},
        }

    async def _hear(self, message: dict[str, Any]) -> None:
        if str(message.get("text")).startswith(("42", "40")):
            async with self._news:
                self.heard.append(message["text"])
                self._news.notify_all()

    def _say(self, text: str) -> None:
        self._to_app.put_nowait({"type": "websocket.receive", "text": text})

    def act(self, cls: type[rx.State], handler: str, **payload: Any) -> None:
        router = {"pathname": "/live", "asPath": "/live"}
        event = {"name": f"{cls.get_full_name()}.{handler}", "payload": payload, "router_data": router}
        self._say("42/_event," + json.dumps(["event", event]))

    async def hears(self, *words: str) -> str:
        """The first event that holds all of the words."""

        def found() -> list[str]:
            return [text for text in self.heard if all(word in text for word in words)]

        try:
            async with asyncio.timeout(PATIENCE), self._news:
                await self._news.wait_for(found)
        except TimeoutError:
            raise AssertionError(f"not heard: {words}; heard: {self.heard}") from None
        return found()[0]

    @contextlib.asynccontextmanager
    async def connected(self, app: rx.App) -> AsyncIterator["SocketPage"]:
        self.heard.clear()
        served = asyncio.create_task(
            socketio.ASGIApp(app.sio, socketio_path="_event")(self._scope, self._to_app.get, self._hear)
        )
        self._to_app.put_nowait({"type": "websocket.connect"})
        self._say("40/_event,{}")
        await self.hears("40/_event")
        try:
            yield self
        finally:
            self._to_app.put_nowait({"type": "websocket.disconnect", "code": 1000})
            await served
