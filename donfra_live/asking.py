"""Who is asking, from how he came: one way for REST and for pages.

Nothing of it is kept: the account is looked up for every request and every handler's call, so that a
login that was revoked or an account that was disabled ends at once.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from donfra_live.accounts.rules import TOKEN_PREFIX
from donfra_live.accounts.views import Proven
from donfra_live.browser_key import hash_of_cookie_header
from donfra_live.live_sessions.views import Actor
from donfra_live.network import address_to_share, address_used, real_address
from donfra_live.recordings import watch_cookie
from donfra_live.settings import Settings


@dataclass(frozen=True)
class Handshake:
    """A request, or a page's websocket, as the server saw it; header names in lower case."""

    peer: str
    scheme: str
    headers: Mapping[str, str]
    is_page: bool = False

    @property
    def cookie(self) -> str:
        return self.headers.get("cookie", "")

    @property
    def bearer(self) -> str:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""


class Asking:
    """prove: finds the account behind a Cookie header and an API token; raises NoProof for a wrong token."""

    def __init__(self, settings: Settings, prove: Callable[[str, str], Awaitable[Proven]]) -> None:
        self._settings, self._prove = settings, prove

    def came_by(self, shake: Handshake) -> str:
        """A page's own origin where we know it: in development pages and websocket differ in their port."""
        origin = shake.headers.get("origin", "").rstrip("/")
        if shake.is_page and origin in self._settings.origins:
            return origin
        return address_used(self._settings, shake.peer, shake.scheme, shake.headers)

    def guest(self, shake: Handshake) -> Actor:
        """The asker without his account; asks no database."""
        forwarded_for, came_by = shake.headers.get("x-forwarded-for", ""), self.came_by(shake)
        return Actor(
            browser=hash_of_cookie_header(shake.cookie),
            address=real_address(shake.peer, forwarded_for, self._settings.trusted_proxies),
            came_by=came_by,
            to_share=address_to_share(self._settings, came_by),
            bearer=shake.bearer,
            watch=watch_cookie.secret_in(shake.cookie),
        )

    async def actor(self, shake: Handshake) -> Actor:
        """Raises NoProof: an API token of ours that is not valid."""
        guest = self.guest(shake)
        token = guest.bearer if guest.bearer.startswith(TOKEN_PREFIX) else ""
        if not token and not shake.cookie:
            return guest
        proven = await self._prove(shake.cookie, token)
        return replace(
            guest,
            bearer="" if token else guest.bearer,
            account=proven.account,
            is_admin=proven.is_admin,
            login=proven.login,
        )
