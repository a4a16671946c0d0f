"""Helpers of the tests that start real programs: a free port, and waiting for an answer."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 30) -> httpx.Response:
    """The first answer below 500, while the process lives."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            answer = httpx.get(url)
            if answer.status_code < 500:
                return answer
        time.sleep(0.05)
    raise AssertionError(f"{url} did not answer; the process {process.args!r} ended with {process.poll()}")


@contextlib.contextmanager
def running(command: list[str | Path], log: Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, **options)
        try:
            yield process
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask twice: the media server goes at once only at the second signal; what is left then is killed."""
    for end in (process.terminate, process.terminate, process.kill):
        end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
            return
    raise AssertionError(f"{process.args!r} did not end")
