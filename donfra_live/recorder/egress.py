"""The other recorder: LiveKit Egress records, for places that have it. Same folders, same states as our own.

Egress writes a take of its own and puts it into the recording's folder second by second; our own process
joins the takes and makes poster and pictures. See docs/features/recording.md.
"""

import asyncio
import contextlib
import dataclasses
import fcntl
import logging
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path, PurePath
from typing import TextIO

from donfra_live.errors import MediaServerAway, NotFound
from donfra_live.recorder import reasons
from donfra_live.recorder.client import LocalRecorders
from donfra_live.recorder.egress_run import EgressRun
from donfra_live.recorder.egresses import RUNS, Egresses
from donfra_live.recorder.marks import Marks
from donfra_live.recorder.places import (
    Places,
    Status,
    write_job,
    write_status,
    write_wanted,
)
from donfra_live.recordings.ports import RecordingFacts, RecordingJob
from donfra_live.recordings.rules import RecordingStatus, check_becomes, why_not_start
from donfra_live.tasks import Tasks

log = logging.getLogger(__name__)
LOOK_SECONDS, LOCK_LOOK_SECONDS, STRAY_SECONDS = 1.0, 0.02, 60.0
LOCK = "egress.lock"
NO_ROOM = "The room of this session is not open at this moment. Try again in a few seconds."


class EgressRecorders:
    """The Recorder of recordings/ports.py. own: joins the takes, and looks after recordings of its own.

    tasks: where what goes on beside runs. seen_as: where Egress sees our folder of recordings. reserve, most:
    as for our own.
    """

    leaves_out = separates = False

    def __init__(
        self,
        data_dir: Path,
        egresses: Egresses,
        own: LocalRecorders,
        tasks: Tasks,
        *,
        seen_as: PurePath,
        reserve: int,
        most: int,
    ) -> None:
        self._data_dir, self._egresses, self._own, self._tasks = data_dir, egresses, own, tasks
        self._seen_as, self._reserve, self._most = seen_as, reserve, most
        self._marks = Marks(data_dir, "egress")
        self._looked = 0.0

    def folder(self, session_id: str, recording_id: str) -> Path:
        return self._own.folder(session_id, recording_id)

    async def start(self, job: RecordingJob) -> None:
        places = await asyncio.to_thread(self._prepare, job)
        async with _alone(places):
            try:
                await self._begin(places)
            except MediaServerAway:
                # before the watch gets at it, which would try again
                await asyncio.to_thread(self._forget, places, job)
                raise

    def _prepare(self, job: RecordingJob) -> Places:
        running = len(self._marks.all()) + self._own.unfinished
        free = shutil.disk_usage(self._data_dir).free
        if why := why_not_start(free=free, reserve=self._reserve, running=running, most=self._most):
            raise why
        places = Places(self.folder(job.session_id, job.recording_id))
        try:
            Places.made(self._data_dir, job.session_id, job.recording_id)
            write_job(places, job)
            write_status(places, Status(updated=time.time()))
            (places.folder / LOCK).touch(0o600)
            places.open_to_others()
        except OSError as error:
            log.error("the folder of recordings cannot be used: %s", error)
            self._forget(places, job)
            raise MediaServerAway(reasons.NO_FOLDER) from error
        self._marks.set(job.session_id, job.recording_id)
        return places

    def _forget(self, places: Places, job: RecordingJob) -> None:
        self._marks.clear(job.session_id, job.recording_id)
        shutil.rmtree(places.folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # there are others of this session
            places.folder.parent.rmdir()

    async def _begin(self, places: Places) -> None:
        """Raises MediaServerAway."""
        run = self._run(places)
        try:
            await run.begin()
            run.say()
        except NotFound as error:
            raise MediaServerAway(NO_ROOM) from error
        finally:
            self._note_stray(run, places)

    async def pause(self, session_id: str, recording_id: str) -> None:
        """Raises MediaServerAway when it goes on recording: who asked must know."""
        if not self._marks.has(session_id, recording_id):
            await self._own.pause(session_id, recording_id)
            return
        async with self._told(session_id, recording_id, RecordingStatus.PAUSED) as places:
            if places is None:
                return
            write_wanted(places, RecordingStatus.PAUSED)
            try:
                await self._look_after(places)
            except MediaServerAway:
                write_wanted(places, RecordingStatus.RECORDING)
                raise

    async def resume(self, session_id: str, recording_id: str) -> None:
        """Raises MediaServerAway when it stays paused."""
        if not self._marks.has(session_id, recording_id):
            await self._own.resume(session_id, recording_id)
            return
        async with self._told(session_id, recording_id, RecordingStatus.RECORDING) as places:
            if places is None:
                return
            if self._run(places).is_idle:  # else the watch goes on once the take before is finished
                await self._begin(places)
            write_wanted(places, RecordingStatus.RECORDING)
            self._run(places).say()

    async def stop(self, session_id: str, recording_id: str) -> None:
        if not self._marks.has(session_id, recording_id):
            await self._own.stop(session_id, recording_id)
            return
        async with self._told(session_id, recording_id, RecordingStatus.FINISHING) as places:
            if places is not None:
                write_wanted(places, RecordingStatus.FINISHING)
                with contextlib.suppress(MediaServerAway):  # the watch tells it again
                    await self._look_after(places)

    @contextlib.asynccontextmanager
    async def _told(
        self, session_id: str, recording_id: str, wanted: RecordingStatus
    ) -> AsyncIterator[Places | None]:
        """None: it is so already. Raises NotFound, WrongState."""
        await self.facts(session_id, recording_id)
        places = Places(self.folder(session_id, recording_id))
        async with _alone(places):
            status = (await self.facts(session_id, recording_id)).status
            if status != wanted:
                check_becomes(status, wanted)
            yield None if status == wanted else places

    async def facts(self, session_id: str, recording_id: str) -> RecordingFacts:
        facts = await self._own.facts(session_id, recording_id)
        return dataclasses.replace(facts, gaps=tuple(gap for gap in facts.gaps if gap.lost))

    async def watch(self) -> bool:
        is_joining = await self._own.watch()
        marks = await asyncio.to_thread(self._marks.all)
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            for session_id, recording_id in marks:
                await self._look_after_alone(Places(self.folder(session_id, recording_id)))
            self._looked = time.monotonic()
        return is_joining or bool(marks)

    async def _look_after_alone(self, places: Places) -> None:
        try:
            async with _alone(places):
                await self._look_after(places)
        except FileNotFoundError:
            log.info("%s was removed meanwhile", places.folder)
        except MediaServerAway as error:
            log.info("put off to the next round: %s", error)
        except (OSError, ValueError, TypeError, KeyError):  # what is wrong with this one holds up no other
            log.exception("%s cannot be looked after; it is tried again", places.folder)

    async def _look_after(self, places: Places) -> None:
        """Raises MediaServerAway."""
        run = self._run(places)
        try:
            await run.round()
        finally:
            self._note_stray(run, places)
        if run.over:
            await asyncio.to_thread(self._hand_over, places, joins=run.is_to_be_joined)

    def _hand_over(self, places: Places, *, joins: bool) -> None:
        names = places.folder.parent.name, places.folder.name
        if joins:
            self._own.finish(*names)
        self._marks.clear(*names)
        places.close_to_others()

    def _run(self, places: Places) -> EgressRun:
        return EgressRun(places, self._egresses, self._seen_as, self._reserve)

    def _note_stray(self, run: EgressRun, places: Places) -> None:
        if run.unanswered:
            self._tasks.begin(self._end_stray(places.folder.parent.name, run.unanswered))

    async def _end_stray(self, session_id: str, playlist: str) -> None:
        """Nobody waits for it any more, so it must not run."""
        until = time.monotonic() + STRAY_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(MediaServerAway):
                found = await self._egresses.find(session_id, playlist)
                if found is not None and found.state in RUNS:
                    await self._egresses.stop(found.id)
                if found is not None:
                    return
            await asyncio.sleep(LOOK_SECONDS)


@contextlib.asynccontextmanager
async def _alone(places: Places) -> AsyncIterator[None]:
    """No other worker, and no other task, has to do with this recording meanwhile.

    Raises FileNotFoundError when its folder has gone.
    """
    # never made here: it must not come back in a folder that is being removed
    with (places.folder / LOCK).open() as file:
        while not _locked(file):
            await asyncio.sleep(LOCK_LOOK_SECONDS)
        yield


def _locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
