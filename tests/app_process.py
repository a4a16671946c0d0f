"""The app as processes of its own on free ports, for tests that stand outside it; always stopped by pid."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.ports import free_port

ROOT = Path(__file__).parent.parent


@dataclass
class RestApp:
    """The REST API with its own data folder and media server, started by `start` as often as a test likes."""

    data: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    livekit_port: int = field(default_factory=free_port)
    tcp_port: int = field(default_factory=free_port)
    udp_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    target: str = "tests.rest_app:app"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PORT": str(self.port),
            "DONFRA_DATA_DIR": str(self.data),
            "LIVEKIT_PORT": str(self.livekit_port),
            "LIVEKIT_TCP_PORT": str(self.tcp_port),
            "LIVEKIT_UDP_PORT": str(self.udp_port),
            "LIVEKIT_NODE_IP": "127.0.0.1",
            "RECONCILE_SECONDS": "1",
            **self.environment,
        }

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", self.target]
        with (self.data.parent / "app.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(self.port)],
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_healthy(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        answer = "nothing"
        while time.monotonic() < end:
            with contextlib.suppress(httpx.HTTPError):
                response = httpx.get(f"{self.url}/api/health", timeout=3)
                answer = response.text
                if response.status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"not healthy after {seconds} s: {answer}\n{self.log}")

    @property
    def log(self) -> str:
        return (self.data.parent / "app.log").read_text(errors="replace")

    def kill(self) -> None:
        """kill -9 of the app and its workers; the media server is none of them."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        self.kill()
        subprocess.run(
            [sys.executable, "-m", "donfra_live.livekit_server", "--stop"],
            cwd=ROOT,
            env=self._environment(),
            check=False,
            capture_output=True,
        )


@contextlib.contextmanager
def running(folder: Path, **environment: str) -> Iterator[RestApp]:
    app = RestApp(folder / "data", environment)
    try:
        app.start()
        app.wait_healthy()
        yield app
    finally:
        app.stop()
