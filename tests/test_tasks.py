"""Work beside a caller that has gone on."""

import asyncio
import gc
import logging

import pytest

from donfra_live.tasks import Tasks


async def test_what_was_begun_is_done_though_nobody_holds_it() -> None:
    tasks, done = Tasks(), list[str]()

    async def work() -> None:
        await asyncio.sleep(0)
        done.append("it")

    tasks.begin(work())
    gc.collect()
    await tasks.settled()
    assert done == ["it"]


async def test_a_fault_is_logged_at_once(caplog: pytest.LogCaptureFixture) -> None:
    tasks = Tasks()

    async def breaks() -> None:
        raise RuntimeError("no such thing")

    tasks.begin(breaks())
    await tasks.settled()
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert "breaks" in record.getMessage()
    assert "no such thing" in caplog.text


async def test_the_end_waits_until_each_has_let_go_of_what_it_held(caplog: pytest.LogCaptureFixture) -> None:
    tasks, let_go = Tasks(), list[int]()

    async def work(number: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            let_go.append(number)

    for number in (1, 2):
        tasks.begin(work(number))
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await tasks.close()
        await tasks.close()
    assert sorted(let_go) == [1, 2]
    assert caplog.records == []
