"""What repeats and when, whose calendar feed it is, and who is reminded."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, SQLModel

from donfra_live.live_sessions.rules import NAME_LENGTH, TITLE_LENGTH, ZONE_LENGTH, Access
from donfra_live.models.base import new_id, now


class Series(SQLModel, table=True):
    """A repeating plan; each of its dates becomes a session.

    starts_at: of its first date. minutes: planned length. rule: an RRULE. exceptions: dates on which it does
    not take place, with commas between, as the host's calendar has them. key_hash: of its host_key, which is
    good for every date. browser_hash, account_id: its maker's, "" without one. made_until: up to when its
    dates have become sessions.
    """

    __tablename__ = "series"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    title: str = Field(max_length=TITLE_LENGTH)
    owner_name: str = Field(max_length=NAME_LENGTH)
    description: str = ""
    listed: bool = False
    access: Access = Field(default=Access.LINK, sa_type=String(16))
    password_hash: str = Field(default="", max_length=200)
    lobby: bool = False
    ask_consent: bool = False
    starts_at: datetime
    minutes: int
    time_zone: str = Field(max_length=ZONE_LENGTH)
    rule: str = Field(max_length=500)
    exceptions: str = ""
    starts_itself: bool = False
    key_hash: str = Field(unique=True, max_length=64)
    browser_hash: str = Field(default="", index=True, max_length=64)
    account_id: str = Field(default="", index=True, max_length=36)
    created_at: datetime = Field(default_factory=now)
    cancelled_at: datetime | None = None
    made_until: datetime | None = Field(default=None, index=True)
    version: int = 0


class CalendarFeed(SQLModel, table=True):
    """An account's private calendar address; token_hash: of the secret in it."""

    __tablename__ = "calendar_feed"

    account_id: str = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE", max_length=36)
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(default_factory=now)


class Reminder(SQLModel, table=True):
    """Somebody with an account is reminded of a session by e-mail, once. tries: sendings that failed."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("session_id", "account_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", max_length=36)
    account_id: str = Field(foreign_key="account.id", ondelete="CASCADE", index=True, max_length=36)
    sent_at: datetime | None = None
    tries: int = 0
