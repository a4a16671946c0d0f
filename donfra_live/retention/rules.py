"""How long what is kept, which table belongs to what, and what leaves the house in an export; pure.

A table that is in none of the lists below makes tests/retention fail: whoever adds one says what becomes of
it when a session is deleted, exported, or past its time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from donfra_live.errors import BadInput

MOST_DAYS = 36_500


class Part(StrEnum):
    """What of a session is removed when its time is up."""

    CHAT = "chat"
    ATTENDANCE = "attendance"
    RECORDINGS = "recordings"


ALL_PARTS = frozenset(Part)
# Tables with a session_id. None: goes with the session's row only.
SESSION_TABLES: dict[str, Part | None] = {
    "chat_message": Part.CHAT,
    "recording": Part.RECORDINGS,
    "recording_marker": Part.RECORDINGS,
    "recording_link": Part.RECORDINGS,
    "recording_consent": Part.RECORDINGS,
    "connection": Part.ATTENDANCE,
    "presence_interval": Part.ATTENDANCE,
    "connection_quality": Part.ATTENDANCE,
    "quality_minute": Part.ATTENDANCE,
    "roster_entry": Part.ATTENDANCE,
    "reminder": Part.ATTENDANCE,
    "waiting_person": Part.ATTENDANCE,
    "session_log": Part.ATTENDANCE,
    "member_browser": Part.ATTENDANCE,
    "member": Part.ATTENDANCE,
    "invite": Part.ATTENDANCE,
    "webhook_event": Part.ATTENDANCE,
    "outgoing_event": Part.ATTENDANCE,
    # numbers without names
    "session_figures": None,
    "live_session": None,
}
# Hosts keep their seat, by which they prove that they may export and delete; writers keep it with the chat.
PEOPLE_TABLES = frozenset({"member", "member_browser"})
# Rows that hang on another table's row and go with it by their foreign key.
HANGING_TABLES = {"webhook_delivery": "outgoing_event"}
# What belongs to an account and goes with it.
ACCOUNT_TABLES = {"account", "login", "api_token", "one_time_link", "external_identity", "calendar_feed"}
# Neither one session's nor only one account's.
OTHER_TABLES = {"external_try", "webhook_endpoint", "nightly_run", "series"}

# How a column names a person: by account, or by a seat of his.
ACCOUNT_COLUMNS = frozenset({"account_id", "observer_id"})
MEMBER_COLUMNS = frozenset({"member_id", "target_id", "giver_id"})
# Names of files in an export that are not the table's own.
FILE_NAMES = {"live_session": "session", "chat_message": "chat", "member": "people"}


@dataclass(frozen=True)
class Keep:
    """Days after a session's end, 0 for ever; logs: days of the media server's events and of deliveries."""

    chat: int = 0
    attendance: int = 0
    recordings: int = 0
    sessions: int = 0
    logs: int = 30

    def of(self, part: Part) -> int:
        return {Part.CHAT: self.chat, Part.ATTENDANCE: self.attendance}.get(part, self.recordings)


def clean_keep_days(value: object) -> int | None:
    """A session's own wish; None: as long as the installation keeps it. Raises BadInput."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_DAYS:
        raise BadInput(f"keep_days must be a whole number of days from 1 to {MOST_DAYS}, or null.")
    return value


def is_over(ended_at: datetime, days: int, now: datetime) -> bool:
    """Whether this many days have passed since; 0 days: never."""
    return days > 0 and ended_at <= now - timedelta(days=days)


def shorter(installation: int, session: int | None) -> int:
    """A session may be kept for a shorter time than the operator says, not for a longer one."""
    wishes = [days for days in (installation, session or 0) if days > 0]
    return min(wishes, default=0)


def due_parts(ended_at: datetime, keep_days: int | None, keep: Keep, now: datetime) -> frozenset[Part]:
    """What of a session is past its time."""
    return frozenset(p for p in Part if is_over(ended_at, shorter(keep.of(p), keep_days), now))


def parts_of(removed: str) -> frozenset[Part]:
    """As stored with a session: words with commas between."""
    return frozenset(Part(word) for word in removed.split(",") if word)


def as_stored(parts: frozenset[Part]) -> str:
    return ",".join(sorted(parts))


def last_night(now: datetime, hour: int) -> datetime:
    """When the work of the night was last due: today at this hour (UTC), or yesterday."""
    today = now.astimezone(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def is_secret(column: str) -> bool:
    """Proofs of who somebody is never leave the house, not even as hashes."""
    return column.endswith("_hash") or column in {"secret", "nonce", "verifier"}


def in_words(counts: dict[str, int]) -> str:
    """For the log: "12 chat_message, 3 connection"; "nothing"."""
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()) if count) or "nothing"
