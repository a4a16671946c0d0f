"""Where the files of a recording are: in the data folder of the machine that made it, or in the storage of
this place, which every machine reaches. The row says which; nobody else decides it.
"""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from donfra_live.errors import NotFound, StorageAway
from donfra_live.models import Recording

FOLDER = "recordings"
PIECE = 2 * 1024 * 1024
# The recorder's and the app's own; they say nothing once the file is there.
_NOT_KEPT = {".json", ".log", ".lock"}
NOT_SET_UP = (
    "The files of this recording are in a storage that is not set up here any more. "
    "The operator of this place knows which one."
)


class Storage(Protocol):
    """Files by names such as recordings/SESSION/RECORDING/recording.mp4. name: of the storage itself.

    Raises StorageAway; NotFound where one file is meant that is not there.
    """

    @property
    def name(self) -> str: ...
    async def check(self) -> None:
        """Whether it can be used."""
        ...

    async def find(self, key: str) -> "StoredFile": ...
    async def read(self, key: str, start: int, length: int) -> bytes: ...
    async def put(self, key: str, content: Path | bytes) -> None: ...
    async def sizes(self, folder: str) -> dict[str, int]:
        """Of all files in a folder, by name."""
        ...

    async def remove(self, key: str) -> None:
        """One that is not there is fine."""
        ...

    async def clear(self, folder: str) -> int:
        """How many files there were."""
        ...


@dataclass(frozen=True)
class StoredFile:
    """One file in a storage. etag: in quotes, as HTTP has it; another one when the file is another."""

    storage: Storage
    key: str
    size: int
    etag: str = ""

    async def pieces(self, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """One request for each, so that neither memory nor patience is for the whole file."""
        end = self.size if end is None else end
        while start < end:
            piece = await self.storage.read(self.key, start, min(PIECE, end - start))
            if not piece:
                raise StorageAway("it has less of the file than it said")
            start += len(piece)
            yield piece


class DiskStorage:
    """The data folder of this machine: as a storage, but whoever reads has the file itself."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def path(self, key: str) -> Path:
        return self._data_dir / key

    async def find(self, key: str) -> Path:
        if not self.path(key).is_file():
            raise NotFound("There is no such file on this machine.")
        return self.path(key)

    async def put(self, key: str, content: bytes) -> None:
        """Only beside files that are there: a folder that has gone is not made again."""
        await asyncio.to_thread(self.path(key).write_bytes, content)

    async def sizes(self, folder: str) -> dict[str, int]:
        found = sorted(path for path in self.path(folder).glob("*") if path.is_file())
        return {f"{folder}/{path.name}": path.stat().st_size for path in found}

    async def remove(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    async def clear(self, folder: str) -> int:
        count = len(await self.sizes(folder))
        await asyncio.to_thread(shutil.rmtree, self.path(folder), ignore_errors=True)
        return count


def folder_of(row: Recording) -> str:
    return f"{FOLDER}/{row.session_id}/{row.id}"


def is_kept(name: str) -> bool:
    """Whether a file is a part of the recording, and no tool of those who made it."""
    return not name.startswith(".") and Path(name).suffix not in _NOT_KEPT


class RecordingFiles:
    """storage: of this place, where one is set up."""

    def __init__(self, data_dir: Path, storage: Storage | None = None) -> None:
        self.disk, self.storage = DiskStorage(data_dir), storage

    def of(self, row: Recording) -> Storage | DiskStorage:
        """Raises StorageAway for one that is not set up here."""
        if not row.stored:
            return self.disk
        return self.far(row)

    def far(self, row: Recording) -> Storage:
        """Raises StorageAway."""
        if self.storage is None or self.storage.name != row.stored:
            raise StorageAway(f"{row.stored} is not set up", NOT_SET_UP)
        return self.storage

    async def find(self, row: Recording, name: str) -> Path | StoredFile:
        """Raises NotFound, StorageAway."""
        return await self.of(row).find(f"{folder_of(row)}/{name}")

    def is_missing(self, row: Recording, name: str) -> bool:
        """On this machine. What is in the storage is not looked for: no list waits for that."""
        return not row.stored and not self.disk.path(f"{folder_of(row)}/{name}").is_file()

    async def put(self, row: Recording, name: str, content: bytes) -> None:
        """Empty content takes the file away. Raises StorageAway; OSError: the folder has gone."""
        storage, key = self.of(row), f"{folder_of(row)}/{name}"
        await (storage.put(key, content) if content else storage.remove(key))

    async def remove(self, row: Recording) -> int:
        """Wherever there is anything of it; how many files. Raises StorageAway, and nothing is removed."""
        return await self.remove_far(row) + await self.disk.clear(folder_of(row))

    async def remove_far(self, row: Recording) -> int:
        """Also what there is of one that is on its way. Raises StorageAway."""
        far = self.far(row) if row.stored else self.storage
        return await far.clear(folder_of(row)) if far is not None else 0
