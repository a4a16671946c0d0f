"""Updates and limits on a real Redis: heard by everybody, and no fall when it goes away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from donfra_live import updates
from donfra_live.errors import TooManyRequests
from donfra_live.limits import RateLimits
from donfra_live.settings import Settings
from donfra_live.updates import EVERYTHING, Updates
from tests import redis_server


class Worker:
    """One worker's updates and what it heard."""

    def __init__(self, url: str) -> None:
        self.updates, self.heard = Updates(url), list[tuple[str, str]]()
        self.updates.subscribe(self._session)
        self.updates.subscribe_own(self._own)
        self.updates.subscribe_past(self._past)

    async def _session(self, who: str) -> None:
        self.heard.append(("session", who))

    async def _own(self, who: str) -> None:
        self.heard.append(("own", who))

    async def _past(self, who: str) -> None:
        self.heard.append(("past", who))

    async def hears(self, kind: str, who: str) -> None:
        async with asyncio.timeout(15):
            while (kind, who) not in self.heard:
                await asyncio.sleep(0.01)
        self.heard.clear()


@contextlib.asynccontextmanager
async def listening(url: str) -> AsyncIterator[Worker]:
    """A worker that has subscribed."""
    worker = Worker(url)
    task = asyncio.create_task(worker.updates.listen())
    try:
        await worker.hears("past", EVERYTHING)
        yield worker
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await worker.updates.close()


async def test_every_worker_hears_a_change_once(redis: redis_server.RedisServer) -> None:
    async with listening(redis.url) as one, listening(redis.url) as other:
        await one.updates.publish("5b7f")
        await one.updates.publish_own("hash", "", "account")
        await one.updates.publish_past("5b7f")
        await one.updates.publish_everything()
        for worker in (one, other):
            async with asyncio.timeout(5):
                while len(worker.heard) < 7:
                    await asyncio.sleep(0.01)
            everything = [(kind, EVERYTHING) for kind in ("session", "own", "past")]
            told = [("session", "5b7f"), ("own", "hash"), ("own", "account"), ("past", "5b7f")]
            assert worker.heard == told + everything


async def test_without_redis_a_change_is_heard_here() -> None:
    worker = Worker("")
    await worker.updates.publish("5b7f")
    await worker.updates.listen()
    assert worker.heard == [("session", "5b7f")]


async def test_after_an_outage_of_redis_everything_is_looked_at_again(
    redis: redis_server.RedisServer, tmp_path: Path
) -> None:
    with redis_server.running(tmp_path) as own:
        async with listening(own.url) as one, listening(own.url) as other:
            own.stop()
            await one.updates.publish("meanwhile")
            await one.hears("session", "meanwhile")
            assert ("session", "meanwhile") not in other.heard
            own.start()
            await other.hears("session", EVERYTHING)
            await one.hears("session", EVERYTHING)
            await one.updates.publish("later")
            await other.hears("session", "later")


async def test_limits_hold_while_redis_is_away(redis: redis_server.RedisServer, tmp_path: Path) -> None:
    with redis_server.running(tmp_path) as own:
        settings = Settings(_env_file=None, redis_url=own.url, creates_per_minute=2)
        one, other = RateLimits(settings), RateLimits(settings)
        await one.create("192.0.2.1", "")
        await other.create("192.0.2.1", "")
        with pytest.raises(TooManyRequests):
            await one.create("192.0.2.1", "")
        own.stop()
        for _ in range(2):
            await one.create("192.0.2.1", "")
        with pytest.raises(TooManyRequests):
            await one.create("192.0.2.1", "")
        await one.close()
        await other.close()


async def test_a_fault_of_the_library_is_not_the_end_of_listening(
    redis: redis_server.RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, faults = Updates._listen, ["readuntil() called while another coroutine is already waiting"]

    async def listen(*given: Any) -> None:
        if faults:
            raise RuntimeError(faults.pop())
        await really(*given)

    monkeypatch.setattr(updates, "_AGAIN", 0.01)
    monkeypatch.setattr(Updates, "_listen", listen)
    async with listening(redis.url) as worker:
        await worker.updates.publish("5b7f")
        await worker.hears("session", "5b7f")
    assert faults == []
