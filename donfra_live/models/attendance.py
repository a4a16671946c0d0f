"""When members were in the room, and who was expected."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from donfra_live.live_sessions.rules import NAME_LENGTH
from donfra_live.models.base import new_id, now

EMAIL_LENGTH = 254


class PresenceInterval(SQLModel, table=True):
    """A member's stay in the room by one participant. ended_at: None while he is there.

    connection_id: the LiveKit identity; a new participant of an old one is a reconnect. last_seen_at: when
    the media server last said so; an end that nobody told of is taken to be then.
    """

    __tablename__ = "presence_interval"
    __table_args__ = (UniqueConstraint("session_id", "participant_sid"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", max_length=36)
    member_id: str = Field(foreign_key="member.id", index=True, max_length=36)
    connection_id: str = Field(max_length=64)
    participant_sid: str = Field(max_length=64)
    started_at: datetime
    ended_at: datetime | None = Field(default=None, index=True)
    last_seen_at: datetime = Field(default_factory=now)


class RosterEntry(SQLModel, table=True):
    """Somebody who was expected in a session. email: "" where only the name is known."""

    __tablename__ = "roster_entry"
    __table_args__ = (UniqueConstraint("session_id", "position"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", max_length=36)
    position: int
    name: str = Field(max_length=NAME_LENGTH)
    email: str = Field(default="", max_length=EMAIL_LENGTH)
