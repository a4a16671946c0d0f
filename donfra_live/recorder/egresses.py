"""What we need of LiveKit Egress, and what it says of its runs; livekit_gateway/egress.py speaks with it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from donfra_live.errors import MediaServerAway


class EgressState(StrEnum):
    """starting: it waits for something to record. ending: its last piece is being finished."""

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
    """started: when its first piece begins, in seconds since 1970; 0 before that."""

    id: str
    state: EgressState
    started: float = 0.0
    error: str = ""


class NoAnswer(MediaServerAway):
    """To a start: it may come all the same."""


class Egresses(Protocol):
    """playlist: the list of pieces, an absolute path as Egress sees it. All raise MediaServerAway."""

    async def start(self, session_id: str, playlist: str, *, grid: bool, audio_only: bool) -> str:
        """Its id. Raises NoAnswer; NotFound when the room is not there."""
        ...

    async def stop(self, egress_id: str) -> None:
        """One that is over, or that nobody knows, is no error."""
        ...

    async def facts(self, egress_id: str) -> EgressFacts | None: ...
    async def find(self, session_id: str, playlist: str) -> EgressFacts | None:
        """By what it was told to write: when the answer to its start was lost."""
        ...

    async def is_in_room(self, session_id: str, egress_id: str) -> bool: ...
    async def has_room(self, session_id: str) -> bool: ...
