"""What the services of outgoing webhooks answer: plain, frozen data; a secret only where it is the answer."""

from dataclasses import dataclass
from datetime import datetime

from donfra_live.outgoing.rules import DeliveryState, EventKind


@dataclass(frozen=True)
class EndpointView:
    """problem: why it was disabled by itself. secret: only in the answer of `create`, "" later."""

    id: str
    url: str
    events: tuple[EventKind, ...]
    enabled: bool
    problem: str
    created_at: datetime
    waiting: int = 0
    delivered: int = 0
    failed: int = 0
    secret: str = ""


@dataclass(frozen=True)
class DeliveryView:
    """next_at: when it is tried again, None when it is not. status: 0 where there was no answer."""

    id: str
    event_id: str
    kind: EventKind
    session_id: str
    state: DeliveryState
    tries: int
    status: int
    error: str
    created_at: datetime
    last_at: datetime | None
    next_at: datetime | None
