"""In-memory stand-ins for the ports; the real ones are used wherever a real server runs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from donfra_live.accounts.ports import Identity
from donfra_live.errors import DonfraError, MediaServerAway, NotFound
from donfra_live.live_sessions.ports import ParticipantFacts, RoomFacts
from donfra_live.live_sessions.projection import Projection
from donfra_live.live_sessions.views import MediaPorts
from donfra_live.recordings.ports import RecordingFacts, RecordingJob
from donfra_live.recordings.rules import RecordingStatus


class FixedClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_seconds(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class FakeRooms:
    """away: every call fails as a stopped server would. connected: identities a test put into rooms.

    missed: identities that were to be shown and were not there.
    """

    clock: FixedClock
    away: bool = False
    open_rooms: set[str] = field(default_factory=set)
    connected: dict[str, dict[str, ParticipantFacts]] = field(default_factory=dict)
    shown: list[tuple[str, Projection]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    muted: list[tuple[str, str]] = field(default_factory=list)
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
        return [RoomFacts(name, len(self.connected.get(name, {}))) for name in sorted(self.open_rooms)]

    async def participants(self, session_id: str) -> list[ParticipantFacts]:
        self._answer()
        return list(self.connected.get(session_id, {}).values())

    async def show(self, session_id: str, identity: str, projection: Projection) -> bool:
        self._answer()
        if identity not in self.connected.get(session_id, {}):
            self.missed.append(identity)
            return False
        self.connect(session_id, identity, hidden=projection.grants.hidden)
        facts = self.connected[session_id][identity]
        grants = projection.grants
        self.connected[session_id][identity] = replace(
            facts,
            sources=grants.sources,
            attributes=dict(projection.attributes),
            can_subscribe=grants.can_subscribe,
            can_publish_data=grants.can_publish_data,
        )
        self.shown.append((identity, projection))
        return True

    async def mute(self, session_id: str, identity: str, source: str) -> bool:
        self._answer()
        self.muted.append((identity, source))
        return identity in self.connected.get(session_id, {})

    async def remove(self, session_id: str, identity: str) -> None:
        self._answer()
        self.connected.get(session_id, {}).pop(identity, None)
        self.removed.append(identity)

    async def send(self, session_id: str, identities: Sequence[str], topic: str, payload: bytes) -> None:
        self._answer()
        self.sent.append((tuple(identities), topic, json.loads(payload)))


class FakeTokens:
    """Tokens that can be read back: session|identity|name|role|grants|admin. issued: by identity."""

    def __init__(self) -> None:
        self.issued: dict[str, Projection] = {}

    def issue(self, session_id: str, identity: str, projection: Projection, *, admin: bool = False) -> str:
        self.issued[identity] = projection
        publish = "publish" if projection.grants.can_publish else "watch"
        role = projection.attributes.get("role", "none")
        return "|".join([session_id, identity, projection.name, role, publish, "admin" if admin else "plain"])

    def identity_of(self, token: str) -> tuple[str, str] | None:
        parts = token.split("|")
        return (parts[0], parts[1]) if len(parts) == 6 else None

    def server_url(self, came_by: str) -> str:
        return "ws://127.0.0.1:7880"

    def media_ports(self) -> MediaPorts:
        return MediaPorts(udp=7882, tcp=7881)


class NoLimits:
    async def create(self, address: str, browser: str) -> None:
        return None

    async def join(self, address: str, browser: str) -> None:
        return None

    async def message(self, member_id: str, address: str, browser: str) -> None:
        return None

    async def reaction(self, member_id: str) -> None:
        return None

    async def hand(self, member_id: str) -> None:
        return None

    async def report(self, connection_id: str) -> None:
        return None

    async def password(self, session_id: str, address: str) -> None:
        return None

    async def sign_up(self, address: str) -> None:
        return None

    async def credentials(self, address: str, account: str) -> None:
        return None


class PlainPasswords:
    """Quick stand-in: the slow hashes are tried in tests of their own."""

    async def hash(self, password: str) -> str:
        return f"plain:{password}"

    async def fits(self, password: str, hashed: str) -> bool:
        return hashed == f"plain:{password}"


@dataclass
class RecordedMail:
    """sent: (to, subject, text)."""

    is_on: bool = True
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    async def send(self, to: str, subject: str, text: str) -> None:
        self.sent.append((to, subject, text))


@dataclass
class FakeProvider:
    """Says of everybody what the test put into `knows`; the real protocol is tested in test_oidc.py."""

    name: str = "Example ID"
    knows: Identity = field(
        default_factory=lambda: Identity("https://id.example", "1", "ada@example.org", True, "Ada")
    )
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    async def address(self, state: str, nonce: str, verifier: str, back_to: str) -> str:
        self.asked.append((state, nonce, verifier))
        return f"https://id.example/authorize?state={state}"

    async def identity(self, code: str, nonce: str, verifier: str, back_to: str) -> Identity:
        assert (nonce, verifier) == self.asked[-1][1:], "each way back needs its own nonce and verifier"
        return self.knows


class RecordedUpdates:
    def __init__(self) -> None:
        self.published: list[str] = []
        self.own: list[str] = []
        self.past: list[str] = []

    async def publish(self, session_id: str) -> None:
        self.published.append(session_id)

    async def publish_own(self, *whose: str) -> None:
        self.own += filter(None, whose)

    async def publish_past(self, session_id: str) -> None:
        self.past.append(session_id)

    async def publish_everything(self) -> None:
        self.published.append("")


@dataclass
class FakeRecorder:
    """refusal: raised by the next start. known: how each recording is, by its id; tests change that."""

    folder: Path
    leaves_out: bool = True
    separates: bool = True
    refusal: DonfraError | None = None
    known: dict[str, RecordingFacts] = field(default_factory=dict)
    jobs: list[RecordingJob] = field(default_factory=list)

    async def start(self, job: RecordingJob) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.jobs.append(job)
        self.known[job.recording_id] = RecordingFacts(RecordingStatus.STARTING)

    def becomes(self, recording_id: str, status: RecordingStatus, **more: object) -> None:
        self.known[recording_id] = replace(self.known[recording_id], status=status, **more)  # type: ignore[arg-type]

    def is_ready(self, session_id: str, recording_id: str, content: bytes) -> None:
        folder = self.folder / session_id / recording_id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "recording.mp4").write_bytes(content)
        self.becomes(
            recording_id, RecordingStatus.READY, file="recording.mp4", bytes=len(content), seconds=2.5
        )

    async def pause(self, session_id: str, recording_id: str) -> None:
        self.becomes(recording_id, RecordingStatus.PAUSED)

    async def resume(self, session_id: str, recording_id: str) -> None:
        self.becomes(recording_id, RecordingStatus.RECORDING)

    async def stop(self, session_id: str, recording_id: str) -> None:
        self.becomes(recording_id, RecordingStatus.FINISHING)

    async def facts(self, session_id: str, recording_id: str) -> RecordingFacts:
        if recording_id not in self.known:
            raise NotFound
        return self.known[recording_id]

    async def watch(self) -> bool:
        return bool(self.known)
