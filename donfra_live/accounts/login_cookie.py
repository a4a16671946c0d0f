"""The login cookie: 256 random bits in an HttpOnly cookie; only the hash is stored.

Beside it a readable cookie without any secret tells a page that is still loading whether somebody is
signed in, and whether it is still by the same login.
"""

from donfra_live.accounts.rules import LOGIN_LIFE
from donfra_live.browser_key import cookie_in, could_be_key, hash_of

COOKIE, HINT = "donfra_login", "donfra_signed_in"


def hash_in(cookie_header: str) -> str:
    """Hash of the key in a raw Cookie header; "" without one that we could have made."""
    value = cookie_in(cookie_header, COOKIE)
    return hash_of(value) if could_be_key(value) else ""


def set_cookie_headers(key: str, *, secure: bool) -> tuple[str, str]:
    """Values of Set-Cookie; an empty key takes both cookies away."""
    age, flags = (int(LOGIN_LIFE.total_seconds()) if key else 0), "; Secure" if secure else ""
    common = f"Path=/; Max-Age={age}; SameSite=Lax{flags}"
    which = hash_of(hash_of(key))[:12]
    return f"{COOKIE}={key}; {common}; HttpOnly", f"{HINT}={which}; {common}"
