"""Passwords of accounts and sessions: argon2 in threads of its own, since a hash is slow on purpose."""

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

# Each needs 64 MiB while it runs; who comes when all are busy waits.
_AT_ONCE = 2


class Argon2Passwords:
    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(_AT_ONCE, "argon2")

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def fits(self, password: str, hashed: str) -> bool:
        """False for a wrong password and for a hash that is none.

        No hash takes as long as one: nobody shall see who has an account.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._fits, password, hashed)

    def is_outdated(self, hashed: str) -> bool:
        return self._hasher.check_needs_rehash(hashed)

    def _fits(self, password: str, hashed: str) -> bool:
        try:
            self._hasher.verify(hashed or self._nobodys, password)
        except (Argon2Error, InvalidHashError):
            return False
        return bool(hashed)

    @functools.cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody has this password")

    async def close(self) -> None:
        self._threads.shutdown(wait=False)
