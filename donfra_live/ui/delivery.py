"""Brings changes of sessions to the open pages of this worker.

Each page is one websocket, known by its client token. A change of a session is sent to the pages that
show it and to those that show the lists; changes that come close together are delivered as one.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any

import reflex as rx

from donfra_live.live_sessions.views import Actor
from donfra_live.ui import services
from donfra_live.ui.attempt import attempt
from donfra_live.ui.cards import Card, card_of
from donfra_live.ui.live.state import LiveState
from donfra_live.ui.session.state import SessionState
from donfra_live.ui.watchers import watchers
from donfra_live.updates import EVERYTHING

log = logging.getLogger(__name__)
PAUSE = 0.03
# One after the other, so that half of the pages have it in half of the time; several, so that a page whose
# own handler takes long does not hold the others up.
AT_ONCE = 4


_changed: set[str] = set()
_running: set[asyncio.Task[None]] = set()
_running_own: set[asyncio.Task[None]] = set()
_app: rx.App | None = None


def start(app: rx.App) -> None:
    """Called once by the composition root, after the services are installed."""
    global _app
    _app = app
    services.get().updates.subscribe(changed)
    services.get().updates.subscribe_own(own_changed)


async def changed(session_id: str) -> None:
    """A session has changed: deliver, and then together what has changed meanwhile."""
    _changed.add(session_id)
    if not _running:
        task = asyncio.create_task(_deliver_soon())
        _running.add(task)
        task.add_done_callback(_running.discard)


async def _deliver_soon() -> None:
    while _changed:
        ids = set(_changed)
        _changed.clear()
        try:
            await _deliver(ids)
        except Exception:
            log.exception("a change could not be delivered to the pages")
        await asyncio.sleep(PAUSE)


async def _deliver(ids: set[str]) -> None:
    cards: dict[str, Card] = {}
    if EVERYTHING in ids:
        ids = set(watchers.sessions.values())
    for session_id in ids:
        facts, _ = await attempt(services.get().sessions.facts(session_id))
        if facts is not None:
            cards[session_id] = card_of(facts)
    live = set(_app.event_namespace.token_to_sid) if _app and _app.event_namespace else set()
    for token in (watchers.sessions.keys() | watchers.lists.keys()) - live:
        watchers.forget(token)
    await _tell_session_pages(cards)
    await _tell_waiting(ids)
    await _tell_lists(cards)


async def _tell_session_pages(cards: dict[str, Card]) -> None:
    pages = [(token, cards[i]) for token, i in watchers.sessions.items() if i in cards]
    await _each((token, SessionState, _put("card", card)) for token, card in pages)


async def _tell_waiting(ids: set[str]) -> None:
    """Who is in a lobby learns at once what became of him."""
    for token, shake in list(watchers.waiting.items()):
        if (session_id := watchers.sessions.get(token, "")) not in ids:
            continue
        actor, _ = await attempt(services.get().asking.actor(shake))
        if actor is None:
            continue
        standing, _ = await attempt(services.get().lobby.standing(actor, session_id))
        await _change(token, SessionState, _put("standing", str(standing or "")))


async def _tell_lists(cards: dict[str, Card]) -> None:
    """The public list is asked for once; one's own change in place, new ones come by `own_changed`."""
    if not watchers.lists:
        return
    lists, _ = await attempt(services.get().sessions.lists(Actor()))
    if lists is None:
        return
    listed = [card_of(facts) for facts in lists.listed]

    def put(state: Any) -> None:
        if state.listed != listed:
            state.listed = listed
        if any(card["id"] in cards for card in state.mine):
            state.mine = [cards.get(card["id"], card) for card in state.mine]

    await _each((token, LiveState, put) for token in list(watchers.lists))


async def own_changed(browser: str) -> None:
    """A browser has a session more: its pages show it soon. No handler waits for it: its page is locked."""
    task = asyncio.create_task(_tell_own(browser))
    _running_own.add(task)
    task.add_done_callback(_running_own.discard)


async def _tell_own(browser: str) -> None:
    for token, shake in list(watchers.lists.items()):
        own = services.get().asking.guest(shake).browser
        if own and browser in {own, EVERYTHING}:
            actor, _ = await attempt(services.get().asking.actor(shake))
            if actor is None:
                continue
            lists, _ = await attempt(services.get().sessions.lists(actor))
            await _change(
                token, LiveState, _put("mine", [card_of(facts) for facts in lists.mine] if lists else [])
            )


def _put(name: str, value: object) -> Callable[[Any], None]:
    return lambda state: setattr(state, name, value)


async def _each(changes: Iterable[tuple[str, type[rx.State], Callable[[Any], None]]]) -> None:
    waiting = iter(changes)

    async def work() -> None:
        for change in waiting:
            await _change(*change)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def _change(token: str, cls: type[rx.State], put: Callable[[Any], None]) -> None:
    """One page's state, as soon as its own handlers leave it free."""
    if _app is None:
        return
    try:
        async with _app.modify_state(rx.BaseStateToken(ident=token, cls=cls)) as root:
            put(await root.get_state(cls))
    except Exception:
        log.exception("a change could not be delivered to a page")
