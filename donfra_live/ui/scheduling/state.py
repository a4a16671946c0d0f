"""A series' link leads to its current or next date."""

from typing import Any

import reflex as rx

from donfra_live.ui import services
from donfra_live.ui.attempt import attempt


class SeriesState(rx.State):
    """problem: why it leads nowhere, "" while it does."""

    problem: str = ""

    @rx.event
    async def load(self) -> Any:
        """Runs when the page opens and again after every reconnect."""
        facts, refused = await attempt(services.get().scheduling.series.facts(self.series_id))
        if facts is not None and facts.current is not None:
            self.problem = ""
            return rx.redirect(f"/live/{facts.current.id}", replace=True)
        self.problem = refused.sentence if refused else "This series has no date."
        return None
