"""A body that does not come whole is the client's doing: he is told, or is gone. Never a fault of ours."""

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from fastapi.routing import APIRoute
from starlette.types import Message

from donfra_live.api import app
from donfra_live.api.shell import Shell
from donfra_live.browser_key import COOKIE
from donfra_live.settings import Settings
from tests.rest_client import ORIGIN, api_of, client_of
from tests.world import World

ROUTES = [
    (method, route.path)
    for part in app.PARTS
    for route in part.router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods)
    if method not in {"GET", "HEAD"}
]
# Those that read their body themselves.
OWN = [
    ("POST", "/api/livekit/webhook"),
    ("POST", "/api/forms/sign-in"),
    ("POST", "/api/live/{session_id}/quality"),
    ("PUT", "/api/live/{session_id}/roster"),
    ("PUT", "/api/recordings/{recording_id}/captions"),
]
KINDS = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "text/csv",
)


@dataclass
class Client:
    """Sends a piece of a body and then no more of it; what it is answered."""

    rest: Message | None  # None: it keeps silent
    pieces: int = 1
    asked: int = 0
    answers: list[Message] = field(default_factory=list)

    async def receive(self) -> Message:
        self.asked += 1
        if self.asked <= self.pieces:
            return {"type": "http.request", "body": b"{" * 1000, "more_body": True}
        if self.rest is None:
            await asyncio.Event().wait()
        assert self.rest is not None
        return self.rest

    async def send(self, message: Message) -> None:
        self.answers.append(message)

    @property
    def waited(self) -> bool:
        return self.asked > self.pieces

    @property
    def answer(self) -> tuple[int, str]:
        body = json.loads(b"".join(one.get("body", b"") for one in self.answers))
        return self.answers[0]["status"], body["error"]


@pytest.fixture
def shell(world: World, settings: Settings) -> Shell:
    shell = Shell(api_of(world, settings), settings, world.tokens.server_url, (), ())
    shell.patience = 0.01
    return shell


async def ask(shell: Shell, client: Client, method: str, path: str, kind: str) -> None:
    headers = {
        "host": "localhost:8080",
        "origin": ORIGIN,
        "cookie": f"{COOKIE}={'k' * 43}",
        "content-type": kind,
        "transfer-encoding": "chunked",
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "client": ("127.0.0.1", 5000),
        "server": ("127.0.0.1", 8080),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await shell(scope, client.receive, client.send)


def filled(path: str) -> str:
    """The path with an id in each of its holes."""
    return "/".join(str(uuid.uuid4()) if part.startswith("{") else part for part in path.split("/"))


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("kind", KINDS)
async def test_who_stops_in_the_middle_is_told_so(
    shell: Shell, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    waited = []
    for method, path in ROUTES:
        client = Client(rest=None)
        await ask(shell, client, method, filled(path), kind)
        if client.waited:
            waited.append((method, path))
            assert client.answer == (408, "too_slow"), path
        else:
            assert client.answers[0]["status"] < 500, path
    assert len(waited) > 20
    assert errors(caplog) == []


async def test_every_route_that_reads_a_body_itself_says_so(
    world: World, shell: Shell, caplog: pytest.LogCaptureFixture
) -> None:
    for method, path in OWN:
        kind = KINDS[1] if "forms" in path else "text/csv"
        client = Client(rest=None)
        await ask(shell, client, method, filled(path), kind)
        assert client.answer == (408, "too_slow"), path
        assert (b"connection", b"close") in client.answers[0]["headers"]
        assert (b"x-content-type-options", b"nosniff") in client.answers[0]["headers"]
    assert errors(caplog) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_who_goes_in_the_middle_leaves_nothing_behind(
    shell: Shell, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    for method, path in ROUTES:
        client = Client(rest={"type": "http.disconnect"})
        await ask(shell, client, method, filled(path), kind)
        assert not (client.waited and client.answers), path
    assert errors(caplog) == []


async def test_too_much_is_said_by_routes_that_read_it_themselves_too(
    shell: Shell, caplog: pytest.LogCaptureFixture
) -> None:
    for method, path in OWN:
        kind = KINDS[1] if "forms" in path else "text/csv"
        client = Client(rest={"type": "http.disconnect"}, pieces=300)
        await ask(shell, client, method, filled(path), kind)
        assert client.answer == (413, "too_large"), path
    assert errors(caplog) == []


async def test_who_takes_his_time_but_goes_on_is_heard(world: World, shell: Shell) -> None:
    shell.patience = 1
    sid = await world.live()

    async def slowly() -> AsyncIterator[bytes]:
        for piece in (f'{{"session_id": "{sid}", ', '"user_name": ', '"Bob"}'):
            await asyncio.sleep(0.4)
            yield piece.encode()

    async with client_of(shell) as client:
        answer = await client.post(
            "/api/live/join", content=slowly(), headers={"Content-Type": "application/json"}
        )
    assert answer.json()["role"] == "viewer"
