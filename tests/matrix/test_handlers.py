"""Every kind of person times every event handler of every page."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
import reflex as rx
from reflex.istate.data import RouterData

import donfra_live.ui
from donfra_live.browser_key import COOKIE
from donfra_live.settings import Settings
from donfra_live.ui import services
from donfra_live.ui.accounts.account_state import AccountState
from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.history.state import HistoryState
from donfra_live.ui.session.state import SessionState
from donfra_live.ui.stats.state import StatsState
from tests.matrix.pages import HANDLERS, PLACE_HANDLERS, SHOWING
from tests.matrix.scene import Scene, browser_key, browser_of, set_scene
from tests.matrix.table import KINDS, OTHERS
from tests.retention.filling import everything
from tests.world import World

# An admin without an address to drop, and a delivery that waits to be sent already.
NOTHING_TO_DO = {("CalendarState.drop", "admin"), ("WebhooksState.send_again", "admin")}
MADE_BY_REFLEX = {"setvar"}
NO_ROLE = set(OTHERS)


def ours(state: Any = rx.State) -> Iterator[Any]:
    """All states of our pages, whoever adds one."""
    for one in state.__subclasses__():
        if one.__module__.startswith("donfra_live."):
            yield one
        yield from ours(one)


for _module in pkgutil.walk_packages(donfra_live.ui.__path__, "donfra_live.ui."):
    importlib.import_module(_module.name)
STATES: dict[str, Any] = {state.__name__: state for state in ours()}


def page_of(state: Any, kind: str, cookie: str = "") -> Any:
    """This person's page: what proves him is the cookie of the websocket's handshake, nothing else."""
    headers = {"cookie": cookie or f"{COOKIE}={browser_key(kind)}"}
    page = state(_reflex_internal_init=True)
    page.router = RouterData.from_router_data({"headers": headers, "ip": "127.0.0.1", "token": f"t-{kind}"})
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
    assert there == set(HANDLERS) | set(PLACE_HANDLERS) | SHOWING


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
    page = page_of(STATES[state], kind, scene.cookie(kind))
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
    page = page_of(SessionState, kind, scene.cookie(kind))
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
    page = page_of(HistoryState, kind, scene.cookie(kind))
    moderates = kind in {"host", "co_host"}
    for name, arguments in (("load", ()), ("search", ("hello",)), ("more", ())):
        await run(page, name, scene.session_id, *arguments)
        seen = page.history
        sees_people = moderates or kind == "admin"
        assert (seen["sees_people"], seen["sees_acts"]) == (sees_people, moderates)
        assert (bool(seen["people"]), bool(seen["acts"])) == (sees_people, moderates)
        assert seen["sees_chat"] == bool(seen["lines"]) == (kind not in NO_ROLE)
        assert bool(seen["start"]) == (kind == "admin" or kind not in NO_ROLE)


@pytest.mark.parametrize("kind", KINDS)
async def test_figures_are_shown_to_who_moderates(world_of_pages: World, kind: str) -> None:
    scene = await set_scene(world_of_pages)
    page = page_of(StatsState, kind, scene.cookie(kind))
    moderates, sees = kind in {"host", "co_host"}, kind in {"host", "co_host", "admin"}
    await run(page, "load_session", scene.session_id)
    assert bool(page.session["found"]) == sees
    assert bool(page.session["problem"]) != sees
    await run(page, "load_series", scene.ids["series"])
    assert bool(page.series["found"]) == (kind in {"account", "admin"}), "his own series"
    await run(page, "load_period", 30, "UTC", True)
    assert bool(page.period["problem"]) == (kind != "admin"), "all sessions are for admins"
    await run(page, "load_period", 30, "UTC", False)
    seen = {one["session_id"] for one in page.period["found"]["sessions"]}
    assert (scene.session_id in seen) == moderates
    assert bool(seen) == (moderates or kind == "account"), "nothing but his own"


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
    page = page_of(SessionState, kind, scene.cookie(kind))
    await run(page, "redeem", scene.session_id, scene.bearers["viewer"])  # not a key of anybody
    assert page.answer["error"] == ("removed" if kind == "removed" else "not_allowed")
    await run(page, "redeem", scene.session_id, scene.host_key)
    assert (page.role == "host") == (kind != "removed")


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Of the page's header, which a page reaches without Reflex here."""
    header = VisitorState(_reflex_internal_init=True)

    async def get_state(_: Any, kind: Any) -> Any:
        return header

    monkeypatch.setattr(AccountState, "get_state", get_state)
    return header


@pytest.mark.parametrize("kind", ["stranger", "account", "admin"])
@pytest.mark.parametrize("handler", list(PLACE_HANDLERS))
@pytest.mark.usefixtures("visitor")
async def test_a_handler_about_accounts_does_what_the_table_says(
    world_of_pages: World, handler: str, kind: str
) -> None:
    scene = await set_scene(world_of_pages)
    state, _, name = handler.partition(".")
    expected, arguments = PLACE_HANDLERS[handler]
    page = page_of(STATES[state], kind, scene.cookie(kind))
    before = await everything(world_of_pages.db)
    await run(page, name, *(scene.fill(one) if isinstance(one, str) else one for one in arguments))
    assert page.refusal == expected[kind]
    changed = await everything(world_of_pages.db) != before
    assert changed == (expected[kind] == "" and (handler, kind) not in NOTHING_TO_DO)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("visitor")
async def test_pages_about_accounts_show_each_what_is_his(world_of_pages: World, kind: str) -> None:
    scene = await set_scene(world_of_pages)
    before = await everything(world_of_pages.db)
    pages = {name: page_of(STATES[name], kind, scene.cookie(kind)) for name in STATES}
    for showing in sorted(SHOWING):
        state, _, name = showing.partition(".")
        if state in {"VisitorState", "AccountState", "CalendarState", "AdminState", "WebhooksState"}:
            given = {
                "search": ({"words": ""},),
                "ask_delete": ("x",),
                "ask": ("end",),
                "show_log": (scene.ids["hook"],),
            }
            await run(pages[state], name, *given.get(name, ()))
    await run(pages["WebhooksState"], "show_log", scene.ids["hook"])
    header, admin, hooks = pages["VisitorState"], pages["AdminState"], pages["WebhooksState"]
    assert (header.signed_in, header.is_admin) == (kind in {"account", "admin"}, kind == "admin")
    assert [p["name"] for p in admin.people] == (["Account", "Admin", "Eve"] if kind == "admin" else [])
    assert bool(hooks.hooks) == bool(hooks.log) == hooks.allowed == (kind == "admin")
    own = pages["AccountState"]
    # an admin is signed in by the setup link as well
    assert len(own.logins) == {"account": 1, "admin": 2}.get(kind, 0)
    assert len(own.tokens) == {"account": 1, "admin": 1}.get(kind, 0)
    assert pages["CalendarState"].exists == (kind == "account")
    assert await everything(world_of_pages.db) == before, "looking changes nothing"
