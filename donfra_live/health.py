"""Whether the database and the media server answer; for GET /api/health and load balancers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)
_PATIENCE = 2.0


@dataclass(frozen=True)
class HealthReport:
    """Each "ok" or a sentence saying what is wrong."""

    database: str
    livekit: str

    @property
    def ok(self) -> bool:
        return self.database == self.livekit == "ok"


class Health:
    """Both checks raise when something is away; a DonfraError's sentence is passed on."""

    def __init__(
        self, database: Callable[[], Awaitable[None]], livekit: Callable[[], Awaitable[None]]
    ) -> None:
        self._checks = (database, livekit)

    async def report(self) -> HealthReport:
        database, livekit = await asyncio.gather(*(self._try(check) for check in self._checks))
        return HealthReport(database=database, livekit=livekit)

    @staticmethod
    async def _try(check: Callable[[], Awaitable[None]]) -> str:
        try:
            async with asyncio.timeout(_PATIENCE):
                await check()
        except TimeoutError:
            return "does not answer"
        except Exception as error:  # noqa: BLE001  (whatever it is, it is what the report is about)
            log.warning("health: %s", error)
            return str(getattr(error, "sentence", "does not answer"))
        return "ok"
