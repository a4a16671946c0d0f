"""What services answer: plain, frozen data that pages and REST may show. No tables, no secrets but
those that are the answer itself (tokens and keys handed out once)."""

from dataclasses import dataclass
from datetime import datetime

from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.rules import Access, ChatMode, SessionStatus


@dataclass(frozen=True)
class Actor:
    """Who is asking, as far as he can prove it.

    browser: hash of the browser key, "" without one. address: his network address, for limits.
    came_by: scheme://host[:port] he used to reach us, "" when unknown. to_share: for links he gives on.
    bearer: a LiveKit token of ours, or a key; key: a member_key or host_key; both as given, unchecked.
    account: id of the account he is signed in with, looked up for this one request; "" without one.
    login: id of the login that proved it; "" without one, or by an API token.
    watch: secret of a link to a recording, as given, unchecked.
    """

    browser: str = ""
    address: str = ""
    came_by: str = ""
    to_share: str = ""
    bearer: str = ""
    key: str = ""
    account: str = ""
    is_admin: bool = False
    login: str = ""
    watch: str = ""


@dataclass(frozen=True)
class Planned:
    """A session's date, in UTC. time_zone: in which it was planned. status: scheduled, or open already."""

    status: SessionStatus
    opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    starts_itself: bool = False

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True)
class SeriesFacts:
    """What anybody with the link may know. first_at: start of the first date. exceptions: days left out.

    current: the session on air, else the next one, else the last. coming: sessions of its next dates.
    """

    id: str
    title: str
    owner_name: str
    description: str
    first_at: datetime
    minutes: int
    time_zone: str
    rule: str
    exceptions: tuple[str, ...]
    ask_consent: bool
    cancelled: bool
    current: "SessionFacts | None"
    coming: tuple["SessionFacts", ...]


@dataclass(frozen=True)
class SessionFacts:
    """What anybody with the link may know. people: members in the room now."""

    id: str
    title: str
    owner_name: str
    status: SessionStatus
    listed: bool
    created_at: datetime
    live_at: datetime | None
    ended_at: datetime | None
    people: int = 0
    access: Access = Access.LINK
    has_password: bool = False
    lobby: bool = False
    chat: ChatMode = ChatMode.EVERYONE
    slow_mode_seconds: int = 0
    description: str = ""
    opens_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_zone: str = ""
    starts_itself: bool = False
    series_id: str = ""
    keep_days: int | None = None
    recording: bool = False
    ask_consent: bool = False

    @property
    def is_open(self) -> bool:
        """Anybody with the link comes in at once."""
        return self.access == Access.LINK and not self.has_password and not self.lobby


@dataclass(frozen=True)
class SessionOver:
    """A session that has just ended."""

    id: str
    ended_at: datetime


@dataclass(frozen=True)
class SessionLists:
    """coming: the asker's own that are not over, the next first; past: those that are, the latest first.

    more_*: there are more of them. listed: public ones that are not over.
    """

    coming: tuple[SessionFacts, ...]
    past: tuple[SessionFacts, ...]
    listed: tuple[SessionFacts, ...]
    more_coming: bool = False
    more_past: bool = False

    @property
    def mine(self) -> tuple[SessionFacts, ...]:
        return self.coming + self.past


@dataclass(frozen=True)
class Created:
    """host_key: proof of host for REST and for host_url; shown once."""

    facts: SessionFacts
    member_id: str
    host_key: str


@dataclass(frozen=True)
class Seat:
    """The asker's place in a session; name and role as stored."""

    session_id: str
    member_id: str
    name: str
    role: Role


@dataclass(frozen=True)
class Arrival:
    """A hidden connection, seen by nobody: for the time before Join (no media, no data), or an observer's."""

    session_id: str
    identity: str
    token: str
    server_url: str


@dataclass(frozen=True)
class MediaPorts:
    """Where sound and picture go through; 0: not used, both 0: only the media server knows."""

    udp: int = 0
    tcp: int = 0


@dataclass(frozen=True)
class Joined:
    """A member admitted. token: "" when `identity` is an arrival, shown now or once it is connected."""

    session_id: str
    session_title: str
    identity: str
    token: str
    server_url: str
    member_id: str
    member_key: str
    name: str
    role: Role
    can_publish: bool
    can_subscribe: bool
    can_end: bool
    media_ports: MediaPorts = MediaPorts()


@dataclass(frozen=True)
class Waiting:
    """In the lobby. key: proof of being this person, handed out once; "" when he was here before."""

    session_id: str
    waiting_id: str
    key: str
    name: str


@dataclass(frozen=True)
class Message:
    """A chat message as stored; number counts from 1 within its session. A deleted one has no text."""

    id: str
    session_id: str
    number: int
    member_id: str
    author_name: str
    text: str
    sent_at: datetime
    client_id: str
    deleted: bool = False
