"""What a session's status and texts may be; pure, no clock, no storage."""

import unicodedata
import uuid
from enum import StrEnum

from donfra_live.errors import BadInput, NotFound

TITLE_LENGTH, NAME_LENGTH = 200, 80


class SessionStatus(StrEnum):
    """open: made, its host has not gone live; live: on air; ended: for good."""

    OPEN = "open"
    LIVE = "live"
    ENDED = "ended"


TRANSITIONS: dict[SessionStatus, frozenset[SessionStatus]] = {
    SessionStatus.OPEN: frozenset({SessionStatus.LIVE, SessionStatus.ENDED}),
    SessionStatus.LIVE: frozenset({SessionStatus.ENDED}),
    SessionStatus.ENDED: frozenset(),
}


def clean_line(value: object, what: str, longest: int) -> str:
    """One line of text a person typed, trimmed.

    Raises:
        BadInput: not a string, nothing left, too long, or with control characters.
    """
    if not isinstance(value, str):
        raise BadInput(f"{what} must be a text.")
    text = " ".join(value.split())
    if not text:
        raise BadInput(f"{what} is empty.")
    if len(text) > longest:
        raise BadInput(f"{what} is too long: {longest} characters at most.")
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        raise BadInput(f"{what} has a character that cannot be shown.")
    return text


def clean_session_id(value: object) -> str:
    """A session's id in its one spelling.

    Raises:
        BadInput: no text. NotFound: no UUID, so no session has it.
    """
    if not isinstance(value, str) or not value.strip():
        raise BadInput("Session ID is empty.")
    try:
        return str(uuid.UUID(value.strip()))
    except ValueError:
        raise NotFound from None
