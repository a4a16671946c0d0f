"""The REST API without a network: errors, limits, origins, headers, documentation."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from donfra_live.api import app as rest_api
from donfra_live.api.shell import Shell
from donfra_live.browser_key import COOKIE
from donfra_live.health import Health
from donfra_live.limits import RateLimits
from donfra_live.network import real_address
from donfra_live.settings import Settings
from tests.rest_client import api_of, api_with, client_of
from tests.world import World

KEY = "k" * 43


@pytest.fixture
async def client(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = Shell(api_of(world, settings), settings, world.tokens.server_url, (), ())
    async with client_of(app) as client:
        yield client


async def create(client: httpx.AsyncClient, **more: object) -> dict[str, Any]:
    answer = await client.post("/api/live/create", json={"title": "T", "owner_name": "Alice", **more})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def test_unknown_routes_answer_in_json(client: httpx.AsyncClient) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = await client.request(method, "/api/nowhere")
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


@pytest.mark.parametrize("body", [b"", b'{"title": ', b"[]", b"null", b'{"title":"\xff"}'])
async def test_a_broken_body_is_a_clear_4xx(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/api/live/create", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.json()["detail"]


async def test_a_body_over_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    big = {"title": "x" * 300_000, "owner_name": "A"}
    refused = await client.post("/api/live/create", json=big)
    assert refused.status_code == 413
    assert refused.headers["x-content-type-options"] == "nosniff"

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b"x" * 1000

    answer = await client.post("/api/live/create", content=chunks())
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_is_host_in_the_body_grants_nothing(client: httpx.AsyncClient) -> None:
    session = await create(client)
    body = {"session_id": session["session_id"], "user_name": "Mallory", "is_host": True, "role": "host"}
    assert (await client.post("/api/live/join", json=body)).status_code == 401
    answer = await client.post("/api/live/join", json={**body, "is_host": False})
    assert answer.json()["role"] == "viewer"


async def test_links_lead_to_the_address_the_client_used(client: httpx.AsyncClient) -> None:
    session = await create(client)
    page = f"http://localhost:8080/live/{session['session_id']}"
    assert session["join_url"] == page
    assert session["host_url"] == f"{page}#host_key={session['host_key']}"


async def test_another_sites_page_cannot_use_our_cookie(client: httpx.AsyncClient) -> None:
    headers = {"Origin": "https://evil.example", "Cookie": f"{COOKIE}={KEY}"}
    body = {"title": "T", "owner_name": "A"}
    assert (await client.post("/api/live/create", json=body, headers=headers)).status_code == 403
    headers["Origin"] = "http://localhost:8080"
    assert (await client.post("/api/live/create", json=body, headers=headers)).status_code == 201


async def test_of_a_header_that_comes_twice_the_first_counts(client: httpx.AsyncClient) -> None:
    body = {"title": "T", "owner_name": "A"}
    created = await client.post("/api/live/create", json=body, headers={"Cookie": f"{COOKIE}={KEY}"})
    for first, second, own in ((KEY, "o" * 43, 1), ("o" * 43, KEY, 0)):
        cookies = [("Cookie", f"{COOKIE}={first}"), ("Cookie", f"{COOKIE}={second}")]
        mine = (await client.get("/api/live/sessions", headers=cookies)).json()["mine"]
        assert [one["session_id"] for one in mine] == [created.json()["session_id"]] * own


async def test_the_browser_key_gives_back_ones_own_sessions(client: httpx.AsyncClient) -> None:
    given = await client.get("/api/browser")
    [cookie] = [c for c in given.headers.get_list("set-cookie") if c.startswith(COOKIE)]
    assert given.status_code == 204
    assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    session = await create(client)
    assert [s["session_id"] for s in (await client.get("/api/live/sessions")).json()["mine"]] == [
        session["session_id"]
    ]
    assert "set-cookie" not in (await client.get("/api/browser")).headers


async def test_listed_sessions_are_public_and_others_are_not(client: httpx.AsyncClient) -> None:
    await create(client)
    listed = await create(client, listed=True)
    sessions = (await client.get("/api/live/sessions")).json()["sessions"]
    assert [s["session_id"] for s in sessions] == [listed["session_id"]]


async def test_health_tells_what_is_away(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/health")).json() == {"status": "ok", "database": "ok", "livekit": "ok"}


@pytest.mark.parametrize("away", ["database", "livekit"])
async def test_health_says_503_and_what_is_away(world: World, settings: Settings, away: str) -> None:
    async def fine() -> None:
        return None

    async def broken() -> None:
        raise ConnectionRefusedError

    database, livekit = (broken if part == away else fine for part in ("database", "livekit"))
    services = replace(world.services(settings), health=Health(database, livekit))
    async with client_of(api_with(services, settings)) as client:
        answer = await client.get("/api/health")
    told = {"status": "unhealthy", "database": "ok", "livekit": "ok", away: "does not answer"}
    assert (answer.status_code, answer.json()) == (503, told)


@pytest.mark.usefixtures("one_minute")
async def test_a_hand_that_goes_up_too_often_waits(world: World, settings: Settings) -> None:
    few = settings.model_copy(update={"hands_per_minute": 2})
    world.stage._ports = replace(world.stage._ports, limits=RateLimits(few))
    async with client_of(api_of(world, few)) as client:
        path = f"/api/live/{(created := await create(client))['session_id']}"
        member = {"session_id": created["session_id"], "user_name": "Bob"}
        bob, ben = [(await client.post("/api/live/join", json=member)).json() for _ in range(2)]
        key = {"member_key": bob["member_key"]}
        answers = [await client.post(f"{path}/hands", json=key) for _ in range(3)]
        down = await client.request("DELETE", f"{path}/hands", json=key)
        other = await client.post(f"{path}/hands", json={"member_key": ben["member_key"]})
    assert [a.status_code for a in (*answers, down, other)] == [200, 200, 429, 200, 200]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 61


@pytest.mark.usefixtures("one_minute")
async def test_who_reacts_too_often_waits(world: World, settings: Settings) -> None:
    few = settings.model_copy(update={"reactions_per_minute": 2})
    world.chat._ports = replace(world.chat._ports, limits=RateLimits(few))
    async with client_of(api_of(world, few)) as client:
        path = f"/api/live/{(created := await create(client))['session_id']}/reactions"
        member = {"session_id": created["session_id"], "user_name": "Bob"}
        bob, ben = [(await client.post("/api/live/join", json=member)).json() for _ in range(2)]
        wish = {"reaction": "👍", "member_key": bob["member_key"]}
        answers = [await client.post(path, json=wish) for _ in range(3)]
        other = await client.post(path, json={**wish, "member_key": ben["member_key"]})
    assert [a.status_code for a in (*answers, other)] == [202, 202, 429, 202]
    assert answers[2].json()["error"] == "too_many_requests"
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 61
    shown = [packet["member_id"] for _, topic, packet in world.rooms.sent if topic == "reaction"]
    assert shown == [bob["member_id"]] * 2 + [ben["member_id"]]


def test_x_forwarded_for_counts_only_from_a_trusted_proxy(tmp_path: Path) -> None:
    trusted = Settings(trusted_proxies="10.0.0.0/8").trusted_proxies  # type: ignore[arg-type]
    assert real_address("203.0.113.9", "198.51.100.7", trusted) == "203.0.113.9"
    assert real_address("10.0.0.1", "1.1.1.1, 198.51.100.7", trusted) == "198.51.100.7"
    assert real_address("10.0.0.1", "198.51.100.7, 10.0.0.2", trusted) == "198.51.100.7"
    assert real_address("10.0.0.1", "rubbish", trusted) == "10.0.0.1"
    assert real_address("10.0.0.1", "198.51.100.7", ()) == "10.0.0.1"
    assert real_address("::ffff:10.0.0.1", "::ffff:198.51.100.7", trusted) == "198.51.100.7"


async def test_every_answer_carries_the_safety_headers(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/api/health")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=(self)" in headers["permissions-policy"]


async def test_the_documentation_loads_nothing(client: httpx.AsyncClient) -> None:
    page = await client.get("/api/docs")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for loader in ("<script", "<img", "<link", "@import", "url("):
        assert loader not in page.text
    assert "/api/live/create" in page.text


def section_of(page: str, route: str) -> str:
    """What the documentation page says of this route, without its tags."""
    method, path = route.split()
    text = page.split(f"<b>{method}</b><code>{path}</code>")[1].split("<h2")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


async def test_the_documentation_names_every_field(client: httpx.AsyncClient) -> None:
    page = (await client.get("/api/docs")).text
    create = section_of(page, "POST /api/live/create")
    assert "title string required" in create
    assert "access one of link, members, invited" in create
    assert "host_key string required" in create
    chat = section_of(page, "GET /api/live/{session_id}/messages")
    assert "session_id string path" in chat
    assert "after integer query" in chat
    assert "one of json, csv, txt" in chat
    assert "author_name string required" in chat, "also of what is in a list"
    assert "limit integer query; own sessions of each kind" in section_of(page, "GET /api/live/sessions")


async def test_every_route_is_described(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/api/openapi.json")).json()["paths"]
    assert {
        "/api/health",
        "/api/live/create",
        "/api/live/join",
        "/api/live/end",
        "/api/live/sessions",
        "/api/live/{session_id}",
        "/api/live/{session_id}/messages",
    } <= set(paths)
    assert all(about.get("description") for methods in paths.values() for about in methods.values())


async def test_the_documentation_says_of_which_version_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_api, "__version__", "7.8.9")
    nobody: Any = None
    async with client_of(rest_api.build_api(nobody, nobody, nobody)) as client:
        assert (await client.get("/api/openapi.json")).json()["info"]["version"] == "7.8.9"
        assert "donfra live 7.8.9" in (await client.get("/api/docs")).text


async def test_every_reference_of_the_documentation_leads_somewhere(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/api/openapi.json")).json()
    referred = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(schema)))
    assert "ErrorAnswer" in referred
    assert referred <= set(schema["components"]["schemas"])
