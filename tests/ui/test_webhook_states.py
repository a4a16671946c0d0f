"""Handlers of webhooks and of everything of a session: strangers and wrong types get a sentence, no more."""

from typing import Any

import pytest

from donfra_live.outgoing.rules import EventKind
from donfra_live.settings import Settings
from donfra_live.ui import services
from donfra_live.ui.outgoing.state import WebhooksState
from donfra_live.ui.retention.state import RetentionState
from tests.matrix.scene import browser_of
from tests.matrix.test_handlers import page_of, run
from tests.ui.test_account_states import WRONG, admins_page, new
from tests.world import World, browser

FORM = {"url": "https://lms.example.org/hook", "created": "on", "ended": "on"}


@pytest.fixture(autouse=True)
def installed(world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_installed", world.services(settings))


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_stranger_sets_nothing_up(world: World, wrong: Any) -> None:
    hook = await world.webhooks.create(await world.with_account("root", admin=True), url=FORM["url"])
    state = new(WebhooksState)
    for given in (wrong, FORM, {"url": wrong, "created": "on"}):
        assert await WebhooksState.make.fn(state, given) is None  # type: ignore[attr-defined]
        assert state.refusal
    for name, arguments in (
        ("set_enabled", (hook.id, False)),
        ("set_enabled", (wrong, wrong)),
        ("delete", (hook.id,)),
        ("delete", (wrong,)),
        ("send_again", (hook.id, wrong)),
    ):
        await getattr(WebhooksState, name).fn(state, *arguments)
        assert state.refusal, name
    for name in ("ask_delete", "show_log"):
        await getattr(WebhooksState, name).fn(state, wrong)
    await WebhooksState.load.fn(state)  # type: ignore[attr-defined]
    assert (state.allowed, state.hooks, state.log, state.made) == (False, [], [], False)


async def test_an_admin_makes_one_and_the_secret_is_not_kept(world: World) -> None:
    page = await admins_page(world, WebhooksState)
    await run(page, "make", {"url": FORM["url"]})
    assert page.refusal == "Tick at least one event."
    shown = await WebhooksState.make.fn(page, FORM)  # type: ignore[attr-defined]
    assert "whsec_" in str(shown)
    assert "whsec_" not in str(page.dict())
    (row,) = page.hooks
    assert (row["events"], row["enabled"]) == (f"{EventKind.CREATED}, {EventKind.ENDED}", True)
    await run(page, "show_log", row["id"])
    assert (page.log_of, page.log) == (row["id"], [])
    await run(page, "show_log", "no such webhook")
    assert page.log_of == ""


@pytest.mark.parametrize("wrong", WRONG)
async def test_nothing_is_deleted_by_a_stranger_or_without_the_word(world: World, wrong: Any) -> None:
    sid = await world.live()
    await world.sessions.end(browser("alice"), sid)
    for given in (wrong, {"word": wrong}, {"word": "delete"}):
        for kind in ("stranger", "alice") if given != {"word": "delete"} else ("stranger",):
            page = page_of(RetentionState, kind)
            await run(page, "delete", sid, given)
            assert page.refusal
    assert (await world.sessions.facts(sid)).title == "Algebra"


async def hosted(world: World) -> str:
    made = await world.sessions.create(browser_of("host"), title="Algebra", owner_name="Grace", on_air=True)
    return made.facts.id


@pytest.mark.parametrize("wrong", [*WRONG, "-1", "1.5", "1e3", "99999", "seven"])
async def test_how_long_it_is_kept_takes_days_only(world: World, wrong: Any) -> None:
    sid = await hosted(world)
    page = page_of(RetentionState, "host")
    await run(page, "keep_for", sid, wrong)
    assert page.refusal
    assert page.kept == ""
    assert (await world.sessions.facts(sid)).keep_days is None


async def test_the_host_says_how_long_it_is_kept_and_takes_it_back(world: World) -> None:
    sid = await hosted(world)
    page = page_of(RetentionState, "host")
    for chosen, stored in (("30", 30), ("0", None)):
        await run(page, "keep_for", sid, chosen)
        assert (page.refusal, page.kept) == ("", sid)
        assert (await world.sessions.facts(sid)).keep_days == stored
