"""A session, its connections, chat and log, and the events of LiveKit."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from donfra_live.live_sessions.rules import (
    NAME_LENGTH,
    TITLE_LENGTH,
    ZONE_LENGTH,
    Access,
    ChatMode,
    SessionStatus,
)
from donfra_live.models.base import new_id, now


class LiveSession(SQLModel, table=True):
    """occupied_at: last time somebody was seen in the room. last_message: number of the newest message.

    password_hash: argon2, "" without a password. hostless_since: since when no host is in the room.
    opens_at, starts_at, ends_at: as planned, empty without a date; time_zone: the host's, an IANA name.
    starts_itself: goes on air without its host. occurrence: its date in its series, for one of a series.
    edited: of a series, but changed on its own. plan_version: how often the plan has changed.
    keep_days: the host's wish, see retention/rules.py. removed: parts whose time was up, commas between.
    recording: a recorder runs, so that everybody who comes is told. ask_consent: everybody is asked, too.
    """

    __tablename__ = "live_session"
    __table_args__ = (UniqueConstraint("series_id", "occurrence"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    title: str = Field(max_length=TITLE_LENGTH)
    owner_name: str = Field(max_length=NAME_LENGTH)
    listed: bool = Field(default=False, index=True)
    status: SessionStatus = Field(default=SessionStatus.OPEN, sa_type=String(16), index=True)
    created_at: datetime = Field(default_factory=now)
    live_at: datetime | None = Field(default=None, index=True)
    ended_at: datetime | None = None
    end_reason: str = Field(default="", max_length=40)
    occupied_at: datetime | None = None
    last_message: int = 0
    access: Access = Field(default=Access.LINK, sa_type=String(16))
    password_hash: str = Field(default="", max_length=200)
    lobby: bool = False
    chat: ChatMode = Field(default=ChatMode.EVERYONE, sa_type=String(16))
    slow_mode_seconds: int = 0
    hostless_since: datetime | None = None
    description: str = ""
    opens_at: datetime | None = Field(default=None, index=True)
    starts_at: datetime | None = Field(default=None, index=True)
    ends_at: datetime | None = None
    time_zone: str = Field(default="", max_length=ZONE_LENGTH)
    starts_itself: bool = False
    series_id: str | None = Field(default=None, foreign_key="series.id", max_length=36)
    occurrence: str | None = Field(default=None, max_length=10)
    edited: bool = False
    plan_version: int = 0
    keep_days: int | None = None
    removed: str = Field(default="", max_length=80)
    recording: bool = False
    ask_consent: bool = False


class LogEntry(SQLModel, table=True):
    """One act of moderation in a session: who did what to whom, by the names they had then."""

    __tablename__ = "session_log"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", index=True, max_length=36)
    at: datetime = Field(default_factory=now)
    member_id: str | None = Field(default=None, foreign_key="member.id", max_length=36)
    actor_name: str = Field(max_length=NAME_LENGTH)
    act: str = Field(max_length=40)
    target_id: str = Field(default="", max_length=36)
    target_name: str = Field(default="", max_length=NAME_LENGTH)
    detail: str = Field(default="", max_length=200)


class Connection(SQLModel, table=True):
    """One live connection; its id is the LiveKit identity, random, never a name.

    member_id is empty for an arrival (hidden, before Join). present: seen in the room and not yet left.
    admin: its token administers the room (a host's by REST). observer_id: account of the admin who watches
    unseen; "" for everybody else.
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
    admin: bool = False
    missed_polls: int = 0
    observer_id: str = Field(default="", max_length=36)


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
    deleted_at: datetime | None = None


class WebhookEvent(SQLModel, table=True):
    """An event of LiveKit, stored before it is worked on; id, identity, sid and times are LiveKit's."""

    __tablename__ = "webhook_event"

    id: str = Field(primary_key=True, max_length=80)
    kind: str = Field(max_length=60)
    session_id: str = ""
    identity: str = ""
    sid: str = ""
    hidden: bool = False
    body: str
    happened_at: datetime | None = None
    joined_at: datetime | None = None
    received_at: datetime = Field(default_factory=now)
    processed_at: datetime | None = Field(default=None, index=True)
