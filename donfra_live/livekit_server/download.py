"""Downloads the official release of the pinned LiveKit and checks it against the release's checksums."""

import hashlib
import http.client
import platform
import shutil
import tarfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from donfra_live.livekit_server.config import VERSION
from donfra_live.livekit_server.files import Say
from donfra_live.livekit_server.steps import SAY_EVERY, Passed

CONNECT_SECONDS = 5.0
FIRST_ANSWER_SECONDS = 12.0
READ_SECONDS = 20.0
# ValueError: an address that is none.
BROKEN = (OSError, ValueError, http.client.HTTPException)
# Not httpx: importing it would take a third of the supervisor's start.
WEB = urllib.request.build_opener()
MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64", "armv7l": "armv7"}


def download(base: str, work: Path, say: Say) -> Path:
    """The binary of the release for this platform, in the folder `work`.

    Raises:
        Passed: no answer, no release for this platform, or a wrong checksum.
    """
    name = f"livekit_{VERSION}_{platform.system().lower()}_{_machine()}.tar.gz"
    say(f"Looking for the release of LiveKit {VERSION} at {base}.")
    expected = _checksum(_checksums(f"{base}/v{VERSION}/checksums.txt"), name)
    archive = work / name
    _fetch(f"{base}/v{VERSION}/{name}", archive, say)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != expected:
        raise Passed(f"the checksum of {name} is wrong, the download was thrown away")
    return _unpack(archive, work / "livekit-server")


def _machine() -> str:
    machine = platform.machine().lower()
    return MACHINES.get(machine, machine)


def _checksums(url: str) -> str:
    """The release's checksums; in a thread, because looking up a name has no time limit of its own."""
    answer: list[str] = []
    problem: list[str] = ["no answer"]

    def ask() -> None:
        try:
            with WEB.open(url, timeout=CONNECT_SECONDS) as response:
                answer.append(response.read().decode(errors="replace"))
        except BROKEN as error:
            problem[0] = _why(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(FIRST_ANSWER_SECONDS)
    if not answer:
        raise Passed(f"the release of LiveKit {VERSION} cannot be downloaded ({problem[0]})")
    return answer[0]


def _why(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        return f"status {error.code}"
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    return str(reason) or type(error).__name__


def _checksum(text: str, name: str) -> str:
    for line in text.splitlines():
        digest, _, file = line.partition(" ")
        if file.strip().lstrip("*") == name:
            return digest.lower()
    raise Passed(f"LiveKit {VERSION} has no release for this platform ({name})")


def _fetch(url: str, to: Path, say: Say) -> None:
    try:
        with WEB.open(url, timeout=READ_SECONDS) as response, to.open("wb") as file:
            total = int(response.headers.get("Content-Length", 0))
            for piece in _with_progress(iter(lambda: response.read(65_536), b""), total, say):
                file.write(piece)
    except BROKEN as error:
        raise Passed(f"the download of {to.name} broke off ({_why(error)})") from None


def _with_progress(pieces: Iterator[bytes], total: int, say: Say) -> Iterator[bytes]:
    said, done = time.monotonic(), 0
    for piece in pieces:
        done += len(piece)
        if time.monotonic() - said >= SAY_EVERY:
            said = time.monotonic()
            of = f" of {total / 1e6:.0f}" if total else ""
            say(f"Downloading LiveKit: {done / 1e6:.0f}{of} MB.")
        yield piece


def _unpack(archive: Path, to: Path) -> Path:
    """Only the one file, by name: nothing else in the archive touches the disk."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            member = next((m for m in tar if m.isfile() and Path(m.name).name == "livekit-server"), None)
            source = tar.extractfile(member) if member else None
            if source is None:
                raise Passed(f"{archive.name} holds no livekit-server")
            with source, to.open("wb") as file:
                shutil.copyfileobj(source, file)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise Passed(f"{archive.name} cannot be unpacked ({error})") from None
    to.chmod(0o755)
    return to
