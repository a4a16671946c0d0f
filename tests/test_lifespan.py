"""What runs from the start of a worker to its end goes on whatever happens in between."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from donfra_live.livekit_server.client import MediaStatus
from donfra_live.livekit_server.keys import Keys
from donfra_live.settings import Settings
from donfra_live.wiring import Wiring

READY = MediaStatus("ready", "", "http://127.0.0.1:9", 9, 1, 0, 0)


class Media:
    """A media server of our own that came up once and stays."""

    keys = Keys("APIours", "s" * 40)

    def start(self) -> None: ...
    def release(self) -> None: ...
    def status(self) -> MediaStatus:
        return READY

    async def changes(self) -> AsyncIterator[MediaStatus]:
        yield READY
        await asyncio.Event().wait()


async def test_the_media_server_is_watched_on_after_a_database_that_was_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would never be started again, and no room of a live session opened again."""
    wiring, opened = Wiring(settings), list[str]()

    async def reopen() -> None:
        opened.append("once more")
        if len(opened) == 1:
            raise OSError("the database is away")

    monkeypatch.setattr(wiring, "media", Media())
    monkeypatch.setattr(wiring.presence, "reopen_rooms", reopen)
    async with asyncio.timeout(120), wiring.lifespan():
        while len(opened) < 2:
            await asyncio.sleep(0.01)
