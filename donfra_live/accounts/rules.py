"""What an account's texts may be, how long proofs last; pure, no clock, no storage."""

import re
import unicodedata
from datetime import timedelta
from enum import StrEnum

from donfra_live.errors import BadEmail, WeakPassword

EMAIL_LENGTH, SHORTEST_PASSWORD, LONGEST_PASSWORD, TOKEN_NAME_LENGTH = 254, 10, 256, 80
TOKEN_PREFIX = "dfl_"  # noqa: S105  # tells our API tokens from LiveKit's, no secret
LOGIN_LIFE = timedelta(days=30)
# Writing down each use would cost a write per request; the list of logins shows no finer time.
NOTE_USE_AFTER = timedelta(minutes=1)
RESET_LIFE, SETUP_LIFE, TRY_LIFE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=10)
_SIGN = r"[^\s\x00-\x1f\x7f@\"(),:;<>\[\\\]]"
_EMAIL = re.compile(rf"{_SIGN}+@{_SIGN}+\.{_SIGN}+")


class AccountRole(StrEnum):
    ADMIN = "admin"
    MEMBER = "member"


class LinkKind(StrEnum):
    """setup: makes an admin while there is none; reset: a new password for one account."""

    SETUP = "setup"
    RESET = "reset"


def clean_email(value: object) -> str:
    """The one spelling under which an address is stored and looked up.

    Raises:
        BadEmail.
    """
    # Before it is normalized: that takes minutes for a long row of combining marks.
    short = value if isinstance(value, str) and len(value) <= 2 * EMAIL_LENGTH else ""
    text = unicodedata.normalize("NFKC", short).strip().casefold()
    # =? begins an encoded word: the address that stands in an e-mail would be another one
    if len(text) > EMAIL_LENGTH or not _EMAIL.fullmatch(text) or "=?" in text:
        raise BadEmail
    return text


def clean_password(value: object, email: str) -> str:
    """A password as typed; long rather than full of signs.

    Raises:
        WeakPassword: too short, too long, one sign repeated, or the address itself.
    """
    text = value if isinstance(value, str) else ""
    if not SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD or len(set(text)) < 4:
        raise WeakPassword
    if text.casefold() in {email, email.partition("@")[0]} or "\x00" in text:
        raise WeakPassword
    return text


def clean_role(value: object) -> AccountRole | None:
    """None for what is no role."""
    return AccountRole(value) if isinstance(value, str) and value in set(AccountRole) else None


def clean_return(value: object) -> str:
    """A page of ours to go back to after signing in; "" for anything that could lead elsewhere."""
    text = value if isinstance(value, str) else ""
    return text if re.fullmatch(r"/(?!/)[\w/?=&.~-]{0,199}", text, re.ASCII) and "//" not in text else ""


def removes_admin(role: AccountRole, disabled: bool, *, new_role: AccountRole, new_disabled: bool) -> bool:
    """Whether a change takes somebody from those who can administer."""
    was = role == AccountRole.ADMIN and not disabled
    return was and (new_role != AccountRole.ADMIN or new_disabled)


def browser_name(user_agent: str) -> str:
    """A browser as people call it: "Firefox on Linux"; the raw text says more than anybody reads."""
    browsers = {
        "Edg/": "Edge",
        "OPR/": "Opera",
        "Firefox/": "Firefox",
        "Chrome/": "Chrome",
        "Safari/": "Safari",
    }
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "Mac",
        "CrOS": "ChromeOS",
        "Linux": "Linux",
    }
    browser = next((name for word, name in browsers.items() if word in user_agent), "")
    system = next((name for word, name in systems.items() if word in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Another program"
