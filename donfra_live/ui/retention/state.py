"""What the part about everything of a session shows and does. Whether somebody may is the service's word."""

import re
from collections.abc import AsyncGenerator
from typing import Any

import reflex as rx

from donfra_live.retention.views import Holdings
from donfra_live.ui import services
from donfra_live.ui.actor import actor_of
from donfra_live.ui.attempt import attempt

WORD = "delete"


def count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def in_words(held: Holdings) -> str:
    """What goes, for the question."""
    return ", ".join(
        (
            count(held.people, "person", "people") + " with when they were there",
            count(held.messages, "chat message", "chat messages"),
            count(held.files, "file", "files"),
            "invites and the log",
        )
    )


class RetentionState(rx.State):
    """asking: id of the session that is asked about, "" for none. held: what would go.

    kept: id of the session whose wish how long it is kept was just stored.
    """

    asking: str = ""
    held: str = ""
    kept: str = ""
    busy: bool = False
    refusal: str = ""

    @rx.event
    async def ask(self, session_id: str) -> None:
        held, refused = await attempt(services.get().retention.holdings(await actor_of(self), session_id))
        self.refusal = refused.sentence if refused else ""
        self.held = in_words(held) if held else ""
        self.asking = session_id if held else ""

    @rx.event
    async def keep_for(self, session_id: str, days: str) -> None:
        """days: as chosen in the list; "0" for as long as this place keeps it."""
        number = int(days) if isinstance(days, str) and re.fullmatch(r"\d{1,5}", days) else -1
        change = services.get().house.change
        _, refused = await attempt(
            change(await actor_of(self), session_id, {"keep_days": None if number == 0 else number})
        )
        self.refusal = refused.sentence if refused else ""
        self.kept = session_id if refused is None else ""

    @rx.event
    async def keep(self) -> None:
        self.asking, self.refusal = "", ""

    @rx.event
    async def delete(self, session_id: str, form: dict[str, Any]) -> AsyncGenerator[Any, None]:
        word = form.get("word") if isinstance(form, dict) else ""
        if not isinstance(word, str) or word.strip().lower() != WORD:
            self.refusal = f"Type the word {WORD} to go on."
            return
        self.busy, self.refusal = True, ""
        yield
        _, refused = await attempt(services.get().retention.delete(await actor_of(self), session_id))
        self.busy, self.refusal = False, refused.sentence if refused else ""
        if refused is None:
            self.asking = ""
            yield rx.redirect("/live")
