"""Who is asking through a page: what the websocket's handshake said, never what the page sends."""

import reflex as rx

from donfra_live.browser_key import hash_of_cookie_header
from donfra_live.live_sessions.views import Actor


def actor_of(state: rx.State) -> Actor:
    """The asker as far as his browser proves it."""
    headers = state.router.headers
    return Actor(
        browser=hash_of_cookie_header(str(headers.cookie or "")),
        address=str(state.router.session.client_ip or ""),
        came_by=_came_by(str(headers.origin or ""), str(headers.host or "")),
    )


def _came_by(origin: str, host: str) -> str:
    if origin.startswith(("http://", "https://")):
        return origin.rstrip("/")
    return f"http://{host}" if host else ""
