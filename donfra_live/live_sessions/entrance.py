"""What coming in asks of a session, read without its row: that takes three times as long to make."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from donfra_live.live_sessions.rules import Access
from donfra_live.live_sessions.states import SessionStatus
from donfra_live.models import LiveSession


@dataclass(frozen=True)
class Entrance:
    id: str
    title: str
    owner_name: str
    status: SessionStatus
    access: Access
    password_hash: str
    lobby: bool
    created_at: datetime
    opens_at: datetime | None
    live_at: datetime | None
    ended_at: datetime | None


_SESSIONS = SQLModel.metadata.tables[str(LiveSession.__tablename__)]
_FIND = select(*(_SESSIONS.c[field.name] for field in fields(Entrance))).where(
    _SESSIONS.c.id == bindparam("session_id")
)


async def find(db: AsyncSession, session_id: str) -> Entrance | None:
    row = (await db.execute(_FIND, {"session_id": session_id})).first()
    return Entrance(*row) if row is not None else None
