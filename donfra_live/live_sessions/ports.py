"""What live sessions need from outside; livekit_gateway implements it, tests/fakes.py too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from donfra_live.live_sessions.roles import Grants, Role

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class RoomFacts:
    """A room as the media server has it; its name is the session's id."""

    name: str


@dataclass(frozen=True)
class ParticipantFacts:
    """A live connection as the media server has it. sid is new for each connection of an identity."""

    identity: str
    sid: str
    hidden: bool
    joined_at: datetime


@dataclass(frozen=True)
class MediaEvent:
    """What a webhook said. kind as LiveKit names it; identity and sid are "" where it has none."""

    id: str
    kind: str
    session_id: str
    identity: str
    sid: str
    body: str
    hidden: bool = False


class RoomGateway(Protocol):
    """Every method raises MediaServerAway when the server does not answer in time.

    A room or participant that is gone is no error: closing, removing and sending then do nothing.
    """

    async def open(self, session_id: str) -> None: ...
    async def close(self, session_id: str) -> None: ...
    async def rooms(self) -> list[RoomFacts]: ...
    async def participants(self, session_id: str) -> list[ParticipantFacts]: ...
    async def show(self, session_id: str, identity: str, name: str, role: Role, grants: Grants) -> bool:
        """Shows a hidden connection under its member's name with these grants; False: it is not connected."""
        ...

    async def remove(self, session_id: str, identity: str) -> None: ...
    async def send(self, session_id: str, identities: Sequence[str], topic: str, payload: bytes) -> None: ...


class Tokens(Protocol):
    def issue(
        self,
        session_id: str,
        identity: str,
        name: str,
        role: Role | None,
        grants: Grants,
        *,
        admin: bool = False,
    ) -> str: ...

    def identity_of(self, token: str) -> tuple[str, str] | None:
        """(session id, identity) of a token that we signed and that has not run out; else None."""
        ...

    def server_url(self, came_by: str) -> str:
        """The media server's ws:// or wss:// address for somebody who reached us at `came_by`."""
        ...


class Limits(Protocol):
    """Each raises TooManyRequests when the address, browser or member has used up its minute."""

    async def create(self, address: str, browser: str) -> None: ...
    async def join(self, address: str, browser: str) -> None: ...
    async def message(self, member_id: str) -> None: ...


class Publisher(Protocol):
    async def publish(self, session_id: str) -> None: ...
