"""What open pages are told: own lists, a session that is gone, the history and figures of a past one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

import tests.world
from donfra_live.accounts import login_cookie
from donfra_live.asking import Handshake
from donfra_live.browser_key import COOKIE, hash_of, new_key
from donfra_live.db import Database
from donfra_live.live_sessions.ports import MediaEvent
from donfra_live.live_sessions.views import Actor
from donfra_live.models import LiveSession
from donfra_live.models.base import now
from donfra_live.settings import Settings
from donfra_live.ui import delivery, services
from donfra_live.ui.gathering import Gathering
from donfra_live.ui.history.state import NOTHING, HistoryState
from donfra_live.ui.live.state import LiveState
from donfra_live.ui.session.state import GONE, SessionState
from donfra_live.ui.stats.state import NOTHING as NO_FIGURES
from donfra_live.ui.stats.state import Figures, StatsState
from donfra_live.ui.watchers import Looking, Reading, Watchers, whose
from donfra_live.updates import EVERYTHING, Updates
from donfra_live.wiring import Wiring
from tests.world import World, browser

ALICE = browser("alice")


class Tab:
    """An open page: its states, and who is behind it. `key` is of its browser, `login` of its account."""

    def __init__(self, key: str = "", login: str = "") -> None:
        cookies = {COOKIE: key, login_cookie.COOKIE: login}
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items() if value)
        self.shake = Handshake("127.0.0.1", "http", {"cookie": cookie}, is_page=True)
        self.states: dict[type[Any], Any] = {}

    async def get_state(self, cls: type[Any]) -> Any:
        if cls not in self.states:
            self.states[cls] = cls(_reflex_internal_init=True)
        return self.states[cls]

    def of(self, cls: type[Any]) -> Any:
        return self.states.get(cls) or cls(_reflex_internal_init=True)


class Pages:
    """The app as delivery uses it, and the pages that are open."""

    def __init__(self, world: World, watchers: Watchers) -> None:
        self.world, self.watchers = world, watchers
        self.tabs: dict[str, Tab] = {}
        self.event_namespace = SimpleNamespace(token_to_sid=self.tabs)
        self.state_manager = None  # not one in memory: each page by modify_state

    @contextlib.asynccontextmanager
    async def modify_state(self, token: Any) -> AsyncIterator[Tab]:
        yield self.tabs[token.ident]

    async def actor(self, tab: Tab) -> Actor:
        return await services.get().asking.actor(tab.shake)

    def _open(self, *cookies: str) -> tuple[str, Tab]:
        name, tab = f"tab-{len(self.tabs)}", Tab(*cookies)
        self.tabs[name] = tab
        return name, tab

    async def lists(self, key: str = "", login: str = "", shown: int = 20) -> Tab:
        """A page of /live that has loaded."""
        name, tab = self._open(key, login)
        looking = Looking(tab.shake, whose(await self.actor(tab)), shown, shown)
        self.watchers.lists[name] = looking
        await delivery._tell_own_page(name, looking)
        return tab

    async def shows(self, session_id: str) -> Tab:
        """A session's page that has loaded."""
        name, tab = self._open()
        self.watchers.sessions[name] = session_id
        await delivery._tell_of_sessions({session_id})
        return tab

    async def reads(self, session_id: str, key: str, *, sees_people: bool = True) -> Tab:
        """The page of a session that is over, with its history and its figures."""
        name, tab = self._open(key)
        reading = Reading(tab.shake, session_id, lines=200, sees_people=sees_people)
        self.watchers.histories[name] = reading
        await delivery._tell_history(name, reading)
        if sees_people:
            self.watchers.figures[name] = replace(reading)
            await delivery._tell_figures(name, self.watchers.figures[name])
        return tab


@pytest.fixture
async def pages(db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pages]:
    monkeypatch.setattr(tests.world, "RecordedUpdates", Updates)
    world, watchers = World(db), Watchers()
    monkeypatch.setattr(services, "_installed", replace(world.services(settings), updates=world.updates))
    monkeypatch.setattr(delivery, "watchers", watchers)
    pages = Pages(world, watchers)
    delivery.start(pages)  # type: ignore[arg-type]
    yield pages
    await all_is_told()
    monkeypatch.setattr(delivery, "_app", None)


async def until(holds: Callable[[], Any], what: str) -> None:
    try:
        async with asyncio.timeout(20):
            while not holds():
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"not told: {what}") from None


async def all_is_told() -> None:
    gatherings: tuple[Gathering[Any], ...] = (delivery.sessions, delivery.own, delivery.readers)
    await until(lambda: not any(one.busy for one in gatherings), "the last of it")


def titles(cards: list[Any]) -> list[str]:
    return [card["title"] for card in cards]


async def plan(pages: Pages, actor: Actor, title: str = "Algebra") -> str:
    created = await pages.world.scheduling.dates.plan(
        actor, wishes=tests.world.WISHES, title=title, owner_name="Alice"
    )
    return created.facts.id


async def test_a_deleted_session_leaves_the_lists_and_its_page_says_so(pages: Pages) -> None:
    key = new_key()
    mine = Actor(browser=hash_of(key))
    sid, other = await plan(pages, mine, "Algebra"), await plan(pages, mine, "Geometry")
    lists, page, stays = await pages.lists(key), await pages.shows(sid), await pages.shows(other)
    assert sorted(titles(lists.of(LiveState).mine)) == ["Algebra", "Geometry"]
    await pages.world.retention.delete(mine, sid)
    await until(lambda: titles(lists.of(LiveState).mine) == ["Geometry"], "the list")
    await until(lambda: page.of(SessionState).problem == GONE, "the page")
    assert page.of(SessionState).card["id"] == ""
    assert (stays.of(SessionState).card["title"], stays.of(SessionState).problem) == ("Geometry", "")


async def test_what_ends_goes_to_the_past_and_the_next_date_takes_its_place(pages: Pages) -> None:
    key = new_key()
    mine = Actor(browser=hash_of(key))
    first = (await pages.world.series(actor=mine)).facts
    lists = await pages.lists(key)
    state = lists.of(LiveState)
    assert [card["id"] for card in state.mine] == [first.id]
    await pages.world.scheduling.dates.cancel(mine, first.id)
    await until(lambda: state.mine and state.mine[0]["id"] != first.id, "the next date")
    assert [card["id"] for card in state.past] == [first.id]


async def test_a_seat_puts_the_session_on_ones_list(pages: Pages) -> None:
    world, key = pages.world, new_key()
    bob, lists = Actor(browser=hash_of(key)), await pages.lists(key)
    stranger = await pages.lists(new_key())
    sid = await world.live()
    await world.admissions.join(bob, sid, name="Bob")
    await until(lambda: titles(lists.of(LiveState).mine) == ["Algebra"], "a join")

    guarded = await world.private(lobby=True)
    await world.admissions.join(bob, guarded, name="Bob")
    [waits] = await world.lobby.list(ALICE, guarded)
    await world.lobby.decide(ALICE, guarded, waits.id, decision="admit")
    await until(lambda: len(lists.of(LiveState).mine) == 2, "being let in")

    opened = await world.private(lobby=True)
    await world.admissions.join(bob, opened, name="Bob")
    await world.house.change(ALICE, opened, {"lobby": False})
    await until(lambda: len(lists.of(LiveState).mine) == 3, "a lobby that was given up")
    assert stranger.of(LiveState).mine == []


async def test_an_accounts_other_browser_is_told(pages: Pages) -> None:
    world = pages.world
    await world.account("ada")
    entered = await world.accounts.own.sign_in(
        browser("ada"), email="ada@example.org", password=tests.world.PASSWORD, user_agent="x"
    )
    one = await pages.lists(new_key(), entered.key)
    other = await pages.lists(new_key(), entered.key)
    here = await pages.actor(one)
    await plan(pages, here, "From the first")
    # as by an API token: no browser at all
    await plan(pages, Actor(account=here.account), "By a program")
    for tab in (one, other):
        await until(lambda tab=tab: len(tab.of(LiveState).mine) == 2, "both")  # type: ignore[misc]
    assert set(titles(other.of(LiveState).mine)) == {"From the first", "By a program"}


async def test_a_page_is_told_of_as_many_as_it_shows(pages: Pages) -> None:
    key = new_key()
    mine = Actor(browser=hash_of(key))
    lists = await pages.lists(key, shown=2)
    for n in range(3):
        await plan(pages, mine, f"Lesson {n}")
    state = lists.of(LiveState)
    await until(lambda: state.more_mine, "that there are more")
    assert len(state.mine) == 2


@contextlib.asynccontextmanager
async def over(pages: Pages, key: str) -> AsyncIterator[tuple[str, str]]:
    """A session of this browser that is over; bob wrote in it. Its id and bob's connection."""
    world, host = pages.world, Actor(browser=hash_of(key))
    created = await world.sessions.create(host, title="Algebra", owner_name="Alice", on_air=True)
    sid = created.facts.id
    bob = await world.admissions.join(browser("bob"), sid, name="Bob")
    await world.presence.apply(event(sid, bob.identity, "participant_joined"))
    await world.chat.post(browser("bob"), sid, text="hello")
    world.clock.pass_seconds(600)
    await world.sessions.end(host, sid)
    await all_is_told()
    yield sid, bob.identity


def event(sid: str, identity: str, kind: str, **more: Any) -> MediaEvent:
    return MediaEvent(f"EV_{kind}", kind, sid, identity, f"PA_{identity[-8:]}", "{}", **more)


async def test_a_history_changes_by_itself(pages: Pages) -> None:
    world, key = pages.world, new_key()
    host = Actor(browser=hash_of(key))
    async with over(pages, key) as (sid, identity):
        page = await pages.reads(sid, key)
        state = page.of(HistoryState)
        await world.attendance.put_roster(host, sid, [("Bob", ""), ("Missing", "")])
        await until(lambda: state.history["has_roster"], "the roster")
        assert [one["name"] for one in state.history["people"]] == ["Bob", "Missing"]

        left_at = world.clock() - timedelta(seconds=300)
        await world.presence.apply(event(sid, identity, "participant_left", happened_at=left_at))
        await until(lambda: state.history["people"][0]["seconds"] == 300, "the late leaving")
        assert page.of(StatsState).session["found"]["totals"]["messages"] == 1

        [message] = await world.chat.archive(host, sid)
        told = state.news
        await world.chat.delete(host, sid, message.id)
        await until(lambda: state.history["lines"][0]["deleted"] and state.news > told, "the deleted message")
        await world.stats.settle_due()
        totals = page.of(StatsState).session["found"]["totals"]
        await until(
            lambda: page.of(StatsState).session["found"]["totals"]["messages"] == 0, f"figures {totals}"
        )

        await world.retention.delete(host, sid)
        await until(lambda: state.history == NOTHING, "that it is gone")


async def test_who_sees_no_people_is_told_of_the_chat_only(pages: Pages) -> None:
    world, key = pages.world, new_key()
    host = Actor(browser=hash_of(key))
    async with over(pages, key) as (sid, _):
        bob = await pages.reads(sid, "", sees_people=False)
        alice = await pages.reads(sid, key)
        told = bob.of(HistoryState).news
        await world.attendance.put_roster(host, sid, [("Bob", "")])
        await until(lambda: alice.of(HistoryState).history["has_roster"], "the host")
        assert bob.of(HistoryState).news == told
        [message] = await world.chat.archive(host, sid)
        await world.chat.delete(host, sid, message.id)
        await until(lambda: bob.of(HistoryState).news > told, "the viewer")


async def test_a_page_that_went_on_to_another_session_keeps_that_one(pages: Pages) -> None:
    key = new_key()
    async with over(pages, key) as (sid, _):
        page = await pages.reads(sid, key)
        old = pages.watchers.figures["tab-0"]
        pages.watchers.figures["tab-0"] = replace(old, session_id="another")
        page.of(StatsState).session = another = Figures(**{**NO_FIGURES, "asked": "another"})
        await delivery._tell_figures("tab-0", old)
        assert page.of(StatsState).session == another


async def test_a_closed_page_is_forgotten(pages: Pages) -> None:
    key = new_key()
    async with over(pages, key) as (sid, _):
        await pages.reads(sid, key)
        await pages.lists(key)
        pages.tabs.clear()
        await delivery._tell_of_sessions({sid})
    kinds: tuple[Any, ...] = (pages.watchers.histories, pages.watchers.figures, pages.watchers.lists)
    assert kinds == ({}, {}, {})


async def test_after_the_night_everybody_looks_anew(settings: Settings) -> None:
    wiring = Wiring(settings.model_copy(update={"keep_sessions_days": 1}))
    heard: list[tuple[str, str]] = []

    def hears(kind: str) -> Callable[[str], Awaitable[None]]:
        async def listener(who: str) -> None:
            heard.append((kind, who))

        return listener

    updates = wiring.services.updates
    updates.subscribe(hears("session"))
    updates.subscribe_own(hears("own"))
    updates.subscribe_past(hears("past"))
    async with wiring.db.transaction() as db:
        db.add(LiveSession(title="Old", owner_name="A", status="ended", ended_at=now() - timedelta(days=9)))
    await wiring._do_night()
    assert heard == [(kind, EVERYTHING) for kind in ("session", "own", "past")]
    await wiring._do_night()
    assert len(heard) == 3, "a night in which nothing went"
    for part in wiring._to_close:
        await part.close()
