"""Too much in a minute: from one address, one browser or one member; each is told when to try again."""

import ipaddress
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from donfra_live.browser_key import COOKIE
from donfra_live.limits import RateLimits
from donfra_live.settings import Settings
from tests.rest_client import api_of, client_of
from tests.world import World

pytestmark = pytest.mark.usefixtures("one_minute")
FEW = {
    "joins_per_minute": 6,
    "creates_per_minute": 4,
    "requests_per_browser": 3,
    "messages_per_minute": 2,
    "messages_per_address": 4,
}


@pytest.fixture
async def client(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Behind a trusted proxy, so that people come from addresses of their own; with few of everything."""
    few = settings.model_copy(update={**FEW, "trusted_proxies": (ipaddress.ip_network("127.0.0.0/8"),)})
    limits = RateLimits(few)
    for part in (world.sessions, world.admissions, world.chat):
        part._ports = replace(part._ports, limits=limits)
    world.admissions._arrivals_per_session = 100
    async with client_of(api_of(world, few), path="/api/live") as client:
        yield client


def from_address(number: int) -> dict[str, str]:
    return {"X-Forwarded-For": f"198.51.100.{number}"}


def from_browser(number: int, address: int) -> dict[str, str]:
    return {**from_address(address), "Cookie": f"{COOKIE}={str(number) * 43}"}


async def session(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, Any]:
    answer = await client.post("/create", json={"title": "T", "owner_name": "Alice"}, headers=headers)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def waits(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["error"]) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert len(answer.json()["detail"]) > 10


async def test_creates_of_one_address(client: httpx.AsyncClient) -> None:
    for _ in range(FEW["creates_per_minute"]):
        await session(client, from_address(1))
    wish = {"title": "T", "owner_name": "Alice"}
    waits(await client.post("/create", json=wish, headers=from_address(1)))
    await session(client, from_address(2))


@pytest.mark.parametrize("way", ["join", "enter", "arrival"])
async def test_joins_and_arrivals_of_one_address(client: httpx.AsyncClient, way: str) -> None:
    """They count together, whichever of them it is that is too much."""
    body = {"session_id": (await session(client, from_address(9)))["session_id"], "user_name": "Bob"}
    ways = ["join", "enter", "arrival"] * (FEW["joins_per_minute"] // 3)
    answers = [await client.post(f"/{one}", json=body, headers=from_address(1)) for one in ways]
    assert [a.status_code for a in answers] == [200] * len(ways)
    waits(await client.post(f"/{way}", json=body, headers=from_address(1)))
    assert (await client.post(f"/{way}", json=body, headers=from_address(2))).status_code == 200


@pytest.mark.parametrize("way", ["create", "join", "enter", "arrival"])
async def test_what_one_browser_asks_for(client: httpx.AsyncClient, way: str) -> None:
    """Wherever it comes from; whoever shares its address goes on."""
    created = await session(client, from_browser(1, address=1))
    body = {"session_id": created["session_id"], "user_name": "Bob", "title": "T", "owner_name": "Alice"}
    for address, one in enumerate(("join", "arrival"), start=2):
        answer = await client.post(f"/{one}", json=body, headers=from_browser(1, address))
        assert answer.status_code == 200, answer.text
    waits(await client.post(f"/{way}", json=body, headers=from_browser(1, address=4)))
    assert (await client.post(f"/{way}", json=body, headers=from_browser(2, address=4))).status_code < 300


async def test_messages_of_one_member(client: httpx.AsyncClient) -> None:
    body = {"session_id": (await session(client, from_address(9)))["session_id"], "user_name": "Bob"}
    bob, ben = [(await client.post("/join", json=body)).json() for _ in range(2)]
    path = f"/{body['session_id']}/messages"

    async def says(who: dict[str, Any], number: int) -> httpx.Response:
        wish = {"text": f"no {number}", "client_id": str(number), "member_key": who["member_key"]}
        return await client.post(path, json=wish, headers=from_address(number))

    assert [(await says(bob, n)).status_code for n in (1, 2)] == [201, 201]
    waits(await says(bob, 3))
    assert (await says(ben, 4)).status_code == 201
    proof = {"Authorization": f"Bearer {ben['member_key']}"}
    read = (await client.get(path, headers=proof)).json()["messages"]
    assert [m["text"] for m in read] == ["no 1", "no 2", "no 4"]


async def test_messages_of_one_browser(client: httpx.AsyncClient) -> None:
    """In all its sessions and from wherever it is; whoever shares its address goes on."""
    sids = [(await session(client, from_address(9)))["session_id"] for _ in range(2)]
    for sid, browser in ((sids[0], 1), (sids[1], 1), (sids[0], 2)):
        joined = await client.post(
            "/join", json={"session_id": sid, "user_name": "Bob"}, headers=from_browser(browser, address=1)
        )
        assert joined.status_code == 200, joined.text

    async def says(sid: str, browser: int, address: int) -> httpx.Response:
        headers = from_browser(browser, address)
        return await client.post(f"/{sid}/messages", json={"text": "hello"}, headers=headers)

    assert [(await says(sid, 1, address)).status_code for address, sid in enumerate(sids, start=2)] == [
        201
    ] * 2
    waits(await says(sids[0], 1, address=4))
    assert (await says(sids[0], 2, address=4)).status_code == 201


async def test_messages_of_one_address(client: httpx.AsyncClient) -> None:
    body = {"session_id": (await session(client, from_address(9)))["session_id"], "user_name": "Bob"}
    people = [(await client.post("/join", json=body, headers=from_address(9))).json() for _ in range(3)]

    async def says(who: dict[str, Any], address: int) -> httpx.Response:
        wish = {"text": "hello", "member_key": who["member_key"]}
        return await client.post(f"/{body['session_id']}/messages", json=wish, headers=from_address(address))

    answers = [await says(who, 1) for who in (*people[:2], *people[:2])]
    assert [answer.status_code for answer in answers] == [201] * FEW["messages_per_address"]
    waits(await says(people[2], 1))
    assert (await says(people[2], 2)).status_code == 201
