"""The states of a session and what may follow what; pure. Nothing else decides that."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, TypeVar

from donfra_live.errors import DonfraError, SessionCancelled, SessionEnded


class SessionStatus(StrEnum):
    """scheduled: has a date and nobody comes in yet; open: people may wait at the door; live: on air.

    ended, cancelled: for good; a cancelled one never was on air.
    """

    SCHEDULED = "scheduled"
    OPEN = "open"
    LIVE = "live"
    ENDED = "ended"
    CANCELLED = "cancelled"


TRANSITIONS: dict[SessionStatus, frozenset[SessionStatus]] = {
    # A host may begin before the door opens.
    SessionStatus.SCHEDULED: frozenset({SessionStatus.OPEN, SessionStatus.LIVE, SessionStatus.CANCELLED}),
    # Put off to a later date, an open one is scheduled again.
    SessionStatus.OPEN: frozenset(
        {SessionStatus.SCHEDULED, SessionStatus.LIVE, SessionStatus.ENDED, SessionStatus.CANCELLED}
    ),
    SessionStatus.LIVE: frozenset({SessionStatus.ENDED}),
    SessionStatus.ENDED: frozenset(),
    SessionStatus.CANCELLED: frozenset(),
}
OVER = frozenset(status for status, following in TRANSITIONS.items() if not following)
COMING = frozenset({SessionStatus.SCHEDULED, SessionStatus.OPEN})


def may_become(status: SessionStatus | str, new: SessionStatus) -> bool:
    return new in TRANSITIONS[SessionStatus(status)]


def why_over(status: SessionStatus | str) -> DonfraError | None:
    """What somebody is told who comes too late; None for a session that is not over."""
    return {SessionStatus.ENDED: SessionEnded(), SessionStatus.CANCELLED: SessionCancelled()}.get(
        SessionStatus(status)
    )


class HasStatus(Protocol):
    status: SessionStatus


Date = TypeVar("Date", bound=HasStatus)


def current_of(dates: Sequence[Date]) -> Date | None:
    """Of a series, by date: the one on air, else the next, else the last that was not called off."""
    for wanted in ({SessionStatus.LIVE}, COMING):
        if found := next((d for d in dates if d.status in wanted), None):
            return found
    held = [d for d in dates if d.status != SessionStatus.CANCELLED] or dates
    return held[-1] if held else None
