"""Where a request came from and which address it used: the same for REST, pages and files.

Both are what the operator's settings make of them: only his proxies (TRUSTED_PROXIES) are believed.
"""

import functools
import ipaddress
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from donfra_live.settings import LOOPBACK, Network, Settings

_HOST = re.compile(r"([\w.~-]+|\[[\da-f:.]+\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)


def plain_address(address: str) -> str:
    """IPv4 as it is written, also where a socket for both kinds says ::ffff:192.0.2.1."""
    return address[7:] if address.lower().startswith("::ffff:") and "." in address else address


def who_pays(address: str) -> str:
    """What limits are counted for: whoever has one IPv6 address has at least the 2**64 of its network."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ipaddress.ip_network((parsed.packed[:8] + bytes(8), 64)))


def real_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The nearest address that is not a trusted proxy; X-Forwarded-For counts only from one."""
    address = plain_address(peer)
    for hop in reversed([plain_address(h.strip()) for h in forwarded_for.split(",") if h.strip()]):
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
    if real_address(peer, "192.0.2.1", settings.trusted_proxies) != plain_address(peer):
        scheme = headers.get("x-forwarded-proto", "http")
    host = headers.get("host", "")
    host = host if _is_host(host) else f"localhost:{settings.port}"
    return f"{'https' if scheme == 'https' else 'http'}://{host}"


def address_to_share(settings: Settings, came_by: str) -> str:
    """As own_address, for links that the asker gives on: what he used, unless it leads others nowhere."""
    here = urlsplit(came_by)
    if settings.public_url or (here.hostname in LOOPBACK and not settings.is_local):
        return settings.own_address(here.port or settings.port)
    return came_by


@functools.lru_cache
def _is_host(text: str) -> bool:
    """A name or an address, perhaps with a port: what a caller calls us becomes part of addresses."""
    try:
        return bool(_HOST.fullmatch(text) and urlsplit(f"//{text}").hostname)
    except ValueError:
        return False
