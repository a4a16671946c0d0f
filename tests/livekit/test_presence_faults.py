"""When members were in the room, against what the test knows: on a real server, with everything that dies."""

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from livekit import api

from tests import app_process
from tests.livekit.peer import Peer, connected
from tests.livekit.people import Class, until

pytestmark = [pytest.mark.livekit, pytest.mark.timeout(240)]
# Whole seconds in LiveKit's events, and what a busy machine takes.
EXACT = 1.6
LOOP = 2.0
Stay = tuple[float, float | None]


def at(text: str | None) -> float | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() if text else None


def stays(app: app_process.RestApp, member_id: str) -> list[Stay]:
    """From the database itself, so that no view can be kinder than what is stored."""
    query = (
        "SELECT started_at, ended_at FROM presence_interval WHERE member_id = ? ORDER BY started_at, ended_at"
    )
    with contextlib.closing(sqlite3.connect(app.data / "donfra.db")) as db:
        rows = db.execute(query, (member_id,)).fetchall()
    return [(at(start) or 0, at(end)) for start, end in rows]


def near(seen: float | None, truth: float, early: float = EXACT, late: float = EXACT) -> bool:
    return seen is not None and truth - early <= seen <= truth + late


@contextlib.asynccontextmanager
async def lesson(app: app_process.RestApp) -> AsyncIterator[Class]:
    async with httpx.AsyncClient(base_url=app.url, timeout=20) as client:
        answer = await client.post("/api/live/create", json={"title": "T", "owner_name": "Alice"})
        assert answer.status_code == 201, answer.text
        yield Class(client, answer.json())


async def come_and_go(lesson: Class, name: str, seconds: float) -> tuple[str, float, float]:
    """A member who is there for so long: his id, and from when to when he was, as he knows it."""
    joined = await lesson.join(name)
    async with lesson.enter(joined) as peer:
        came = time.time()
        assert isinstance(peer, Peer)
        await asyncio.sleep(seconds)
        left = time.time()
    return joined["member_id"], came, left


async def closed(app: app_process.RestApp, member_id: str, count: int = 1, seconds: float = 30) -> list[Stay]:
    def all_closed() -> bool:
        found = stays(app, member_id)
        return len(found) == count and all(end is not None for _, end in found)

    try:
        await until("stays are closed", all_closed, seconds)
    except AssertionError as error:
        raise AssertionError(f"{error}: {stays(app, member_id)}") from None
    return stays(app, member_id)


async def test_webhooks_say_it_to_the_second(tmp_path: Path) -> None:
    with app_process.running(tmp_path, RECONCILE_SECONDS="30") as app:
        async with lesson(app) as room:
            people = await asyncio.gather(
                *(come_and_go(room, f"P{n}", seconds) for n, seconds in enumerate((2, 4, 6)))
            )
        for member, came, left in people:
            ((start, end),) = await closed(app, member)
            assert near(start, came), (start, came)
            assert near(end, left), (end, left)


async def test_without_webhooks_the_loop_says_it(tmp_path: Path) -> None:
    app = app_process.RestApp(
        tmp_path / "data", {"RECONCILE_SECONDS": str(LOOP)}, target="tests.deaf_app:app"
    )
    try:
        app.start()
        await asyncio.to_thread(app.wait_healthy)
        async with lesson(app) as room:
            people = await asyncio.gather(
                *(come_and_go(room, f"P{n}", seconds) for n, seconds in enumerate((6, 9)))
            )
        for member, came, left in people:
            ((start, end),) = await closed(app, member)
            assert near(start, came), "the media server knows since when he is there"
            assert near(end, left, early=LOOP + EXACT), (end, left)
    finally:
        app.stop()


async def test_a_killed_app(tmp_path: Path) -> None:
    """One leaves while it is down and it is soon back; one while it is down for long; one stays."""
    with app_process.running(tmp_path, RECONCILE_SECONDS="1") as app:
        async with lesson(app) as room:
            early, long, stayer = [await room.join(name) for name in ("Early", "Long", "Stayer")]
            async with contextlib.AsyncExitStack() as there:
                await there.enter_async_context(room.enter(stayer))
                came = time.time()
                leaves_late = contextlib.AsyncExitStack()
                await leaves_late.enter_async_context(room.enter(long))
                async with room.enter(early):
                    await until(
                        "all are known",
                        lambda: all(stays(app, m["member_id"]) for m in (early, long, stayer)),
                    )
                    await asyncio.sleep(2)
                    app.kill()
                    await asyncio.sleep(1)
                    early_left = time.time()
                await asyncio.sleep(2)
                app.start()
                await asyncio.to_thread(app.wait_healthy)
                # the media server tries again for 15 seconds
                await until(
                    "the late event has put it right",
                    lambda: near(stays(app, early["member_id"])[0][1], early_left),
                    20,
                )
                app.kill()
                killed = time.time()
                await leaves_late.aclose()
                long_left = time.time()
                await asyncio.sleep(17)
                app.start()
                await asyncio.to_thread(app.wait_healthy)
                ((_, end),) = await closed(app, long["member_id"])
                assert near(end, long_left, early=long_left - killed + 1 + EXACT), (end, long_left)
                assert stays(app, stayer["member_id"])[0][1] is None, "he has been there all the time"
                left = time.time()
            ((start, end),) = await closed(app, stayer["member_id"])
            assert near(start, came)
            assert near(end, left)


def media_server(app: app_process.RestApp) -> int:
    state: dict[str, Any] = json.loads((app.data / "livekit" / "state.json").read_text())
    return int(state["pid"])


async def test_a_killed_media_server(tmp_path: Path) -> None:
    """No event tells of it; everybody comes back by himself, as another participant."""
    with app_process.running(tmp_path, RECONCILE_SECONDS=str(LOOP)) as app:
        async with lesson(app) as room:
            bob = await room.join("Bob")
            async with room.enter(bob):
                came = time.time()
                await asyncio.sleep(2 * LOOP)
                os.kill(media_server(app), signal.SIGKILL)
                killed = time.time()
                await until("he is there again", lambda: len(stays(app, bob["member_id"])) == 2, 40)
                back = time.time()
                await asyncio.sleep(LOOP)
                left = time.time()
            first, second = await closed(app, bob["member_id"], 2)
            assert near(first[0], came)
            assert near(first[1], killed, early=LOOP + EXACT), (first, killed)
            assert killed - EXACT <= second[0] <= back, (second, killed, back)
            assert near(second[1], left)


async def test_a_dead_network(tmp_path: Path) -> None:
    """Nothing comes from him any more; the media server finds out by itself."""
    with app_process.running(tmp_path, RECONCILE_SECONDS="5") as app:
        async with lesson(app) as room:
            bob = await room.join("Bob")
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.livekit.peer_process", bob["server_url"], bob["access_token"]),
                stdout=asyncio.subprocess.PIPE,
            )
            try:
                assert process.stdout is not None
                assert await asyncio.wait_for(process.stdout.readline(), 30) == b"in\n"
                came = time.time()
                await until("he is known", lambda: bool(stays(app, bob["member_id"])))
                os.kill(process.pid, signal.SIGSTOP)
                stopped = time.time()
                ((start, end),) = await closed(app, bob["member_id"], seconds=60)
            finally:
                process.kill()
                await process.wait()
            assert near(start, came, early=3)
            assert near(end, stopped, late=30), (end, stopped)


async def test_arrivals_count_from_join_only(tmp_path: Path) -> None:
    with app_process.running(tmp_path, RECONCILE_SECONDS="1") as app:
        async with lesson(app) as room:
            room.client.cookies.set("donfra_browser", "b" * 43)
            body = {"session_id": room.id}
            arrival = (await room.client.post("/api/live/arrival", json=body)).json()
            async with connected(arrival["server_url"], arrival["access_token"]):
                await asyncio.sleep(3)
                with contextlib.closing(sqlite3.connect(app.data / "donfra.db")) as db:
                    assert db.execute("SELECT count(*) FROM presence_interval").fetchone() == (0,)
                entered = time.time()
                ticket = await room.client.post(
                    "/api/live/enter",
                    json={**body, "user_name": "Bob", "identity": arrival["identity"]},
                )
                assert ticket.status_code == 200, ticket.text
                await asyncio.sleep(2)
                left = time.time()
            ((start, end),) = await closed(app, ticket.json()["member_id"])
            assert near(start, entered, early=0.1)
            assert near(end, left)


async def test_the_end_closes_what_is_open(tmp_path: Path) -> None:
    with app_process.running(tmp_path, RECONCILE_SECONDS="30") as app:
        async with lesson(app) as room:
            bob = await room.join("Bob")
            async with room.enter(bob) as peer:
                await until("he is known", lambda: bool(stays(app, bob["member_id"])))
                await room.client.post("/api/live/end", json={"session_id": room.id, "host_key": room.key})
                ended = time.time()
                await peer.until("disconnected")
                await asyncio.sleep(1)  # for the event of his leaving, which is older than nothing
            ((_, end),) = stays(app, bob["member_id"])
            assert near(end, ended)


async def test_joining_a_live_session_whose_room_is_gone_makes_it_again(tmp_path: Path) -> None:
    with app_process.running(tmp_path, RECONCILE_SECONDS="600") as app:
        async with lesson(app) as room:
            bob = await room.join("Bob")
            async with room.enter(bob) as peer:
                await until("he is known", lambda: bool(stays(app, bob["member_id"])))
                delete_room(app, room.id)
                await peer.until("disconnected")
            await closed(app, bob["member_id"])
            carol = await room.join("Carol")
            async with room.enter(carol) as peer:
                assert peer.room.isconnected()


def delete_room(app: app_process.RestApp, session_id: str) -> None:
    """As somebody with the media server's key does it, past the app."""
    key, secret = (app.data / "livekit" / "keys").read_text().strip().split(": ")
    token = api.AccessToken(key, secret).with_grants(api.VideoGrants(room_create=True)).to_jwt()
    url = f"http://127.0.0.1:{app.livekit_port}/twirp/livekit.RoomService/DeleteRoom"
    answer = httpx.post(url, json={"room": session_id}, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
