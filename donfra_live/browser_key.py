"""The browser key: one random secret per browser in an HttpOnly cookie; only its hash is stored.

It gives a guest his seats back and is the creator's proof of being host. Also makes and hashes the
member keys that REST clients use instead, and derives the key that proves a form to be ours.
"""

import hashlib
import hmac
import secrets

COOKIE, FORM_COOKIE = "donfra_browser", "donfra_form"
YEAR = 365 * 24 * 3600


def new_key() -> str:
    """A secret of 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def could_be_key(value: str) -> bool:
    """Whether new_key could have made it."""
    return len(value) == 43 and value.isascii()


def hash_of(key: str) -> str:
    """SHA-256 in hex: the keys are random, so no slow hash is needed. "" stays ""."""
    return hashlib.sha256(key.encode()).hexdigest() if key else ""


def hash_for(key_hash: str, session_id: str) -> str:
    """What is stored at a date of a series for the one key of all its dates. No key hashes to it: a stored
    hash of the series, should it become known, opens nothing."""
    return "s" + hash_of(f"{key_hash}:{session_id}")[1:] if key_hash else ""


def key_in(header: str) -> str:
    """The browser key in a raw Cookie header; "" without one that we could have made."""
    value = cookie_in(header, COOKIE)
    return value if could_be_key(value) else ""


def cookie_in(header: str, name: str) -> str:
    """The value of the last cookie of this name in a raw Cookie header; "" without one.

    Not by http.cookies: it gives up at what another program of this host has set, and in older Pythons a long
    header keeps it busy for minutes. Ours are never in quotes.
    """
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return next((value for key, _, value in reversed(list(pairs)) if key == name), "")


def hash_of_cookie_header(header: str) -> str:
    """Hash of the browser key in a raw Cookie header; "" without one that we could have made."""
    return hash_of(key_in(header))


def form_key(key: str) -> str:
    """What our pages' forms carry: only who knows the browser key can make it, so no other site can."""
    return hmac.new(key.encode(), b"form", hashlib.sha256).hexdigest() if key else ""


def form_fits(header: str, given: object) -> bool:
    """Whether a form with this key came from a page of ours in the browser of this Cookie header."""
    wanted = form_key(key_in(header))
    return bool(wanted) and isinstance(given, str) and hmac.compare_digest(wanted.encode(), given.encode())


def missing_cookies(header: str, *, secure: bool) -> list[str]:
    """Values of Set-Cookie for a browser that lacks its key, or the readable key for its forms."""
    known, cookies = key_in(header), []
    key = known or new_key()
    if not known:
        cookies.append(set_cookie_header(key, secure=secure))
    if cookie_in(header, FORM_COOKIE) != form_key(key):
        flags = "; Secure" if secure else ""
        cookies.append(f"{FORM_COOKIE}={form_key(key)}; Path=/; Max-Age={YEAR}; SameSite=Strict{flags}")
    return cookies


def set_cookie_header(key: str, *, secure: bool) -> str:
    """The value of a Set-Cookie header."""
    flags = "; Secure" if secure else ""
    return f"{COOKIE}={key}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax{flags}"
