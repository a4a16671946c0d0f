"""What accounts need from outside: limits, e-mail, slow hashes, an OpenID provider."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol


class Limits(Protocol):
    """Each raises TooManyRequests when the address or the account has used up its minute."""

    async def sign_up(self, address: str) -> None: ...
    async def credentials(self, address: str, account: str) -> None: ...


class Passwords(Protocol):
    """Slow on purpose and outside the event loop."""

    async def hash(self, password: str) -> str: ...
    async def fits(self, password: str, hashed: str) -> bool:
        """False for "" as well, after the same time."""
        ...

    def is_outdated(self, hashed: str) -> bool: ...


PutOut = Callable[[str], Awaitable[None]]
"""Ends an account's connections in every room."""


class Mail(Protocol):
    @property
    def is_on(self) -> bool: ...
    async def send(self, to: str, subject: str, text: str) -> None: ...


@dataclass(frozen=True)
class Identity:
    """Somebody as the OpenID provider knows him; email and name are "" when it does not say."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str


class Provider(Protocol):
    """Both raise SignInElsewhereFailed when the provider is away or says no."""

    @property
    def name(self) -> str:
        """For the button; "" when none is configured."""
        ...

    async def address(self, state: str, nonce: str, verifier: str, back_to: str) -> str: ...
    async def identity(self, code: str, nonce: str, verifier: str, back_to: str) -> Identity: ...
