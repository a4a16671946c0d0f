"""The server's side of a session's page: which session, whose seat, going on air and ending.

Join goes by REST (`/api/live/enter`), so that it need not wait for this. The browser holds the call; after
a restart of the app it says again which session it is in (`look`). Every answer carries the browser's
own number of its question, so that an old one is never taken for new.
"""

from dataclasses import asdict
from typing import Any, TypedDict

import reflex as rx

from donfra_live.errors import DonfraError
from donfra_live.live_sessions.rules import Decision
from donfra_live.live_sessions.ticket import ticket_of
from donfra_live.live_sessions.views import Actor, Joined, SessionFacts
from donfra_live.ui import services
from donfra_live.ui.actor import actor_of, handshake_of
from donfra_live.ui.attempt import attempt
from donfra_live.ui.cards import NO_CARD, Card, card_of
from donfra_live.ui.watchers import watchers


class Answer(TypedDict):
    """`error` "" when it went well; the host's start answers with his ticket."""

    request: str
    error: str
    sentence: str
    ticket: dict[str, Any]


NO_ANSWER = Answer(request="", error="", sentence="", ticket={})


def answer_of(request: object, refused: DonfraError | None, joined: Joined | None = None) -> Answer:
    error, sentence = (refused.code, refused.sentence) if refused else ("", "")
    ticket = asdict(ticket_of(joined)) if joined else {}
    return Answer(request=str(request)[:80], error=error, sentence=sentence, ticket=ticket)


# Instead of the session, once somebody has deleted it or its time was up.
GONE = "This session was deleted. Nothing of it is left."


class SessionState(rx.State):
    """One page's session. `card` is empty until it is known; `problem` says why it cannot be shown.

    share: where links lead that are given on, scheme://host[:port].
    standing: what became of who waits in the lobby (waiting, admitted, denied), else "".
    asks: whether consent to be recorded can be asked for here.
    """

    card: Card = NO_CARD
    share: str = ""
    role: str = ""
    seat_name: str = ""
    standing: str = ""
    signed_in: bool = False
    may_observe: bool = False
    asks: bool = True
    problem: str = ""
    loaded: bool = False
    needs_key: bool = False
    answer: Answer = NO_ANSWER

    @rx.event
    async def load(self) -> Any:
        """Runs when the page opens and again after every reconnect. A series' id leads on to its date."""
        self.answer = NO_ANSWER
        actor = await actor_of(self)
        await self._show(actor, self.session_id)  # the route's own variable
        self.needs_key, self.signed_in = not actor.browser, bool(actor.account)
        self.may_observe = services.get().observing.may(actor)
        self.asks = services.get().space.leaves_out
        self.loaded = True
        leads_on = self.card["series_id"] == str(self.session_id).lower() != ""
        return rx.redirect(f"/live/{self.card['id']}", replace=True) if leads_on else None

    @rx.event
    async def look(self, session_id: str) -> None:
        """The browser is in a call that this state does not know of."""
        await self._show(await actor_of(self), session_id)

    @rx.event
    async def redeem(self, session_id: str, host_key: str) -> None:
        """A host's link was opened: from now on this browser is the host's."""
        actor = await actor_of(self)
        _, refused = await attempt(services.get().admissions.redeem(actor, session_id, host_key))
        self.answer = answer_of("redeem", refused)
        if refused is None:
            await self._show(actor, session_id)

    @rx.event
    async def go_live(self, request: str, session_id: str, name: str) -> None:
        """On air from now on; the answer holds the host's token."""
        actor = await actor_of(self)
        joined, refused = await attempt(services.get().admissions.go_live(actor, session_id, name=name))
        self.answer = answer_of(request, refused, joined)
        await self._show(actor, session_id)

    @rx.event
    async def taken(self, request: str) -> None:
        """The browser has its answer: a token must not wait here for whoever takes this state over."""
        if self.answer["request"] == request:
            self.answer = NO_ANSWER

    @rx.event
    async def end(self, request: str, session_id: str) -> None:
        actor = await actor_of(self)
        _, refused = await attempt(services.get().sessions.end(actor, session_id))
        self.answer = answer_of(request, refused)
        await self._show(actor, session_id)

    @rx.event
    async def unload(self) -> None:
        watchers.leave_session(self.router.session.client_token)

    async def _show(self, actor: Actor, session_id: object) -> None:
        token, self.share = self.router.session.client_token, actor.to_share
        if isinstance(session_id, str):  # before the facts are read, so that no change is missed
            watchers.sessions[token] = session_id
        facts, refused = await attempt(services.get().sessions.facts(session_id))
        if facts is None:
            self.card, self.role, self.seat_name = NO_CARD, "", ""
            self.problem = refused.sentence if refused else ""
            return
        watchers.sessions[token] = facts.id
        seat, _ = await attempt(services.get().admissions.seat(actor, facts.id))
        self.card, self.problem = card_of(facts), ""
        self.role, self.seat_name = (str(seat.role), seat.name) if seat else ("", "")
        await self._show_standing(actor, facts)

    async def _show_standing(self, actor: Actor, facts: SessionFacts) -> None:
        token, standing = self.router.session.client_token, None
        if facts.lobby or self.standing:
            watchers.waiting[token] = handshake_of(self)
            standing, _ = await attempt(services.get().lobby.standing(actor, facts.id))
        self.standing = str(standing or "")
        if standing != Decision.WAITING:
            watchers.waiting.pop(token, None)


def show_gone(state: SessionState) -> None:
    """What was shown is no more; a page that never had it says so already."""
    if state.card["id"]:
        state.card, state.role, state.seat_name, state.standing = NO_CARD, "", "", ""
        state.problem = GONE
