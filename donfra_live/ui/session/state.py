"""The server's side of a call: which session, whose seat, and the tickets that the browser asks for.

The browser holds the call; after a restart of the app it says again which session it is in (`look`).
Every answer carries the browser's own number of its question, so that an old one is never taken for new.
"""

from typing import Any, TypedDict

import reflex as rx

from donfra_live.errors import DonfraError
from donfra_live.live_sessions.roles import Permission, may
from donfra_live.live_sessions.views import Joined
from donfra_live.ui import services
from donfra_live.ui.actor import actor_of
from donfra_live.ui.attempt import attempt
from donfra_live.ui.cards import NO_CARD, Card, card_of
from donfra_live.ui.watchers import watchers


class Answer(TypedDict):
    """`error` "" when it went well; a join's answer carries the ticket as well."""

    request: str
    error: str
    sentence: str
    ticket: dict[str, Any]


NO_ANSWER = Answer(request="", error="", sentence="", ticket={})


def ticket_of(joined: Joined) -> dict[str, Any]:
    """What the browser needs to enter; names as the JSX reads them."""
    return {
        "sessionId": joined.session_id,
        "title": joined.session_title,
        "identity": joined.identity,
        "token": joined.token,
        "serverUrl": joined.server_url,
        "memberId": joined.member_id,
        "name": joined.name,
        "role": str(joined.role),
        "canPublish": joined.can_publish,
        "canShare": may(joined.role, Permission.SHARE_SCREEN),
        "canEnd": joined.can_end,
    }


def refusal(request: str, refused: DonfraError) -> Answer:
    return Answer(request=str(request)[:80], error=refused.code, sentence=refused.sentence, ticket={})


class SessionState(rx.State):
    """One page's session. `card` is empty until it is known; `problem` says why it cannot be shown."""

    card: Card = NO_CARD
    role: str = ""
    seat_name: str = ""
    problem: str = ""
    loaded: bool = False
    needs_key: bool = False
    answer: Answer = NO_ANSWER

    @rx.event
    async def load(self) -> None:
        """Runs when the page opens and again after every reconnect."""
        self.answer = NO_ANSWER
        await self._show(self.session_id)  # the route's own variable
        self.needs_key = not actor_of(self).browser
        self.loaded = True

    @rx.event
    async def look(self, session_id: str) -> None:
        """The browser is in a call that this state does not know of."""
        await self._show(session_id)

    @rx.event
    async def redeem(self, session_id: str, host_key: str) -> None:
        """A host's link was opened: from now on this browser is the host's."""
        _, refused = await attempt(services.get().admissions.redeem(actor_of(self), session_id, host_key))
        if refused is None:
            await self._show(session_id)
        else:
            self.answer = refusal("redeem", refused)

    @rx.event
    async def join(self, request: str, session_id: str, name: str, identity: str) -> None:
        joined, refused = await attempt(
            services.get().admissions.join(actor_of(self), session_id, name=name, identity=identity)
        )
        if joined is not None:
            self.answer = Answer(request=str(request)[:80], error="", sentence="", ticket=ticket_of(joined))
        elif refused is not None:
            self.answer = refusal(request, refused)
        await self._show(session_id)

    @rx.event
    async def go_live(self, request: str, session_id: str) -> None:
        _, refused = await attempt(services.get().sessions.go_live(actor_of(self), session_id))
        self._answer(request, refused)
        await self._show(session_id)

    @rx.event
    async def end(self, request: str, session_id: str) -> None:
        _, refused = await attempt(services.get().sessions.end(actor_of(self), session_id))
        self._answer(request, refused)
        await self._show(session_id)

    @rx.event
    async def taken(self, request: str) -> None:
        """The browser has its answer: a token must not wait here for whoever takes this state over."""
        if self.answer["request"] == request:
            self.answer = NO_ANSWER

    @rx.event
    async def unload(self) -> None:
        watchers.sessions.pop(self.router.session.client_token, None)

    def _answer(self, request: str, refused: DonfraError | None) -> None:
        done = Answer(request=str(request)[:80], error="", sentence="", ticket={})
        self.answer = refusal(request, refused) if refused else done

    async def _show(self, session_id: object) -> None:
        token = self.router.session.client_token
        if isinstance(session_id, str):  # before the facts are read, so that no change is missed
            watchers.sessions[token] = session_id
        facts, refused = await attempt(services.get().sessions.facts(session_id))
        if facts is None:
            self.card, self.role, self.seat_name = NO_CARD, "", ""
            self.problem = refused.sentence if refused else ""
            return
        watchers.sessions[token] = facts.id
        seat, _ = await attempt(services.get().admissions.seat(actor_of(self), facts.id))
        self.card, self.problem = card_of(facts), ""
        self.role, self.seat_name = (str(seat.role), seat.name) if seat else ("", "")
