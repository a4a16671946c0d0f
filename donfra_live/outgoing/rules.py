"""What is told to other systems, to whom it may go, and when it is tried again; pure."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from donfra_live.addresses import is_ip
from donfra_live.errors import BadInput

URL_LENGTH = 2000
MOST_ENDPOINTS = 50
FIRST_PAUSE, LONGEST_PAUSE, GROWTH, MOST_TRIES = 5.0, 8 * 3600.0, 3.0, 10
JITTER = 0.2
GONE = 410
# IPv6 networks whose last or middle bytes are an IPv4 address that the packet ends up at.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Of one place only, or with an IPv4 address in them too, though Python calls them global: old site-local
# ones, IPv4-compatible and -translated ones, a network's own NAT64, examples and segment routing.
_NOT_FOR_ALL = tuple(
    ipaddress.IPv6Network(network)
    for network in ("fec0::/10", "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "3fff::/20", "5f00::/16")
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class EventKind(StrEnum):
    """joined and left are of people, not of connections: two tabs of one person are one."""

    CREATED = "created"
    STARTED = "started"
    JOINED = "joined"
    LEFT = "left"
    ENDED = "ended"
    RECORDING_READY = "recording_ready"


class DeliveryState(StrEnum):
    """failed: given up."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


def clean_url(value: object, *, private: bool) -> str:
    """Where to deliver. private: this machine's own and private networks are allowed too.

    Names are looked up when something is delivered; here only what is written is judged.

    Raises:
        BadInput.
    """
    text = value.strip() if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
        port_is_fine = parts.port != 0
    except ValueError:
        raise BadInput("The address is not a web address.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        raise BadInput("The address must begin with https:// or http://.")
    if not text.isascii() or not text.isprintable() or " " in text or len(text) > URL_LENGTH:
        raise BadInput(f"The address has a character that it may not have, or more than {URL_LENGTH}.")
    if parts.username is not None or parts.fragment:
        raise BadInput("The address must have no user name and no part after #.")
    if not private and (_literal(parts.hostname) or parts.hostname.rstrip(".").endswith("localhost")):
        raise BadInput(
            "This address is on this machine or in a private network. "
            "The operator can allow that: WEBHOOKS_TO_PRIVATE_NETWORKS."
        )
    return text


def _literal(host: str) -> bool:
    """Written as an address, and not a public one."""
    return is_ip(host.partition("%")[0]) and not is_public(host)


def is_public(address: str) -> bool:
    """Whether anybody on the internet could be reached by this; an IPv4 address inside counts."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if any(found in network for network in _NOT_FOR_ALL):
        return False
    inside = _inside(found) if isinstance(found, ipaddress.IPv6Address) else found
    return inside.is_global and not inside.is_multicast


def _inside(address: ipaddress.IPv6Address) -> Address:
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


def clean_events(value: object) -> tuple[EventKind, ...]:
    """Kinds of events, each once; none given means all. Raises BadInput."""
    if value is None or value == [] or value == ():
        return tuple(EventKind)
    known = {name: kind for kind in EventKind for name in (kind.value, type_of(kind))}
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) and v in known for v in value):
        raise BadInput(f"events must be some of: {', '.join(EventKind)}.")
    wanted = {known[v] for v in value}
    return tuple(kind for kind in EventKind if kind in wanted)


def type_of(kind: EventKind | str) -> str:
    """As the Standard Webhooks specification wants it: full-stop delimited."""
    return f"session.{kind}"


def payload(kind: EventKind, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    return {"type": type_of(kind), "timestamp": as_text(at), "data": data}


def as_text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def pause(tries: int, chance: float) -> float | None:
    """Seconds until the next try after so many; None: it is given up. chance: 0 to 1, spreads them."""
    if tries >= MOST_TRIES:
        return None
    plain = FIRST_PAUSE * GROWTH ** (tries - 1)
    return min(plain * (1 - JITTER + 2 * JITTER * chance), LONGEST_PAUSE)


def came_and_went(before: Iterable[str], after: Iterable[str]) -> tuple[list[str], list[str]]:
    """Who is there now and was not, and the other way round, in order."""
    was, now = set(before), set(after)
    return sorted(now - was), sorted(was - now)
