"""Changes on their way to pages when the app ends."""

import asyncio

import pytest

from donfra_live.ui import delivery
from donfra_live.ui.gathering import Gathering


async def test_after_the_end_nothing_is_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    delivered, let_go = list[set[str]](), list[str]()

    async def deliver(changed: set[str]) -> None:
        delivered.append(changed)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            let_go.append("the database")

    gatherings = {name: Gathering(deliver, 0.0) for name in ("sessions", "own", "readers")}
    for name, one in gatherings.items():
        monkeypatch.setattr(delivery, name, one)
    async with asyncio.timeout(10):
        async with delivery.lifespan():
            await gatherings["sessions"].add("first")
            await gatherings["readers"].add("past")
            await asyncio.sleep(0)
            await gatherings["sessions"].add("second")
        assert let_go == ["the database"] * 2
        await gatherings["own"].add("third")
        await asyncio.sleep(0)
    assert delivered == [{"first"}, {"past"}]
    assert not any(one.busy for one in gatherings.values())
