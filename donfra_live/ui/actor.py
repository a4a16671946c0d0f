"""Who is asking through a page: what the websocket's handshake said, never what the page sends."""

import reflex as rx

from donfra_live.asking import Handshake
from donfra_live.live_sessions.views import Actor
from donfra_live.ui import services
from donfra_live.ui.attempt import attempt


def handshake_of(state: rx.State) -> Handshake:
    router = state.router
    return Handshake(
        peer=str(router.session.client_ip or ""),
        scheme="https" if str(router.headers.origin or "").startswith("https://") else "http",
        headers={name.lower(): str(value) for name, value in router.headers.raw_headers.items()},
        is_page=True,
    )


async def actor_of(state: rx.State) -> Actor:
    """The asker as far as his browser proves it, with his account as it is at this moment."""
    return await actor_by(handshake_of(state))


async def actor_by(shake: Handshake) -> Actor:
    """The same for a page that is told something."""
    asking = services.get().asking
    actor, _ = await attempt(asking.actor(shake))
    return actor or asking.guest(shake)
