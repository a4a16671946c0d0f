"""How often an address, a browser or a member may do what; library `limits`, counted over a moving minute.

With REDIS_URL the counts are shared by all workers.
"""

import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from donfra_live.errors import TooManyRequests
from donfra_live.settings import Settings


class RateLimits:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        storage: Storage = (
            RedisStorage(f"async+{settings.redis_url}", implementation="redispy")
            if settings.redis_url
            else MemoryStorage()
        )
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    async def create(self, address: str, browser: str) -> None:
        await self._hit(self._settings.creates_per_minute, "create", address)
        await self._per_browser(browser)

    async def join(self, address: str, browser: str) -> None:
        await self._hit(self._settings.joins_per_minute, "join", address)
        await self._per_browser(browser)

    async def message(self, member_id: str) -> None:
        await self._hit(self._settings.messages_per_minute, "message", member_id)

    async def _per_browser(self, browser: str) -> None:
        if browser:
            await self._hit(self._settings.requests_per_browser, "browser", browser)

    async def _hit(self, times: int, what: str, who: str) -> None:
        item = RateLimitItemPerMinute(times)
        if not await self._limiter.hit(item, what, who):
            stats = await self._limiter.get_window_stats(item, what, who)
            raise TooManyRequests(round(stats.reset_time - time.time()) + 1)
