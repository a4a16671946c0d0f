"""What a session's status, settings and texts may be, and who passes its door; pure, no storage."""

import re
import unicodedata
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from donfra_live.errors import BadInput, InviteNeeded, NotFound, NotSignedIn, PasswordNeeded
from donfra_live.live_sessions.states import SessionStatus as SessionStatus

TITLE_LENGTH, NAME_LENGTH, PASSWORD_LENGTH = 200, 80, 200
DESCRIPTION_LENGTH, ZONE_LENGTH = 4000, 64
SLOW_MODE_LONGEST = 3600
Choice = TypeVar("Choice", bound=StrEnum)


class Access(StrEnum):
    """Who may join: anybody with the link, people who are signed in, people with an invite."""

    LINK = "link"
    MEMBERS = "members"
    INVITED = "invited"


class ChatMode(StrEnum):
    """Who may write: everyone; speakers: those who may speak; off."""

    EVERYONE = "everyone"
    SPEAKERS = "speakers"
    OFF = "off"


class Decision(StrEnum):
    """What became of somebody in the lobby."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    DENIED = "denied"


@dataclass(frozen=True)
class Door:
    """What a session asks of somebody who has no seat yet."""

    access: Access
    password: bool


def pass_door(door: Door, *, signed_in: bool, invited: bool, knows_password: bool) -> None:
    """An invite stands for account and password: it was given to this person.

    Raises:
        InviteNeeded, NotSignedIn, PasswordNeeded.
    """
    if invited:
        return
    if door.access == Access.INVITED:
        raise InviteNeeded
    if door.access == Access.MEMBERS and not signed_in:
        raise NotSignedIn("This session is for people with an account. Sign in first.")
    if door.password and not knows_password:
        raise PasswordNeeded


# Letters that have no picture, beside those that Unicode calls formats, spaces and marks.
_EMPTY_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# These turn round the text that follows, also what is not the name's own.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MARKS = 6


def is_shown(text: str) -> bool:
    """Whether there is anything in it to see."""
    return any(c not in _EMPTY_LETTERS and unicodedata.category(c)[0] not in "CMZ" for c in text)


def is_heap(text: str) -> bool:
    """More marks on one letter than any script has: they cover the lines around."""
    row = 0
    for c in text:
        row = row + 1 if unicodedata.category(c) in {"Mn", "Me"} else 0
        if row > _MARKS:
            return True
    return False


def clean_line(value: object, what: str, longest: int) -> str:
    """One line of text a person typed, trimmed.

    Raises:
        BadInput: not a string, nothing left to see, too long, or it would spoil the text around it.
    """
    if not isinstance(value, str):
        raise BadInput(f"{what} must be a text.")
    text = " ".join(value.split())
    if not text:
        raise BadInput(f"{what} is empty.")
    if len(text) > longest:
        raise BadInput(f"{what} is too long: {longest} characters at most.")
    hidden = any(unicodedata.category(c) in {"Cc", "Cs"} or c in _TURNING for c in text)
    if hidden or not is_shown(text) or is_heap(text):
        raise BadInput(f"{what} has a character that cannot be shown.")
    return text


def as_file_name(title: str) -> str:
    """In letters that every system takes; "session" when there are none."""
    return re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-")[:60] or "session"


def clean_description(value: object) -> str:
    """What a session is about, in lines; "" for nothing. Raises BadInput as clean_line does."""
    if not isinstance(value, str):
        raise BadInput("The description must be a text.")
    text = value.replace("\r\n", "\n").strip()
    if len(text) > DESCRIPTION_LENGTH:
        raise BadInput(f"The description is too long: {DESCRIPTION_LENGTH} characters at most.")
    hidden = any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text)
    if hidden or any(c in _TURNING for c in text) or is_heap(text) or (text and not is_shown(text)):
        raise BadInput("The description has a character that cannot be shown.")
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


def clean_id(value: object) -> str:
    """An id of a row as we make them; "" for anything else, which is nobody's."""
    return value if isinstance(value, str) and re.fullmatch(r"[0-9a-f-]{36}", value) else ""


def clean_choice(value: object, kind: type[Choice], what: str) -> Choice:
    """Raises BadInput with the words that are allowed."""
    try:
        return kind(str(value))
    except ValueError:
        raise BadInput(f"{what} must be one of: {', '.join(kind)}.") from None


def clean_flag(value: object, what: str) -> bool:
    """Raises BadInput."""
    if not isinstance(value, bool):
        raise BadInput(f"{what} must be true or false.")
    return value


def clean_password(value: object) -> str:
    """A session's password as typed, "" for none. Raises BadInput."""
    if not isinstance(value, str):
        raise BadInput("The password must be a text.")
    if len(value) > PASSWORD_LENGTH:
        raise BadInput(f"The password is too long: {PASSWORD_LENGTH} characters at most.")
    return value


def clean_seconds(value: object, what: str, longest: int) -> int:
    """Whole seconds from 0 to `longest`. Raises BadInput."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= longest:
        raise BadInput(f"{what} must be a whole number of seconds from 0 to {longest}.")
    return value
