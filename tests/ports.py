"""Ports for servers that tests start: free when asked, and nobody else takes them before they are used.

Above the one that browsers refuse (10080), below those that the system gives to anybody who asks for any
port.
"""

import contextlib
import itertools
import random
import socket
from collections.abc import Iterator

FIRST, COUNT = 10_100, 22_000


def _own() -> Iterator[int]:
    start = random.randrange(COUNT)  # another run may be going on beside this one
    return (FIRST + (start + n) % COUNT for n in itertools.count())


_ports = _own()


def free_port() -> int:
    """Free for TCP and UDP."""
    return next(port for port in _ports if _is_free(port))


def _is_free(port: int) -> bool:
    with contextlib.ExitStack() as stack:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            probe = stack.enter_context(socket.socket(socket.AF_INET, kind))
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("", port))
            except OSError:
                return False
    return True
