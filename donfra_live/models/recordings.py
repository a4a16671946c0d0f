"""Recordings of sessions; their files lie in the data folder, under recordings/<session>/<recording>/."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlmodel import Field, SQLModel

from donfra_live.live_sessions.rules import NAME_LENGTH
from donfra_live.models.base import new_id, now
from donfra_live.recordings.rules import Layout, RecordingStatus


class Recording(SQLModel, table=True):
    """One recording, as its recorder said last. started_by: a name; who it was stands in the session's log.

    machine: whose data folder it is in. gaps: "at:lost" in milliseconds, with commas between. reason: why it
    ended by itself, or failed. file: its name in its folder, "" while there is none.
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
