"""Two workers on one Redis, one PostgreSQL and one media server behave as one app."""

import asyncio
import base64
import contextlib
import hashlib
import json
import secrets
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import psycopg
import pytest
from livekit import api

from tests.app_process import RestApp
from tests.livekit.peer import connected
from tests.workers.conftest import PER_BROWSER
from tests.workers.page import LIVE, SESSION, Page, opened

pytestmark = [pytest.mark.livekit, pytest.mark.postgres, pytest.mark.timeout(180)]
Workers = tuple[RestApp, RestApp]


async def post(app: RestApp, path: str, body: object, **options: Any) -> httpx.Response:
    async with httpx.AsyncClient(timeout=15) as client:
        return await client.post(f"{app.url}{path}", json=body, **options)


async def create(app: RestApp, title: str = "Algebra", **more: object) -> dict[str, Any]:
    answer = await post(app, "/api/live/create", {"title": title, "owner_name": "Alice", **more})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def new_browser() -> str:
    return secrets.token_urlsafe(32)


async def test_a_change_on_one_reaches_the_pages_of_the_other(workers: Workers) -> None:
    for here, there in (workers, workers[::-1]):
        title = f"Seen from {uuid.uuid4()}"
        async with opened(there.port) as page:
            session = await create(here, title, listed=True)
            await page.hears(title)
            page.heard.clear()
            body = {"session_id": session["session_id"], "host_key": session["host_key"]}
            assert (await post(here, "/api/live/end", body)).status_code == 200
            await page.hears('"listed_rx_state_"')
            assert not [text for text in page.heard if title in text]


async def test_ones_own_sessions_are_told_to_a_tab_on_the_other_worker(workers: Workers) -> None:
    first, second = workers
    browser, title = new_browser(), f"Mine {uuid.uuid4()}"
    async with opened(first.port, browser) as one, opened(second.port, browser) as other:
        async with opened(second.port, new_browser()) as stranger:
            await one.send(f"{LIVE}.create", form={"title": title, "owner_name": "Grace"})
            await other.hears('"mine_rx_state_"', title)
            await create(first, listed=True)
            await stranger.hears("Algebra")
            assert not [text for text in stranger.heard if title in text]


@contextlib.asynccontextmanager
async def the_same_tab(port: int, token: str) -> AsyncIterator[Page]:
    """Until the worker before has seen it go, Reflex takes it for a second tab and gives it a new token."""
    async with asyncio.timeout(20):
        while True:
            async with contextlib.AsyncExitStack() as stack:
                page = await stack.enter_async_context(opened(port, token=token))
                if not any('"new_token"' in text for text in page.heard):
                    held = stack.pop_all()
                    break
            await asyncio.sleep(0.1)
    async with held:
        yield page


async def test_a_page_goes_on_at_the_other_worker(workers: Workers) -> None:
    first, second = workers
    session = await create(first, f"Kept {uuid.uuid4()}")
    token = str(uuid.uuid4())
    async with opened(first.port, token=token) as page:
        await page.send(f"{SESSION}.look", session_id=session["session_id"])
        await page.hears(session["session_id"])
        # A change is told before it is stored; the next event of the tab waits until it is.
        await page.send(f"{SESSION}.end", request="0", session_id=session["session_id"])
        await page.hears('"request":"0"', '"error":"no_proof"')
    async with the_same_tab(second.port, token) as page:
        # /live itself never asks for this session: only the state that the first worker left knows it.
        await page.hears(session["session_id"])
        await page.send(f"{SESSION}.end", request="1", session_id=session["session_id"])
        await page.hears('"request":"1"', '"error":"no_proof"')


async def test_limits_count_for_both(workers: Workers) -> None:
    session = await create(workers[0])
    headers = {"Cookie": f"donfra_browser={new_browser()}"}
    body = {"session_id": session["session_id"], "user_name": "Bob"}
    for n in range(PER_BROWSER):
        answer = await post(workers[n % 2], "/api/live/join", body, headers=headers)
        assert answer.status_code == 200, answer.text
    for app in workers:
        refused = await post(app, "/api/live/join", body, headers=headers)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 61


async def test_an_event_delivered_to_both_counts_once(
    workers: Workers, key: tuple[str, str], shared_database: str
) -> None:
    ids, room = [f"EV_{uuid.uuid4().hex}" for _ in range(20)], (await create(workers[0]))["session_id"]
    await asyncio.gather(*(deliver(app, event, room, key) for event in ids for app in workers))

    def stored() -> list[Any]:
        with psycopg.connect(shared_database) as db:
            query = "SELECT id, processed_at IS NOT NULL FROM webhook_event WHERE id = ANY(%s)"
            return sorted(db.execute(query, (ids,)).fetchall())

    async with asyncio.timeout(10):
        while await asyncio.to_thread(stored) != [(event, True) for event in sorted(ids)]:
            await asyncio.sleep(0.05)


async def deliver(app: RestApp, event: str, room: str, key: tuple[str, str]) -> None:
    body = json.dumps({"event": "room_started", "id": event, "room": {"name": room}})
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    token = api.AccessToken(*key).with_sha256(digest).to_jwt()
    async with httpx.AsyncClient(timeout=15) as client:
        headers = {"Authorization": token}
        answer = await client.post(f"{app.url}/api/livekit/webhook", content=body, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_people_on_different_workers_are_in_one_room(workers: Workers) -> None:
    first, second = workers
    session = await create(first)
    joined = await post(second, "/api/live/join", {"session_id": session["session_id"], "user_name": "Bob"})
    viewer = joined.json()
    async with (
        connected(session["server_url"], session["host_token"]) as host,
        connected(viewer["server_url"], viewer["access_token"]) as bob,
    ):
        await host.publish_sound()
        await bob.until("track")
        path = f"/api/live/{session['session_id']}/messages"
        proof = {"Authorization": f"Bearer {viewer['access_token']}"}
        assert (await post(second, path, {"text": "hello"}, headers=proof)).status_code == 201
        await host.until("data", lambda d: d[0] == "chat")
        body = {"session_id": session["session_id"], "host_key": session["host_key"]}
        assert (await post(second, "/api/live/end", body)).status_code == 200
        for peer in (host, bob):
            assert await peer.until("disconnected", seconds=5) == "ROOM_DELETED"


async def test_when_one_is_killed_the_other_compares_sessions_and_rooms(
    workers: Workers, key: tuple[str, str]
) -> None:
    first, second = workers
    session = await create(second)
    url = f"http://127.0.0.1:{first.livekit_port}"
    first.kill()
    try:
        async with api.LiveKitAPI(url, *key) as lk:
            await lk.room.delete_room(api.DeleteRoomRequest(room=session["session_id"]))
            async with asyncio.timeout(20):
                names = api.ListRoomsRequest(names=[session["session_id"]])
                while not (await lk.room.list_rooms(names)).rooms:
                    await asyncio.sleep(0.1)
    finally:
        first.start()
        await asyncio.to_thread(first.wait_healthy)
