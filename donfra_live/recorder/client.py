"""The app's side: starts recorders, tells them what is wanted, starts them anew when they die.

Nothing is held in memory that would be missed: a recorder goes on when the app is killed, and the next app
finds it by its mark. It imports nothing of the media libraries.
"""

import asyncio
import contextlib
import dataclasses
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import donfra_live
from donfra_live.errors import NotFound
from donfra_live.livekit_server.child import command_of, kept_environment
from donfra_live.recorder.marks import Marks
from donfra_live.recorder.places import (
    Places,
    Status,
    Told,
    folder_of,
    read_job,
    read_status,
    read_wanted,
    write_job,
    write_status,
    write_wanted,
)
from donfra_live.recorder.reasons import DIES, NO_JOB
from donfra_live.recordings.ports import RecordingFacts, RecordingJob
from donfra_live.recordings.rules import (
    OVER,
    RUNNING,
    RecordingStatus,
    check_becomes,
    why_not_start,
)

log = logging.getLogger(__name__)
MODULE = "donfra_live.recorder"
HUNG_SECONDS = 20.0
TRIES, IN_SECONDS = 5, 60.0
SPARE_SECONDS = 3600.0

# Recorders started by this process, kept so that one that has ended leaves no zombie.
_spawned: list["subprocess.Popen[bytes]"] = []

# (session id, identity, seconds) -> the media server's address and a token that lives so long.
Access = Callable[[str, str, float], tuple[str, str]]


class LocalRecorders:
    """The Recorder of recordings/ports.py. reserve: bytes of disk to be free at the start; most: at once."""

    leaves_out = separates = True

    def __init__(self, data_dir: Path, access: Access, *, reserve: int, most: int) -> None:
        self._data_dir, self._access = data_dir, access
        self._reserve, self._most = reserve, most
        self._marks = Marks(data_dir, "recorders")
        self._children: dict[str, int] = {}
        self._starts: dict[str, deque[float]] = {}
        # A start is not looked after in the middle of it: that would start it twice.
        self._busy = Lock()

    def folder(self, session_id: str, recording_id: str) -> Path:
        return folder_of(self._data_dir, session_id, recording_id)

    async def start(self, job: RecordingJob) -> None:
        await asyncio.to_thread(self._start, job)

    def _start(self, job: RecordingJob) -> None:
        with self._busy:
            marks = self._marks.all()
            free = shutil.disk_usage(self._data_dir).free
            if why := why_not_start(free=free, reserve=self._reserve, running=len(marks), most=self._most):
                raise why
            places = Places.made(self._data_dir, job.session_id, job.recording_id)
            write_job(places, job)
            write_status(places, Status(updated=time.time()))
            self._marks.set(job.session_id, job.recording_id)
            self._spawn(places, job)

    async def pause(self, session_id: str, recording_id: str) -> None:
        await self._want(session_id, recording_id, RecordingStatus.PAUSED)

    async def resume(self, session_id: str, recording_id: str) -> None:
        await self._want(session_id, recording_id, RecordingStatus.RECORDING)

    async def stop(self, session_id: str, recording_id: str) -> None:
        await self._want(session_id, recording_id, RecordingStatus.FINISHING)

    def finish(self, session_id: str, recording_id: str) -> None:
        """Makes the file of parts that somebody else has recorded."""
        write_wanted(self._places(session_id, recording_id), RecordingStatus.FINISHING)
        self._marks.set(session_id, recording_id)

    @property
    def unfinished(self) -> int:
        return len(self._marks.all())

    async def _want(self, session_id: str, recording_id: str, wanted: RecordingStatus) -> None:
        facts = await self.facts(session_id, recording_id)
        if facts.status != wanted:
            check_becomes(facts.status, wanted)
            if facts.status == RecordingStatus.FAILED:
                self._starts.pop(recording_id, None)
            await asyncio.to_thread(write_wanted, self._places(session_id, recording_id), wanted)
            self._marks.set(session_id, recording_id)

    async def facts(self, session_id: str, recording_id: str) -> RecordingFacts:
        places = self._places(session_id, recording_id)
        status, wanted = await asyncio.to_thread(lambda: (read_status(places), read_wanted(places)))
        if wanted == RecordingStatus.FINISHING and status.status in RUNNING:
            status = dataclasses.replace(status, status=wanted)
        names = ("status", "seconds", "bytes", "reason", "gaps", "file", "anchors", "scenes", "tracks")
        return RecordingFacts(**{name: getattr(status, name) for name in names})

    async def watch(self) -> bool:
        return await asyncio.to_thread(self._watch)

    def _watch(self) -> bool:
        with self._busy:
            marks = self._marks.all()
            for session_id, recording_id in marks:
                if not self._is_starting(recording_id):
                    self._look_after_alone(session_id, recording_id)
            return bool(marks)

    def _look_after_alone(self, session_id: str, recording_id: str) -> None:
        """What is wrong with this one holds up no other."""
        try:
            self._look_after(self._places(session_id, recording_id), session_id, recording_id)
        except NotFound:
            return  # removed at this moment
        except OSError:
            log.exception("the recorder of %s cannot be looked after; it is tried again", session_id)

    def _is_starting(self, recording_id: str) -> bool:
        """A recorder that we started just now may not hold its lock yet."""
        _spawned[:] = [child for child in _spawned if child.poll() is None]
        if self._children.get(recording_id) not in {child.pid for child in _spawned}:
            return False
        return time.monotonic() - self._starts[recording_id][-1] < HUNG_SECONDS / 2

    def _look_after(self, places: Places, session_id: str, recording_id: str) -> None:
        status = read_status(places)
        if not places.lock().is_free():
            if time.time() - status.updated > HUNG_SECONDS and status.status in RUNNING:
                self._kill(places, status.pid)
            return
        if status.status in OVER and not self._is_asked_again(places, status):
            self._unmark(session_id, recording_id)
            return
        starts = self._starts.get(recording_id, deque())
        if len(starts) == TRIES and time.monotonic() - starts[0] < IN_SECONDS:
            now = time.time()
            failed = dataclasses.replace(status, status=RecordingStatus.FAILED, reason=DIES, updated=now)
            write_status(places, failed)
            write_wanted(places, RecordingStatus.RECORDING)
            return
        try:
            job = read_job(places)
        except (ValueError, TypeError, KeyError):
            write_status(places, dataclasses.replace(status, status=RecordingStatus.FAILED, reason=NO_JOB))
            return
        if starts:
            log.warning("the recorder of %s has ended. It is started again", session_id)
        self._spawn(places, job)

    @staticmethod
    def _kill(places: Places, pid: int) -> None:
        """Not whoever has the number of one that died: the next one says nothing before it is in the room."""
        if f"{MODULE} {places.folder}" in command_of(pid):
            log.warning("the recorder in %s hangs and is killed", places.folder)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @staticmethod
    def _is_asked_again(places: Places, status: Status) -> bool:
        """A failed one whose parts are to be joined once more: told so after it failed."""
        wanted = places.wanted
        return (
            status.status == RecordingStatus.FAILED
            and read_wanted(places) == RecordingStatus.FINISHING
            and wanted.stat().st_mtime > status.updated
        )

    def _spawn(self, places: Places, job: RecordingJob) -> None:
        """A session of its own keeps it from the signals of our terminal."""
        life = job.longest_seconds + SPARE_SECONDS
        url, token = self._access(job.session_id, f"recorder-{job.recording_id}", life)
        with places.log.open("ab") as log_file:
            child = subprocess.Popen(  # noqa: S603  # our own program
                [sys.executable, "-m", MODULE, str(places.folder)],
                stdin=subprocess.PIPE,
                stdout=log_file,
                stderr=log_file,
                cwd=Path(donfra_live.__file__).parent.parent,
                env=kept_environment(),
                start_new_session=True,
            )
        told = json.dumps(dataclasses.asdict(Told(url, token, self._reserve)))
        self._hand_over(child, told)
        self._children[job.recording_id] = child.pid
        _spawned.append(child)
        self._starts.setdefault(job.recording_id, deque(maxlen=TRIES)).append(time.monotonic())

    @staticmethod
    def _hand_over(child: "subprocess.Popen[bytes]", told: str) -> None:
        """To one that has died already as well: the next round sees that it has."""
        if child.stdin is not None:
            with contextlib.suppress(BrokenPipeError), child.stdin as pipe:
                pipe.write(told.encode())

    def _places(self, session_id: str, recording_id: str) -> Places:
        places = Places(self.folder(session_id, recording_id))
        if not places.job.exists():
            raise NotFound("There is no such recording.")
        return places

    def _unmark(self, session_id: str, recording_id: str) -> None:
        self._marks.clear(session_id, recording_id)
        self._children.pop(recording_id, None)
        self._starts.pop(recording_id, None)
