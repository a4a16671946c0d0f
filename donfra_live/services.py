"""The services that pages and REST routes call; the composition root fills this in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from donfra_live.chat.service import Chat
    from donfra_live.health import Health
    from donfra_live.live_sessions.admissions import Admissions
    from donfra_live.live_sessions.service import LiveSessions
    from donfra_live.updates import Updates


@dataclass(frozen=True)
class Services:
    """sessions: create, go live, end, facts, lists. admissions: arrive, join, seats. chat: post, history."""

    sessions: "LiveSessions"
    admissions: "Admissions"
    chat: "Chat"
    updates: "Updates"
    health: "Health"
