"""The storage of recordings/storage.py on anything that speaks S3, by the library obstore.

Its errors hold addresses and what was signed: of them only the kind and S3's own word get out.
"""

import contextlib
import functools
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypedDict

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from donfra_live.errors import NotFound, StorageAway
from donfra_live.recordings.storage import StoredFile

# A piece of an upload; a slow line has two minutes for each.
CHUNK = 8 * 1024 * 1024
TIMEOUT = "120s"
AT_ONCE = 2
_REFUSED = {"PermissionDeniedError", "UnauthenticatedError"}


class Access(TypedDict):
    """endpoint: "" for Amazon's. prefix: "" for the top of the bucket."""

    bucket: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str
    prefix: str


class S3Storage:
    def __init__(self, access: Access) -> None:
        self._access = access
        self._prefix = access["prefix"].strip("/")
        self.name = f"s3://{access['bucket']}/{self._prefix}".rstrip("/")

    @functools.cached_property
    def _store(self) -> S3Store:
        """Made when it is first used: a server forks after the import."""
        access = self._access
        where = {"endpoint": access["endpoint"]} if access["endpoint"] else {}
        return S3Store(
            access["bucket"],
            prefix=self._prefix or None,
            region=access["region"],
            access_key_id=access["access_key"],
            secret_access_key=access["secret_key"],
            client_options={
                "timeout": TIMEOUT,
                "connect_timeout": "5s",
                "allow_http": access["endpoint"].startswith("http://"),
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=15)},
            **where,  # type: ignore[arg-type]  # mypy does not see that it fits
        )

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError, ValueError) as error:
            if _word(error) == "NoSuchBucket":
                raise StorageAway(f"there is no bucket {self._access['bucket']}") from None
            if isinstance(error, FileNotFoundError):
                raise NotFound("The storage of recordings does not have this file any more.") from None
            raise StorageAway(_why(error)) from None

    async def find(self, key: str) -> StoredFile:
        with self._asking():
            about = await obstore.head_async(self._store, key)
        return StoredFile(self, key, about["size"], about["e_tag"] or f'"{about["size"]}"')

    async def read(self, key: str, start: int, length: int) -> bytes:
        with self._asking():
            return bytes(await obstore.get_range_async(self._store, key, start=start, length=length))

    async def put(self, key: str, content: Path | bytes) -> None:
        """In pieces, which the library reads and sends in threads of its own."""
        with self._asking():
            await obstore.put_async(self._store, key, content, chunk_size=CHUNK, max_concurrency=AT_ONCE)

    async def sizes(self, folder: str) -> dict[str, int]:
        found: dict[str, int] = {}
        with self._asking():
            async for some in obstore.list(self._store, f"{folder}/", chunk_size=1000):
                found.update({one["path"]: one["size"] for one in some})
        return found

    async def remove(self, key: str) -> None:
        with contextlib.suppress(NotFound), self._asking():
            await obstore.delete_async(self._store, key)

    async def clear(self, folder: str) -> int:
        keys = await self.sizes(folder)
        for key in keys:
            await self.remove(key)
        return len(keys)

    async def check(self) -> None:
        """Raises StorageAway with what is wrong."""
        try:
            with self._asking():
                async for _ in obstore.list(self._store, chunk_size=1):
                    return
        except NotFound:
            raise StorageAway(f"there is no bucket {self._access['bucket']}") from None


def _word(error: Exception) -> str:
    """S3's own for what is wrong, such as InvalidAccessKeyId; it never holds a secret."""
    found = re.search(r"<Code>(\w{1,60})</Code>", str(error))
    return found[1] if found else ""


def _why(error: Exception) -> str:
    kind, word = type(error).__name__, _word(error)
    if kind in _REFUSED or word:
        return f"it refuses us ({word or kind.removesuffix('Error')})"
    return "it does not answer"
