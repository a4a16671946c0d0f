"""Recorders on a real media server, looked after as the app does it."""

import asyncio
import contextlib
import logging
import os
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import av

from donfra_live.livekit_gateway.client import Endpoint, LiveKitClient
from donfra_live.livekit_gateway.egress import LiveKitEgress
from donfra_live.livekit_gateway.tokens import LiveKitTokens
from donfra_live.recorder.client import LocalRecorders
from donfra_live.recorder.egress import EgressRecorders
from donfra_live.recorder.places import Places, Status, read_status
from donfra_live.recordings.ports import RecordingFacts, RecordingJob
from donfra_live.recordings.rules import RecordingStatus
from donfra_live.tasks import Tasks
from tests import app_process
from tests.livekit.egress_double import SEEN_AS, EgressDouble
from tests.livekit.peer import Peer
from tests.livekit.people import until
from tests.livekit.studio import Camera, Microphone
from tests.recorder import film

log = logging.getLogger(__name__)
RESERVE = 50_000_000
Recorders = LocalRecorders | EgressRecorders


def endpoint(app: app_process.RestApp) -> Endpoint:
    key, _, secret = (app.data / "livekit" / "keys").read_text().strip().partition(": ")
    return Endpoint(f"http://127.0.0.1:{app.livekit_port}", key, secret, app.livekit_port)


@dataclass
class Take:
    """One recording of a session, and short words for what a host does with it. egress: who records then."""

    app: app_process.RestApp
    session_id: str
    data: Path
    reserve: int = RESERVE
    recording_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    egress: EgressDouble | None = None
    clients: list[LiveKitClient] = field(default_factory=list)
    tasks: Tasks = field(default_factory=Tasks)

    def __post_init__(self) -> None:
        self.recorders = self.new_app()

    def new_app(self) -> Recorders:
        """As an app that was started just now knows them."""
        tokens = LiveKitTokens(
            lambda: endpoint(self.app), life=timedelta(minutes=1), public_url="", managed=True
        )
        own = LocalRecorders(self.data, tokens.for_recorder, reserve=self.reserve, most=9)
        if self.egress is None:
            return own
        self.clients.append(LiveKitClient(self.egress.endpoint))
        by = LiveKitEgress(self.clients[-1])
        return EgressRecorders(
            self.data, by, own, self.tasks, seen_as=PurePosixPath(SEEN_AS), reserve=self.reserve, most=9
        )

    @property
    def places(self) -> Places:
        return Places(self.recorders.folder(self.session_id, self.recording_id))

    @property
    def status(self) -> Status:
        return read_status(self.places)

    @property
    def file(self) -> Path:
        return self.places.folder / self.status.file

    async def facts(self) -> RecordingFacts:
        return await self.recorders.facts(self.session_id, self.recording_id)

    async def start(self, **more: Any) -> None:
        await self.recorders.start(RecordingJob(self.recording_id, self.session_id, "Algebra", **more))
        await self.until(RecordingStatus.RECORDING)

    async def until(self, *status: RecordingStatus, seconds: float = 20) -> float:
        took = await until(f"a recording that is {status}", lambda: self.status.status in status, seconds)
        assert self.status.status in status, self.log
        return took

    async def has(self, seconds: float) -> None:
        await until(f"{seconds} s recorded", lambda: self.status.seconds >= seconds, seconds + 20)

    async def stop(self) -> RecordingFacts:
        await self.recorders.stop(self.session_id, self.recording_id)
        await self.until(RecordingStatus.READY, RecordingStatus.FAILED)
        return await self.facts()

    def shows(self, colour: str, x: int = 640) -> bool:
        """Whether what is being written now has this colour, in the middle or that far from the left."""
        part = self.places.part(self.status.part, audio_only=False)
        try:
            return film.colour_at(film.newest_frame(part), x, 360) == colour
        except av.FFmpegError:  # nothing of it is on the disk yet
            return False

    async def shows_for(self, colour: str, seconds: float) -> None:
        """Until it has had this colour for so long; what stood there before may go once more."""
        since: list[float] = []

        def steady() -> bool:
            since[:] = (since or [self.status.seconds]) if self.shows(colour) else []
            return bool(since) and self.status.seconds - since[0] >= seconds

        await until(f"{seconds} s of {colour}", steady, seconds + 30)

    @property
    def log(self) -> str:
        return self.places.log.read_text(errors="replace") if self.places.log.exists() else ""


@contextlib.asynccontextmanager
async def watched(take: Take) -> AsyncIterator[Take]:
    """Looked after all the time; whatever it left running at the end is ended."""

    async def watch() -> None:
        while True:
            try:
                await take.recorders.watch()
            except Exception:
                log.exception("the watch failed")  # pytest shows it with the test that fails of it
                raise
            await asyncio.sleep(0.2)

    watching = asyncio.create_task(watch())
    try:
        yield take
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await take.tasks.close()
        for client in take.clients:
            await client.close()
        for pid in recorder_pids(take.places.folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)


def recorder_pids(folder: Path) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if "donfra_live.recorder" in words and str(folder) in words:
                found.append(int(process.name))
    return found


@contextlib.asynccontextmanager
async def on_air(peer: Peer, *parts: Camera | Microphone) -> AsyncIterator[float]:
    """Everything is published and sends by one clock, whose beginning is given."""
    for part in parts:
        await part.publish()
    start = asyncio.get_running_loop().time()
    sending = [asyncio.create_task(part.run(start)) for part in parts]
    try:
        yield start
    finally:
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
