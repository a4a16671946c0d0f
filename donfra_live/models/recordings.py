"""Recordings of sessions; their files lie in the data folder, under recordings/<session>/<recording>/."""

from datetime import datetime

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from donfra_live.live_sessions.rules import NAME_LENGTH
from donfra_live.models.base import new_id, now
from donfra_live.recordings.rules import TITLE_LENGTH, Audience, Layout, RecordingStatus


class Recording(SQLModel, table=True):
    """One recording, as its recorder said last. started_by: a name; who it was stands in the session's log.

    machine: whose data folder it is in. gaps: "at:lost" in milliseconds, with commas between. reason: why it
    ended by itself, or failed. file: its name in its folder, "" while there is none. captions: whether
    there are some beside it. anchors: "clock:at" in milliseconds, scenes: JSON of [at, title], see ports.py.
    stored: the storage that has its files, "" while they are in that folder. waits: it is to get there yet.
    over_quota: it was stopped because its host's recordings may take no more. by_consent: only who agrees is
    in it. separate: each voice and picture has a file of its own as well; tracks: JSON of their [file, name,
    bytes, kind], track_bytes: of all of them.
    """

    __tablename__ = "recording"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", index=True, max_length=36)
    status: RecordingStatus = Field(default=RecordingStatus.STARTING, sa_type=String(16), index=True)
    layout: Layout = Field(default=Layout.STAGE, sa_type=String(16))
    audio_only: bool = False
    started_by: str = Field(max_length=NAME_LENGTH)
    machine: str = Field(default="", max_length=100)
    created_at: datetime = Field(default_factory=now)
    ended_at: datetime | None = None
    milliseconds: int = 0
    bytes: int = Field(default=0, sa_type=BigInteger)
    reason: str = Field(default="", max_length=300)
    gaps: str = ""
    file: str = Field(default="", max_length=40)
    title: str = Field(default="", max_length=TITLE_LENGTH)
    audience: Audience = Field(default=Audience.HOSTS, sa_type=String(16))
    captions: bool = False
    anchors: str = ""
    scenes: str = ""
    stored: str = Field(default="", max_length=300)
    waits: bool = False
    over_quota: bool = False
    by_consent: bool = False
    separate: bool = False
    tracks: str = ""
    track_bytes: int = Field(default=0, sa_type=BigInteger)


class RecordingConsent(SQLModel, table=True):
    """What somebody answered who was asked whether he may be seen and heard in a recording. name: his then.

    member_id is no foreign key: the answer stays as long as the recording, his seat may go before.
    """

    __tablename__ = "recording_consent"
    __table_args__ = (UniqueConstraint("recording_id", "member_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", index=True, max_length=36)
    recording_id: str = Field(foreign_key="recording.id", ondelete="CASCADE", max_length=36)
    member_id: str = Field(index=True, max_length=36)
    name: str = Field(max_length=NAME_LENGTH)
    agreed: bool
    at: datetime = Field(default_factory=now)


class RecordingLink(SQLModel, table=True):
    """By which anybody watches. made_by: a name, giver_id: his seat; it ends when he is removed.

    expires_at: None for one without end. opened: how often.
    """

    __tablename__ = "recording_link"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", index=True, max_length=36)
    recording_id: str = Field(foreign_key="recording.id", ondelete="CASCADE", index=True, max_length=36)
    token_hash: str = Field(unique=True, max_length=64)
    giver_id: str = Field(default="", max_length=36)
    made_by: str = Field(max_length=NAME_LENGTH)
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    opened: int = 0


class RecordingMarker(SQLModel, table=True):
    """A moment that a host marked while it was recorded. milliseconds: of the file. set_by: a name."""

    __tablename__ = "recording_marker"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    session_id: str = Field(foreign_key="live_session.id", index=True, max_length=36)
    recording_id: str = Field(foreign_key="recording.id", ondelete="CASCADE", index=True, max_length=36)
    milliseconds: int
    title: str = Field(max_length=TITLE_LENGTH)
    set_by: str = Field(max_length=NAME_LENGTH)
    created_at: datetime = Field(default_factory=now)
