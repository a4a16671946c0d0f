"""Work that nobody waits for: kept while it runs, its faults logged, ended with the app.

asyncio itself holds a task by a weak reference only, and says nothing of its fault before it is thrown away.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Tasks:
    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", task.get_coro(), exc_info=error)

    async def settled(self) -> None:
        """Waits until what was begun is done."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def close(self) -> None:
        """Ends what still runs."""
        for task in self._running:
            task.cancel()
        await self.settled()
