"""A LiveKit server that is not ours and makes a room for whoever comes with a token of it."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from donfra_live.livekit_server import config
from donfra_live.livekit_server.binary import ensure_binary
from donfra_live.livekit_server.keys import Keys
from donfra_live.settings import Settings
from tests.app_process import RestApp
from tests.infra.servers import running, wait_for
from tests.livekit.peer import connected

pytestmark = [pytest.mark.livekit, pytest.mark.timeout(120)]
KEYS = Keys("APIother", "o" * 40)


def configuration(app: RestApp) -> str:
    settings = Settings(
        _env_file=None,
        port=app.port,
        livekit_port=app.livekit_port,
        livekit_udp_port=app.udp_port,
        livekit_node_ip="127.0.0.1",
    )
    network = config.network_of(settings)
    built = config.build(settings, KEYS, network, config.wanted_ports(settings, network))
    built["room"]["auto_create"] = True
    return json.dumps(built)


async def test_an_old_token_of_an_ended_session_is_put_out_at_once(tmp_path: Path) -> None:
    """The comparing loop would do it, too, but it does not run here."""
    app = RestApp(tmp_path / "data", {"RECONCILE_SECONDS": "600"})
    url = f"http://127.0.0.1:{app.livekit_port}"
    app.environment |= {
        "LIVEKIT_SERVER_URL": url,
        "LIVEKIT_API_KEY": KEYS.key,
        "LIVEKIT_API_SECRET": KEYS.secret,
    }
    (tmp_path / "livekit.json").write_text(configuration(app))
    binary = ensure_binary(Settings(_env_file=None), lambda _: None)
    with running([binary, "--config", tmp_path / "livekit.json"], tmp_path / "log") as server:
        await asyncio.to_thread(wait_for, url, server)
        app.start()
        try:
            await asyncio.to_thread(app.wait_healthy)
            async with httpx.AsyncClient(base_url=app.url, timeout=15) as client:
                wish = {"title": "T", "owner_name": "Alice"}
                session = (await client.post("/api/live/create", json=wish)).json()
                body = {"session_id": session["session_id"]}
                bob = (await client.post("/api/live/join", json={**body, "user_name": "Bob"})).json()
                async with connected(bob["server_url"], bob["access_token"]) as peer:
                    over = await client.post("/api/live/end", json={**body, "host_key": session["host_key"]})
                    assert over.status_code == 200, over.text
                    await peer.until("disconnected", seconds=5)
            async with connected(bob["server_url"], bob["access_token"]) as peer:
                await peer.until("disconnected", seconds=5)
        finally:
            await asyncio.to_thread(app.stop)
