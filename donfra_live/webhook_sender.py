"""Sends webhooks over HTTP; behind the port of outgoing/.

The address that is connected to is the one that was checked: a name is looked up here, once, and what it
leads to is judged before anything is sent. Proxies of the environment are not used, redirects not followed.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping
from typing import Any

import httpcore
import httpx

from donfra_live.outgoing.ports import NotSent
from donfra_live.outgoing.rules import is_public

PATIENCE = 10.0
_NOT_PUBLIC = "The address is on this machine or in a private network."


class _Refused(Exception):
    """All that the name leads to is ours or private."""


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to addresses that anybody could reach; private: to any. For one delivery."""

    def __init__(self, *, private: bool) -> None:
        self._private, self._inner = private, httpcore.AnyIOBackend()
        self._opened: list[httpcore.AsyncNetworkStream] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):  # the latter for what cannot be a name, such as a..b
            raise httpcore.ConnectError("the name is not known") from None
        allowed = [str(row[4][0]) for row in found if self._private or is_public(str(row[4][0]))]
        if not allowed:
            raise _Refused
        for address in allowed:
            try:
                stream = await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                continue
            self._opened.append(stream)
            return stream
        raise httpcore.ConnectError("nobody listens there")

    async def close(self) -> None:
        """The library leaves a connection open that it gave up in the middle of its handshake."""
        for stream in self._opened:
            await stream.aclose()

    async def connect_unix_socket(self, *given: Any, **named: Any) -> httpcore.AsyncNetworkStream:
        raise _Refused

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class HttpSender:
    """private: whether webhooks may go to this machine and to private networks (a setting)."""

    def __init__(self, *, private: bool, patience: float = PATIENCE) -> None:
        self._private, self._patience = private, patience
        self._tls: ssl.SSLContext | None = None

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The answer's status; what it says besides is not read. Raises NotSent."""
        self._tls = self._tls or httpx.create_ssl_context()
        network = CheckedNetwork(private=self._private)
        try:
            async with (
                asyncio.timeout(self._patience),
                httpcore.AsyncConnectionPool(
                    ssl_context=self._tls, max_keepalive_connections=0, network_backend=network
                ) as pool,
                pool.stream("POST", url, headers=list(headers.items()), content=body) as answer,
            ):
                status: int = answer.status
                return status
        except TimeoutError:
            raise NotSent(f"No answer within {self._patience:g} seconds.") from None
        except _Refused:
            raise NotSent(_NOT_PUBLIC) from None
        except httpcore.ConnectError as error:
            raise NotSent(f"It could not be reached: {error}.") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
            raise NotSent(f"The connection broke off: {type(error).__name__}.") from None
        finally:
            await network.close()

    async def close(self) -> None:
        """Nothing is kept open between two deliveries."""
