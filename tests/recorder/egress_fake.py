"""An Egress that runs in the test only: it says what the test wants, and its pieces are those of one film."""

import asyncio
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from donfra_live.errors import MediaServerAway, NotFound
from donfra_live.recorder import segments
from donfra_live.recorder.egresses import RUNS, EgressFacts, EgressState
from tests.recorder.pieces import entries, listed

SEEN_AS = "/out"


@dataclass
class Run:
    """stopped: how often it was told to end. known: whether the list has it. in_room: whether it is there."""

    id: str
    session_id: str
    playlist: str
    state: EgressState = EgressState.STARTING
    started: float = 0.0
    error: str = ""
    stopped: int = 0
    known: bool = True
    in_room: bool = True


class FakeEgresses:
    """film: each take's pieces. refusal: raised by every start. silent: one begins and does not answer."""

    def __init__(self, recordings: Path, film: Path) -> None:
        self._recordings, self._film = recordings, film
        self.runs: list[Run] = []
        self.rooms = {"s1"}
        self.refusal: Exception | None = None
        self.silent: BaseException | None = None
        self.deaf = False

    @property
    def last(self) -> Run:
        return self.runs[-1]

    async def start(self, session_id: str, playlist: str, *, grid: bool, audio_only: bool) -> str:
        await asyncio.sleep(0)
        if self.refusal:
            raise self.refusal
        if session_id not in self.rooms:
            raise NotFound
        self.runs.append(Run(f"EG_{len(self.runs) + 1}", session_id, playlist))
        if self.silent:
            raise self.silent
        return self.last.id

    def records(self) -> None:
        self.last.state, self.last.started = EgressState.ACTIVE, time.time()

    def ends(
        self, state: EgressState = EgressState.COMPLETE, error: str = "", *, brings: bool = True
    ) -> None:
        run = self.last
        run.state, run.error = state, error
        if brings:
            self.brings()

    def brings(self, most: int = 99, *, lists: int = 99) -> None:
        """Of the film the pieces up to this one; the list may be some pieces behind."""
        pieces = listed(self._film / segments.LIST)
        for name in [*pieces][:most]:
            shutil.copy(self._film / name, self.folder)
        known = dict([*pieces.items()][: min(most, lists)])
        (self.folder / segments.LIST).write_text(entries(known, ended=most >= len(pieces)))

    @property
    def folder(self) -> Path:
        """Where the last one writes."""
        assert self.last.playlist.startswith(f"{SEEN_AS}/")
        return (self._recordings / self.last.playlist.removeprefix(f"{SEEN_AS}/")).parent

    async def stop(self, egress_id: str) -> None:
        if self.deaf:
            raise MediaServerAway
        run = next(run for run in self.runs if run.id == egress_id)
        run.stopped += 1
        if run.state in RUNS:
            run.state = EgressState.ENDING

    async def facts(self, egress_id: str) -> EgressFacts | None:
        return next((self._facts(run) for run in self.runs if run.id == egress_id and run.known), None)

    async def find(self, session_id: str, playlist: str) -> EgressFacts | None:
        found = (run for run in self.runs if run.playlist == playlist and run.known)
        return next(map(self._facts, found), None)

    @staticmethod
    def _facts(run: Run) -> EgressFacts:
        return EgressFacts(run.id, run.state, run.started, run.error)

    async def is_in_room(self, session_id: str, egress_id: str) -> bool:
        return next(run.in_room for run in self.runs if run.id == egress_id)

    async def has_room(self, session_id: str) -> bool:
        return session_id in self.rooms
