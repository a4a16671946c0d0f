"""What /live shows and does: the two lists and creating a session."""

from collections.abc import AsyncGenerator
from typing import Any

import reflex as rx

from donfra_live.ui import services
from donfra_live.ui.actor import actor_of
from donfra_live.ui.attempt import attempt
from donfra_live.ui.cards import Card, card_of
from donfra_live.ui.session.state import SessionState
from donfra_live.ui.watchers import watchers


class LiveState(rx.State):
    """Lists and the create form's answer."""

    mine: list[Card] = []
    listed: list[Card] = []
    ready: bool = False
    creating: bool = False
    refusal: str = ""

    @rx.event
    async def load(self) -> None:
        """Runs when the page opens and again after every reconnect."""
        actor = actor_of(self)
        session = await self.get_state(SessionState)
        session.needs_key, session.loaded = not actor.browser, True
        watchers.lists[self.router.session.client_token] = actor
        lists, refused = await attempt(services.get().sessions.lists(actor))
        if lists is not None:
            self.mine = [card_of(facts) for facts in lists.mine]
            self.listed = [card_of(facts) for facts in lists.listed]
        self.refusal = refused.sentence if refused else ""
        self.creating = False
        self.ready = True

    @rx.event
    async def create(self, form: dict[str, Any]) -> AsyncGenerator[Any, None]:
        self.creating, self.refusal = True, ""
        yield
        actor = actor_of(self)
        given = form if isinstance(form, dict) else {}
        created, refused = await attempt(
            services.get().sessions.create(
                actor,
                title=given.get("title"),
                owner_name=given.get("owner_name"),
                listed=bool(given.get("listed")),
            )
        )
        self.creating = False
        if created is None:
            self.refusal = refused.sentence if refused else ""
            return
        watchers.on_mine(actor.browser)
        yield rx.redirect(f"/live/{created.facts.id}")

    @rx.event
    async def unload(self) -> None:
        watchers.lists.pop(self.router.session.client_token, None)
