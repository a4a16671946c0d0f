"""Every query about newcomers, and about hosts of new sessions."""

from typing import Any

from sqlalchemy import bindparam
from sqlmodel import SQLModel, select

from donfra_live.at_once import Work
from donfra_live.live_sessions.entrance import Entrance
from donfra_live.live_sessions.newcomers.newcomer import Newcomer
from donfra_live.live_sessions.repository import ENTRANCE, SIT, SOMEBODY_THERE, insert_into
from donfra_live.models import Connection, LiveSession, Member, MemberBrowser
from donfra_live.models.base import new_id

_BROWSERS = SQLModel.metadata.tables[str(MemberBrowser.__tablename__)]
_SEATED = select(_BROWSERS.c.id).where(
    _BROWSERS.c.browser_hash == bindparam("browser"), _BROWSERS.c.session_id == bindparam("session_id")
)


def entrance(work: Work, session_id: str) -> Entrance | None:
    row = work.first(ENTRANCE, {"session_id": session_id})
    return Entrance(*row) if row is not None else None


def is_seated(work: Work, session_id: str, browser: str) -> bool:
    return work.first(_SEATED, {"session_id": session_id, "browser": browser}) is not None


def somebody_there(work: Work, session_id: str) -> bool:
    """Whether any member is in the room now."""
    return work.first(SOMEBODY_THERE, {"session_id": session_id}) is not None


def store_session(
    work: Work, session: LiveSession, host: Member, connection: dict[str, Any] | None, browser: str
) -> None:
    """A new session with its host, his browser's claim to the seat, and his first connection."""
    work.run(insert_into(LiveSession), session.model_dump())
    work.run(insert_into(Member), host.model_dump())
    _sit(work, session.id, browser, host.id)
    if connection is not None:
        work.run(insert_into(Connection), connection)


def store(work: Work, newcomer: Newcomer, connection: dict[str, Any], browser: str) -> None:
    """The member, his connection, and his browser's claim to the seat."""
    work.run(insert_into(Member), vars(newcomer))
    _sit(work, newcomer.session_id, browser, newcomer.id)
    work.run(insert_into(Connection), connection)


def _sit(work: Work, session_id: str, browser: str, member_id: str) -> None:
    if browser:
        seat = {"session": session_id, "browser": browser, "member": member_id}
        work.run(SIT, {"id": new_id(), **seat})
