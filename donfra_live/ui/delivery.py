"""Brings changes of sessions to the open pages of this worker.

Each page is one websocket, known by its client token. A change of a session is sent to the pages that
show it and to those that show the lists; changes that come close together are delivered as one.
"""

import asyncio
import logging
from dataclasses import dataclass, field

import reflex as rx

from donfra_live.live_sessions.views import Actor
from donfra_live.ui import services
from donfra_live.ui.attempt import attempt
from donfra_live.ui.cards import Card, card_of

log = logging.getLogger(__name__)
PAUSE = 0.03


@dataclass
class Watchers:
    """Pages of this worker by client token: the session each one shows, the browser of each with lists."""

    sessions: dict[str, str] = field(default_factory=dict)
    lists: dict[str, Actor] = field(default_factory=dict)

    def forget(self, client_token: str) -> None:
        self.sessions.pop(client_token, None)
        self.lists.pop(client_token, None)


watchers = Watchers()
_changed: set[str] = set()
_running: set[asyncio.Task[None]] = set()
_app: rx.App | None = None


def start(app: rx.App) -> None:
    """Called once by the composition root, after the services are installed."""
    global _app
    _app = app
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
    from donfra_live.ui.session.state import SessionState

    for token, session_id in list(watchers.sessions.items()):
        if session_id in cards and _app is not None:
            async with _app.modify_state(rx.BaseStateToken(ident=token, cls=SessionState)) as root:
                (await root.get_state(SessionState)).card = cards[session_id]


async def _tell_lists(cards: dict[str, Card]) -> None:
    """The public list is asked for once; one's own sessions change in place, new ones come by `mine_changed`."""
    from donfra_live.ui.live.state import LiveState

    if not watchers.lists or _app is None:
        return
    lists, _ = await attempt(services.get().sessions.lists(Actor()))
    if lists is None:
        return
    listed = [card_of(facts) for facts in lists.listed]
    for token in list(watchers.lists):
        async with _app.modify_state(rx.BaseStateToken(ident=token, cls=LiveState)) as root:
            state = await root.get_state(LiveState)
            state.listed = listed
            state.mine = [cards.get(card["id"], card) for card in state.mine]


async def mine_changed(browser: str) -> None:
    """A browser has made a session: its other pages show it too."""
    from donfra_live.ui.live.state import LiveState

    for token, actor in list(watchers.lists.items()):
        if actor.browser == browser and browser and _app is not None:
            lists, _ = await attempt(services.get().sessions.lists(actor))
            async with _app.modify_state(rx.BaseStateToken(ident=token, cls=LiveState)) as root:
                if lists is not None:
                    (await root.get_state(LiveState)).mine = [card_of(facts) for facts in lists.mine]
