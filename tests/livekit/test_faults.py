"""kill -9 of the app and of the media server while people are in the room."""

import asyncio
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import app_process
from tests.livekit.peer import connected

pytestmark = [pytest.mark.livekit, pytest.mark.timeout(180)]


def server(app: app_process.RestApp) -> dict[str, Any]:
    state: dict[str, Any] = json.loads((app.data / "livekit" / "state.json").read_text())
    return state


def create(app: app_process.RestApp) -> dict[str, Any]:
    answer = httpx.post(f"{app.url}/api/live/create", json={"title": "T", "owner_name": "Alice"}, timeout=15)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def test_a_killed_media_server_is_back_with_its_rooms(tmp_path: Path) -> None:
    with app_process.running(tmp_path) as app:
        session = await asyncio.to_thread(create, app)
        async with connected(session["server_url"], session["host_token"]) as host:
            old = server(app)
            started = time.monotonic()
            os.kill(old["pid"], signal.SIGKILL)
            await host.until("reconnected", seconds=10)
            assert time.monotonic() - started < 5
        assert server(app)["pid"] != old["pid"]


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


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"LIVEKIT_SERVER_URL": "http://127.0.0.1:1"}, "cannot be reached"),
        ({"LIVEKIT_SERVER_URL": "{running}", "LIVEKIT_API_KEY": "wrong"}, "refuses our key"),
    ],
)
def test_a_media_server_that_cannot_be_used_gives_one_sentence(
    app: app_process.RestApp, tmp_path: Path, environment: dict[str, str], says: str
) -> None:
    running = f"http://127.0.0.1:{app.livekit_port}"
    values = {k: v.replace("{running}", running) for k, v in environment.items()}
    other = app_process.RestApp(
        tmp_path / "data", {"LIVEKIT_API_KEY": "key", "LIVEKIT_API_SECRET": "s" * 40, **values}
    )
    other.start()
    try:
        deadline = time.monotonic() + 30
        while says not in other.log and time.monotonic() < deadline:
            time.sleep(0.1)
        assert says in other.log
        assert "Traceback" not in other.log
        health = httpx.get(f"{other.url}/api/health", timeout=5)
        assert health.status_code == 503
        assert says in health.json()["livekit"]
        made = httpx.post(f"{other.url}/api/live/create", json={"title": "T", "owner_name": "A"}, timeout=15)
        assert made.status_code == 503
    finally:
        other.stop()
