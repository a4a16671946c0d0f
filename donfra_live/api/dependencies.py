"""Who is asking, from a request: bearer token, browser key, real address, the address he came by."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Depends, Request

from donfra_live.browser_key import hash_of_cookie_header
from donfra_live.errors import NotAllowed
from donfra_live.live_sessions.views import Actor
from donfra_live.services import Services
from donfra_live.settings import Network, Settings


def real_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The nearest address that is not a trusted proxy; X-Forwarded-For counts only from one."""
    address = peer
    for hop in reversed([h.strip() for h in forwarded_for.split(",") if h.strip()]):
        try:
            if not any(ipaddress.ip_address(address) in network for network in trusted):
                return address
            ipaddress.ip_address(hop)
        except ValueError:
            return address
        address = hop
    return address


def address_used(settings: Settings, peer: str, scheme: str, headers: Mapping[str, str]) -> str:
    """scheme://host[:port] under which the caller knows us; a trusted proxy may say that it is https."""
    if settings.public_url:
        return settings.public_url
    if real_address(peer, "192.0.2.1", settings.trusted_proxies) != peer:
        scheme = headers.get("x-forwarded-proto", "http")
    host = headers.get("host") or f"localhost:{settings.port}"
    return f"{'https' if scheme == 'https' else 'http'}://{host}"


def came_by(request: Request, settings: Settings) -> str:
    peer = request.client.host if request.client else ""
    return address_used(settings, peer, request.url.scheme, request.headers)


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def actor_of(request: Request, settings: Annotated[Settings, Depends(settings_of)]) -> Actor:
    """Raises NotAllowed for another site's page that would use our cookie."""
    origin = request.headers.get("origin", "")
    address_used = came_by(request, settings)
    if origin and origin not in settings.origins and origin != address_used:
        raise NotAllowed("This page may not call us. The operator can add its address to ALLOWED_ORIGINS.")
    peer = request.client.host if request.client else ""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return Actor(
        browser=hash_of_cookie_header(request.headers.get("cookie", "")),
        address=real_address(peer, request.headers.get("x-forwarded-for", ""), settings.trusted_proxies),
        came_by=address_used,
        bearer=token.strip() if scheme.lower() == "bearer" else "",
    )


ServicesDep = Annotated[Services, Depends(services_of)]
SettingsDep = Annotated[Settings, Depends(settings_of)]
ActorDep = Annotated[Actor, Depends(actor_of)]
