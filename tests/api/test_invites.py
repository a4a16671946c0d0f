"""Invites over REST: one that ends at a time admits until then, and is refused in words afterwards."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from donfra_live.settings import Settings
from tests.rest_client import api_of, client_of
from tests.world import World


@pytest.fixture
async def client(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(api_of(world, settings)) as client:
        yield client


async def join(client: httpx.AsyncClient, session_id: str, token: str, name: str) -> httpx.Response:
    client.cookies.clear()
    body = {"session_id": session_id, "user_name": name, "invite": token}
    return await client.post("/api/live/join", json=body)


async def test_an_invite_ends_at_the_time_it_was_given(client: httpx.AsyncClient, world: World) -> None:
    body = {"title": "T", "owner_name": "Alice", "access": "invited"}
    created: dict[str, Any] = (await client.post("/api/live/create", json=body)).json()
    sid, host = created["session_id"], {"Authorization": f"Bearer {created['host_key']}"}
    ends = world.clock() + timedelta(hours=1)
    wishes = {"role": "speaker", "expires_at": ends.isoformat()}
    made = await client.post(f"/api/live/{sid}/invites", json=wishes, headers=host)
    assert made.status_code == 201, made.text
    token = made.json()["token"]

    listed = (await client.get(f"/api/live/{sid}/invites", headers=host)).json()["invites"]
    assert [i["expires_at"] for i in listed] == [ends.isoformat(timespec="seconds").replace("+00:00", "Z")]
    in_time = await join(client, sid, token, "Early")
    assert (in_time.status_code, in_time.json()["role"]) == (200, "speaker")
    world.clock.pass_seconds(3600)
    late = await join(client, sid, token, "Late")
    assert late.status_code == 403
    assert late.json()["error"] == "invite_needed"
    assert late.json()["detail"] == "This invite is no longer valid. Ask for a new one."
