"""Who is in a session or may come: members with their browsers, invites, who waits."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.rules import NAME_LENGTH, Decision
from donfra_live.models.base import new_id, now


class Member(SQLModel, table=True):
    """Somebody admitted to a session. key_hash: hash of his member_key (of the host: host_key).

    account_id: "" for a guest. banned_at: removed and kept out. withheld: what a moderator has taken
    away (microphone, camera, screen_share), with commas between. stage_until: None while on stage means
    until taken off. recorded_in: the recording in which he agreed to be seen and heard.
    """

    __tablename__ = "member"
    __table_args__ = (Index(None, "account_id", "session_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", index=True, max_length=36)
    name: str = Field(max_length=NAME_LENGTH)
    role: Role = Field(default=Role.VIEWER, sa_type=String(16))
    key_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(default_factory=now)
    account_id: str = Field(default="", max_length=36)
    invite_id: str | None = Field(default=None, foreign_key="invite.id", index=True, max_length=36)
    banned_at: datetime | None = None
    withheld: str = Field(default="", max_length=80)
    hand_at: datetime | None = None
    stage_since: datetime | None = None
    stage_until: datetime | None = Field(default=None, index=True)
    recorded_in: str = Field(default="", max_length=36)


class Invite(SQLModel, table=True):
    """A revocable link that admits with a role. uses: how often at most, 0 for any number.

    giver_id: the member who made it; it ends when he is removed.
    """

    __tablename__ = "invite"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", index=True, max_length=36)
    token_hash: str = Field(unique=True, max_length=64)
    role: Role = Field(default=Role.VIEWER, sa_type=String(16))
    uses: int = 0
    used: int = 0
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    giver_id: str = Field(default="", max_length=36)


class WaitingPerson(SQLModel, table=True):
    """Somebody in the lobby: no member yet, no token. key_hash becomes the member's when he is admitted.

    seen_at: when he last asked; who has not for a while has gone. left_at: he stopped waiting, until he
    knocks or asks again.
    """

    __tablename__ = "waiting_person"
    __table_args__ = (Index(None, "session_id", "decision"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", max_length=36)
    name: str = Field(max_length=NAME_LENGTH)
    role: Role = Field(default=Role.VIEWER, sa_type=String(16))
    key_hash: str = Field(unique=True, max_length=64)
    browser_hash: str = Field(default="", max_length=64)
    account_id: str = Field(default="", max_length=36)
    invite_id: str | None = Field(default=None, foreign_key="invite.id", max_length=36)
    decision: Decision = Field(default=Decision.WAITING, sa_type=String(16))
    member_id: str | None = Field(default=None, foreign_key="member.id", max_length=36)
    created_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now)
    left_at: datetime | None = None


class MemberBrowser(SQLModel, table=True):
    """A browser that holds a member's seat; one seat per browser and session."""

    __tablename__ = "member_browser"
    __table_args__ = (UniqueConstraint("browser_hash", "session_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", max_length=36)
    browser_hash: str = Field(max_length=64)
    member_id: str = Field(foreign_key="member.id", index=True, max_length=36)
