"""The production app as a user starts it, `scripts/serve`, on free ports with a data folder of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from livekit import api

from donfra_live.livekit_server.keys import load_or_create
from tests.app_process import ROOT
from tests.ports import free_port

ELSEWHERE = "live.test"
NAMED_ELSEWHERE = f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"


@dataclass
class Serving:
    """Started once per run; `kill` and `start` again are for tests of restarts."""

    folder: Path
    port: int = field(default_factory=free_port)
    ports: tuple[int, int, int] = field(default_factory=lambda: (free_port(), free_port(), free_port()))
    oidc_port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextlib.contextmanager
    def running(cls, folder: Path, **settings: str) -> Iterator["Serving"]:
        """settings: of the environment, over those of every test."""
        app = cls(folder, settings=settings)
        try:
            app.start()
            yield app
        finally:
            app.stop()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def elsewhere(self) -> str:
        """The same app by a name that is not loopback, for browsers with NAMED_ELSEWHERE: no https."""
        return f"http://{ELSEWHERE}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        signal_port, tcp, udp = map(str, self.ports)
        return {
            **os.environ,
            "PORT": str(self.port),
            "ALLOWED_ORIGINS": f"{self.url},http://127.0.0.1:{self.port},{self.elsewhere}",
            "DONFRA_DATA_DIR": str(self.folder / "data"),
            "LIVEKIT_PORT": signal_port,
            "LIVEKIT_TCP_PORT": tcp,
            "LIVEKIT_UDP_PORT": udp,
            "LIVEKIT_NODE_IP": "127.0.0.1",  # tests send media to loopback only, see with_firefox.py
            "CREATES_PER_MINUTE": "1000",
            "JOINS_PER_MINUTE": "1000",
            "REQUESTS_PER_BROWSER": "1000",
            "SIGN_INS_PER_MINUTE": "1000",
            "TRIES_PER_ACCOUNT": "1000",
            # Asked only when somebody signs in there: tests/browser/test_accounts.py starts it.
            "OIDC_ISSUER": f"http://127.0.0.1:{self.oidc_port}",
            "OIDC_CLIENT_ID": "donfra",
            "OIDC_CLIENT_SECRET": "a secret of the tests",
            "OIDC_NAME": "Our ID",
            "RECONCILE_SECONDS": "2",
            "RECORDING_QUOTA_BYTES": "20000000000",
            "WEBHOOKS_TO_PRIVATE_NETWORKS": "true",
            **self.settings,
        }

    def start(self, seconds: float = 110, health: int = 200) -> None:
        """health: what /api/health answers once it is up."""
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
                if httpx.get(f"{self.url}/api/health", timeout=3).status_code == health:
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

    @property
    def media_pid(self) -> int:
        state = json.loads((self.folder / "data" / "livekit" / "state.json").read_text())
        return int(state["pid"])

    def delete_room(self, session_id: str) -> None:
        """As somebody with the media server's key does it, past the app."""
        keys = load_or_create(self.folder / "data")
        grants = api.VideoGrants(room_create=True)
        token = api.AccessToken(keys.key, keys.secret).with_grants(grants).to_jwt()
        self.ask_room("DeleteRoom", token, room=session_id)

    def ask_room(self, method: str, token: str, **fields: str) -> dict[str, Any]:
        """LiveKit's own API; the host_token of REST is good for its room."""
        url = f"http://127.0.0.1:{self.ports[0]}/twirp/livekit.RoomService/{method}"
        headers = {"Authorization": f"Bearer {token}"}
        answer: dict[str, Any] = httpx.post(url, json=fields, headers=headers).raise_for_status().json()
        return answer

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
