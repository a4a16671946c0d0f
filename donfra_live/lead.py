"""Which of several workers does what only one may do at a time, such as comparing sessions with rooms.

With PostgreSQL a lock in the database, so that it holds between machines; it lives on a connection of its
own and is lost with it. With SQLite a file in the data folder, let go of by the system when its holder dies.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from donfra_live.db import async_url
from donfra_live.errors import DonfraError
from donfra_live.livekit_server.files import Lock
from donfra_live.settings import Settings

log = logging.getLogger(__name__)
ASK_EVERY = 1.0
_LOCKS = {
    "reconcile": 0x646F6E67,
    "schedule": 0x646F6E68,
    "remind": 0x646F6E69,
    "deliver": 0x646F6E6A,
    "retention": 0x646F6E6B,
    "figures": 0x646F6E6C,
}
_PATIENCE = 5
# The lock of a machine that vanished without a word is free after half a minute, not after two hours.
_KEEPALIVES = {"tcp_keepalives_idle": "15", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


class Lead(Protocol):
    async def is_ours(self) -> bool:
        """Takes the lead if nobody has it; asked again, says whether it is still ours."""
        ...

    async def close(self) -> None:
        """Lets the next one take it."""
        ...


def lead_for(settings: Settings, work: str = "reconcile") -> Lead:
    """Each kind of work has a lead of its own."""
    if async_url(settings).get_backend_name() == "sqlite":
        return FileLead(settings.data_dir / f"{work}.lock")
    return PostgresLead(settings, _LOCKS[work])


async def in_turn(
    lead: Lead, work: Callable[[], Awaitable[object]], every: float, wake: asyncio.Event | None = None
) -> None:
    """Runs `work` every so many seconds, and when woken, while the lead is ours; until cancelled."""
    wake = wake or asyncio.Event()
    try:
        while True:
            ours = await _is_ours(lead)
            if ours:
                await _try(work)
            # Not wait_for: in Python 3.11 it forgets that it was cancelled when it is woken at that moment.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(every if ours else ASK_EVERY):
                    await wake.wait()
            wake.clear()
    finally:
        await lead.close()


async def for_good(work: Callable[[], Awaitable[object]], every: float) -> None:
    """What every worker does for itself: `work` again and again, whatever becomes of it; until cancelled."""
    while True:
        await _try(work)
        await asyncio.sleep(every)


async def _is_ours(lead: Lead) -> bool:
    """Not while it cannot be found out: who leads must know that he does."""
    try:
        return await lead.is_ours()
    except Exception:
        log.exception("who has the lead cannot be found out; it is asked again")
        return False


async def _try(work: Callable[[], Awaitable[object]]) -> None:
    try:
        await work()
    except DonfraError as error:
        log.info("put off to the next round: %s", error)
    except Exception:
        log.exception("failed; it goes on in the next round")


class FileLead:
    def __init__(self, path: Path) -> None:
        self._lock = Lock(path)

    async def is_ours(self) -> bool:
        return self._lock.take()

    async def close(self) -> None:
        self._lock.release()


class PostgresLead:
    def __init__(self, settings: Settings, lock: int = _LOCKS["reconcile"]) -> None:
        options = {"server_settings": _KEEPALIVES, "timeout": _PATIENCE, "command_timeout": _PATIENCE}
        self._engine = create_async_engine(
            async_url(settings), poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=options
        )
        self._connection: AsyncConnection | None = None
        self._held, self._lock = False, lock

    async def is_ours(self) -> bool:
        question = "SELECT true" if self._held else f"SELECT pg_try_advisory_lock({self._lock})"
        try:
            if self._connection is None:
                self._connection = await self._engine.connect()
            self._held = bool(await self._connection.scalar(text(question)))
        except Exception as error:  # noqa: BLE001  (whatever it is, the lead is not known to be ours)
            log.warning("the database connection that holds the lead is lost: %s", type(error).__name__)
            await self.close()
        return self._held

    async def close(self) -> None:
        connection, self._connection, self._held = self._connection, None, False
        if connection is not None:
            try:
                await connection.close()
            except Exception:  # noqa: BLE001  (it is given up either way)
                await connection.invalidate()
