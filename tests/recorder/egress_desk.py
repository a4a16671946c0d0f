"""A data folder with recorders that let an Egress record, for tests that run no media server."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from donfra_live.recorder.client import LocalRecorders
from donfra_live.recorder.egress import EgressRecorders
from donfra_live.recorder.places import Places, read_status
from donfra_live.recordings.ports import RecordingFacts, RecordingJob
from donfra_live.recordings.rules import RecordingStatus
from donfra_live.tasks import Tasks
from tests.recorder.egress_fake import SEEN_AS, FakeEgresses
from tests.recorder.pieces import PiecesWriter
from tests.recorder.test_files import write

JOB = RecordingJob("r1", "s1", "Algebra")
IDS = ("s1", "r1")
SECONDS = 3.0


class Desk:
    """A data folder with its recorders, which an app that starts anew makes again."""

    def __init__(self, data: Path, pieces: Path) -> None:
        self.data = data
        self.film = pieces
        self.egress = FakeEgresses(data / "recordings", pieces)
        self.places = Places(data / "recordings" / "s1" / "r1")
        self.tasks = Tasks()
        self.recorders = self.new_app()

    def new_app(self, *, reserve: int = 0, most: int = 1) -> EgressRecorders:
        own = LocalRecorders(self.data, lambda *_: ("", ""), reserve=reserve, most=most)
        folder = PurePosixPath(SEEN_AS)
        return EgressRecorders(
            self.data, self.egress, own, self.tasks, seen_as=folder, reserve=reserve, most=most
        )

    @property
    def status(self) -> RecordingStatus:
        return read_status(self.places).status

    async def is_(self, *wanted: RecordingStatus) -> None:
        await self.until(lambda: self.status in wanted)

    async def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 30
        while not holds():
            assert time.monotonic() < end, (read_status(self.places), self.egress.runs)
            await self.recorders.watch()
            await asyncio.sleep(0.01)

    async def records(self, since: float = 0.0) -> None:
        self.egress.records()
        self.egress.last.started -= since
        await self.is_(RecordingStatus.RECORDING)

    async def ends_well(self) -> RecordingFacts:
        """Told to end, Egress does so, and the file is made."""
        await self.recorders.stop(*IDS)
        self.egress.ends()
        await self.is_(RecordingStatus.READY)
        return await self.recorders.facts(*IDS)


def pieces_of(folder: Path, seconds: float) -> Path:
    folder.mkdir()
    write(folder / "film", seconds, 440, kind=PiecesWriter).close()
    return folder
