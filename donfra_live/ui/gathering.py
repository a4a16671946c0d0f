"""Changes that come close together are delivered as one, one delivery after the other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")


class Gathering(Generic[T]):
    """deliver: is given all that has changed since its last time. pause: seconds between two times."""

    def __init__(self, deliver: Callable[[set[T]], Awaitable[None]], pause: float) -> None:
        self._deliver, self._pause = deliver, pause
        self._changed: set[T] = set()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def busy(self) -> bool:
        return self._task is not None

    async def add(self, what: T) -> None:
        """Nobody waits for the delivery: a handler that changes something holds its own page."""
        self._changed.add(what)
        if self._task is None and not self._closed:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Nothing is delivered any more: neither what is on its way nor what comes later."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            while self._changed:
                changed = set(self._changed)
                self._changed.clear()
                try:
                    await self._deliver(changed)
                except Exception:
                    log.exception("a change could not be delivered to the pages")
                await asyncio.sleep(self._pause)
        finally:
            self._task = None
