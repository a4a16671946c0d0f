"""Who may create a session; pure."""

from enum import StrEnum

from donfra_live.errors import DonfraError, NotAllowed, NotSignedIn
from donfra_live.live_sessions.views import Actor


class WhoMayCreate(StrEnum):
    ANYONE = "anyone"
    MEMBERS = "members"
    ADMINS = "admins"


def why_not(who: WhoMayCreate, actor: Actor) -> DonfraError | None:
    """What somebody is told who may not; None for who may."""
    if who == WhoMayCreate.ANYONE or actor.is_admin:
        return None
    if not actor.account:
        return NotSignedIn("Sign in to create a session.")
    if who == WhoMayCreate.ADMINS:
        return NotAllowed("Only admins may create a session here. Ask one of them.")
    return None
