"""Wanted ports, and others where those are taken."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from donfra_live.livekit_server.ports import Ports, choose


@contextmanager
def taken(kind: socket.SocketKind, address: str = "127.0.0.1") -> Iterator[int]:
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind((address, 0))
        if kind == socket.SOCK_STREAM:
            holder.listen()
        yield holder.getsockname()[1]


def free(kind: socket.SocketKind) -> int:
    with taken(kind) as port:
        return port


def wanted() -> Ports:
    return Ports(free(socket.SOCK_STREAM), free(socket.SOCK_STREAM), free(socket.SOCK_DGRAM))


def test_free_ports_are_kept_without_a_word() -> None:
    said: list[str] = []
    ports = wanted()
    assert choose(ports, ["127.0.0.1"], ["127.0.0.1"], said.append) == ports
    assert said == []


def test_taken_ports_are_replaced_and_it_is_said() -> None:
    said: list[str] = []
    with taken(socket.SOCK_STREAM) as signal, taken(socket.SOCK_DGRAM) as udp:
        chosen = choose(Ports(signal, 0, udp), ["127.0.0.1"], ["127.0.0.1"], said.append)
    assert chosen.signal not in {0, signal}
    assert chosen.udp not in {0, udp}
    assert chosen.tcp == 0
    assert "LIVEKIT_PORT" in said[0]
    assert "LIVEKIT_UDP_PORT" in said[1]


def test_a_port_taken_on_one_address_is_taken() -> None:
    with taken(socket.SOCK_STREAM) as port:
        assert choose(Ports(port, 0, free(socket.SOCK_DGRAM)), [""], [""], lambda _: None).signal != port


def test_two_uses_never_get_the_same_tcp_port() -> None:
    port = free(socket.SOCK_STREAM)
    chosen = choose(Ports(port, port, free(socket.SOCK_DGRAM)), [""], [""], lambda _: None)
    assert chosen.signal == port != chosen.tcp


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere loopback has one address")
def test_media_needs_its_port_on_each_of_its_addresses() -> None:
    """On one machine it takes the address of the main network beside loopback."""
    with taken(socket.SOCK_DGRAM, "127.0.0.2") as port:
        wanted = Ports(free(socket.SOCK_STREAM), 0, port)
        assert choose(wanted, ["127.0.0.1"], ["127.0.0.1"], lambda _: None) == wanted
        chosen = choose(wanted, ["127.0.0.1"], ["127.0.0.1", "127.0.0.2"], lambda _: None)
    assert chosen.signal == wanted.signal
    assert chosen.udp not in {0, port}
