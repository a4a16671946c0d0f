"""Times in words that need no time zone."""

from datetime import datetime


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in one unit: "5 minutes ago"."""
    seconds = int((now - then).total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
