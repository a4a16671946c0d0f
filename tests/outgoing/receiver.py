"""A real HTTP server on loopback that does with webhooks what a test wants: take, refuse, hang, break off."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

HANG, BREAK = -1, -2


@dataclass
class Got:
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """answers: statuses for the next requests, HANG or BREAK; then `status`. extra: lines of the answer."""

    status: int = 204
    answers: list[int] = field(default_factory=list)
    extra: str = ""
    got: list[Got] = field(default_factory=list)
    port: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)
    _open: dict["asyncio.Task[Any]", asyncio.StreamWriter] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?token=hidden"

    @property
    def kinds(self) -> list[str]:
        return [got.event["type"] for got in self.got]

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = writer
        try:
            await self._serve(reader, writer)
        finally:
            writer.close()
            del self._open[task]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            pairs = (line.split(": ", 1) for line in head[1:] if line)
            headers = {name.lower(): value for name, value in pairs}
            body = await reader.readexactly(int(headers["content-length"]))
            self.got.append(Got(headers, body))
            self.came.set()
            answer = self.answers.pop(0) if self.answers else self.status
            if answer == HANG:
                await reader.read()  # until the other side gives up
            elif answer != BREAK:
                writer.write(f"HTTP/1.1 {answer} X\r\n{self.extra}content-length: 0\r\n\r\n".encode())
                await writer.drain()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Receiver"]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for writer in self._open.values():
                writer.transport.abort()
            await asyncio.gather(*self._open, return_exceptions=True)
            await server.wait_closed()
