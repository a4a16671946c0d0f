"""In-memory stand-ins for the ports; the real ones are used wherever a real server runs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from donfra_live.errors import MediaServerAway
from donfra_live.live_sessions.ports import ParticipantFacts, RoomFacts
from donfra_live.live_sessions.roles import Grants, Role


class FixedClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_seconds(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class FakeRooms:
    """away: every call fails as a stopped server would. connected: identities a test put into rooms."""

    clock: FixedClock
    away: bool = False
    open_rooms: set[str] = field(default_factory=set)
    connected: dict[str, dict[str, ParticipantFacts]] = field(default_factory=dict)
    shown: list[tuple[str, str, Role, Grants]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    sent: list[tuple[tuple[str, ...], str, dict[str, object]]] = field(default_factory=list)

    def connect(self, session_id: str, identity: str, *, hidden: bool = False) -> ParticipantFacts:
        facts = ParticipantFacts(identity, f"PA_{identity[-8:]}", hidden, self.clock())
        self.connected.setdefault(session_id, {})[identity] = facts
        return facts

    def _answer(self) -> None:
        if self.away:
            raise MediaServerAway

    async def open(self, session_id: str) -> None:
        self._answer()
        self.open_rooms.add(session_id)

    async def close(self, session_id: str) -> None:
        self._answer()
        self.open_rooms.discard(session_id)
        self.connected.pop(session_id, None)

    async def rooms(self) -> list[RoomFacts]:
        self._answer()
        return [RoomFacts(name) for name in sorted(self.open_rooms)]

    async def participants(self, session_id: str) -> list[ParticipantFacts]:
        self._answer()
        return list(self.connected.get(session_id, {}).values())

    async def show(self, session_id: str, identity: str, name: str, role: Role, grants: Grants) -> bool:
        self._answer()
        if identity not in self.connected.get(session_id, {}):
            return False
        self.connect(session_id, identity, hidden=grants.hidden)
        self.shown.append((identity, name, role, grants))
        return True

    async def remove(self, session_id: str, identity: str) -> None:
        self._answer()
        self.connected.get(session_id, {}).pop(identity, None)
        self.removed.append(identity)

    async def send(self, session_id: str, identities: Sequence[str], topic: str, payload: bytes) -> None:
        self._answer()
        self.sent.append((tuple(identities), topic, json.loads(payload)))


class FakeTokens:
    """Tokens that can be read back: session|identity|name|role|grants|admin."""

    def issue(
        self,
        session_id: str,
        identity: str,
        name: str,
        role: Role | None,
        grants: Grants,
        *,
        admin: bool = False,
    ) -> str:
        publish = "publish" if grants.can_publish else "watch"
        return "|".join([session_id, identity, name, role or "none", publish, "admin" if admin else "plain"])

    def identity_of(self, token: str) -> tuple[str, str] | None:
        parts = token.split("|")
        return (parts[0], parts[1]) if len(parts) == 6 else None

    def server_url(self, came_by: str) -> str:
        return "ws://127.0.0.1:7880"


class NoLimits:
    async def create(self, address: str, browser: str) -> None:
        return None

    async def join(self, address: str, browser: str) -> None:
        return None

    async def message(self, member_id: str) -> None:
        return None


class RecordedUpdates:
    def __init__(self) -> None:
        self.published: list[str] = []

    async def publish(self, session_id: str) -> None:
        self.published.append(session_id)
