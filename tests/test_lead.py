"""The lead is one worker's at a time, and free again when that one goes, however it goes."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psycopg
import pytest

from donfra_live.errors import MediaServerAway
from donfra_live.lead import _LOCKS, FileLead, Lead, PostgresLead, for_good, in_turn, lead_for
from donfra_live.settings import Settings

TERMINATE = """SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@pytest.fixture
async def leads(settings: Settings) -> AsyncIterator[tuple[Lead, Lead]]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    pair = lead_for(settings), lead_for(settings)
    yield pair
    for lead in pair:
        await lead.close()


def test_the_database_decides_which_lock(settings: Settings) -> None:
    wanted = PostgresLead if settings.database_url.startswith("postgresql") else FileLead
    assert isinstance(lead_for(settings), wanted)


async def test_one_has_it_until_it_lets_go(leads: tuple[Lead, Lead]) -> None:
    one, other = leads
    assert await one.is_ours()
    assert not await other.is_ours()
    assert await one.is_ours()
    await one.close()
    assert await other.is_ours()
    assert not await one.is_ours()


async def test_nobody_else_on_this_machine_can_hold_its_file(tmp_path: Path) -> None:
    for before in (None, 0o644):
        file = tmp_path / f"{before}.lock"
        if before:
            file.touch()
            file.chmod(before)
        lead = FileLead(file)
        assert await lead.is_ours()
        await lead.close()
        assert file.stat().st_mode & 0o077 == 0


async def test_each_kind_of_work_has_a_lead_of_its_own(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    works = ("reconcile", "deliver", "retention")
    leads = [lead_for(settings, work) for work in works]
    again = [lead_for(settings, work) for work in works]
    try:
        assert [await lead.is_ours() for lead in leads] == [True, True, True]
        assert [await lead.is_ours() for lead in again] == [False, False, False]
    finally:
        for lead in (*leads, *again):
            await lead.close()


async def test_only_one_works_and_the_other_follows(leads: tuple[Lead, Lead]) -> None:
    done = [0, 0]
    tasks = [asyncio.create_task(in_turn(leads[n], work(done, n), 0.02, asyncio.Event())) for n in (0, 1)]
    await until(lambda: sum(done) >= 5)
    first = done.index(max(done))
    assert done[1 - first] == 0
    tasks[first].cancel()
    await until(lambda: done[1 - first] >= 5)
    tasks[1 - first].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def work(done: list[int], who: int) -> Callable[[], Awaitable[None]]:
    """Counts; fails now and then, as real work does."""

    async def run() -> None:
        done[who] += 1
        if done[who] == 2:
            raise MediaServerAway

    return run


class Unsure:
    """A lead of which at first nobody can say whose it is: the disk is full, the database away."""

    def __init__(self) -> None:
        self.asked = 0

    async def is_ours(self) -> bool:
        self.asked += 1
        if self.asked == 1:
            raise OSError("too many open files")
        return True

    async def close(self) -> None:
        """Nothing to let go of."""


async def test_a_lead_that_cannot_be_asked_for_once_is_asked_again() -> None:
    done, lead = [0], Unsure()
    task = asyncio.create_task(in_turn(lead, work(done, 0), 0.02))
    await until(lambda: done[0] >= 3)
    assert lead.asked >= 4
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("turns", range(5))
async def test_one_that_is_woken_and_stopped_at_once_stops(tmp_path: Path, turns: int) -> None:
    """However far the waking had come: the end of a worker waits for it."""
    done, wake = [0], asyncio.Event()
    task = asyncio.create_task(in_turn(FileLead(tmp_path / "lock"), work(done, 0), 600, wake))
    await until(lambda: done[0] == 1)
    wake.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    stopped, _ = await asyncio.wait({task}, timeout=10)
    assert stopped


async def test_what_every_worker_does_goes_on_after_a_fault() -> None:
    tries = list[int]()

    async def fail() -> None:
        tries.append(1)
        raise RuntimeError

    task = asyncio.create_task(for_good(fail, 0.01))
    await until(lambda: len(tries) >= 3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_lost_connection_is_a_lost_lead(settings: Settings) -> None:
    one, other = PostgresLead(settings), PostgresLead(settings)
    try:
        assert await one.is_ours()
        with psycopg.connect(settings.database_url, autocommit=True) as db:
            assert db.execute(TERMINATE).rowcount == 1
        async with asyncio.timeout(10):  # the lock is let go of when the ended connection's process has gone
            while not await other.is_ours():
                await asyncio.sleep(0.01)
        assert not await one.is_ours()
        assert not await one.is_ours()
        await other.close()
        assert await one.is_ours()
    finally:
        await one.close()
        await other.close()


def test_every_kind_of_work_has_a_lock_of_its_own() -> None:
    """With SQLite a missing one would go unnoticed."""
    wiring = Path(__file__).parent.parent / "donfra_live" / "wiring.py"
    kinds = set(re.findall(r'\bled\("(\w+)"', wiring.read_text(encoding="utf-8")))
    assert kinds == set(_LOCKS)
    assert len(set(_LOCKS.values())) == len(_LOCKS)
