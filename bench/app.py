"""The production app as a user starts it, `scripts/serve`, on free ports with a data folder of its own."""

import asyncio
import contextlib
import json
import os
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx

from bench import machine
from bench.children import ROOT, HelperFailed, end

MANY = "1000000"


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class MediaServer(NamedTuple):
    """Where the app's own media server is, as it wrote itself; its ports are on 127.0.0.1."""

    pid: int
    port: int
    udp_port: int


class App:
    """media_address: where browsers send media to; a second loopback address when a relay stands there."""

    def __init__(self, folder: Path, media_address: str = "127.0.0.1") -> None:
        self.folder, self.media_address = folder, media_address
        self.port = free_port()
        self.media_ports = free_port(), free_port(), free_port(socket.SOCK_DGRAM)
        self.process: Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        signal_port, tcp_port, udp_port = map(str, self.media_ports)
        hosts = ("127.0.0.1", "localhost", self.media_address)
        return {
            **os.environ,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "ALLOWED_ORIGINS": ",".join(f"http://{host}:{self.port}" for host in hosts),
            "DONFRA_DATA_DIR": str(self.folder / "data"),
            "LIVEKIT_NODE_IP": self.media_address,
            "LIVEKIT_PORT": signal_port,
            "LIVEKIT_TCP_PORT": tcp_port,
            "LIVEKIT_UDP_PORT": udp_port,
            "CREATES_PER_MINUTE": MANY,
            "JOINS_PER_MINUTE": MANY,
            "REQUESTS_PER_BROWSER": MANY,
        }

    async def start(self, seconds: float = 180) -> None:
        """Builds the pages first where that is needed."""
        with (self.folder / "serve.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                ROOT / "scripts" / "serve",
                cwd=ROOT, env=self.environment, stdin=DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + seconds
        async with httpx.AsyncClient(timeout=3) as client:
            while time.monotonic() < deadline and self.process.returncode is None:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"{self.url}/api/health")).status_code == 200:
                        return
                await asyncio.sleep(0.1)
        log_text = (self.folder / "serve.log").read_text(errors="replace")
        raise HelperFailed(f"the app did not come up:\n{log_text[-3000:]}")

    async def stop(self) -> None:
        """The app with its workers, then its media server, which would wait for the next app."""
        if self.process is not None:
            await end(self.process, group=True)
        stopping = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "donfra_live.livekit_server", "--stop",
            cwd=ROOT, env=self.environment, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL,
        )  # fmt: skip
        try:
            await asyncio.wait_for(stopping.wait(), 30)
        finally:
            await end(stopping)

    def spent(self) -> machine.Spent:
        """By all processes of the app, the media server not among them."""
        return machine.spent(machine.group(self.process.pid) if self.process else [])

    @property
    def media_server(self) -> MediaServer:
        state = json.loads((self.folder / "data" / "livekit" / "state.json").read_text())
        return MediaServer(int(state["pid"]), int(state["port"]), int(state["udp_port"]))

    async def create(self, **fields: Any) -> dict[str, Any]:
        """A session made by REST: on air at once."""
        body = {"title": "Benchmark", "owner_name": "Bench", **fields}
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.post(f"{self.url}/api/live/create", json=body)
        created: dict[str, Any] = answer.raise_for_status().json()
        return created


@contextlib.asynccontextmanager
async def running(media_address: str = "127.0.0.1") -> AsyncIterator[App]:
    with TemporaryDirectory(prefix="donfra-bench-") as folder:
        app = App(Path(folder), media_address)
        try:
            await app.start()
            yield app
        finally:
            await app.stop()
