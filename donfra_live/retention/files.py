"""The files of a session: whatever lies in a folder of the data folder under the session's id.

data/recordings/<session id>/... for example; a feature that stores files keeps to that, and they are found,
exported and removed with the rest. Recordings that were moved into the storage of this place are added.
"""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

from donfra_live.models import Recording
from donfra_live.recordings.storage import RecordingFiles, StoredFile, folder_of

Named = list[tuple[Path | StoredFile, str]]


class SessionFiles:
    """recordings: where those are; left out, none has been moved."""

    def __init__(self, data_dir: Path, recordings: RecordingFiles | None = None) -> None:
        self._data_dir = data_dir
        self._recordings = recordings or RecordingFiles(data_dir)

    async def all_of(self, session_id: str, rows: Sequence[Recording]) -> Named:
        """Each file with its name in an export. rows: its recordings. Raises StorageAway."""
        here = await asyncio.to_thread(self.of, session_id)
        found: dict[str, Path | StoredFile] = {name: path for path, name in here}
        for row in rows:
            if row.stored:
                storage = self._recordings.far(row)
                for key, size in (await storage.sizes(folder_of(row))).items():
                    found.setdefault(key, StoredFile(storage, key, size))
        return [(file, name) for name, file in found.items()]

    async def remove_all(self, session_id: str, rows: Sequence[Recording]) -> int:
        """How many files there were. Raises StorageAway before anything else is removed."""
        far = 0
        for row in rows:
            far += await self._recordings.remove_far(row)
        return far + await asyncio.to_thread(self.remove, session_id)

    def _roots(self, session_id: str) -> list[Path]:
        return sorted(self._data_dir.glob(f"*/{session_id}*"))

    def of(self, session_id: str) -> list[tuple[Path, str]]:
        """Each file on this machine with its name in an export."""
        found = []
        for root in self._roots(session_id):
            inside = sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else [root]
            found += [(p, p.relative_to(self._data_dir).as_posix()) for p in inside if not p.is_symlink()]
        return found

    def remove(self, session_id: str) -> int:
        """Those on this machine; how many there were."""
        count = len(self.of(session_id))
        for root in self._roots(session_id):
            if root.is_dir() and not root.is_symlink():
                shutil.rmtree(root)
            else:
                root.unlink(missing_ok=True)
        return count
