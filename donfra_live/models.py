"""All tables. The database is the truth; a LiveKit room is only its projection."""

import uuid
from datetime import UTC, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.rules import SessionStatus


def new_id() -> str:
    return str(uuid.uuid4())


def now() -> datetime:
    return datetime.now(UTC)


class LiveSession(SQLModel, table=True):
    __tablename__ = "live_session"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    title: str = Field(max_length=200)
    owner_name: str = Field(max_length=80)
    listed: bool = Field(default=False, index=True)
    status: SessionStatus = Field(default=SessionStatus.OPEN, index=True, max_length=16, sa_type=None)
    created_at: datetime = Field(default_factory=now)
    live_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = Field(default="", max_length=40)
    occupied_at: datetime | None = None
    """Last time the reconcile loop saw somebody in the room."""
    last_message: int = 0
    """Number of the newest message; messages are numbered from 1 without gaps."""
