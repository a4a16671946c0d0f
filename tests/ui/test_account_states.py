"""Handlers of the account pages with the real services: strangers and wrong types get a sentence, no more."""

from typing import Any

import pytest
from reflex.istate.data import RouterData

from donfra_live.accounts import login_cookie
from donfra_live.accounts.people import PAGE
from donfra_live.live_sessions.creating import WhoMayCreate
from donfra_live.models import Account
from donfra_live.settings import Settings
from donfra_live.ui import services
from donfra_live.ui.accounts.account_state import AccountState
from donfra_live.ui.accounts.admin_state import AdminState
from donfra_live.ui.accounts.times import ago
from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.live.state import LiveState
from tests.fakes import FixedClock
from tests.world import PASSWORD, World, browser

WRONG: list[Any] = [None, 7, True, [], {"a": 1}, "x" * 10_000, "\x00"]


def new(state: Any) -> Any:
    return state(_reflex_internal_init=True)


async def admins_page(world: World, state: Any, path: str = "/admin") -> Any:
    """The state of an admin's page: proven by the login's cookie."""
    await world.account("root", admin=True)
    entered = await world.accounts.own.sign_in(browser("root"), email="root@example.org", password=PASSWORD)
    page = new(state)
    cookie = {"headers": {"cookie": f"{login_cookie.COOKIE}={entered.key}"}, "ip": "127.0.0.1", "token": "t"}
    cookie["asPath"] = path
    page.router = RouterData.from_router_data(cookie)
    return page


@pytest.fixture(autouse=True)
def installed(world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_installed", world.services(settings))


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize(
    ("handler", "count"),
    [
        (AdminState.set_role, 2),
        (AdminState.set_disabled, 2),
        (AdminState.delete, 1),
        (AdminState.make_link, 1),
        (AdminState.add, 1),
        (AdminState.ask_delete, 1),
        (AdminState.search, 1),
    ],
)
async def test_a_stranger_administers_nothing(world: World, handler: Any, count: int, wrong: Any) -> None:
    account = await world.account("ada")
    state = new(AdminState)
    await handler.fn(state, *[wrong] * count)
    await handler.fn(state, *[account.id, "admin"][:count])
    assert state.people == []
    assert handler in (AdminState.ask_delete, AdminState.search) or state.refusal
    await AdminState.load.fn(state)  # type: ignore[attr-defined]
    assert state.problem == "Sign in first."


async def test_the_header_of_a_stranger(world: World) -> None:
    state = new(VisitorState)
    await VisitorState.load.fn(state)  # type: ignore[attr-defined]
    assert (state.loaded, state.signed_in, state.is_admin, state.provider) == (
        True,
        False,
        False,
        "Example ID",
    )


@pytest.mark.parametrize(
    ("query", "leads"),
    [
        ("", "/live"),
        ("?next=/account", "/account"),
        ("?next=%2Fdashboard%3Fdays%3D7", "/dashboard?days=7"),
        ("?next=//evil.example", "/live"),
        ("?next=https://evil.example", "/live"),
        ("?next=javascript:alert(1)", "/live"),
    ],
)
async def test_who_is_signed_in_already_is_led_on_within_this_place(
    world: World, query: str, leads: str
) -> None:
    page = await admins_page(world, VisitorState, f"/sign-in{query}")
    await VisitorState.load.fn(page)  # type: ignore[attr-defined]
    assert (page.signed_in, page.email, page.onward) == (True, "root@example.org", leads)


async def test_a_stranger_ends_no_login_and_makes_no_token(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.account("ada")
    ada = await world.signed_in("ada")
    state, visitor = new(AccountState), new(VisitorState)

    async def get_state(_: Any, kind: Any) -> Any:
        return visitor

    monkeypatch.setattr(AccountState, "get_state", get_state)
    for wrong in [*WRONG, ada.login]:
        await AccountState.end_login.fn(state, wrong)  # type: ignore[attr-defined]
        assert state.refusal
        await AccountState.delete_token.fn(state, wrong)  # type: ignore[attr-defined]
        assert state.refusal
        made = await AccountState.make_token.fn(state, {"token_name": wrong})  # type: ignore[attr-defined]
        assert (made, state.token_made) == (None, False)
        assert await AccountState.make_token.fn(state, wrong) is None  # type: ignore[attr-defined]
    assert len(await world.accounts.own.logins(ada)) == 1


async def test_the_create_tab_says_who_may(world: World) -> None:
    world.sessions._creators = WhoMayCreate.MEMBERS
    state = new(LiveState)
    async for _ in LiveState.create.fn(state, {"title": "T", "owner_name": "M"}):  # type: ignore[attr-defined]
        pass
    assert state.refusal == "Sign in to create a session."


def test_times_are_said_in_words() -> None:
    clock = FixedClock()
    then = clock()
    said = []
    for seconds in (0, 59, 60, 3600, 7200, 86400 * 3):
        clock.time = then
        clock.pass_seconds(seconds)
        said.append(ago(then, clock()))
    assert said == ["just now", "just now", "1 minute ago", "1 hour ago", "2 hours ago", "3 days ago"]


async def test_an_admin_sees_more_people_page_by_page(world: World) -> None:
    page = await admins_page(world, AdminState)
    async with world.db.transaction() as db:
        db.add_all(Account(email=f"p{n}@example.org", name=f"Person {n:03}") for n in range(PAGE + 5))
    await AdminState.load.fn(page)  # type: ignore[attr-defined]
    assert (len(page.people), page.has_more) == (PAGE, True)
    assert page.people[0]["name"] == "Person 000"
    await AdminState.more.fn(page)  # type: ignore[attr-defined]
    assert (len(page.people), page.has_more) == (PAGE + 6, False)
    await AdminState.search.fn(page, {"words": "person 20"})  # type: ignore[attr-defined]
    assert [p["name"] for p in page.people] == [f"Person {n}" for n in range(200, PAGE + 5)]
    assert page.shown == PAGE
