"""An Egress that runs in the test only: it says what the test wants, and its files are copies of one film."""

import asyncio
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from donfra_live.errors import MediaServerAway, NotFound
from donfra_live.recorder.egresses import RUNS, EgressFacts, EgressState

SEEN_AS = "/out"


@dataclass
class Run:
    """stopped: how often it was told to end. known: whether the list has it. in_room: whether it is there."""

    id: str
    session_id: str
    file: str
    state: EgressState = EgressState.STARTING
    started: float = 0.0
    seconds: float = 0.0
    error: str = ""
    stopped: int = 0
    known: bool = True
    in_room: bool = True


class FakeEgresses:
    """film: what every take is. refusal: raised by each start. silent: a start begins and does not answer."""

    def __init__(self, recordings: Path, film: Path, seconds: float) -> None:
        self._recordings, self._film, self._seconds = recordings, film, seconds
        self.runs: list[Run] = []
        self.rooms = {"s1"}
        self.refusal: Exception | None = None
        self.silent: BaseException | None = None
        self.deaf = False

    @property
    def last(self) -> Run:
        return self.runs[-1]

    async def start(self, session_id: str, file: str, *, grid: bool, audio_only: bool) -> str:
        await asyncio.sleep(0)
        if self.refusal:
            raise self.refusal
        if session_id not in self.rooms:
            raise NotFound
        self.runs.append(Run(f"EG_{len(self.runs) + 1}", session_id, file))
        if self.silent:
            raise self.silent
        return self.last.id

    def records(self) -> None:
        self.last.state, self.last.started = EgressState.ACTIVE, time.time()

    def ends(self, state: EgressState = EgressState.COMPLETE, error: str = "", *, file: bool = True) -> None:
        run = self.last
        run.state, run.error = state, error
        if file:
            assert run.file.startswith(f"{SEEN_AS}/")
            shutil.copy(self._film, self._recordings / run.file.removeprefix(f"{SEEN_AS}/"))
            run.seconds = self._seconds

    async def stop(self, egress_id: str) -> None:
        if self.deaf:
            raise MediaServerAway
        run = next(run for run in self.runs if run.id == egress_id)
        run.stopped += 1
        if run.state in RUNS:
            run.state = EgressState.ENDING

    async def facts(self, egress_id: str) -> EgressFacts | None:
        return next((self._facts(run) for run in self.runs if run.id == egress_id and run.known), None)

    async def find(self, session_id: str, file: str) -> EgressFacts | None:
        return next((self._facts(run) for run in self.runs if run.file == file and run.known), None)

    @staticmethod
    def _facts(run: Run) -> EgressFacts:
        return EgressFacts(run.id, run.state, run.started, run.seconds, run.error)

    async def is_in_room(self, session_id: str, egress_id: str) -> bool:
        return next(run.in_room for run in self.runs if run.id == egress_id)

    async def has_room(self, session_id: str) -> bool:
        return session_id in self.rooms
