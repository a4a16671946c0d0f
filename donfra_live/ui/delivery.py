"""Brings changes of sessions to the open pages of this worker.

Each page is one websocket, known by its client token. A change of a session is sent to the pages that
show it, to those that show the lists, and to those that read about one that is over.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from typing import Any

import reflex as rx

from donfra_live.errors import NotFound
from donfra_live.live_sessions.states import OVER
from donfra_live.live_sessions.views import Actor, SessionLists
from donfra_live.ui import broadcast, services
from donfra_live.ui.actor import actor_by
from donfra_live.ui.attempt import attempt
from donfra_live.ui.cards import Card, card_of
from donfra_live.ui.gathering import Gathering
from donfra_live.ui.history.state import HistoryState, read_again
from donfra_live.ui.live.state import LiveState, show_own
from donfra_live.ui.session.state import SessionState, show_gone
from donfra_live.ui.stats.state import StatsState, session_figures
from donfra_live.ui.watchers import Looking, Reading, watchers
from donfra_live.updates import EVERYTHING

log = logging.getLogger(__name__)
PAUSE = 0.03
# Everybody's leaving after the end is an event of its own.
PAST_PAUSE = 0.5
# Of pages that are told by modify_state: several, so that one whose own handler takes long does not hold the
# others up.
AT_ONCE = 4
# None: the session is gone.
Cards = dict[str, Card | None]


_app: rx.App | None = None


def start(app: rx.App) -> None:
    """Called once by the composition root, after the services are installed."""
    global _app
    _app = app
    updates = services.get().updates
    updates.subscribe(sessions.add)
    updates.subscribe_own(own.add)
    updates.subscribe_past(_past_changed)


@contextlib.asynccontextmanager
async def lifespan() -> AsyncIterator[None]:
    """To be left before the services close what deliveries read from."""
    yield
    for one in (sessions, own, readers):
        await one.close()


async def _past_changed(session_id: str) -> None:
    await readers.add((session_id, False))


async def _tell_of_sessions(ids: set[str]) -> None:
    if not watchers.anybody:
        return  # where only programs come, by REST, no session is read again for each of their acts
    if EVERYTHING in ids:
        ids = {*watchers.sessions.values(), *(one.session_id for one in watchers.figures.values())}
    if _app and _app.event_namespace:
        watchers.keep(set(_app.event_namespace.token_to_sid))
    lists = None
    if watchers.lists:
        lists, _ = await attempt(services.get().sessions.lists(Actor()))
    cards = await _cards(ids, lists)
    await _tell_session_pages(cards)
    await _tell_waiting(ids)
    if lists is not None:
        await _tell_lists([card_of(facts) for facts in lists.listed], cards)
    for session_id, card in cards.items():
        if card is None or card["status"] in OVER:
            await readers.add((session_id, True))


async def _cards(ids: set[str], lists: SessionLists | None) -> Cards:
    """What stands in the public list has just been read."""
    known = {facts.id: facts for facts in lists.listed} if lists else {}
    cards: Cards = {}
    for session_id in ids:
        facts, refused = known.get(session_id), None
        if facts is None:
            facts, refused = await attempt(services.get().sessions.facts(session_id))
        if facts is not None or isinstance(refused, NotFound):
            cards[session_id] = card_of(facts) if facts else None
    return cards


async def _tell_session_pages(cards: Cards) -> None:
    puts = {i: show_gone if card is None else _put("card", card) for i, card in cards.items()}
    await _change_all(SessionState, [(token, puts[i]) for token, i in watchers.sessions.items() if i in puts])


async def _tell_waiting(ids: set[str]) -> None:
    """Who is in a lobby learns at once what became of him."""
    for token, shake in list(watchers.waiting.items()):
        if (session_id := watchers.sessions.get(token, "")) not in ids:
            continue
        standing, refused = await attempt(services.get().lobby.standing(await actor_by(shake), session_id))
        if refused is None:
            await _change(token, SessionState, _put("standing", str(standing or "")))


async def _tell_lists(listed: list[Card], cards: Cards) -> None:
    """The public list is the same for all; one's own change in place, or are asked for anew."""
    ask_anew: set[str] = set()

    def put(looking: Looking, state: Any) -> None:
        if state.get_value("listed") != listed:
            state.listed = listed
        changed, moved = _replace(state, cards)
        # what is on its way by `own` may be older than this
        if moved or (changed and own.busy):
            ask_anew.update(looking.whose)

    await _change_all(LiveState, [(token, partial(put, one)) for token, one in watchers.lists.items()])
    for who in ask_anew:
        await own.add(who)


def _replace(state: Any, cards: Cards) -> tuple[bool, bool]:
    """One's own sessions as they are now; whether any was among them, and whether any has another place."""
    changed = moved = False
    for name in ("mine", "past"):
        before: list[Card] = state.get_value(name)
        if not any(card["id"] in cards for card in before):
            continue
        now = [new for card in before if (new := cards.get(card["id"], card)) is not None]
        setattr(state, name, now)
        changed = True
        places = ([(c["id"], c["status"], c["starts_at"]) for c in some] for some in (before, now))
        moved |= next(places) != next(places)
    return changed, moved


async def _tell_own(changed: set[str]) -> None:
    everybody = EVERYTHING in changed
    pages = [
        (t, look) for t, look in watchers.lists.items() if look.whose and (everybody or look.whose & changed)
    ]
    await _each(_tell_own_page, pages)


async def _tell_own_page(token: str, looking: Looking) -> None:
    lists, _ = await attempt(
        services.get().sessions.lists(await actor_by(looking.shake), coming=looking.coming, past=looking.past)
    )

    def put(state: Any) -> None:
        if lists is not None and watchers.lists.get(token) is looking:  # it may want more by now
            show_own(state, lists)

    await _change(token, LiveState, put)


async def _tell_readers(changed: set[tuple[str, bool]]) -> None:
    """Of sessions that are over: what concerns everybody, or (False) only who may see people."""

    def concerns(reading: Reading) -> bool:
        kinds = (True, False) if reading.sees_people else (True,)
        return any((i, kind) in changed for i in (reading.session_id, EVERYTHING) for kind in kinds)

    def those(kind: dict[str, Reading]) -> list[tuple[str, Reading]]:
        return [(token, reading) for token, reading in kind.items() if concerns(reading)]

    await _each(_tell_history, those(watchers.histories))
    await _each(_tell_figures, those(watchers.figures))


async def _tell_history(token: str, reading: Reading) -> None:
    view = await read_again(reading)

    def put(state: Any) -> None:
        if view is not None and watchers.histories.get(token) is reading:
            if state.history != view:
                state.history = view
            state.news += 1

    await _change(token, HistoryState, put)


async def _tell_figures(token: str, reading: Reading) -> None:
    figures = await session_figures(reading, reading.session_id)

    def put(state: Any) -> None:
        if watchers.figures.get(token) is reading and state.session != figures:
            state.session = figures

    await _change(token, StatsState, put)


sessions = Gathering(_tell_of_sessions, PAUSE)
own = Gathering(_tell_own, PAUSE)
readers = Gathering(_tell_readers, PAST_PAUSE)


def _put(name: str, value: object) -> Callable[[Any], None]:
    return lambda state: setattr(state, name, value)


async def _each(tell: Callable[[str, Any], Awaitable[None]], pages: Iterable[tuple[str, Any]]) -> None:
    waiting = iter(pages)

    async def work() -> None:
        for token, what in waiting:
            await tell(token, what)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def _change_all(cls: type[rx.State], pages: list[broadcast.Page]) -> None:
    """Those that are free at this moment first; the others as soon as they are."""
    if _app is None:
        return

    async def tell(token: str, put: broadcast.Put) -> None:
        await _change(token, cls, put)

    await _each(tell, await broadcast.change(_app, cls, pages))


async def _change(token: str, cls: type[rx.State], put: Callable[[Any], None]) -> None:
    """One page's state, as soon as its own handlers leave it free."""
    if _app is None:
        return
    try:
        async with _app.modify_state(rx.BaseStateToken(ident=token, cls=cls)) as root:
            put(await root.get_state(cls))
    except Exception:
        log.exception("a change could not be delivered to a page")
