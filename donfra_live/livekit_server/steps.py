"""What the ways of getting a binary share: how one is passed over, and how a long command is run."""

import contextlib
import io
import os
import queue
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from donfra_live.livekit_server.child import die_with_parent
from donfra_live.livekit_server.files import Say

SAY_EVERY = 2.0
LONGEST_RUN = 1800.0


class Passed(Exception):
    """This way did not lead to a binary; the text says why, empty when there is nothing to say."""


def run(what: str, command: list[str], folder: Path, env: Mapping[str, str], say: Say) -> None:
    """Run the command to its end; every few seconds say `what` and how far it is.

    Raises:
        Passed: it could not be started, failed (with its last lines) or took too long.
    """
    try:
        process = subprocess.Popen(
            command, cwd=folder, env=env, text=True, errors="replace", start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(),
        )  # fmt: skip
    except OSError as error:
        raise Passed(f"{command[0]} does not run ({error.strerror})") from None
    try:
        last = _follow(process, what, say)
    finally:
        _end(process)
    if process.returncode != 0:
        raise Passed(f"{what} failed: {last or 'without a word'}")


def _follow(process: subprocess.Popen[str], what: str, say: Say) -> str:
    """Read all output; returns the last lines that say something, as one."""
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read, args=(process.stdout or io.StringIO(), lines), daemon=True).start()
    started = said = time.monotonic()
    count, last = 0, deque[str](maxlen=3)
    while True:
        now = time.monotonic()
        if now - said >= SAY_EVERY:
            said = now
            say(f"{what}: {now - started:.0f} s{f', {count} steps done' if count else ''}.")
        if now - started > LONGEST_RUN:
            raise Passed(f"{what} was not finished after {LONGEST_RUN / 60:.0f} minutes")
        with contextlib.suppress(queue.Empty):
            line = lines.get(timeout=0.2)
            if line is None:
                process.wait()
                return " / ".join(last)[-400:]
            count += 1
            last.append(line.strip())


def _read(stream: IO[str], lines: "queue.Queue[str | None]") -> None:
    with stream:
        for line in stream:
            if line.strip():
                lines.put(line)
    lines.put(None)


def _end(process: subprocess.Popen[str]) -> None:
    """Nothing of the command is left, whatever we leave it for; it leads a group of its own."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
