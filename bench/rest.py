"""Create and join by REST from 8 connections that stay open: how many a second, how long, at what cost.

Beside them, in the same run, a token route that stores nothing (bench.reference).
"""

import asyncio
import contextlib
import json
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

from bench import machine
from bench.app import App, free_port
from bench.children import ROOT, HelperFailed, end
from bench.figures import percentile

CONNECTIONS = 8
ANSWER_SECONDS = 20


class Answer(NamedTuple):
    status: int
    body: bytes


class Load(NamedTuple):
    """What came of a number of requests; `seconds` are those of each request."""

    seconds: list[float]
    total: float
    refused: int
    bodies: list[bytes]


class Connection:
    """A keep-alive HTTP connection that can do only this: a client library would spend more than the app."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader, self._writer, self._host = reader, writer, host

    @classmethod
    async def open(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port), f"127.0.0.1:{port}")

    async def post(self, path: str, body: dict[str, Any]) -> Answer:
        data = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n"
        )
        self._writer.write(head.encode() + data)
        return await asyncio.wait_for(self._answer(), ANSWER_SECONDS)

    async def _answer(self) -> Answer:
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await self._reader.readexactly(int(headers["content-length"]))
        return Answer(int(lines[0].split()[1]), body)

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def load(port: int, path: str, body_of: Callable[[int], dict[str, Any]], requests: int) -> Load:
    """Sends `requests` requests, the next one of a connection as soon as its last is answered."""
    connections = [await Connection.open(port) for _ in range(CONNECTIONS)]
    numbers = iter(range(requests))
    seconds: list[float] = []
    good: list[bytes] = []

    async def work(connection: Connection) -> None:
        for number in numbers:
            began = time.perf_counter()
            answer = await connection.post(path, body_of(number))
            seconds.append(time.perf_counter() - began)
            if answer.status < 300:
                good.append(answer.body)

    began = time.perf_counter()
    try:
        await asyncio.gather(*(work(connection) for connection in connections))
        total = time.perf_counter() - began
    finally:
        for connection in connections:
            await connection.close()
    return Load(seconds, total, requests - len(good), good)


async def measure(app: App, requests: int) -> dict[str, Any]:
    """Half as many creates as joins; the joins go round among some of the sessions made."""
    before = machine.load()
    made: list[bytes] = []

    def new_session(number: int) -> dict[str, Any]:
        return {"title": f"Session {number}", "owner_name": "Bench"}

    def new_member(number: int) -> dict[str, Any]:
        return {
            "session_id": sessions[number % len(sessions)],
            "user_name": f"Viewer {number}",
            "is_host": False,
        }

    await load(app.port, "/api/live/create", new_session, CONNECTIONS)  # opens pools, loads code
    create = await _figures(app, "/api/live/create", new_session, max(1, requests // 2), made)
    sessions = [json.loads(body)["session_id"] for body in made[:CONNECTIONS]]
    if not sessions:
        return {"create": create, "join": None}
    join = await _figures(app, "/api/live/join", new_member, requests, [])
    reference = await _reference(new_member, requests)
    memory = {
        "app_mb": app.spent().memory_mb,
        "media_server_mb": machine.spent([app.media_server.pid]).memory_mb,
    }
    loads = {"before": before, "after": machine.load()}
    return {
        "connections": CONNECTIONS, "create": create, "join": join, "reference": reference,
        "memory": memory, "load_average": loads,
    }  # fmt: skip


async def _figures(
    app: App, path: str, body_of: Callable[[int], dict[str, Any]], requests: int, made: list[bytes]
) -> dict[str, Any]:
    media_pid = app.media_server.pid
    app_before, media_before = app.spent(), machine.spent([media_pid])
    done = await load(app.port, path, body_of, requests)
    app_after, media_after = app.spent(), machine.spent([media_pid])
    made += done.bodies
    return {
        "requests": requests,
        "refused": done.refused,
        "per_second": round(requests / done.total, 1),
        "p50_ms": round(percentile(done.seconds, 50) * 1000, 2),
        "p99_ms": round(percentile(done.seconds, 99) * 1000, 2),
        "app_cpu_seconds_per_1000": round(
            1000 * (app_after.cpu_seconds - app_before.cpu_seconds) / requests, 2
        ),
        "media_server_cpu_seconds_per_1000": round(
            1000 * (media_after.cpu_seconds - media_before.cpu_seconds) / requests, 2
        ),
    }


@contextlib.asynccontextmanager
async def _token_route() -> AsyncIterator[tuple[int, int]]:
    """Port and process id of the reference, served as the app is."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--log-level", "warning", "bench.reference:app",
        cwd=ROOT, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                await (await Connection.open(port)).close()
                break
            await asyncio.sleep(0.1)
        else:
            raise HelperFailed("the reference route did not start")
        yield port, process.pid
    finally:
        await end(process, group=True)


async def _reference(body_of: Callable[[int], dict[str, Any]], requests: int) -> dict[str, Any]:
    async with _token_route() as (port, pid):
        await load(port, "/token", body_of, CONNECTIONS)
        before = machine.spent(machine.group(pid))
        done = await load(port, "/token", body_of, requests)
        spent = machine.spent(machine.group(pid)).cpu_seconds - before.cpu_seconds
    return {
        "requests": requests,
        "refused": done.refused,
        "per_second": round(requests / done.total, 1),
        "p50_ms": round(percentile(done.seconds, 50) * 1000, 2),
        "p99_ms": round(percentile(done.seconds, 99) * 1000, 2),
        "app_cpu_seconds_per_1000": round(1000 * spent / requests, 2),
    }
