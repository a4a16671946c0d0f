"""What an invite may say; pure."""

from datetime import UTC, datetime

from donfra_live.errors import BadInput, NotAllowed
from donfra_live.live_sessions.roles import Role, outranks
from donfra_live.live_sessions.rules import clean_choice

MOST_USES = 100_000


def clean_role(value: object, giver: Role | str) -> Role:
    """A role the giver may give away. Raises BadInput, NotAllowed."""
    role = clean_choice(value, Role, "role")
    if not outranks(giver, role):
        raise NotAllowed("You can only give roles below your own.")
    return role


def clean_uses(value: object) -> int:
    """How often an invite may be used, 0 for any number. Raises BadInput."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_USES:
        raise BadInput(f"uses must be a whole number from 0 (any number) to {MOST_USES}.")
    return value


def clean_expiry(value: object, now: datetime) -> datetime | None:
    """A time in the future, or none. Raises BadInput."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise BadInput("expires_at must be a time such as 2030-01-31T18:00:00Z.")
    try:
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise BadInput("expires_at lies too far away.") from None
    if moment <= now:
        raise BadInput("expires_at lies in the past.")
    return moment
