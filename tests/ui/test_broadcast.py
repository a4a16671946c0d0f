"""What many pages are told at once, by a real Reflex app over real sockets in this process.

donfra_live/ui/broadcast.py reaches under Reflex: these tests fail where a new version differs.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import reflex as rx
from reflex.istate.manager import StateManager
from reflex.istate.manager.disk import StateManagerDisk
from reflex.istate.manager.memory import StateManagerMemory
from reflex_base.registry import RegistrationContext
from reflex_base.vars.base import AsyncComputedVar

import tests.world
from donfra_live.browser_key import hash_of, new_key
from donfra_live.db import Database
from donfra_live.live_sessions.views import Actor, SessionLists
from donfra_live.settings import Settings
from donfra_live.ui import broadcast, delivery, services
from donfra_live.ui.live import state as live_state
from donfra_live.ui.live.state import LiveState
from donfra_live.ui.watchers import Watchers
from donfra_live.updates import Updates
from tests.ui.socket_page import SocketPage
from tests.ui.test_delivery import all_is_told
from tests.world import World


class Place:
    """The app with its pages. one_by_one: pages that were told by modify_state."""

    def __init__(self, app: rx.App, world: World, watchers: Watchers) -> None:
        self.app, self.world, self.watchers = app, world, watchers
        self.one_by_one: list[str] = []
        self._open = contextlib.AsyncExitStack()

    async def page(self, key: str = "") -> SocketPage:
        page = await self._open.enter_async_context(SocketPage(key).connected(self.app))
        page.act(LiveState, "load")
        await page.hears('"ready_rx_state_":true')
        return page

    async def shown(self, page: SocketPage, name: str = "listed") -> list[str]:
        """Titles that stand in the page's state."""
        root = await self.app.state_manager.get_state(rx.BaseStateToken(ident=page.token, cls=LiveState))
        return [
            card["title"] for card in root.get_substate(LiveState.get_full_name().split(".")).get_value(name)
        ]

    async def close(self) -> None:
        await self._open.aclose()


@pytest.fixture(params=[StateManagerDisk, StateManagerMemory])
def manager(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StateManager:
    monkeypatch.setenv("REFLEX_STATES_WORKDIR", str(tmp_path))
    made: StateManager = request.param()
    return made


def new_app(manager: StateManager) -> rx.App:
    """One of its own, with all of our states."""
    before = RegistrationContext.set(RegistrationContext.ensure_context().fork())
    app = rx.App()
    RegistrationContext.reset(before)
    app._state_manager = manager
    return app


@pytest.fixture
async def place(
    db: Database, settings: Settings, manager: StateManager, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    monkeypatch.setattr(tests.world, "RecordedUpdates", Updates)
    world, watchers, app = World(db), Watchers(), new_app(manager)
    monkeypatch.setattr(services, "_installed", replace(world.services(settings), updates=world.updates))
    for module in (delivery, live_state):
        monkeypatch.setattr(module, "watchers", watchers)
    place, change = Place(app, world, watchers), delivery._change

    async def noted(token: str, *rest: Any) -> None:
        place.one_by_one.append(token)
        await change(token, *rest)

    monkeypatch.setattr(delivery, "_change", noted)
    async with app._setup_event_processor():
        with app.set_contexts():
            delivery.start(app)
            yield place
            await all_is_told()
            await place.close()
            await manager.close()
    monkeypatch.setattr(delivery, "_app", None)


def news(text: str) -> dict[str, Any]:
    """What an event says of the lists."""
    delta = json.loads(text.partition(",")[2])[1]["delta"]
    found: dict[str, Any] = delta[LiveState.get_full_name()]
    return found


async def test_pages_that_are_free_get_the_same_words(place: Place) -> None:
    pages = [await place.page(key) for key in ("", "", new_key())]
    for page in pages:
        page.heard.clear()
    await place.world.live(listed=True)
    told = [await page.hears("Algebra") for page in pages]
    assert set(told) == {told[0]}
    assert list(news(told[0])) == ["listed_rx_state_"]
    assert place.one_by_one == []
    assert [await place.shown(page) for page in pages] == [["Algebra"]] * 3


async def test_what_was_told_is_not_told_again(place: Place) -> None:
    page = await place.page()
    await place.world.live(listed=True)
    await page.hears("Algebra")
    await all_is_told()
    page.heard.clear()
    page.act(LiveState, "create", form={})
    await page.hears('"creating_rx_state_":false')
    assert "Algebra" not in "".join(page.heard)


async def test_everybody_sees_his_own_and_nobody_anothers(place: Place) -> None:
    key = new_key()
    alice, stranger = await place.page(key), await place.page(new_key())
    host = Actor(browser=hash_of(key))
    created = await place.world.sessions.create(
        host, title="Algebra", owner_name="Alice", listed=True, on_air=True
    )
    await alice.hears('"mine_rx_state_"', "Algebra")
    await stranger.hears("Algebra")
    await all_is_told()
    place.one_by_one.clear()
    await place.world.house.change(host, created.facts.id, {"lobby": True})
    assert set(news(await alice.hears('"lobby":true'))) == {"listed_rx_state_", "mine_rx_state_"}
    assert list(news(await stranger.hears('"lobby":true'))) == ["listed_rx_state_"]
    assert place.one_by_one == []
    await place.world.sessions.end(host, created.facts.id)
    await alice.hears('"past_rx_state_"', "Algebra")
    await all_is_told()
    assert not any("mine_rx" in text or "past_rx" in text for text in stranger.heard)
    assert (await place.shown(alice, "mine"), await place.shown(alice, "past")) == ([], ["Algebra"])
    assert await place.shown(stranger) == []


async def test_a_page_that_is_loading_loses_no_change(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    free, loads = await place.page(), await place.page()
    sessions = services.get().sessions
    read, may_go_on, lists = asyncio.Event(), asyncio.Event(), sessions.lists

    async def held(actor: Actor, **given: Any) -> SessionLists:
        found = await lists(actor, **given)
        if given:  # of the page that loads; delivery gives nothing
            read.set()
            await may_go_on.wait()
        return found

    monkeypatch.setattr(sessions, "lists", held)
    loads.act(LiveState, "load")
    await read.wait()  # what it has read does not hold the new session
    await place.world.live(listed=True)
    await free.hears("Algebra")
    assert not any("Algebra" in text for text in loads.heard)
    may_go_on.set()
    await loads.hears("Algebra")
    await all_is_told()
    assert place.one_by_one == [loads.token]
    assert await place.shown(loads) == ["Algebra"]


async def test_a_closed_page_is_forgotten_and_finds_all_of_it_when_it_is_back(place: Place) -> None:
    stays, page = await place.page(), SocketPage()
    async with page.connected(place.app):
        page.act(LiveState, "load")
        await page.hears('"ready_rx_state_":true')
    await place.world.live(listed=True)
    await stays.hears("Algebra")
    await all_is_told()
    assert set(place.watchers.lists) == {stays.token}
    async with page.connected(place.app):
        page.act(LiveState, "load")
        await page.hears("Algebra")
        page.heard.clear()
        await place.world.live(host="bob", listed=True)
        assert len(news(await page.hears("Algebra"))["listed_rx_state_"]) == 2
        await all_is_told()


async def test_a_state_that_is_not_in_memory_is_left_to_reflex(place: Place) -> None:
    page = await place.page()
    await all_is_told()
    place.app.state_manager.states.clear()  # type: ignore[attr-defined]
    await place.world.live(listed=True)
    await page.hears("Algebra")
    await all_is_told()
    assert place.one_by_one == [page.token]


async def test_a_page_that_cannot_be_told_does_not_keep_it_from_the_others(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = await place.page(), await place.page()

    def fails(_: Any) -> None:
        raise ValueError("broken")

    def put(state: Any) -> None:
        state.refusal = "told"

    left = await broadcast.change(place.app, LiveState, [(first.token, fails), (second.token, put)])
    await second.hears("told")
    assert left == []
    assert "could not be delivered" in caplog.text


def test_no_state_of_ours_has_a_var_that_has_to_be_waited_for() -> None:
    def all_below(cls: type[Any]) -> list[type[Any]]:
        return [cls, *(one for sub in cls.get_substates() for one in all_below(sub))]

    computed = [var for cls in all_below(rx.State) for var in cls.computed_vars.values()]
    assert not [var for var in computed if isinstance(var, AsyncComputedVar)]
