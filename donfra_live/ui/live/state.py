"""What /live shows and does: the two lists and creating a session."""

from collections.abc import AsyncGenerator
from typing import Any

import reflex as rx

from donfra_live.errors import DonfraError, NoProof
from donfra_live.live_sessions.views import Actor, SessionLists
from donfra_live.ui import services
from donfra_live.ui.actor import actor_of, handshake_of
from donfra_live.ui.attempt import attempt
from donfra_live.ui.cards import Card, card_of
from donfra_live.ui.session.state import SessionState
from donfra_live.ui.watchers import Looking, watchers, whose

# How many own sessions a page shows of each kind, and how many more at each press.
FIRST, MORE = 10, 50


def planned_fields(given: dict[str, Any]) -> dict[str, Any]:
    """What the form says of a date; the service judges it."""
    repeat, until = str(given.get("repeat") or ""), str(given.get("until") or "").replace("-", "")
    return {
        "wishes": {
            "starts_at": f"{given.get('date') or ''}T{given.get('time') or ''}",
            "duration_minutes": given.get("duration"),
            "timezone": given.get("time_zone"),
            "starts_itself": True if given.get("starts_itself") else None,
        },
        "rrule": f"{repeat};UNTIL={until}" if repeat and until else repeat,
        "description": given.get("description") or "",
    }


class LiveState(rx.State):
    """Lists and the create form's answer. no_create: why this visitor may not create, "" when he may.

    mine: his own that are not over; past: his own that are. more_*: there are more of them.
    asks: whether consent to be recorded can be asked for here.
    """

    mine: list[Card] = []
    past: list[Card] = []
    more_mine: bool = False
    more_past: bool = False
    listed: list[Card] = []
    ready: bool = False
    creating: bool = False
    refusal: str = ""
    no_create: str = ""
    sign_in_helps: bool = False
    asks: bool = True

    @rx.event
    async def load(self) -> None:
        """Runs when the page opens and again after every reconnect."""
        actor = await actor_of(self)
        session = await self.get_state(SessionState)
        session.needs_key, session.loaded = not actor.browser, True
        # what was asked for before a reconnect stays
        looking = Looking(
            handshake_of(self), whose(actor), max(FIRST, len(self.mine)), max(FIRST, len(self.past))
        )
        lists, refused = await self._show(actor, looking)
        if lists is not None:
            self.listed = [card_of(facts) for facts in lists.listed]
        self.refusal = refused.sentence if refused else ""
        why_not = services.get().sessions.why_not_create(actor)
        self.no_create = why_not.sentence if why_not else ""
        self.sign_in_helps = isinstance(why_not, NoProof)
        self.asks = services.get().space.leaves_out
        self.creating = False
        self.ready = True

    @rx.event
    async def more(self) -> None:
        """Own sessions that are over, further back."""
        await self._more(past=MORE)

    @rx.event
    async def more_coming(self) -> None:
        await self._more(coming=MORE)

    async def _more(self, coming: int = 0, past: int = 0) -> None:
        actor = await actor_of(self)
        coming, past = max(FIRST, len(self.mine)) + coming, max(FIRST, len(self.past)) + past
        await self._show(actor, Looking(handshake_of(self), whose(actor), coming, past))

    async def _show(self, actor: Actor, looking: Looking) -> tuple[SessionLists | None, DonfraError | None]:
        watchers.lists[self.router.session.client_token] = looking
        lists, refused = await attempt(
            services.get().sessions.lists(actor, coming=looking.coming, past=looking.past)
        )
        if lists is not None:
            show_own(self, lists)
        return lists, refused

    @rx.event
    async def create(self, form: dict[str, Any]) -> AsyncGenerator[Any, None]:
        self.creating, self.refusal = True, ""
        yield
        actor = await actor_of(self)
        given = form if isinstance(form, dict) else {}
        fields = {
            "title": given.get("title"),
            "owner_name": given.get("owner_name"),
            "listed": bool(given.get("listed")),
            "access": given.get("access") or "link",
            "password": given.get("password") or "",
            "lobby": bool(given.get("lobby")),
            "ask_consent": bool(given.get("ask_consent")),
        }
        if given.get("plan") == "later":
            call = services.get().scheduling.plan(actor, **planned_fields(given), **fields)
        else:
            call = services.get().sessions.create(actor, **fields)
        created, refused = await attempt(call)
        self.creating = False
        if created is None:
            self.refusal = refused.sentence if refused else ""
            return
        yield rx.redirect(f"/live/{created.facts.id}")

    @rx.event
    async def unload(self) -> None:
        watchers.lists.pop(self.router.session.client_token, None)


def show_own(state: LiveState, lists: SessionLists) -> None:
    """Only what is new goes to the browser."""
    shown = {
        "mine": [card_of(facts) for facts in lists.coming],
        "past": [card_of(facts) for facts in lists.past],
        "more_mine": lists.more_coming,
        "more_past": lists.more_past,
    }
    for name, value in shown.items():
        if getattr(state, name) != value:
            setattr(state, name, value)
