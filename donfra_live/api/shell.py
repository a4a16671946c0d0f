"""What surrounds every answer: bounds for a body, security headers, the browser key with the page, caching.

Plain ASGI, so that it holds for Reflex's pages and static files as well as for the REST API.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from donfra_live.addresses import as_http
from donfra_live.browser_key import missing_cookies
from donfra_live.errors import TooLarge, TooSlow
from donfra_live.network import address_used
from donfra_live.settings import Settings

PERMISSIONS_POLICY = (
    "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), fullscreen=(self), "
    "picture-in-picture=(self), geolocation=(), usb=(), payment=()"
)
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", PERMISSIONS_POLICY.encode()),
)
_JSON = (b"content-type", b"application/json")
_HASHED = re.compile(r"^/assets/.+-[\w-]{6,}\.\w+$")
_PAGES_WITHOUT_SLASH = {
    *("/live", "/sign-in", "/sign-up", "/account", "/setup", "/reset", "/admin", "/dashboard", "/help"),
}
# The build writes one page for the links of all sessions, and one for all series (ui/build.py): it is there
# before any script.
_SHARED_LINK = re.compile(r"^/(live|series|dashboard|dashboard/series)/[0-9a-fA-F-]{36}/?$")
_SHARED_PAGES = {"/live/_", "/series/_", "/dashboard/_", "/dashboard/series/_"}


def content_policy(connect: Sequence[str], scripts: Sequence[str], styles: Sequence[str]) -> str:
    """The Content-Security-Policy. connect: addresses besides our own; scripts, styles: hashes of a build."""
    parts = {
        "default-src": ("'none'",),
        "script-src": ("'self'", *scripts),
        "style-src": ("'self'", *styles),
        "img-src": ("'self'", "data:"),
        "font-src": ("'self'",),
        "connect-src": ("'self'", *connect),
        "media-src": ("'self'", "blob:"),
        "worker-src": ("'self'", "blob:"),
        "manifest-src": ("'self'",),
        "form-action": ("'self'",),
        "base-uri": ("'none'",),
        "frame-ancestors": ("'none'",),
        "object-src": ("'none'",),
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in parts.items())


def _plain_cookies(scope: Scope) -> Scope:
    """FastAPI has http.cookies read them at every route, which backslashes in quotes keep busy for half a
    minute in Pythons before 3.11.10 and 3.12.6. No cookie of ours has one."""
    given = scope["headers"]
    if not any(name == b"cookie" and b"\\" in value for name, value in given):
        return scope
    return {**scope, "headers": [(n, v.replace(b"\\", b"") if n == b"cookie" else v) for n, v in given]}


class _Body:
    """Passes a request's body on, counts it, and waits only so long for what is missing of it."""

    def __init__(self, receive: Receive, limit: int, patience: float) -> None:
        self._receive, self._left, self._patience = receive, limit, patience
        self.refusal: TooLarge | TooSlow | None = None
        self.over = False  # nothing is missing any more, or the answer has begun
        self.gone = False

    async def receive(self) -> Message:
        """Raises TooLarge, TooSlow."""
        while not self.over:
            try:
                async with asyncio.timeout(self._patience):
                    return self._counted(await self._receive())
            except TimeoutError:
                if not self.over:
                    self.refusal = TooSlow()
                    raise self.refusal from None
        return await self._receive()

    def _counted(self, message: Message) -> Message:
        self._left -= len(message.get("body", b""))
        if self._left < 0 and not self.over:
            self.refusal = TooLarge()
            raise self.refusal
        self.gone = message["type"] == "http.disconnect" and not self.over
        self.over = self.over or not message.get("more_body", False)
        return message


class Shell:
    """media_address: the media server's ws(s):// address for somebody who came by an address.
    scripts, styles: hashes for the policy; both empty switches the policy off (development)."""

    patience = 10.0  # seconds without a piece of a body that is not whole

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        media_address: Callable[[str], str],
        scripts: Sequence[str],
        styles: Sequence[str],
    ) -> None:
        self._app, self._settings, self._media_address = app, settings, media_address
        self._scripts, self._styles = scripts, styles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = _plain_cookies(scope)
        headers = Headers(scope=scope)
        shared = _SHARED_LINK.match(scope["path"])
        page = f"/{shared[1]}/_" if shared else scope["path"]
        if page in _SHARED_PAGES or page in _PAGES_WITHOUT_SLASH:
            scope = {**scope, "path": f"{page}/", "raw_path": f"{page}/".encode()}
        dressed = self._dressed(scope, headers, send)
        if int(headers.get("content-length") or 0) > self._settings.max_body_bytes:
            await self._refuse(dressed, TooLarge())
            return
        body = _Body(receive, self._settings.max_body_bytes, self.patience)

        async def answer(message: Message) -> None:
            # FastAPI turns what is raised while it reads into an answer of its own; that one is dropped.
            if body.refusal is None and not body.gone:
                body.over = True
                await dressed(message)

        with contextlib.suppress(TooLarge, TooSlow):
            await self._app(scope, body.receive, answer)
        if body.refusal is not None:
            await self._refuse(dressed, body.refusal)

    @staticmethod
    async def _refuse(send: Send, why: TooLarge | TooSlow) -> None:
        body = json.dumps({"error": why.code, "detail": why.sentence}).encode()
        length = (b"content-length", str(len(body)).encode())
        headers = [_JSON, length, (b"connection", b"close")]
        await send({"type": "http.response.start", "status": why.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _dressed(self, scope: Scope, request: Headers, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                names = {name.lower() for name, _ in given}
                message["headers"] = [*given, *(more for more in _ALWAYS if more[0] not in names)]
                if _JSON not in given or not scope["path"].startswith("/api/"):
                    self._add_headers(scope, request, MutableHeaders(scope=message), message["status"])
            await send(message)

        return dressed

    def _add_headers(self, scope: Scope, request: Headers, answer: MutableHeaders, status: int) -> None:
        """To pages and their files."""
        # only for a file that is there: at a long address of none this would take minutes
        if status == 200 and _HASHED.match(scope["path"]):
            answer["Cache-Control"] = "public, max-age=31536000, immutable"
        if not answer.get("content-type", "").startswith("text/html"):
            return
        answer.setdefault("Cache-Control", "no-cache")
        peer = (scope.get("client") or ("",))[0]
        came_by = address_used(self._settings, peer, scope.get("scheme", "http"), request)
        for cookie in missing_cookies(request.get("cookie", ""), secure=came_by.startswith("https")):
            answer.append("Set-Cookie", cookie)
        if self._scripts or self._styles:
            answer.setdefault("Content-Security-Policy", self._policy(came_by))

    def _policy(self, came_by: str) -> str:
        media = self._media_address(came_by)
        host = urlsplit(came_by)
        own = f"{'wss' if host.scheme == 'https' else 'ws'}://{host.netloc}"
        return content_policy((own, media, as_http(media)), self._scripts, self._styles)
