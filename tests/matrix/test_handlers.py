"""Every kind of person times every event handler of the session's and the start's page."""

from typing import Any

import pytest
from reflex.istate.data import RouterData

from donfra_live.browser_key import COOKIE
from donfra_live.settings import Settings
from donfra_live.ui import services
from donfra_live.ui.history.state import HistoryState
from donfra_live.ui.live.state import LiveState
from donfra_live.ui.retention.state import RetentionState
from donfra_live.ui.session.state import SessionState
from donfra_live.ui.stats.state import StatsState
from tests.matrix.scene import Scene, browser_key, browser_of, set_scene
from tests.matrix.table import HANDLERS, KINDS, SHOWING
from tests.world import World

STATES: dict[str, Any] = {
    "SessionState": SessionState,
    "LiveState": LiveState,
    "HistoryState": HistoryState,
    "RetentionState": RetentionState,
    "StatsState": StatsState,
}
MADE_BY_REFLEX = {"setvar"}
NO_ROLE = {"waiting", "stranger", "removed"}


def page_of(state: Any, kind: str) -> Any:
    """This person's page: what proves him is the cookie of the websocket's handshake, nothing else."""
    cookie = {"cookie": f"{COOKIE}={browser_key(kind)}"}
    page = state(_reflex_internal_init=True)
    page.router = RouterData.from_router_data({"headers": cookie, "ip": "127.0.0.1", "token": f"t-{kind}"})
    return page


async def run(page: Any, name: str, *arguments: Any) -> None:
    done = type(page).event_handlers[name].fn(page, *arguments)
    if hasattr(done, "__aiter__"):
        async for _ in done:
            pass
    else:
        await done


@pytest.fixture
def world_of_pages(world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(services, "_installed", world.services(settings))
    return world


def test_every_handler_has_a_row() -> None:
    there = {
        f"{name}.{handler}"
        for name, state in STATES.items()
        for handler in state.event_handlers.keys() - MADE_BY_REFLEX
    }
    assert there == set(HANDLERS) | SHOWING


def arguments_of(handler: str, scene: Scene, kind: str) -> tuple[Any, ...]:
    sid = scene.session_id
    return {
        "SessionState.go_live": ("r1", sid, kind.title()),
        "SessionState.end": ("r1", sid),
        "SessionState.redeem": (sid, scene.host_key),
        "RetentionState.ask": (sid,),
        "RetentionState.keep_for": (sid, "7"),
        "RetentionState.delete": (sid, {"word": "delete"}),
        "LiveState.create": ({"title": "T", "owner_name": kind.title()},),
    }[handler]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("handler", list(HANDLERS))
async def test_a_handler_does_what_the_table_says(world_of_pages: World, handler: str, kind: str) -> None:
    scene = await set_scene(world_of_pages)
    state, _, name = handler.partition(".")
    page = page_of(STATES[state], kind)
    await run(page, name, *arguments_of(handler, scene, kind))
    if state != "SessionState":
        assert page.refusal == HANDLERS[handler][kind]
        return
    assert page.answer["error"] == HANDLERS[handler][kind]
    if page.answer["error"]:
        assert len(page.answer["sentence"]) > 10


@pytest.mark.parametrize("kind", KINDS)
async def test_a_page_shows_ones_own_role_and_nobody_elses(world_of_pages: World, kind: str) -> None:
    scene = await set_scene(world_of_pages)
    page = page_of(SessionState, kind)
    page.role = "host"  # a page's variable proves nothing
    await run(page, "look", scene.session_id)
    expected = "" if kind in NO_ROLE else {"on_stage": "viewer"}.get(kind, kind)
    assert page.role == expected
    await run(page, "unload")


@pytest.mark.parametrize("kind", KINDS)
async def test_after_the_end_a_page_shows_each_what_is_his(world_of_pages: World, kind: str) -> None:
    scene = await set_scene(world_of_pages)
    await world_of_pages.presence.reconcile()
    await world_of_pages.sessions.end(browser_of("host"), scene.session_id)
    page = page_of(HistoryState, kind)
    moderates = kind in {"host", "co_host"}
    for name, arguments in (("load", ()), ("search", ("hello",)), ("more", ())):
        await run(page, name, scene.session_id, *arguments)
        seen = page.history
        assert (seen["sees_people"], seen["sees_acts"]) == (moderates, moderates)
        assert bool(seen["people"]) == bool(seen["acts"]) == moderates
        assert seen["sees_chat"] == bool(seen["lines"]) == bool(seen["start"]) == (kind not in NO_ROLE)


@pytest.mark.parametrize("kind", KINDS)
async def test_figures_are_shown_to_who_moderates(world_of_pages: World, kind: str) -> None:
    scene = await set_scene(world_of_pages)
    page = page_of(StatsState, kind)
    moderates = kind in {"host", "co_host"}
    await run(page, "load_session", scene.session_id)
    assert bool(page.session["found"]) == moderates
    assert bool(page.session["problem"]) != moderates
    await run(page, "load_period", 30, "UTC", True)
    assert page.period["problem"], "all sessions are for admins"
    await run(page, "load_period", 30, "UTC", False)
    assert [one["session_id"] for one in page.period["found"]["sessions"]] == (
        [scene.session_id] if moderates else []
    )


@pytest.mark.parametrize("session_id", ["", None, 5, "x", "00000000-0000-0000-0000-000000000000"])
async def test_nonsense_shows_a_sentence_and_nothing_else(world_of_pages: World, session_id: object) -> None:
    page = page_of(HistoryState, "host")
    for name, arguments in (("load", ()), ("search", (["x"],)), ("search", ("x" * 201,)), ("more", ())):
        await run(page, name, session_id, *arguments)
        assert len(page.history["problem"]) > 10
        assert not page.history["sees_chat"]


async def test_what_cannot_be_shown_does_not_show_another_sessions_history(world_of_pages: World) -> None:
    scene = await set_scene(world_of_pages)
    await world_of_pages.sessions.end(browser_of("host"), scene.session_id)
    page = page_of(HistoryState, "host")
    await run(page, "load", scene.session_id)
    assert page.history["lines"]
    await run(page, "search", scene.session_id, "x" * 201)
    assert page.history["lines"], "a search that is refused takes nothing away"
    assert page.history["problem"]
    await run(page, "load", "00000000-0000-0000-0000-000000000000")
    assert page.history["problem"]
    assert not page.history["sees_chat"]
    assert page.history["lines"] == []


@pytest.mark.parametrize("kind", KINDS)
async def test_after_redeeming_the_hosts_key_one_is_the_host(world_of_pages: World, kind: str) -> None:
    scene = await set_scene(world_of_pages)
    page = page_of(SessionState, kind)
    await run(page, "redeem", scene.session_id, scene.bearers["viewer"])  # not a key of anybody
    assert page.answer["error"] == ("removed" if kind == "removed" else "not_allowed")
    await run(page, "redeem", scene.session_id, scene.host_key)
    assert (page.role == "host") == (kind != "removed")
