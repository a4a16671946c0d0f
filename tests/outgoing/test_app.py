"""The real app: what was acknowledged is delivered, though it was killed, and what happens in a real room."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from donfra_live.db import Database, migrate
from donfra_live.models import WebhookEndpoint
from donfra_live.outgoing.service import new_secret
from donfra_live.settings import Settings
from tests.app_process import RestApp
from tests.livekit.people import Class, until
from tests.outgoing.receiver import Receiver
from tests.ports import free_port

pytestmark = pytest.mark.livekit


async def listen(data: Path, url: str, events: str = "created,started,ended") -> str:
    """As an admin does it; the secret."""
    settings, secret = Settings(donfra_data_dir=data), new_secret()
    await migrate(settings)
    db = Database(settings)
    async with db.transaction() as writing:
        writing.add(WebhookEndpoint(url=url, secret=secret, events=events))
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


async def heard(receiver: Receiver, kind: str) -> dict[str, Any]:
    """What the first event of this kind says, once it has come."""
    async with asyncio.timeout(60):
        while kind not in receiver.kinds:
            receiver.came.clear()
            await receiver.came.wait()
    found: dict[str, Any] = receiver.got[receiver.kinds.index(kind)].event["data"]
    return found


async def test_who_comes_and_goes_and_a_recording_are_told(tmp_path: Path) -> None:
    """By a real person in a real room, up to the file that a course system may fetch."""
    async with Receiver().open() as receiver:
        secret = await listen(tmp_path / "data", receiver.url, "joined,left,recording_ready,ended")
        app = RestApp(tmp_path / "data", {"WEBHOOKS_TO_PRIVATE_NETWORKS": "true"})
        try:
            app.start()
            await asyncio.to_thread(app.wait_healthy)
            async with httpx.AsyncClient(base_url=app.url, timeout=15) as client:
                await _lesson(client, receiver)
        finally:
            app.stop()
    checker = Webhook(secret)
    for got in receiver.got:
        checker.verify(got.body, got.headers)
    assert receiver.kinds[-1] == "session.ended"


async def _lesson(client: httpx.AsyncClient, receiver: Receiver) -> None:
    made = await client.post("/api/live/create", json={"title": "Algebra", "owner_name": "Alice"})
    room = Class(client, made.json())
    bob = await room.join("Bob", "speaker")
    assert receiver.kinds == [], "admitted is not there yet"
    async with room.enter(bob) as peer:
        joined = await heard(receiver, "session.joined")
        assert (joined["session_id"], joined["title"]) == (room.id, "Algebra")
        assert joined["member"]["member_id"] == bob["member_id"]
        assert (joined["member"]["name"], joined["member"]["role"]) == ("Bob", "speaker")
        await peer.publish_sound()
        begun = await room.host("POST", "/recordings", layout="grid")
        path, proof = f"/api/recordings/{begun['recording_id']}", {"Authorization": f"Bearer {room.key}"}

        async def has(seconds: float) -> bool:
            return bool((await client.get(path, headers=proof)).json()["seconds"] >= seconds)

        await until("it records", lambda: has(1.0), 60)
        assert "session.left" not in receiver.kinds
        await client.post(f"{path}/stop", headers=proof)
        about = (await heard(receiver, "session.recording_ready"))["recording"]
        file = await client.get(f"/api/recordings/{about['recording_id']}/file", headers=proof)
        assert (file.status_code, len(file.content)) == (200, about["bytes"])
        assert about["seconds"] >= 1.0
    left = await heard(receiver, "session.left")
    assert (left["session_id"], left["member"]["member_id"]) == (room.id, bob["member_id"])
    assert receiver.kinds.count("session.joined") == 1, "the recorder is nobody"
    over = {"session_id": room.id, "host_key": room.key}
    (await client.post("/api/live/end", json=over)).raise_for_status()
    await heard(receiver, "session.ended")
