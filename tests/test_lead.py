"""The lead is one worker's at a time, and free again when that one goes, however it goes."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psycopg
import pytest

from donfra_live.errors import MediaServerAway
from donfra_live.lead import _LOCKS, FileLead, Lead, PostgresLead, in_turn, lead_for
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
