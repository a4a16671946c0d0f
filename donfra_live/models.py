"""All tables. The database is the truth; a LiveKit room is only its projection."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.rules import NAME_LENGTH, TITLE_LENGTH, SessionStatus

_NAMES: Any = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = _NAMES


def new_id() -> str:
    return str(uuid.uuid4())


def now() -> datetime:
    return datetime.now(UTC)


class LiveSession(SQLModel, table=True):
    """occupied_at: last time somebody was seen in the room. last_message: number of the newest message."""

    __tablename__ = "live_session"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    title: str = Field(max_length=TITLE_LENGTH)
    owner_name: str = Field(max_length=NAME_LENGTH)
    listed: bool = Field(default=False, index=True)
    status: SessionStatus = Field(default=SessionStatus.OPEN, sa_type=String(16), index=True)
    created_at: datetime = Field(default_factory=now)
    live_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = Field(default="", max_length=40)
    occupied_at: datetime | None = None
    last_message: int = 0


class Member(SQLModel, table=True):
    """Somebody admitted to a session. key_hash: hash of his member_key (of the host: host_key)."""

    __tablename__ = "member"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", index=True, max_length=36)
    name: str = Field(max_length=NAME_LENGTH)
    role: Role = Field(default=Role.VIEWER, sa_type=String(16))
    key_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(default_factory=now)


class MemberBrowser(SQLModel, table=True):
    """A browser that holds a member's seat; one seat per browser and session."""

    __tablename__ = "member_browser"
    __table_args__ = (UniqueConstraint("browser_hash", "session_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", max_length=36)
    browser_hash: str = Field(max_length=64)
    member_id: str = Field(foreign_key="member.id", index=True, max_length=36)


class Connection(SQLModel, table=True):
    """One live connection; its id is the LiveKit identity, random, never a name.

    member_id is empty for an arrival (hidden, before Join). present: seen in the room and not yet left.
    """

    __tablename__ = "connection"
    __table_args__ = (Index(None, "session_id", "present"),)

    id: str = Field(primary_key=True, max_length=64)
    session_id: str = Field(foreign_key="live_session.id", max_length=36)
    member_id: str | None = Field(default=None, foreign_key="member.id", index=True, max_length=36)
    browser_hash: str = Field(default="", max_length=64)
    participant_sid: str = Field(default="", max_length=64)
    created_at: datetime = Field(default_factory=now)
    connected_at: datetime | None = None
    left_at: datetime | None = None
    present: bool = False
    missed_polls: int = 0


class ChatMessage(SQLModel, table=True):
    __tablename__ = "chat_message"
    __table_args__ = (UniqueConstraint("session_id", "number"), UniqueConstraint("member_id", "client_id"))

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", max_length=36)
    number: int
    member_id: str = Field(foreign_key="member.id", max_length=36)
    author_name: str = Field(max_length=NAME_LENGTH)
    text: str
    client_id: str = Field(max_length=64)
    sent_at: datetime = Field(default_factory=now)


class WebhookEvent(SQLModel, table=True):
    """An event of LiveKit as it came, stored before it is worked on; the id is LiveKit's."""

    __tablename__ = "webhook_event"

    id: str = Field(primary_key=True, max_length=80)
    kind: str = Field(max_length=60)
    body: str
    received_at: datetime = Field(default_factory=now)
    processed_at: datetime | None = Field(default=None, index=True)
