"""What a browser gets for a link: its secret in an HttpOnly cookie, sent back for that recording only.

It proves nothing by itself: the link is looked up at each request, so that it ends when the link does.
"""

from donfra_live.browser_key import cookie_in
from donfra_live.recordings.link_rules import clean_token

COOKIE = "donfra_watch"


def secret_in(cookie_header: str) -> str:
    """In a raw Cookie header; "" without one that we could have made."""
    return clean_token(cookie_in(cookie_header, COOKIE))


def set_cookie_header(secret: str, recording_id: str, *, secure: bool) -> str:
    """The value of a Set-Cookie header; it ends with the browser."""
    flags = "; Secure" if secure else ""
    return f"{COOKIE}={secret}; Path=/api/recordings/{recording_id}; HttpOnly; SameSite=Lax{flags}"
