"""How good connections were, as browsers report it, and the figures of a session that is over.

A browser reports every 30 seconds. A row for each report would be 120,000 rows in an hour with 1,000 people,
so a report is added to two rows: the connection's own, and the session's for that minute. That hour then
leaves 1,060 rows.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel


class ConnectionQuality(SQLModel, table=True):
    """What one connection's browser has reported so far, in seconds by LiveKit's word for the connection.

    first_picture_ms: from pressing Join to the first picture; the first one reported counts.
    """

    __tablename__ = "connection_quality"

    connection_id: str = Field(primary_key=True, max_length=64)
    session_id: str = Field(foreign_key="live_session.id", index=True, max_length=36)
    member_id: str = Field(foreign_key="member.id", index=True, max_length=36)
    at: datetime
    first_picture_ms: int | None = None
    excellent: int = 0
    good: int = 0
    poor: int = 0
    lost: int = 0


class QualityMinute(SQLModel, table=True):
    """The same of all connections of a session together, minute by minute."""

    __tablename__ = "quality_minute"

    session_id: str = Field(primary_key=True, foreign_key="live_session.id", max_length=36)
    at: datetime = Field(primary_key=True)
    excellent: int = 0
    good: int = 0
    poor: int = 0
    lost: int = 0


class SessionFigures(SQLModel, table=True):
    """Figures of a session that is over; numbers without names, so they stay when who was there is removed.

    due: something has changed since they were counted, or they never were. first_pictures: how many
    connections had to wait how long, JSON, {"800": 3}. points: over time, JSON, see stats/stored.py.
    """

    __tablename__ = "session_figures"

    session_id: str = Field(primary_key=True, foreign_key="live_session.id", max_length=36)
    due: bool = Field(default=True, index=True)
    joined: int = 0
    peak: int = 0
    peak_at: datetime | None = None
    seconds_watched: int = 0
    drop_outs: int = 0
    reconnects: int = 0
    messages: int = 0
    hands: int = 0
    excellent: int = 0
    good: int = 0
    poor: int = 0
    lost: int = 0
    first_pictures: str = ""
    points: str = ""
