"""Figures of a session with real people on a real server, and the reports of their connections."""

import time
from typing import Any

import httpx
import pytest

from tests.app_process import RestApp
from tests.livekit.people import Class, until

pytestmark = pytest.mark.livekit


async def test_two_people_their_reports_and_the_end(app: RestApp) -> None:
    async with httpx.AsyncClient(base_url=app.url, timeout=20) as client:
        answer = await client.post("/api/live/create", json={"title": "T", "owner_name": "Alice"})
        lesson = Class(client, answer.json())

        async def stats() -> dict[str, Any]:
            return await lesson.host("GET", "/stats")

        async def present() -> bool:
            return int((await stats())["peak"]) == 2

        async def report(joined: dict[str, Any], identity: str, **more: object) -> int:
            body = {"identity": identity, "member_key": joined["member_key"], **more}
            return (await client.post(f"/api/live/{lesson.id}/quality", json=body)).status_code

        bob, carol = await lesson.join("Bob"), await lesson.join("Carol")
        async with lesson.enter(bob) as one, lesson.enter(carol) as two:
            came = time.time()
            await until("both are counted", present)
            mine, hers = (peer.room.local_participant.identity for peer in (one, two))
            first = {"first_picture_ms": 850, "seconds": {"excellent": 3, "poor": 1}}
            assert await report(bob, mine, **first) == 204
            assert await report(carol, hers, first_picture_ms=1250) == 204
            assert await report(bob, hers, seconds={"lost": 1}) == 403, "not his connection"
            assert await report(carol, hers, seconds={"good": 60}) == 422, "it is not that old"
        gone = time.time()

        async def has_left() -> bool:
            return sum(point["left"] for point in (await stats())["points"]) == 2

        await until("both have left", has_left, 30)
        on_air = await stats()
        assert on_air["end"] is None
        await client.post("/api/live/end", json={"session_id": lesson.id, "host_key": lesson.key})
        assert await report(bob, mine, seconds={"excellent": 1}) == 204, "the last one comes after the end"
        over = await stats()
    assert over["end"] is not None
    assert (over["joined"], over["peak"], over["drop_outs"]) == (2, 2, 0)
    assert over["quality"] == {"excellent": 4, "good": 0, "poor": 1, "lost": 0}
    assert over["first_picture"] == {"count": 2, "median_ms": 850, "p95_ms": 1300}
    assert abs(over["minutes_watched"] - 2 * (gone - came) / 60) <= 1
