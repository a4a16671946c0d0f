"""A join as it is asked for, what comes of it, and the identity it gets in LiveKit."""

import re
import secrets
from dataclasses import dataclass

from donfra_live.live_sessions.entrance import Entrance
from donfra_live.live_sessions.newcomers.newcomer import Newcomer
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Connection, LiveSession, Member


def new_identity() -> str:
    """Random, so that two people of one name never evict each other."""
    return f"p-{secrets.token_hex(16)}"


@dataclass(frozen=True)
class Admitted:
    """identity: his connection's; arrival: that it is the one he came with.

    alone: nobody else is in the room, so it may be gone. seated: it is one more of his own sessions.
    """

    session: LiveSession | Entrance
    member: Member | Newcomer
    identity: str
    key: str
    arrival: Connection | None = None
    alone: bool = False
    seated: bool = False

    @property
    def on_its_way(self) -> bool:
        """An arrival that was never connected: presence shows it as soon as it is."""
        return self.arrival is not None and self.arrival.connected_at is None


@dataclass(frozen=True)
class Request:
    """A join as asked for. session_id: also of a series. password_hash: the stored hash that the given
    password fitted, else ""."""

    actor: Actor
    session_id: str
    name: str
    identity: str
    as_host: bool
    invite: str
    password_hash: str
    api_client: bool

    @property
    def is_newcomer(self) -> bool:
        """As far as the request tells; his browser may have a seat all the same."""
        actor = self.actor
        known = actor.key or actor.bearer or actor.account
        return not (known or self.as_host or self.invite or self.identity)


def clean_identity(value: object) -> str:
    """As made by new_identity; "" for anything else."""
    return value if isinstance(value, str) and re.fullmatch(r"p-[0-9a-f]{32}", value) else ""
