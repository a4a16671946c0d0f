"""What live sessions need from outside; livekit_gateway implements it, tests/fakes.py too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from donfra_live.live_sessions.projection import Projection
from donfra_live.live_sessions.views import MediaPorts

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class RoomFacts:
    """A room as the media server has it; its name is the session's id.

    people: how many are in it, hidden ones too, up to some seconds ago.
    """

    name: str
    people: int


@dataclass(frozen=True)
class ParticipantFacts:
    """A live connection as the media server has it. sid is new for each connection of an identity.

    misfit: it sends a picture under the name of a sound, or the other way round. sending: sources that others
    get from it now, not muted.
    """

    identity: str
    sid: str
    hidden: bool
    joined_at: datetime
    sources: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    can_subscribe: bool = True
    can_publish_data: bool = True
    misfit: bool = False
    sending: tuple[str, ...] = ()


@dataclass(frozen=True)
class MediaEvent:
    """What a webhook said. kind as LiveKit names it; identity and sid are "" where it has none.

    misfit: of a track that was published, see ParticipantFacts. happened_at: by the media server's clock, in
    whole seconds. joined_at: since when its participant has been connected. None where it does not say.
    """

    id: str
    kind: str
    session_id: str
    identity: str
    sid: str
    body: str
    hidden: bool = False
    misfit: bool = False
    happened_at: datetime | None = None
    joined_at: datetime | None = None


class RoomGateway(Protocol):
    """Every method raises MediaServerAway when the server does not answer in time.

    A room or participant that is gone is no error: closing, removing and sending then do nothing.
    """

    async def open(self, session_id: str) -> None: ...
    async def close(self, session_id: str) -> None: ...
    async def rooms(self) -> list[RoomFacts]: ...
    async def participants(self, session_id: str) -> list[ParticipantFacts]: ...
    async def show(self, session_id: str, identity: str, projection: Projection) -> bool:
        """Makes a connection what its member is, without a reconnect; False: it is not connected."""
        ...

    async def mute(self, session_id: str, identity: str, source: str) -> bool:
        """Mutes the tracks of this source, for everybody; False: there are none."""
        ...

    async def remove(self, session_id: str, identity: str) -> None: ...
    async def send(self, session_id: str, identities: Sequence[str], topic: str, payload: bytes) -> None: ...


class Tokens(Protocol):
    def issue(
        self, session_id: str, identity: str, projection: Projection, *, admin: bool = False
    ) -> str: ...

    def identity_of(self, token: str) -> tuple[str, str] | None:
        """(session id, identity) of a token that we signed and that has not run out; else None."""
        ...

    def server_url(self, came_by: str) -> str:
        """The media server's ws:// or wss:// address for somebody who reached us at `came_by`."""
        ...

    def media_ports(self) -> MediaPorts:
        """The ports that a firewall must let through."""
        ...


class Limits(Protocol):
    """Each raises TooManyRequests when the address, browser, member or connection has used up its minute."""

    async def create(self, address: str, browser: str) -> None: ...
    async def join(self, address: str, browser: str) -> None: ...
    async def message(self, member_id: str, address: str, browser: str) -> None: ...
    async def reaction(self, member_id: str) -> None: ...
    async def hand(self, member_id: str) -> None: ...
    async def report(self, connection_id: str) -> None: ...
    async def password(self, session_id: str, address: str) -> None: ...


class Publisher(Protocol):
    """A session has changed; the list of somebody's own sessions; what hosts read of one that is over."""

    async def publish(self, session_id: str) -> None: ...
    async def publish_own(self, *whose: str) -> None: ...
    async def publish_past(self, session_id: str) -> None: ...
    async def publish_everything(self) -> None: ...


class Passwords(Protocol):
    """Slow hashes of sessions' passwords, made and compared away from the event loop."""

    async def hash(self, password: str) -> str: ...
    async def fits(self, password: str, hashed: str) -> bool: ...


@dataclass(frozen=True)
class Ports:
    """Everything outside that services of sessions use, in one piece."""

    rooms: RoomGateway
    tokens: Tokens
    limits: Limits
    updates: Publisher
    passwords: Passwords
    clock: Clock
