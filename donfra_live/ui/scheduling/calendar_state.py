"""The account's private calendar address: made, renewed, ended. Never kept here, only put into its field."""

from typing import Any

import reflex as rx

from donfra_live.ui import services
from donfra_live.ui.actor import actor_of
from donfra_live.ui.attempt import attempt

FIELD = "calendar-address"


class CalendarState(rx.State):
    """exists: there is an address. made: a new one stands in its field in the browser.

    asking: what one is asked about before it is done: "renew", "end", or "" for nothing.
    """

    exists: bool = False
    made: bool = False
    asking: str = ""
    refusal: str = ""

    @rx.event
    async def load(self) -> None:
        """Runs when the page opens and again after every reconnect."""
        self.made, self.asking, self.refusal = False, "", ""
        await self._show()

    @rx.event
    async def ask(self, what: str) -> None:
        self.asking = what if what in ("renew", "end") else ""

    @rx.event
    async def make(self) -> Any:
        """An older address ends."""
        address, refused = await attempt(services.get().scheduling.calendars.make_feed(await actor_of(self)))
        self.made, self.asking, self.refusal = address is not None, "", refused.sentence if refused else ""
        await self._show()
        return rx.set_value(FIELD, address) if address else None

    @rx.event
    async def drop(self) -> None:
        _, refused = await attempt(services.get().scheduling.calendars.drop_feed(await actor_of(self)))
        self.made, self.asking, self.refusal = False, "", refused.sentence if refused else ""
        await self._show()

    async def _show(self) -> None:
        exists, _ = await attempt(services.get().scheduling.calendars.has_feed(await actor_of(self)))
        self.exists = bool(exists)
