"""Small file tools: private files written in one go, bounded logs, locks between processes.

Locks are flock locks: the system lets go of them when their holder dies, whatever it died of.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

Say = Callable[[str], None]


def private_folder(path: Path) -> Path:
    """The folder, made if absent, for nobody but us; so are those above it that are not there yet."""
    if not path.parent.exists():
        private_folder(path.parent)
    path.mkdir(exist_ok=True, mode=0o700)
    return path


def write_private(path: Path, text: str, *, keep: bool = False, lasts: bool = False) -> None:
    """Write the file with mode 0600 so that readers see all of it or nothing.

    keep: only if absent. lasts: it is there after a loss of power too, as what is kept always is; some file
    systems would have an empty one.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            if keep or lasts:
                file.flush()
                os.fsync(descriptor)
        if keep:
            os.link(name, path)
        else:
            os.replace(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink(missing_ok=True)


def bound_log(path: Path, limit: int) -> None:
    """Move a log that has grown beyond `limit` bytes to NAME.1; whoever appends to it goes on.

    On a full disk it is only emptied. Raises nothing: what it is about must not end for the sake of its log.
    """
    old = path.with_name(path.name + ".1")
    with contextlib.suppress(OSError):
        if path.stat().st_size > limit:
            try:
                shutil.copyfile(path, old)
            except OSError:
                old.unlink(missing_ok=True)
            os.truncate(path, 0)


class Lock:
    """One lock file. Not handed to children: Python opens files close-on-exec, a fork drops it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._owner = 0
        self._dropped_on_fork = False

    @property
    def held(self) -> bool:
        return self._descriptor is not None and self._owner == os.getpid()

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Take the lock; False when somebody else holds it and we do not wait."""
        if self.held:
            return True
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        descriptor = _flock(self._path, kind if wait else kind | fcntl.LOCK_NB)
        if descriptor is None:
            return False
        self._descriptor, self._owner = descriptor, os.getpid()
        if not self._dropped_on_fork:
            os.register_at_fork(after_in_child=self.release)
            self._dropped_on_fork = True
        return True

    def release(self) -> None:
        """Let go; in a forked child this closes its copy only."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def is_free(self) -> bool:
        """Whether nobody holds it; the question itself never gets in the way of another question."""
        if self.held:
            return False
        descriptor = _flock(self._path, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if descriptor is not None:
            os.close(descriptor)
        return descriptor is not None


def _flock(path: Path, operation: int) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with contextlib.suppress(PermissionError):  # who may read one of an older version could hold it
        os.fchmod(descriptor, 0o600)
    try:
        fcntl.flock(descriptor, operation)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
