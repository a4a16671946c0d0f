"""The real app: what was acknowledged is delivered, though it was killed before it could deliver."""

import asyncio
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from donfra_live.db import Database, migrate
from donfra_live.models import WebhookEndpoint
from donfra_live.outgoing.service import new_secret
from donfra_live.settings import Settings
from tests.app_process import RestApp, free_port
from tests.outgoing.receiver import Receiver

pytestmark = pytest.mark.livekit


async def listen(data: Path, url: str) -> str:
    """As an admin does it; the secret."""
    settings, secret = Settings(donfra_data_dir=data), new_secret()
    await migrate(settings)
    db = Database(settings)
    async with db.transaction() as writing:
        writing.add(WebhookEndpoint(url=url, secret=secret, events="created,started,ended"))
    await db.close()
    return secret


async def until_told(receiver: Receiver, kinds: list[str]) -> None:
    async with asyncio.timeout(60):
        while sorted(receiver.kinds) != kinds:
            receiver.came.clear()
            await receiver.came.wait()


async def test_a_killed_app_loses_no_event(tmp_path: Path) -> None:
    receiver = Receiver(port=free_port())  # nobody listens there yet
    secret = await listen(tmp_path / "data", receiver.url)
    app = RestApp(tmp_path / "data", {"WEBHOOKS_TO_PRIVATE_NETWORKS": "true"})
    try:
        app.start()
        await asyncio.to_thread(app.wait_healthy)
        async with httpx.AsyncClient(base_url=app.url) as client:
            body = {"title": "Algebra", "owner_name": "Alice"}
            made = (await client.post("/api/live/create", json=body)).raise_for_status().json()
        app.kill()
        async with receiver.open():
            app.start()
            await until_told(receiver, ["session.created", "session.started"])
            await asyncio.to_thread(app.wait_healthy)
            async with httpx.AsyncClient(base_url=app.url) as client:
                end = {"session_id": made["session_id"], "host_key": made["host_key"]}
                (await client.post("/api/live/end", json=end)).raise_for_status()
            await until_told(receiver, ["session.created", "session.ended", "session.started"])
        checker = Webhook(secret)
        for got in receiver.got:
            assert checker.verify(got.body, got.headers)["data"]["session_id"] == made["session_id"]
        assert "the nightly removal is done" in app.log
        assert secret not in app.log
        assert "token=hidden" not in app.log
    finally:
        app.stop()
