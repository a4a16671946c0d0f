"""How often an address, browser, member or account may do what; library `limits`, over a moving minute.

With REDIS_URL the counts are shared by all workers; while Redis is away each worker counts for itself.
"""

import logging
import time
from typing import Any

import redis.asyncio as redis
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError

from donfra_live.errors import TooManyRequests
from donfra_live.network import who_pays
from donfra_live.settings import Settings

log = logging.getLogger(__name__)
_PATIENCE = 2.0


class RateLimits:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._alone = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._redis = _pool(settings.redis_url) if settings.redis_url else None
        self._shared = _shared(self._redis, settings.redis_url) if self._redis is not None else None

    async def close(self) -> None:
        if self._redis is not None:
            await self._redis.aclose()

    async def create(self, address: str, browser: str) -> None:
        await self._hit(self._settings.creates_per_minute, "create", who_pays(address))
        await self._per_browser(browser)

    async def join(self, address: str, browser: str) -> None:
        await self._hit(self._settings.joins_per_minute, "join", who_pays(address))
        await self._per_browser(browser)

    async def sign_up(self, address: str) -> None:
        await self._hit(self._settings.sign_ins_per_minute, "sign-in", who_pays(address))

    async def credentials(self, address: str, account: str) -> None:
        """account: its e-mail address, whether there is one or not; "" where it is not known."""
        await self._hit(self._settings.sign_ins_per_minute, "sign-in", who_pays(address))
        if account:
            await self._hit(self._settings.tries_per_account, "account", account)

    async def message(self, member_id: str, address: str, browser: str) -> None:
        await self._hit(self._settings.messages_per_minute, "message", member_id)
        if browser:  # however many seats it has
            await self._hit(self._settings.messages_per_minute, "message of browser", browser)
        await self._hit(self._settings.messages_per_address, "message of address", who_pays(address))

    async def reaction(self, member_id: str) -> None:
        await self._hit(self._settings.reactions_per_minute, "reaction", member_id)

    async def hand(self, member_id: str) -> None:
        await self._hit(self._settings.hands_per_minute, "hand", member_id)

    async def report(self, connection_id: str) -> None:
        await self._hit(self._settings.quality_reports_per_minute, "report", connection_id)

    async def password(self, session_id: str, address: str) -> None:
        await self._hit(self._settings.passwords_per_minute, "password", f"{session_id} {who_pays(address)}")

    async def _per_browser(self, browser: str) -> None:
        if browser:
            await self._hit(self._settings.requests_per_browser, "browser", browser)

    async def _hit(self, times: int, what: str, who: str) -> None:
        if self._shared is not None:
            try:
                await self._count(self._shared, times, what, who)
            except StorageError:
                log.warning("Redis does not answer; this worker counts for itself")
            else:
                return
        await self._count(self._alone, times, what, who)

    @staticmethod
    async def _count(limiter: SlidingWindowCounterRateLimiter, times: int, what: str, who: str) -> None:
        item = RateLimitItemPerMinute(times)
        if not await limiter.hit(item, what, who):
            stats = await limiter.get_window_stats(item, what, who)
            raise TooManyRequests(round(stats.reset_time - time.time()) + 1)


def _pool(url: str) -> redis.ConnectionPool:
    return redis.ConnectionPool.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)


def _shared(pool: redis.ConnectionPool, url: str) -> SlidingWindowCounterRateLimiter:
    options: Any = {"connection_pool": pool}  # its type leaves the pool out
    storage = RedisStorage(f"async+{url}", wrap_exceptions=True, implementation="redispy", **options)
    return SlidingWindowCounterRateLimiter(storage)
