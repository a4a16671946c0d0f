"""Which recordings are to be looked after: an empty file for each, by which the next app finds them again."""

from pathlib import Path

from donfra_live.livekit_server.files import private_folder
from donfra_live.recorder.places import Places, folder_of


class Marks:
    """name: of the folder they are in; one for each kind of recorder."""

    def __init__(self, data_dir: Path, name: str) -> None:
        self._data_dir, self._name = data_dir, name

    def _of(self, session_id: str, recording_id: str) -> Path:
        return private_folder(self._data_dir / self._name) / f"{session_id}.{recording_id}"

    def has(self, session_id: str, recording_id: str) -> bool:
        return self._of(session_id, recording_id).exists()

    def set(self, session_id: str, recording_id: str) -> None:
        self._of(session_id, recording_id).touch(0o600)

    def clear(self, session_id: str, recording_id: str) -> None:
        self._of(session_id, recording_id).unlink(missing_ok=True)

    def all(self) -> list[tuple[str, str]]:
        """Session and recording of each that is not over; its files may have been removed meanwhile."""
        found = []
        for mark in sorted(private_folder(self._data_dir / self._name).iterdir()):
            session_id, _, recording_id = mark.name.partition(".")
            if Places(folder_of(self._data_dir, session_id, recording_id)).job.exists():
                found.append((session_id, recording_id))
            else:
                mark.unlink(missing_ok=True)
        return found
