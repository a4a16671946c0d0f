"""Moves recordings that are ready from this machine into the storage of this place.

Up first, then compared, then the row says where it is, then the folder goes: killed anywhere in between it is
done again, and nothing is ever in one place only half. While the storage is away they stay and play here.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from donfra_live.db import Database
from donfra_live.errors import NotFound, StorageAway
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import lock_session
from donfra_live.models import Recording
from donfra_live.recordings import repository
from donfra_live.recordings.storage import FOLDER, RecordingFiles, Storage, folder_of, is_kept

log = logging.getLogger(__name__)
FIRST_WAIT, LONGEST_WAIT = 10, 1800
Snapshot = dict[str, tuple[int, int]]


class Moving:
    """data_dir: with a mark for each that is on its way. say: tells the operator."""

    def __init__(
        self,
        db: Database,
        ports: Ports,
        files: RecordingFiles,
        data_dir: Path,
        *,
        machine: Callable[[], str],
        say: Callable[[str], None],
    ) -> None:
        self._db, self._ports, self._files = db, ports, files
        self._marks, self._machine, self._say = data_dir / "moving", machine, say
        self._tries: dict[str, tuple[int, datetime]] = {}
        self._cleared = False

    async def round(self) -> None:
        """All that are ready and due."""
        storage = self._files.storage
        if storage is None or not self._is_due(storage.name):
            return
        try:
            if not self._cleared:
                await self._clear_up(storage)
                self._cleared = True
            async with self._db.reading() as db:
                rows = await repository.to_move(db, self._machine())
            for row in rows:
                if self._is_due(row.id):
                    await self._try(storage, row)
        except StorageAway as error:
            await self._is_away(storage, error)

    async def _try(self, storage: Storage, row: Recording) -> None:
        """Raises StorageAway; what is wrong with this one alone does not hold up the others."""
        try:
            await self._move(storage, row)
        except (OSError, NotFound) as error:
            if self._wait(row.id):
                log.warning("recording %s cannot be stored: %s", row.id, type(error).__name__)
            self._cleared = False  # it may have been deleted under our hands
            return
        self._tries.pop(row.id, None)
        if self._tries.pop(storage.name, None):
            self._say(f"the storage of recordings ({storage.name}) answers again")

    async def _move(self, storage: Storage, row: Recording) -> None:
        seen, mark = self._snapshot(row), self._mark(row)
        for key in seen:
            await storage.put(key, self._files.disk.path(key))
        there = await storage.sizes(folder_of(row))
        if any(there.get(key) != size for key, (size, _) in seen.items()):
            raise StorageAway("it does not have what it was given")
        if await self._is_written_down(storage, row, seen):
            await self._files.disk.clear(folder_of(row))
            mark.unlink(missing_ok=True)
        if row.waits:  # pages say so
            await self._ports.updates.publish(row.session_id)

    async def _is_written_down(self, storage: Storage, row: Recording, seen: Snapshot) -> bool:
        """Not when it has been changed meanwhile: it is done again. Deleted meanwhile, it goes there too."""
        async with self._db.transaction() as db:
            try:
                await lock_session(db, row.session_id)
                found = await repository.find(db, row.id)
            except NotFound:
                found = None
            if found is not None:
                if self._snapshot(row) != seen:
                    return False
                found.stored, found.waits = storage.name, False
        if found is None:
            await storage.clear(folder_of(row))
        return True

    def _snapshot(self, row: Recording) -> Snapshot:
        """Each file with its size and when it was written. Raises NotFound without the recording itself."""
        folder = self._files.disk.path(folder_of(row))
        if not row.file or not (folder / row.file).is_file():
            raise NotFound("The file of this recording is not on this machine any more.")
        found = {}
        for path in sorted(folder.iterdir()):
            if path.is_file() and is_kept(path.name):
                about = path.stat()
                found[f"{folder_of(row)}/{path.name}"] = (about.st_size, about.st_mtime_ns)
        return found

    def _mark(self, row: Recording) -> Path:
        """The session's id comes last: files of a session begin with it."""
        self._marks.mkdir(exist_ok=True, mode=0o700)
        mark = self._marks / f"{row.id}.{row.session_id}"
        mark.touch(0o600)
        return mark

    async def _clear_up(self, storage: Storage) -> None:
        """After a start: what an app that was killed left of those that have arrived or were deleted."""
        for mark in sorted(self._marks.glob("*.*")):
            recording_id, _, session_id = mark.name.partition(".")
            async with self._db.reading() as db:
                row = await repository.find(db, recording_id)
            if row is not None and not row.stored:
                continue
            folder = f"{FOLDER}/{session_id}/{recording_id}"
            if row is None:
                await storage.clear(folder)
            await self._files.disk.clear(folder)
            mark.unlink(missing_ok=True)

    def _is_due(self, key: str) -> bool:
        return key not in self._tries or self._tries[key][1] <= self._ports.clock()

    def _wait(self, key: str) -> bool:
        """Twice as long each time; whether it is the first time."""
        count, _ = self._tries.get(key, (0, None))
        seconds = min(LONGEST_WAIT, FIRST_WAIT * 2**count)
        self._tries[key] = count + 1, self._ports.clock() + timedelta(seconds=seconds)
        return count == 0

    async def _is_away(self, storage: Storage, error: StorageAway) -> None:
        if self._wait(storage.name):
            self._say(
                f"recordings cannot be stored in {storage.name}: {error.why}. They stay on this machine and "
                "play from here; it is tried again"
            )
        async with self._db.transaction() as db:
            told = await repository.mark_waiting(db, self._machine())
        for session_id in told:
            await self._ports.updates.publish(session_id)
