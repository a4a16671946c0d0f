"""What is answered without FastAPI is answered as FastAPI would: status, headers and words."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from httpx import Response

from donfra_live.api import app
from donfra_live.api.shell import Shell
from donfra_live.settings import Settings
from tests.rest_client import api_of, client_of, nowhere
from tests.world import World

JSON = {"Content-Type": "application/json"}
# Of each answer, what is new each time.
OWN = {"member_id", "member_key", "access_token", "session_id", "host_key", "host_token", "identity"}
OWN |= {"join_url", "host_url", "created_at"}
HEADERS: list[dict[str, str]] = [
    JSON,
    {"Content-Type": "application/json; charset=utf-8"},
    {"Content-Type": "Application/JSON"},
    {"Content-Type": "application/vnd.of.us+json"},
    {"Content-Type": "text/plain"},
    {},
    {**JSON, "Origin": "https://elsewhere.example.org"},
    {**JSON, "Authorization": "Bearer rubbish"},
    {**JSON, "Authorization": "Bearer dlt_rubbish"},
]
BODIES: list[bytes] = [
    b'{"session_id": "SID", "user_name": "Bob"}',
    b'{"session_id": "SID", "user_name": "Bob", "more": [1, {"a": null}], "is_host": false}',
    b'{"session_id": "SID", "user_name": "Eve", "user_name": "Bob"}',
    '{"session_id": "SID", "user_name": "Bob"}'.encode("utf-16"),
    b'\xef\xbb\xbf{"session_id": "SID", "user_name": "Bob"}',
    b'{"session_id": "SID", "user_name": "\\ud800"}',
    b'{"session_id": "SID", "user_name": "Bob", "more": NaN}',
    b'{"session_id": "SID", "user_name": "Bob", "more": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    b'{"session_id": "SID", "user_name": 5}',
    b'{"session_id": "SID", "user_name": "Bob", "is_host": "yes"}',
    b'{"session_id": "SID", "user_name": "Bob", "is_host": true}',
    b'{"session_id": "SID", "user_name": "  "}',
    b'{"session_id": "SID", "title": "T", "owner_name": "Alice", "access": "link"}',
    b'{"session_id": "SID", "title": "T", "owner_name": "Alice", "access": "everybody"}',
    b'{"session_id": "nobody", "user_name": "Bob"}',
    b'{"session_id": "",',
    b'["session_id"]',
    b"null",
    b"",
    b'{"session_id": "SID", "user_name": "' + b"u" * 300_000 + b'"}',
]
PATHS = ["/api/live/join", "/api/live/create", "/api/live/arrival", "/api/live/enter"]


@pytest.fixture
async def clients(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """With and without the shorter way."""
    quick = Shell(api_of(world, settings), settings, world.tokens.server_url, (), ())
    monkeypatch.setattr(app, "QUICK", ())
    whole = app.build_api(world.services(settings), settings, nowhere)
    slow = Shell(whole, settings, world.tokens.server_url, (), ())
    async with client_of(quick) as one, client_of(slow) as other:
        yield one, other


def said(answer: Response) -> Any:
    """All of it but what is random."""
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    body = answer.json()
    return answer.status_code, headers, {k: "" if k in OWN and v else v for k, v in body.items()}, list(body)


@pytest.mark.parametrize("path", PATHS)
async def test_both_ways_say_the_same(
    world: World, clients: tuple[httpx.AsyncClient, httpx.AsyncClient], path: str
) -> None:
    sid = (await world.live()).encode()
    for body in BODIES:
        for headers in HEADERS if body is BODIES[0] or body is BODIES[12] or len(body) < 20 else HEADERS[:1]:
            one, other = [
                await client.post(path, content=body.replace(b"SID", sid), headers=headers)
                for client in clients
            ]
            assert said(one) == said(other), (headers, body[:100])


@pytest.mark.parametrize("path", PATHS)
async def test_other_methods_are_refused_as_before(
    clients: tuple[httpx.AsyncClient, httpx.AsyncClient], path: str
) -> None:
    for method in ("GET", "PUT", "OPTIONS"):
        one, other = [await client.request(method, path) for client in clients]
        assert (one.status_code, one.text) == (other.status_code, other.text)


async def test_a_body_in_pieces_is_read_and_one_that_grows_too_large_is_refused(
    world: World, clients: tuple[httpx.AsyncClient, httpx.AsyncClient]
) -> None:
    sid = await world.live()

    async def pieces(filling: str) -> AsyncIterator[bytes]:
        for piece in (f'{{"session_id": "{sid}", ', '"user_name": "Bob", "more": "', filling, '"}'):
            yield piece.encode()

    for filling, status in (("x", 200), ("x" * 300_000, 413)):
        one, other = [
            await client.post("/api/live/join", content=pieces(filling), headers=JSON) for client in clients
        ]
        assert said(one) == said(other)
        assert one.status_code == status


async def test_a_lobby_is_said_by_its_status(
    world: World, clients: tuple[httpx.AsyncClient, httpx.AsyncClient]
) -> None:
    made = await clients[0].post("/api/live/create", json={"title": "T", "owner_name": "A", "lobby": True})
    assert made.status_code == 201
    body = {"session_id": made.json()["session_id"], "user_name": "Bob"}
    answers = [await client.post("/api/live/join", json=body) for client in clients]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert [list(answer.json()) for answer in answers] == [
        ["session_id", "status", "waiting_id", "waiting_key", "message"]
    ] * 2
