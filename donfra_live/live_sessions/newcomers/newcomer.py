"""The rows that a newcomer becomes, without their tables' objects: those take ten times as long to make."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from donfra_live.live_sessions.entrance import Entrance
from donfra_live.live_sessions.roles import Role
from donfra_live.models import Connection

_NEW = {name: field.default for name, field in Connection.model_fields.items() if not field.is_required()}


@dataclass
class Newcomer:
    """A new member's row, field by field as the table's."""

    id: str
    session_id: str
    name: str
    key_hash: str
    created_at: datetime
    role: Role = Role.VIEWER
    account_id: str = ""
    invite_id: str | None = None
    banned_at: datetime | None = None
    withheld: str = ""
    hand_at: datetime | None = None
    stage_since: datetime | None = None
    stage_until: datetime | None = None
    recorded_in: str = ""


@dataclass(frozen=True)
class Came:
    """key: his member key. alone: nobody else is in the room, so it may be gone."""

    session: Entrance
    member: Newcomer
    identity: str
    key: str
    alone: bool


def new_connection(
    identity: str, session_id: str, member_id: str, browser: str, at: datetime, *, admin: bool = False
) -> dict[str, Any]:
    """A connection's row."""
    return {
        **_NEW,
        "id": identity,
        "session_id": session_id,
        "member_id": member_id,
        "browser_hash": browser,
        "created_at": at,
        "admin": admin,
    }
