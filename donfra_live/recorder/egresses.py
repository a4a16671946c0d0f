"""What we need of LiveKit Egress, and what it says of its runs; livekit_gateway/egress.py speaks with it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from donfra_live.errors import MediaServerAway


class EgressState(StrEnum):
    """starting: it waits for something to record. ending: its file is being finished."""

    STARTING = "starting"
    ACTIVE = "active"
    ENDING = "ending"
    COMPLETE = "complete"
    FAILED = "failed"
    ABORTED = "aborted"
    LIMIT_REACHED = "limit reached"


RUNS = frozenset({EgressState.STARTING, EgressState.ACTIVE})
ILL = frozenset({EgressState.FAILED, EgressState.ABORTED})


@dataclass(frozen=True)
class EgressFacts:
    """started: when the file begins, in seconds since 1970; 0 before that. seconds: of a finished file."""

    id: str
    state: EgressState
    started: float = 0.0
    seconds: float = 0.0
    error: str = ""


class NoAnswer(MediaServerAway):
    """To a start: it may come all the same."""


class Egresses(Protocol):
    """file: an absolute path as Egress sees it. All raise MediaServerAway."""

    async def start(self, session_id: str, file: str, *, grid: bool, audio_only: bool) -> str:
        """Its id. Raises NoAnswer; NotFound when the room is not there."""
        ...

    async def stop(self, egress_id: str) -> None:
        """One that is over, or that nobody knows, is no error."""
        ...

    async def facts(self, egress_id: str) -> EgressFacts | None: ...
    async def find(self, session_id: str, file: str) -> EgressFacts | None:
        """By the file that it was told to write: when the answer to its start was lost."""
        ...

    async def is_in_room(self, session_id: str, egress_id: str) -> bool: ...
    async def has_room(self, session_id: str) -> bool: ...
