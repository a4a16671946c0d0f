"""Brings changes of sessions to the open pages of this worker.

Each page is one websocket, known by its client token. A change of a session is sent to the pages that
show it and to those that show the lists; changes that come close together are delivered as one.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import reflex as rx

from donfra_live.live_sessions.views import Actor
from donfra_live.ui import services
from donfra_live.ui.attempt import attempt
from donfra_live.ui.cards import Card, card_of
from donfra_live.ui.live.state import LiveState
from donfra_live.ui.session.state import SessionState
from donfra_live.ui.watchers import watchers

log = logging.getLogger(__name__)
PAUSE = 0.03


_changed: set[str] = set()
_running: set[asyncio.Task[None]] = set()
_running_mine: set[asyncio.Task[None]] = set()
_app: rx.App | None = None


def start(app: rx.App) -> None:
    """Called once by the composition root, after the services are installed."""
    global _app
    _app = app
    watchers.on_mine = mine_changed
    services.get().updates.subscribe(changed)


async def changed(session_id: str) -> None:
    """A session has changed: deliver soon, together with what else changes meanwhile."""
    _changed.add(session_id)
    if not _running:
        task = asyncio.create_task(_deliver_soon())
        _running.add(task)
        task.add_done_callback(_running.discard)


async def _deliver_soon() -> None:
    while _changed:
        await asyncio.sleep(PAUSE)
        ids = set(_changed)
        _changed.clear()
        try:
            await _deliver(ids)
        except Exception:
            log.exception("a change could not be delivered to the pages")


async def _deliver(ids: set[str]) -> None:
    cards: dict[str, Card] = {}
    for session_id in ids:
        facts, _ = await attempt(services.get().sessions.facts(session_id))
        if facts is not None:
            cards[session_id] = card_of(facts)
    live = set(_app.event_namespace.token_to_sid) if _app and _app.event_namespace else set()
    for token in (watchers.sessions.keys() | watchers.lists.keys()) - live:
        watchers.forget(token)
    await _tell_session_pages(cards)
    await _tell_lists(cards)


async def _tell_session_pages(cards: dict[str, Card]) -> None:
    pages = list(watchers.sessions.items())
    await asyncio.gather(*(_change(t, SessionState, _put("card", cards[i])) for t, i in pages if i in cards))


async def _tell_lists(cards: dict[str, Card]) -> None:
    """The public list is asked for once; one's own change in place, new ones come by `mine_changed`."""
    if not watchers.lists:
        return
    lists, _ = await attempt(services.get().sessions.lists(Actor()))
    if lists is None:
        return
    listed = [card_of(facts) for facts in lists.listed]

    def put(state: Any) -> None:
        state.listed = listed
        state.mine = [cards.get(card["id"], card) for card in state.mine]

    await asyncio.gather(*(_change(token, LiveState, put) for token in list(watchers.lists)))


def mine_changed(browser: str) -> None:
    """A browser has made a session: its pages show it soon. No handler waits for it: its page is locked."""
    task = asyncio.create_task(_tell_mine(browser))
    _running_mine.add(task)
    task.add_done_callback(_running_mine.discard)


async def _tell_mine(browser: str) -> None:
    for token, actor in list(watchers.lists.items()):
        if browser and actor.browser == browser:
            lists, _ = await attempt(services.get().sessions.lists(actor))
            await _change(
                token, LiveState, _put("mine", [card_of(facts) for facts in lists.mine] if lists else [])
            )


def _put(name: str, value: object) -> Callable[[Any], None]:
    return lambda state: setattr(state, name, value)


async def _change(token: str, cls: type[rx.State], put: Callable[[Any], None]) -> None:
    """One page's state, as soon as its own handlers leave it free."""
    if _app is None:
        return
    try:
        async with _app.modify_state(rx.BaseStateToken(ident=token, cls=cls)) as root:
            put(await root.get_state(cls))
    except Exception:
        log.exception("a change could not be delivered to a page")
