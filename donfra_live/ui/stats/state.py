"""The server's side of the figures: what the stats service answers, in plain values for the browser.

What is asked for, and the zone that makes its days, is said by the page at each call; who asks, by the
browser's cookie. What he may see is the service's word.
"""

from collections.abc import Awaitable
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, TypedDict

import reflex as rx

from donfra_live.errors import DonfraError, NoProof, NotAllowed, TooManyRequests
from donfra_live.live_sessions.views import Actor
from donfra_live.ui import services
from donfra_live.ui.actor import actor_by, actor_of, handshake_of
from donfra_live.ui.attempt import attempt
from donfra_live.ui.watchers import Reading, watchers

NOT_YOURS = "These figures are for hosts and co-hosts, and you are neither here."


class Figures(TypedDict):
    """asked: what this is the answer to, "" before the first. found: empty where there is a problem.

    sign_in_helps, again_helps: what the asker can do about the problem.
    """

    asked: str
    problem: str
    sign_in_helps: bool
    again_helps: bool
    found: dict[str, Any]


NOTHING = Figures(asked="", problem="", sign_in_helps=False, again_helps=False, found={})


def plain(view: Any) -> Any:
    """A service's view in values that JSON knows; dates and times in ISO 8601."""
    if is_dataclass(view):
        return {f.name: plain(getattr(view, f.name)) for f in fields(view)}
    if isinstance(view, tuple):
        return [plain(one) for one in view]
    return view.isoformat() if isinstance(view, date) else view


async def figures_of(asked: str, actor: Actor, call: Awaitable[Any], *, not_yours: str = "") -> Figures:
    """not_yours: said instead to who has no right to them: joining, say, would give him none."""
    found, refused = await attempt(call)
    sentence = refused.sentence if refused else ""
    return Figures(
        asked=asked[:80],
        problem=not_yours or sentence if type(refused) in (NoProof, NotAllowed) else sentence,
        sign_in_helps=isinstance(refused, NoProof) and not actor.account,
        again_helps=refused is not None and is_passing(refused),
        found=plain(found) if found else {},
    )


def is_passing(refused: DonfraError) -> bool:
    """Whether the same may be answered another way in a moment."""
    return refused.status_code >= 500 or isinstance(refused, TooManyRequests)


async def session_figures(reading: Reading, session_id: object) -> Figures:
    """session_id: as the page gave it."""
    actor = await actor_by(reading.shake)
    call = services.get().stats.of_session(actor, session_id)
    return await figures_of(str(session_id), actor, call, not_yours=NOT_YOURS)


class StatsState(rx.State):
    """What this tab shows: sessions of a period, one session, a series, and who of it was there when."""

    period: Figures = NOTHING
    session: Figures = NOTHING
    series: Figures = NOTHING
    people: Figures = NOTHING

    @rx.event
    async def load_period(self, days: int, zone: str, all_sessions: bool) -> None:
        """all_sessions: of the whole place, for admins; else the asker's own."""
        actor = await actor_of(self)
        call = services.get().stats.of_period(actor, days, zone, all_sessions)
        self.period = await figures_of(f"{days} {'all' if all_sessions else 'own'}", actor, call)

    @rx.event
    async def load_session(self, session_id: str) -> None:
        reading = Reading(handshake_of(self), str(session_id)[:80], sees_people=True)
        watchers.figures[self.router.session.client_token] = reading  # told of what comes later
        self.session = await session_figures(reading, session_id)

    @rx.event
    async def load_series(self, series_id: str) -> None:
        actor = await actor_of(self)
        call = services.get().stats.of_series(actor, series_id)
        self.series = await figures_of(str(series_id), actor, call, not_yours=NOT_YOURS)

    @rx.event
    async def load_people(self, series_id: str) -> None:
        actor = await actor_of(self)
        call = services.get().attendance.of_series(actor, series_id)
        self.people = await figures_of(str(series_id), actor, call, not_yours=NOT_YOURS)
