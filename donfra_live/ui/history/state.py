"""The server's side of a session's page after its end: what this person may see of it, in plain values.

Which session is said by the page at each call; whose it is, by the browser's cookie.
"""

from dataclasses import replace
from typing import Any, TypedDict

import reflex as rx

from donfra_live.attendance.export import ROLES, WORDS
from donfra_live.attendance.views import Attendee, History, Line
from donfra_live.errors import DonfraError, NotFound
from donfra_live.moderation.service import Act
from donfra_live.ui import services
from donfra_live.ui.actor import actor_by, handshake_of
from donfra_live.ui.attempt import attempt
from donfra_live.ui.watchers import Reading, watchers

PAGE = 200


class View(TypedDict):
    """session_id: "" before anything is known. sees_*: what there is for this person, be it empty."""

    session_id: str
    problem: str
    start: str
    end: str
    series_id: str
    sees_people: bool
    has_roster: bool
    people: list[dict[str, Any]]
    sees_chat: bool
    words: str
    messages: int
    found: int
    lines: list[dict[str, Any]]
    sees_acts: bool
    acts: list[dict[str, str]]


NOTHING = View(
    session_id="",
    problem="",
    start="",
    end="",
    series_id="",
    sees_people=False,
    has_roster=False,
    people=[],
    sees_chat=False,
    words="",
    messages=0,
    found=0,
    lines=[],
    sees_acts=False,
    acts=[],
)


def _person(one: Attendee) -> dict[str, Any]:
    return {
        "name": one.name,
        "email": one.email,
        "role": ROLES[one.role] if one.role else "",
        "first_in": one.first_in.isoformat() if one.first_in else "",
        "last_out": one.last_out.isoformat() if one.last_out else "",
        "seconds": one.seconds_present,
        "reconnects": one.reconnects,
        "status": one.status.value,
        "word": WORDS[one.status],
        "expected": one.expected,
    }


def _line(line: Line) -> dict[str, Any]:
    message = line.message
    return {
        "number": message.number,
        "at": message.sent_at.isoformat(),
        "author": message.author_name,
        "deleted": message.deleted,
        "pieces": [{"text": piece.text, "href": piece.href} for piece in line.pieces],
    }


def _act(act: Act) -> dict[str, str]:
    return {
        "at": act.at.isoformat(),
        "who": act.actor_name,
        "act": act.act,
        "target": act.target_name,
        "detail": act.detail,
    }


def view_of(session_id: str, history: History, words: str) -> View:
    report = history.report
    return View(
        session_id=session_id,
        problem="",
        start=history.start.isoformat() if history.start else "",
        end=history.end.isoformat() if history.end else "",
        series_id=history.series_id,
        sees_people=report is not None,
        has_roster=report is not None and report.has_roster,
        people=[_person(one) for one in report.people] if report else [],
        sees_chat=history.lines is not None,
        words=words,
        messages=history.messages,
        found=history.found,
        lines=[_line(line) for line in history.lines or ()],
        sees_acts=history.acts is not None,
        acts=[_act(act) for act in history.acts or ()],
    )


class HistoryState(rx.State):
    """What the page shows of the session that is over. news: how often it was told of a change."""

    history: View = NOTHING
    news: int = 0

    @rx.event
    async def load(self, session_id: str) -> None:
        """The page opens, or the app was started again."""
        await self._show(session_id, "", PAGE)

    @rx.event
    async def search(self, session_id: str, words: str) -> None:
        await self._show(session_id, words, PAGE)

    @rx.event
    async def more(self, session_id: str) -> None:
        """Older messages, above those shown."""
        await self._show(session_id, self.history["words"], len(self.history["lines"]) + PAGE)

    async def _show(self, session_id: object, words: object, lines: int) -> None:
        sid, token = str(session_id)[:80], self.router.session.client_token
        reading = Reading(handshake_of(self), sid, words, lines)
        watchers.histories[token] = reading  # before it is read, so that no change is missed
        found, refused = await _ask(reading, session_id)
        if found is None:
            sentence = refused.sentence if refused else ""
            # what another session's page left in this tab is not this one's
            known = self.history if self.history["session_id"] == session_id else NOTHING
            self.history = View(**{**known, "session_id": sid, "problem": sentence})
            return
        self.history = view_of(sid, found, str(words))
        watchers.histories[token] = replace(reading, sees_people=self.history["sees_people"])


async def _ask(reading: Reading, session_id: object) -> tuple[History | None, DonfraError | None]:
    actor = await actor_by(reading.shake)
    call = services.get().history.of(actor, session_id, search=reading.words, lines=reading.lines)
    return await attempt(call)


async def read_again(reading: Reading) -> View | None:
    """What that page would show now; None: what it shows stays."""
    found, refused = await _ask(reading, reading.session_id)
    if found is None:
        return NOTHING if isinstance(refused, NotFound) else None
    return view_of(reading.session_id, found, str(reading.words))
