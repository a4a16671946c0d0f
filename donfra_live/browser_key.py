"""The browser key: one random secret per browser in an HttpOnly cookie; only its hash is stored.

It gives a guest his seats back and is the creator's proof of being host. Also makes and hashes the
member keys that REST clients use instead.
"""

import hashlib
import secrets
from http.cookies import CookieError, SimpleCookie

COOKIE = "donfra_browser"
YEAR = 365 * 24 * 3600
_LENGTH = 43


def new_key() -> str:
    """A secret of 256 random bits, 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def hash_of(key: str) -> str:
    """SHA-256 in hex: the keys are random, so no slow hash is needed. "" stays ""."""
    return hashlib.sha256(key.encode()).hexdigest() if key else ""


def hash_of_cookie_header(header: str) -> str:
    """Hash of the browser key in a raw Cookie header; "" without one that we could have made."""
    try:
        morsel = SimpleCookie(header or "").get(COOKIE)
    except CookieError:
        return ""
    return hash_of(morsel.value) if morsel and len(morsel.value) == _LENGTH else ""


def set_cookie_header(key: str, *, secure: bool) -> str:
    """The value of a Set-Cookie header."""
    flags = "; Secure" if secure else ""
    return f"{COOKIE}={key}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax{flags}"
