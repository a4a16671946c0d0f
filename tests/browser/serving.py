"""The production app as a user starts it, `scripts/serve`, on free ports with a data folder of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.app_process import ROOT, free_port


@dataclass
class Serving:
    """Started once per run; `kill` and `start` again are for tests of restarts."""

    folder: Path
    port: int = field(default_factory=free_port)
    ports: tuple[int, int, int] = field(default_factory=lambda: (free_port(), free_port(), free_port()))
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        signal_port, tcp, udp = map(str, self.ports)
        return {
            **os.environ,
            "PORT": str(self.port),
            "DONFRA_DATA_DIR": str(self.folder / "data"),
            "LIVEKIT_PORT": signal_port,
            "LIVEKIT_TCP_PORT": tcp,
            "LIVEKIT_UDP_PORT": udp,
            "CREATES_PER_MINUTE": "1000",
            "JOINS_PER_MINUTE": "1000",
            "REQUESTS_PER_BROWSER": "1000",
            "RECONCILE_SECONDS": "2",
        }

    def start(self, seconds: float = 110) -> None:
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [ROOT / "scripts" / "serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/api/health", timeout=3).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"the app did not come up:\n{self.log}")

    @property
    def log(self) -> str:
        return (self.folder / "serve.log").read_text(errors="replace")

    def kill(self) -> None:
        """kill -9 of the app and its workers, one process group; the media server is not in it."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    def kill_media_server(self) -> None:
        state = json.loads((self.folder / "data" / "livekit" / "state.json").read_text())
        os.kill(int(state["pid"]), signal.SIGKILL)

    def stop(self) -> None:
        self.kill()
        stop = [sys.executable, "-m", "donfra_live.livekit_server", "--stop"]
        subprocess.run(stop, cwd=ROOT, env=self.environment, check=False, timeout=30, capture_output=True)

    def create(self, **fields: Any) -> dict[str, Any]:
        """A session made by REST: on air at once."""
        body = {"title": "A session", "owner_name": "Rest Host", **fields}
        answer: dict[str, Any] = (
            httpx.post(f"{self.url}/api/live/create", json=body).raise_for_status().json()
        )
        return answer

    def end(self, created: dict[str, Any]) -> None:
        body = {"session_id": created["session_id"], "host_key": created["host_key"]}
        httpx.post(f"{self.url}/api/live/end", json=body).raise_for_status()
