"""What outgoing webhooks need from outside: something that sends."""

from collections.abc import Mapping
from typing import Protocol


class NotSent(Exception):
    """No answer came; the text says why, without the address, which may hold a secret."""


class Sender(Protocol):
    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The answer's status. Raises NotSent."""
        ...

    async def close(self) -> None: ...
