"""The files of a session: whatever lies in a folder of the data folder under the session's id.

data/recordings/<session id>/... for example; a feature that stores files keeps to that, and they are found,
exported and removed with the rest.
"""

import shutil
from pathlib import Path


class SessionFiles:
    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def _roots(self, session_id: str) -> list[Path]:
        return sorted(self._data_dir.glob(f"*/{session_id}*"))

    def of(self, session_id: str) -> list[tuple[Path, str]]:
        """Each file with its name in an export."""
        found = []
        for root in self._roots(session_id):
            inside = sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else [root]
            found += [(p, p.relative_to(self._data_dir).as_posix()) for p in inside if not p.is_symlink()]
        return found

    def remove(self, session_id: str) -> int:
        """How many files there were."""
        count = len(self.of(session_id))
        for root in self._roots(session_id):
            if root.is_dir() and not root.is_symlink():
                shutil.rmtree(root)
            else:
                root.unlink(missing_ok=True)
        return count
