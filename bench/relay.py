"""A delaying relay on loopback: python -m bench.relay MILLISECONDS tcp:LISTEN=TARGET udp:LISTEN=TARGET ...

MILLISECONDS is one way, LISTEN and TARGET are HOST:PORT. Every chunk and datagram is passed on that much
later, in order; a new TCP connection costs a round trip more, as its handshake would.
"""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable

from bench.children import input_closed, say_ready

Place = tuple[str, int]


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def pass_on() -> None:
        while True:
            due, data = await waiting.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not data:
                writer.close()
                return
            writer.write(data)
            await writer.drain()

    passing = asyncio.create_task(pass_on())
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            waiting.put_nowait((loop.time() + delay, data))
    waiting.put_nowait((loop.time() + delay, b""))
    with contextlib.suppress(OSError):
        await passing


def _tcp_client(
    target: Place, delay: float
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * delay)
        try:
            far_reader, far_writer = await asyncio.open_connection(*target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pump(reader, far_writer, delay), _pump(far_reader, writer, delay))

    return client


class _Far(asyncio.DatagramProtocol):
    """The relay's socket towards the target, for one client."""

    def __init__(self, near: asyncio.DatagramTransport, client: Place, delay: float) -> None:
        self.near, self.client, self.delay = near, client, delay

    def datagram_received(self, data: bytes, addr: Place) -> None:
        asyncio.get_running_loop().call_later(self.delay, self.near.sendto, data, self.client)

    def error_received(self, exc: Exception) -> None:
        """A target that is gone is the client's affair."""


class _Near(asyncio.DatagramProtocol):
    """The socket that clients send to."""

    def __init__(self, target: Place, delay: float) -> None:
        self.target, self.delay = target, delay
        self.far: dict[Place, asyncio.DatagramTransport] = {}
        self.early: dict[Place, list[bytes]] = {}
        self.opening: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: Place) -> None:
        if addr in self.far:
            asyncio.get_running_loop().call_later(self.delay, self.far[addr].sendto, data)
        elif addr in self.early:
            self.early[addr].append(data)
        else:
            self.early[addr] = [data]
            task = asyncio.create_task(self._open(addr))
            self.opening.add(task)
            task.add_done_callback(self.opening.discard)

    async def _open(self, client: Place) -> None:
        loop = asyncio.get_running_loop()
        self.far[client], _ = await loop.create_datagram_endpoint(
            lambda: _Far(self.transport, client, self.delay), remote_addr=self.target
        )
        for data in self.early.pop(client):
            loop.call_later(self.delay, self.far[client].sendto, data)


def _place(text: str) -> Place:
    host, _, port = text.rpartition(":")
    return host, int(port)


async def start(kind: str, listen: Place, target: Place, delay: float) -> None:
    """delay: seconds, one way."""
    if kind == "tcp":
        await asyncio.start_server(_tcp_client(target, delay), *listen)
    else:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: _Near(target, delay), local_addr=listen)


async def main(delay: float, ways: list[str]) -> None:
    for way in ways:
        kind, _, rest = way.partition(":")
        listen, _, target = rest.partition("=")
        await start(kind, _place(listen), _place(target), delay)
    say_ready()
    await input_closed()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) / 1000, sys.argv[2:]))
