"""What services answer: plain, frozen data that pages and REST may show. No tables, no secrets but
those that are the answer itself (tokens and keys handed out once)."""

from dataclasses import dataclass
from datetime import datetime

from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.rules import SessionStatus


@dataclass(frozen=True)
class Actor:
    """Who is asking, as far as he can prove it.

    browser: hash of the browser key, "" without one. address: his network address, for limits.
    came_by: scheme://host[:port] he used to reach us, "" when unknown.
    bearer: a LiveKit token of ours; key: a member_key or host_key; both as given, unchecked.
    """

    browser: str = ""
    address: str = ""
    came_by: str = ""
    bearer: str = ""
    key: str = ""


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


@dataclass(frozen=True)
class SessionLists:
    """mine: the asker's own, newest first, ended ones too. listed: public ones that are not ended."""

    mine: tuple[SessionFacts, ...]
    listed: tuple[SessionFacts, ...]


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
    """A hidden connection for the time before Join: no media, no data, seen by nobody."""

    session_id: str
    identity: str
    token: str
    server_url: str


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


@dataclass(frozen=True)
class Message:
    """A chat message as stored; number counts from 1 within its session."""

    session_id: str
    number: int
    member_id: str
    author_name: str
    text: str
    sent_at: datetime
    client_id: str
