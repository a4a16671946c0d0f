"""What runs from the start of a worker to its end goes on whatever happens in between."""

import asyncio
import re
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest

import donfra_live.settings
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


async def test_events_of_the_media_server_are_let_go_of_before_the_database_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are stored: the next start makes up for them."""
    wiring, happened = Wiring(settings), list[str]()
    close = wiring.db.close

    async def store(event: object) -> bool:
        return True

    async def work_in(event: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            happened.append("let go")

    async def closed() -> None:
        happened.append("closed")
        await close()

    monkeypatch.setattr(wiring, "media", Media())
    monkeypatch.setattr(wiring.webhooks, "read", lambda body, authorization: SimpleNamespace(id="1"))
    monkeypatch.setattr(wiring.presence, "store", store)
    monkeypatch.setattr(wiring.presence, "work_in", work_in)
    monkeypatch.setattr(wiring.db, "close", closed)
    async with asyncio.timeout(120), wiring.lifespan():
        await wiring.webhook(b"", "")
        await asyncio.sleep(0)
    assert happened == ["let go", "closed"]


async def test_a_part_that_cannot_be_closed_leaves_no_other_open(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring, media, happened = Wiring(settings), Media(), list[str]()
    close = wiring.db.close

    async def breaks() -> None:
        raise ConnectionError("Redis is away")

    async def closed() -> None:
        happened.append("database")
        await close()

    monkeypatch.setattr(wiring, "media", media)
    monkeypatch.setattr(media, "release", lambda: happened.append("media server"))
    monkeypatch.setattr(wiring.services.updates, "close", breaks)
    monkeypatch.setattr(wiring.db, "close", closed)
    with pytest.raises(ConnectionError, match="Redis is away"):
        async with asyncio.timeout(120), wiring.lifespan():
            pass
    assert happened == ["database", "media server"]


@pytest.mark.parametrize(
    ("given", "links"),
    [
        ({}, ["http://localhost:8080"]),
        ({"host": "0.0.0.0"}, ["http://localhost:8080", "http://10.1.2.3:8080"]),
        ({"host": "::"}, ["http://localhost:8080", "http://10.1.2.3:8080"]),
        ({"host": "192.0.2.7"}, ["http://192.0.2.7:8080"]),
        ({"host": "0.0.0.0", "public_url": "https://live.example.org"}, ["https://live.example.org"]),
    ],
)
async def test_the_first_admin_is_made_wherever_the_operators_browser_is(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    given: dict[str, str],
    links: list[str],
) -> None:
    """A login made at one of the addresses does not hold at the other."""
    monkeypatch.setattr(donfra_live.settings, "lan_address", lambda: "10.1.2.3")
    wiring = Wiring(settings.model_copy(update=given))
    monkeypatch.setattr(wiring, "media", Media())
    async with asyncio.timeout(120), wiring.lifespan():
        pass
    found = re.findall(r"(https?://[^/\s]+)/setup#key=([\w-]{43})(?:\s|$)", caplog.text)
    assert [way for way, _ in found] == links
    assert len({key for _, key in found}) == 1


def test_without_a_network_there_is_one_way_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(donfra_live.settings, "lan_address", lambda: "127.0.0.1")
    assert settings.model_copy(update={"host": "0.0.0.0"}).ways_in(8080) == ("http://localhost:8080", "")
