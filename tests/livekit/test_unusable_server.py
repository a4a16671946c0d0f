"""A media server that cannot be used gives one clear sentence: at start, in /api/health, in every answer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from donfra_live.livekit_gateway.check import MediaCheck
from donfra_live.livekit_gateway.client import Endpoint, LiveKitClient
from donfra_live.livekit_server.config import VERSION
from tests.app_process import RestApp
from tests.infra.servers import running
from tests.livekit.media_server_double import answering
from tests.livekit.people import until
from tests.ports import free_port

pytestmark = [pytest.mark.livekit, pytest.mark.timeout(120)]
KEY, SECRET = "APIcheck", "s" * 40


@contextlib.asynccontextmanager
async def app_with(folder: Path, url: str, key: str = KEY) -> AsyncIterator[RestApp]:
    environment = {"LIVEKIT_SERVER_URL": url, "LIVEKIT_API_KEY": key, "LIVEKIT_API_SECRET": SECRET}
    app = RestApp(folder / "data", environment)
    app.start()
    try:
        yield app
    finally:
        await asyncio.to_thread(app.stop)


async def health(app: RestApp, livekit: str) -> httpx.Response:
    """The first answer of /api/health that says this of the media server."""
    async with asyncio.timeout(40), httpx.AsyncClient(timeout=5) as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                answer = await client.get(f"{app.url}/api/health")
                if livekit in answer.json()["livekit"]:
                    return answer
            await asyncio.sleep(0.05)


async def says_everywhere(app: RestApp, sentence: str) -> None:
    assert (await health(app, sentence)).status_code == 503
    async with httpx.AsyncClient(timeout=15) as client:
        made = await client.post(f"{app.url}/api/live/create", json={"title": "T", "owner_name": "A"})
    assert made.status_code == 503
    assert [line for line in app.log.splitlines() if f"donfra live: {sentence}" in line]
    assert "Traceback" not in app.log


async def test_unreachable(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    async with app_with(tmp_path, url) as app:
        await says_everywhere(app, f"The media server at {url} cannot be reached. Is it running")


async def test_wrong_key(app: RestApp, tmp_path: Path) -> None:
    async with app_with(tmp_path, f"http://127.0.0.1:{app.livekit_port}", key="wrong") as other:
        await says_everywhere(other, "The media server refuses our key: check LIVEKIT_API_KEY")


async def test_something_else(tmp_path: Path) -> None:
    port = free_port()
    with running(["python3", "-m", "http.server", str(port), "--bind", "127.0.0.1"], tmp_path / "log"):
        url = f"http://127.0.0.1:{port}"
        async with app_with(tmp_path, url) as app:
            await says_everywhere(app, f"What answers at {url} is not a LiveKit server")


async def test_too_old_until_it_is_updated(tmp_path: Path) -> None:
    version = ["1.5.3"]
    async with answering(version, KEY, SECRET) as url, app_with(tmp_path, url) as app:
        sentence = f"The media server at {url} is LiveKit 1.5.3, which is too old; 1.9.0 or newer is needed."
        await says_everywhere(app, sentence)
        async with httpx.AsyncClient() as client:
            body = {"title": "T", "owner_name": "A"}
            refused = await client.post(f"{app.url}/api/live/create", json=body)
            assert refused.json()["detail"] == sentence
            version[0] = "1.9.0"
            assert (await health(app, "ok")).status_code == 200
            assert (await client.post(f"{app.url}/api/live/create", json=body)).status_code == 201


async def test_one_that_is_updated_meanwhile_needs_no_restart(tmp_path: Path) -> None:
    """Nobody asks for /api/health: the app looks again by itself and says so."""
    version = ["1.5.3"]
    async with answering(version, KEY, SECRET) as url, app_with(tmp_path, url) as app:
        await until("it is too old", lambda: "which is too old" in app.log, 60)
        version[0] = "1.9.0"
        await until("it can be used", lambda: "the media server can be used again" in app.log, 60)
        async with httpx.AsyncClient(timeout=15) as client:
            body = {"title": "T", "owner_name": "A"}
            made = await client.post(f"{app.url}/api/live/create", json=body)
        assert made.status_code == 201, made.text
        assert app.log.count("which is too old") == 1, "it is said once"


async def test_a_real_one_tells_its_version(app: RestApp) -> None:
    key, secret = (app.data / "livekit" / "keys").read_text().strip().split(": ")
    endpoint = Endpoint(f"http://127.0.0.1:{app.livekit_port}", key, secret)
    client = LiveKitClient(lambda: endpoint)
    try:
        check = MediaCheck(client, ask_version=True)
        assert await check.version(endpoint) == VERSION
        await check.run(endpoint)
    finally:
        await client.close()
