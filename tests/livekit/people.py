"""A session on the real app with people by the LiveKit SDK, and short words for what they do."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
from livekit import rtc

from tests.livekit.peer import Peer, connected

SOURCES = {
    rtc.TrackSource.SOURCE_CAMERA: "camera",
    rtc.TrackSource.SOURCE_MICROPHONE: "microphone",
    rtc.TrackSource.SOURCE_SCREENSHARE: "screen_share",
    rtc.TrackSource.SOURCE_SCREENSHARE_AUDIO: "screen_share_audio",
}


async def until(what: str, holds: Callable[[], bool | Awaitable[bool]], seconds: float = 10) -> float:
    """Waits for a condition; how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        answer = holds()
        if answer if isinstance(answer, bool) else await answer:
            return time.monotonic() - began
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


def may_publish(peer: Peer) -> set[str]:
    """What LiveKit lets this person publish, as his own client knows it."""
    rights = peer.room.local_participant.permissions
    if not rights.can_publish:
        return set()
    return {SOURCES[s] for s in rights.can_publish_sources}


def tracks_of(watcher: Peer, peer: Peer) -> dict[str, rtc.RemoteTrackPublication]:
    """What this person publishes as another sees it, by source."""
    there = watcher.room.remote_participants.get(peer.room.local_participant.identity)
    return {SOURCES[t.source]: t for t in there.track_publications.values()} if there else {}


class Class:
    """A session and its REST calls; the host proves himself by host_key."""

    def __init__(self, client: httpx.AsyncClient, created: dict[str, Any]) -> None:
        self.client, self.created = client, created
        self.id, self.key = created["session_id"], created["host_key"]

    async def host(self, method: str, path: str, **body: object) -> dict[str, Any]:
        answer = await self.client.request(
            method, f"/api/live/{self.id}{path}", json=body, headers={"Authorization": f"Bearer {self.key}"}
        )
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        done: dict[str, Any] = answer.json()
        return done

    async def knock(
        self, name: str, *, headers: dict[str, str] | None = None, **more: object
    ) -> httpx.Response:
        body = {"session_id": self.id, "user_name": name, **more}
        return await self.client.post("/api/live/join", json=body, headers=headers)

    async def join(self, name: str, role: str = "viewer", **more: Any) -> dict[str, Any]:
        if role != "viewer":
            more["invite"] = (await self.host("POST", "/invites", role=role))["token"]
        answer = await self.knock(name, **more)
        assert answer.status_code == 200, answer.text
        joined: dict[str, Any] = answer.json()
        return joined

    @contextlib.asynccontextmanager
    async def enter(self, joined: dict[str, Any]) -> AsyncIterator[Peer]:
        token = joined.get("access_token") or joined["host_token"]
        async with connected(joined["server_url"], token) as peer:
            yield peer

    async def member(self, member_id: str) -> dict[str, Any]:
        members: list[dict[str, Any]] = (await self.host("GET", "/members"))["members"]
        return next(m for m in members if m["member_id"] == member_id)
