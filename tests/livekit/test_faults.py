"""kill -9 of the app and of the media server while people are in the room."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from donfra_live.livekit_server.supervisor import QUICK_SECONDS
from tests import app_process
from tests.livekit.peer import connected

pytestmark = [pytest.mark.livekit, pytest.mark.timeout(180)]
# Shown by `pytest --log-cli-level=INFO`.
figures = logging.getLogger("figures")
RUNS = 3


def server(app: app_process.RestApp) -> dict[str, Any]:
    state: dict[str, Any] = json.loads((app.data / "livekit" / "state.json").read_text())
    return state


def supervisor_log(app: app_process.RestApp) -> str:
    return (app.data / "livekit" / "supervisor.log").read_text()


def create(app: app_process.RestApp) -> dict[str, Any]:
    answer = httpx.post(f"{app.url}/api/live/create", json={"title": "T", "owner_name": "Alice"}, timeout=15)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def seconds_without_picture(app: app_process.RestApp, number: signal.Signals, seconds: float) -> float:
    """How long a viewer sees nothing after this signal to the media server; both people come back."""
    session = await asyncio.to_thread(create, app)
    joined = await asyncio.to_thread(
        httpx.post,
        f"{app.url}/api/live/join",
        json={"session_id": session["session_id"], "user_name": "Bob"},
    )
    async with (
        connected(session["server_url"], session["host_token"]) as host,
        connected(session["server_url"], joined.json()["access_token"]) as viewer,
    ):
        await host.publish_picture()
        old_track, _ = await viewer.until("picture")
        old = server(app)
        struck = time.monotonic()
        os.kill(old["pid"], number)
        # A track's sid is the server's: a new one is the new server's picture, not one still on its way.
        _, seen = await viewer.until("picture", lambda p: p[0] != old_track, seconds)
        await asyncio.gather(host.sees_only(viewer), viewer.sees_only(host))
        assert server(app)["pid"] != old["pid"]
        return float(seen - struck)


async def test_the_picture_is_back_soon_after_the_media_server_was_killed(tmp_path: Path) -> None:
    with app_process.running(tmp_path) as app:
        times = []
        for _ in range(RUNS):
            # A server that dies again within these seconds is given a pause, which is not measured here.
            await asyncio.sleep(QUICK_SECONDS)
            times.append(await seconds_without_picture(app, signal.SIGKILL, 10))
        figures.info("picture away after kill -9, seconds: %s", [round(t, 2) for t in sorted(times)])
        assert max(times) < 5
        assert "has ended. It is started again" in supervisor_log(app)


@pytest.mark.skipif(sys.platform != "linux", reason="a stopped process is not seen elsewhere")
async def test_a_media_server_that_hangs_is_started_again(tmp_path: Path) -> None:
    with app_process.running(tmp_path) as app:
        took = await seconds_without_picture(app, signal.SIGSTOP, 20)
        figures.info("picture away after SIGSTOP: %.2f s", took)
        assert took < 14
        assert "has stopped answering. It is started again" in supervisor_log(app)


async def test_a_killed_app_drops_no_call_and_knows_everything_again(tmp_path: Path) -> None:
    with app_process.running(tmp_path) as app:
        session = await asyncio.to_thread(create, app)
        async with connected(session["server_url"], session["host_token"]) as host:
            media = server(app)["pid"]
            app.kill()
            app.start()
            await asyncio.to_thread(app.wait_healthy)
            assert server(app)["pid"] == media, "the media server was adopted, not started again"
            assert host.room.isconnected()
            assert not [e for e in host.events if e[0] == "disconnected"]
            ended = await asyncio.to_thread(
                httpx.post,
                f"{app.url}/api/live/end",
                json={"session_id": session["session_id"], "host_key": session["host_key"]},
            )
            assert ended.status_code == 200, ended.text
            await host.until("disconnected")


async def test_nobody_who_was_let_in_is_lost_when_the_app_is_killed(tmp_path: Path) -> None:
    """Eight come in again and again, kill -9 in the middle: who was answered has his seat after it."""
    with app_process.running(tmp_path, JOINS_PER_MINUTE="100000") as app:
        session = await asyncio.to_thread(create, app)
        asked = {"session_id": session["session_id"], "user_name": "Bob"}
        let_in = list[dict[str, Any]]()

        async def come_in(client: httpx.AsyncClient) -> None:
            with contextlib.suppress(httpx.TransportError):
                while True:
                    let_in.append((await client.post("/api/live/join", json=asked)).json())

        async with httpx.AsyncClient(base_url=app.url, timeout=30) as client, asyncio.TaskGroup() as people:
            for _ in range(8):
                people.create_task(come_in(client))
            while len(let_in) < 60:
                await asyncio.sleep(0.01)
            app.kill()
        app.start()
        await asyncio.to_thread(app.wait_healthy)
        async with httpx.AsyncClient(base_url=app.url, timeout=30) as client:
            for one in let_in:
                again = await client.post("/api/live/join", json={**asked, "member_key": one["member_key"]})
                assert again.json()["member_id"] == one["member_id"], again.text
