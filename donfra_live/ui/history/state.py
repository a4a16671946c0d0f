"""The server's side of a session's page after its end: what this person may see of it, in plain values.

Which session is said by the page at each call; whose it is, by the browser's cookie.
"""

from typing import Any, TypedDict

import reflex as rx

from donfra_live.attendance.export import ROLES, WORDS
from donfra_live.attendance.views import Attendee, History, Line
from donfra_live.moderation.service import Act
from donfra_live.ui import services
from donfra_live.ui.actor import actor_of
from donfra_live.ui.attempt import attempt

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
    """What the page shows of the session that is over."""

    history: View = NOTHING

    @rx.event
    async def load(self, session_id: str) -> None:
        """The page opens, a roster has come, or the app was started again."""
        await self._show(session_id, "", PAGE)

    @rx.event
    async def search(self, session_id: str, words: str) -> None:
        await self._show(session_id, words, PAGE)

    @rx.event
    async def more(self, session_id: str) -> None:
        """Older messages, above those shown."""
        await self._show(session_id, self.history["words"], len(self.history["lines"]) + PAGE)

    async def _show(self, session_id: object, words: object, lines: int) -> None:
        actor = await actor_of(self)
        found, refused = await attempt(
            services.get().history.of(actor, session_id, search=words, lines=lines)
        )
        if found is None:
            sentence = refused.sentence if refused else ""
            # what another session's page left in this tab is not this one's
            known = self.history if self.history["session_id"] == session_id else NOTHING
            self.history = View(**{**known, "session_id": str(session_id)[:80], "problem": sentence})
            return
        self.history = view_of(str(session_id), found, str(words))
