"""Publish and subscribe "something has changed" between services and whoever shows it.

Three kinds: a session has changed; somebody's own list of sessions has; what hosts read of a session that is
over has. In one process plain listeners; with REDIS_URL over Redis, so that every worker hears it. Delivery
to pages is ui/'s affair.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import redis.asyncio as redis

log = logging.getLogger(__name__)
CHANNEL = "donfra:updates"
_PATIENCE = 2.0
_SILENCE = 10.0
_AGAIN = 1.0
SESSION, OWN, PAST = "session", "own", "past"
EVERYTHING = ""
Listener = Callable[[str], Awaitable[None]]


class Updates:
    """Every change is published after its commit; who shows it reads it anew from the database."""

    def __init__(self, redis_url: str = "") -> None:
        self._redis = self._connect(redis_url) if redis_url else None
        self._listeners: dict[str, list[Listener]] = {SESSION: [], OWN: [], PAST: []}

    @staticmethod
    def _connect(url: str) -> "redis.Redis":
        # Without a limit of time a Redis that hangs would hold up every request that changes something.
        return redis.from_url(
            url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, health_check_interval=_SILENCE
        )

    def subscribe(self, listener: Listener) -> None:
        """It is told the id of a session that has changed; EVERYTHING when some may have been missed."""
        self._listeners[SESSION].append(listener)

    def subscribe_own(self, listener: Listener) -> None:
        """It is told whose own list has changed, by a browser's hash or an account; EVERYTHING likewise."""
        self._listeners[OWN].append(listener)

    def subscribe_past(self, listener: Listener) -> None:
        """It is told the id of a session that is over; EVERYTHING likewise."""
        self._listeners[PAST].append(listener)

    async def publish(self, session_id: str) -> None:
        await self._publish(SESSION, session_id)

    async def publish_own(self, *whose: str) -> None:
        """whose: hashes of browser keys, ids of accounts; "" is nobody."""
        for who in dict.fromkeys(filter(None, whose)):
            await self._publish(OWN, who)

    async def publish_past(self, session_id: str) -> None:
        """Attendance or figures of a session that is over."""
        await self._publish(PAST, session_id)

    async def publish_everything(self) -> None:
        """So much has changed that everybody looks anew."""
        for kind in self._listeners:
            await self._publish(kind, EVERYTHING)

    async def _publish(self, kind: str, who: str) -> None:
        if self._redis is None:
            await self._tell(kind, who)
            return
        try:
            await self._redis.publish(CHANNEL, f"{kind} {who}")
        except (redis.RedisError, OSError):
            log.warning("Redis does not answer; other workers do not hear of this change")
            await self._tell(kind, who)

    async def listen(self) -> None:
        """Runs for the life of a worker; does nothing without Redis."""
        while self._redis is not None:
            try:
                await self._listen(self._redis)
            except (redis.RedisError, OSError) as error:
                log.warning("Redis does not answer (%s); changes of other workers are not heard", error)
                await asyncio.sleep(_AGAIN)
            except Exception:  # of the library: pages would stand still until the next start
                log.exception("changes of other workers are not heard; they are listened for again")
                await asyncio.sleep(_AGAIN)

    async def close(self) -> None:
        if self._redis is not None:
            await self._redis.aclose()

    async def _listen(self, connection: "redis.Redis") -> None:
        async with connection.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            while True:
                message = await pubsub.get_message(timeout=_SILENCE)
                if message is None:
                    continue
                if message["type"] == "message":
                    kind, _, who = message["data"].decode(errors="replace").partition(" ")
                    await self._tell(kind, who)
                elif message["type"] == "subscribe":
                    await self._tell_all_again()

    async def _tell_all_again(self) -> None:
        """Subscribed, perhaps anew: the library connects again by itself; what was said meanwhile is lost."""
        for kind in self._listeners:
            await self._tell(kind, EVERYTHING)

    async def _tell(self, kind: str, who: str) -> None:
        for listener in self._listeners.get(kind, ()):
            try:
                await listener(who)
            except Exception:
                log.exception("a listener of updates failed")
