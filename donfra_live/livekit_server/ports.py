"""Which ports livekit-server gets: the wanted ones, or free ones where those are taken."""

import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass

from donfra_live.livekit_server.files import Say


@dataclass(frozen=True)
class Ports:
    """`tcp` 0: no media over TCP."""

    signal: int
    tcp: int
    udp: int


def wait_until_free(ports: Ports, addresses: Iterable[str], media: Iterable[str], seconds: float) -> None:
    """Give a server that was just killed the time to let go of its ports."""
    places, media, deadline = tuple(addresses), tuple(media), time.monotonic() + seconds
    while choose(ports, places, media, lambda _: None) != ports and time.monotonic() < deadline:
        time.sleep(0.02)


def choose(wanted: Ports, addresses: Iterable[str], media: Iterable[str], say: Say) -> Ports:
    """Ports that are free on these addresses ("" is every address), the wanted ones if possible.

    media: where sound and picture go over UDP.
    """
    places = tuple(addresses)
    signal = _one("LIVEKIT_PORT", wanted.signal, places, socket.SOCK_STREAM, set(), say)
    taken = {signal}
    tcp = _one("LIVEKIT_TCP_PORT", wanted.tcp, ("",), socket.SOCK_STREAM, taken, say) if wanted.tcp else 0
    udp = _one("LIVEKIT_UDP_PORT", wanted.udp, tuple(media), socket.SOCK_DGRAM, set(), say)
    return Ports(signal, tcp, udp)


def _one(name: str, wanted: int, places: tuple[str, ...], kind: int, avoid: set[int], say: Say) -> int:
    if wanted not in avoid and all(_is_free(p, wanted, kind) for p in places):
        return wanted
    for _ in range(50):
        port = _any_free(places[0], kind)
        if port not in avoid and all(_is_free(p, port, kind) for p in places):
            say(f"Port {wanted} ({name}) is taken by another program; using {port} instead.")
            return port
    raise OSError(f"Port {wanted} ({name}) is taken and no other one is free.")


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _is_free(address: str, port: int, kind: int) -> bool:
    with socket.socket(_family(address), kind) as probe:
        if kind == socket.SOCK_STREAM:
            # As Go does it: connections that linger after a restart are no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True


def _any_free(address: str, kind: int) -> int:
    with socket.socket(_family(address), kind) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])
