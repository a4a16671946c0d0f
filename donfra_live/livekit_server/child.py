"""The livekit-server process itself: start, is it ready, stop, and what a killed supervisor left behind."""

import contextlib
import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

POLL = 0.02
STOP_SECONDS = 3.0
PR_SET_PDEATHSIG = 1
KEPT_ENV = (
    "PATH",
    "HOME",
    "TMPDIR",
    "TZ",
    "LANG",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GOMAXPROCS",
    "GOMEMLIMIT",
)


def spawn(binary: Path, config: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start livekit-server; on Linux it dies with us, whatever we die of."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [binary, "--config", config], env=kept_environment(), stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, cwd=config.parent, preexec_fn=die_with_parent(),
        )  # fmt: skip


def kept_environment() -> dict[str, str]:
    """For programs of ours that read no settings: LiveKit takes LIVEKIT_PORT and many more over its file."""
    return {name: os.environ[name] for name in KEPT_ENV if name in os.environ}


def die_with_parent() -> Callable[[], None] | None:
    """What a child runs before its program, so that it ends when we do; only Linux can do this."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def prepare() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def is_ready(url: str) -> bool:
    """Whether livekit-server answers there that it is ready."""
    return _answer(url, 1.0) == http.HTTPStatus.OK


def is_answering(url: str, seconds: float) -> bool:
    """Whether anything at all comes back in that time: a process that hangs keeps its port open."""
    return _answer(url, seconds) != 0


def _answer(url: str, seconds: float) -> int:
    """The status of the answer, 0 without one."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=seconds)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop at once: the first signal alone would wait for everybody to leave."""
    deadline = time.monotonic() + STOP_SECONDS
    signals = [signal.SIGTERM, signal.SIGTERM]
    while process.poll() is None and time.monotonic() < deadline:
        if signals:
            process.send_signal(signals.pop())
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    if process.poll() is None:
        process.kill()
        process.wait()


def command_of(pid: int) -> str:
    """The command line of a process, empty when there is none."""
    if pid <= 1:
        return ""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    answer = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout


def kill_leftover(pid: int, config: Path) -> bool:
    """Kill the server of a supervisor that is gone, if this pid really is one with our configuration."""
    if f"--config {config}" not in command_of(pid):
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + STOP_SECONDS
    while command_of(pid) and time.monotonic() < deadline:
        time.sleep(POLL)
    return True
