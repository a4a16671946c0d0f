"""LiveKit tokens: minted with explicit grants and a short life, read back as proof of who asks.

No page's token ever carries an admin grant; only REST's host_token may, for its own room.
"""

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import jwt
from livekit import api

from donfra_live.addresses import as_ws
from donfra_live.live_sessions.projection import Projection
from donfra_live.live_sessions.roles import Grants
from donfra_live.live_sessions.views import MediaPorts
from donfra_live.livekit_gateway.client import Endpoint
from donfra_live.settings import host_in_url


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


_HEADER = _base64(b'{"alg":"HS256","typ":"JWT"}')
_as_json = json.JSONEncoder(separators=(",", ":")).encode


def _signed(claims: Mapping[str, Any], secret: str) -> str:
    """A JWT. The library looks anew each time whether the secret is a key of some other kind."""
    if not secret:
        raise ValueError("there is no secret to sign with")
    said = _HEADER + b"." + _base64(_as_json(claims).encode())
    return (said + b"." + _base64(hmac.digest(secret.encode(), said, "sha256"))).decode()


class LiveKitTokens:
    """public_url: what browsers are told; "" derives it from the address they came by."""

    def __init__(
        self, endpoint: Callable[[], Endpoint], *, life: timedelta, public_url: str, managed: bool
    ) -> None:
        self._endpoint, self._life = endpoint, life
        self._public_url, self._managed = public_url, managed

    def issue(self, session_id: str, identity: str, projection: Projection, *, admin: bool = False) -> str:
        """As api.AccessToken would: it copies its classes field by field, which takes longer than to sign."""
        endpoint, now = self._endpoint(), int(time.time())
        shown = {"name": projection.name} if projection.name else {}
        attributes = {key: value for key, value in projection.attributes.items() if value}
        claims = {
            **shown,
            "video": self._video(session_id, projection.grants, admin),
            **({"attributes": attributes} if attributes else {}),
            "sub": identity,
            "iss": endpoint.key,
            "nbf": now,
            "exp": now + int(self._life.total_seconds()),
        }
        return _signed(claims, endpoint.secret)

    def for_recorder(self, session_id: str, identity: str, seconds: float) -> tuple[str, str]:
        """The address for our own machine, and a token that sees and hears all, says nothing, is not seen.

        The kind makes everybody's client say that a recording runs; it counts as nobody in the room.
        """
        endpoint = self._endpoint()
        grants = api.VideoGrants(
            room_join=True,
            room=session_id,
            can_subscribe=True,
            can_publish=False,
            can_publish_data=False,
            can_update_own_metadata=False,
            hidden=True,
            recorder=True,
        )
        token = api.AccessToken(endpoint.key, endpoint.secret).with_identity(identity).with_kind("egress")
        # While our own server is being started again its address is known all the same.
        url = endpoint.url or f"http://127.0.0.1:{endpoint.port}"
        life = timedelta(seconds=seconds)
        return as_ws(url), token.with_grants(grants).with_ttl(life).to_jwt()

    @staticmethod
    def _video(session_id: str, grants: Grants, admin: bool) -> dict[str, Any]:
        return {
            "roomJoin": True,
            "room": session_id,
            "canPublish": grants.can_publish,
            "canSubscribe": grants.can_subscribe,
            "canPublishData": grants.can_publish_data,
            "canUpdateOwnMetadata": False,
            **({"roomAdmin": True} if admin else {}),
            **({"canPublishSources": list(grants.sources)} if grants.sources else {}),
            **({"hidden": True} if grants.hidden else {}),
        }

    def identity_of(self, token: str) -> tuple[str, str] | None:
        endpoint = self._endpoint()
        try:
            claims = jwt.decode(
                token,
                endpoint.secret,
                algorithms=["HS256"],
                issuer=endpoint.key,
                options={"require": ["exp", "sub"]},
            )
        except jwt.InvalidTokenError:
            return None
        video = claims.get("video")
        room = video.get("room") if isinstance(video, dict) else None
        return (room, claims["sub"]) if isinstance(room, str) and claims["sub"] else None

    def server_url(self, came_by: str) -> str:
        if self._public_url:
            return as_ws(self._public_url)
        if not self._managed:
            return as_ws(self._endpoint().url)
        parts = urlsplit(came_by)
        if parts.scheme == "https":
            # Behind HTTPS a proxy leads /rtc to the media server, see infra/Caddyfile.
            return f"wss://{parts.netloc}"
        host = parts.hostname or "localhost"
        # for this machine the server listens on IPv4 only
        host = "127.0.0.1" if host in {"localhost", "::1"} else host
        return f"ws://{host_in_url(host)}:{self._endpoint().port}"

    def media_ports(self) -> MediaPorts:
        endpoint = self._endpoint()
        return MediaPorts(endpoint.udp_port, endpoint.tcp_port)
