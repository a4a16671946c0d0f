"""Publish and subscribe "session X changed" between services and whoever shows it.

In one process a plain set of listeners; with REDIS_URL also over Redis, so that other workers hear it.
Delivery to pages is ui/'s affair.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

import redis.asyncio as redis

log = logging.getLogger(__name__)
CHANNEL = "donfra:updates"
Listener = Callable[[str], Awaitable[None]]


class Updates:
    """Topics are session ids; every change of a session is published after its commit."""

    def __init__(self, redis_url: str = "") -> None:
        self._redis = redis.from_url(redis_url) if redis_url else None
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    async def publish(self, session_id: str) -> None:
        if self._redis is None:
            await self._tell(session_id)
            return
        try:
            await self._redis.publish(CHANNEL, session_id)
        except (redis.ConnectionError, OSError):
            log.warning("Redis does not answer; other workers do not hear of this change")
            await self._tell(session_id)

    async def listen(self) -> None:
        """Runs for the life of a worker; does nothing without Redis."""
        while self._redis is not None:
            with contextlib.suppress(redis.ConnectionError, OSError):
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(CHANNEL)
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            await self._tell(message["data"].decode())
            await asyncio.sleep(1)

    async def _tell(self, session_id: str) -> None:
        for listener in self._listeners:
            try:
                await listener(session_id)
            except Exception:
                log.exception("a listener of updates failed")
