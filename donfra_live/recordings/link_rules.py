"""How long a link to a recording is valid, and whether one still is; pure."""

from datetime import UTC, datetime

from donfra_live.browser_key import could_be_key
from donfra_live.errors import BadInput, LinkNotValid

LINKS = 100
DAYS = (1, 7, 30)
NO_LINK = "This link leads to no recording. It may have been deleted. Ask who sent you the link."


def clean_days(value: object) -> int:
    """0: without end. Raises BadInput."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in {0, *DAYS}:
        raise BadInput("days must be 1, 7, 30, or 0 for a link without end.")
    return value


def clean_token(value: object) -> str:
    """A secret that we could have made, else "", which is no link's."""
    return value if isinstance(value, str) and could_be_key(value) else ""


def check_link(expires_at: datetime | None, revoked_at: datetime | None, now: datetime) -> None:
    """Raises LinkNotValid with why."""
    if revoked_at is not None:
        raise LinkNotValid("This link was revoked. Ask who sent it to you for a new one.")
    if expires_at is not None and expires_at <= now:
        when = f"{expires_at.astimezone(UTC):%d %B %Y at %H:%M} UTC".lstrip("0")
        raise LinkNotValid(f"This link was valid until {when}. Ask who sent it to you for a new one.")
