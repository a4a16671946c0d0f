"""One recorder's life: into the room, picture and sound into a part, until told to stop or forced to.

Everything is taken a quarter of a second after it happened, so that what comes a little late has its place.
Drawing and encoding are done in one thread of their own; what comes in meanwhile is not held up by it.
"""

import asyncio
import logging
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import av
import numpy as np

from donfra_live.recorder.compose import AWAY, EMPTY, Composer, Due, due
from donfra_live.recorder.people import People
from donfra_live.recorder.picture_files import PictureFiles
from donfra_live.recorder.places import Places, read_wanted
from donfra_live.recorder.reasons import FULL, GONE, LONGEST, NOT_WRITTEN, is_full
from donfra_live.recorder.scenes import Marks, Scenes
from donfra_live.recorder.sound import Mixer, Samples
from donfra_live.recorder.sources import Contact, Hear, Reception, Sender
from donfra_live.recorder.timeline import Timeline
from donfra_live.recorder.voice_files import VoiceFiles
from donfra_live.recorder.voices import Speakers, Spoken
from donfra_live.recorder.writer import FPS, Writer
from donfra_live.recordings.ports import Anchor, RecordingJob
from donfra_live.recordings.rules import RecordingStatus, must_stop

log = logging.getLogger(__name__)
WIDTH, HEIGHT = 1280, 720
DELAY = 0.25
LOOK_EVERY = 0.1
SAY_EVERY = 0.5
AWAY_SECONDS = 120.0
# libwebrtc holds sound back for longer than pictures; so much was measured, see docs/features/recording.md.
SOUND_HELD = 0.02


@dataclass(frozen=True)
class End:
    """reason: why it ended by itself. leave: the process was asked to go; the recording is not over."""

    reason: str = ""
    leave: bool = False


def _note_fault(securing: "asyncio.Future[None]") -> None:
    if not securing.cancelled() and (error := securing.exception()) is not None:
        log.error("what was written is not on the disk: %s", error)


Say = Callable[[RecordingStatus, float, int, Marks], None]


class Run:
    """say: called with status, seconds, bytes and marks of this part every half second."""

    def __init__(self, places: Places, job: RecordingJob, part: int, reserve: int, say: Say) -> None:
        self._places, self._job, self._reserve, self._say = places, job, reserve, say
        fps = 0 if job.audio_only else FPS
        self._writer = Writer(places.part(part, audio_only=job.audio_only), WIDTH, HEIGHT, fps)
        people = People(places)
        self._speakers, self._voices = Speakers(), VoiceFiles(places, part, people)
        self._pictures = PictureFiles(places, part, people)
        self._samples = 0
        self._composer = Composer(job.title, job.layout, WIDTH, HEIGHT)
        self._scenes = Scenes()
        self._thread = ThreadPoolExecutor(1)
        self._mixer: Mixer | None = None
        self._wanted = RecordingStatus.RECORDING
        self._looked = self._said = self._here = 0.0
        self._leave = False

    def hear(self, sender: Sender, samples: Samples, arrived: float) -> None:
        if self._mixer is not None:
            start = self._mixer.hear(sender.key, samples, arrived - SOUND_HELD)
            if self._job.tracks:
                self._speakers.hear(sender, start, samples, self._mixer.taken)

    def leave(self) -> None:
        self._leave = True

    async def record(self, listen: Callable[[Hear], Reception]) -> End:
        """Until the end of this part, which is closed then, whatever came in between."""
        reception = listen(self.hear)
        try:
            self._places.hold_space()
            end = await self._wait_for_contact(reception)
            return end or await self._follow(reception)
        except (OSError, av.FFmpegError) as error:
            log.error("the part cannot be written: %s", error)
            return End(FULL if is_full(error) else NOT_WRITTEN)
        finally:
            await reception.close()
            await asyncio.get_running_loop().run_in_executor(self._thread, self._abandon)
            self._thread.shutdown()

    def _abandon(self) -> None:
        self._writer.abandon()
        self._voices.abandon()
        self._pictures.abandon()

    async def _wait_for_contact(self, reception: Reception) -> End | None:
        self._here = time.monotonic()
        while reception.contact == Contact.AWAY:
            if end := self._why_end(reception, 0.0):
                return end
            await asyncio.sleep(0.02)
        return None

    async def _follow(self, reception: Reception) -> End:
        start = self._done = time.monotonic()
        self._securing: asyncio.Future[None] = asyncio.ensure_future(asyncio.sleep(0))
        self._timeline, self._mixer = Timeline(start), Mixer(start)
        while True:
            now = time.monotonic()
            seconds = self._timeline.seconds(now)
            end = self._why_end(reception, seconds)
            self._keep_pauses(now, over=end is not None)
            if end is not None:
                await self._drain(reception, now)
                return end
            await self._step(reception, now - DELAY)
            await self._report(reception)
            await asyncio.sleep(self._until_next_frame())

    async def _drain(self, reception: Reception, end: float) -> None:
        while (until := time.monotonic() - DELAY) < end:
            await self._step(reception, until)
            await asyncio.sleep(1 / FPS)
        await self._step(reception, end)

    def _until_next_frame(self) -> float:
        if self._job.audio_only or self._timeline.is_paused:
            return LOOK_EVERY
        seconds = self._timeline.seconds(time.monotonic() - DELAY)
        return (int(seconds * FPS) + 1) / FPS - seconds

    def _why_end(self, reception: Reception, seconds: float) -> End | None:
        now = time.monotonic()
        if reception.contact == Contact.HERE:
            self._here = now
        if now - self._looked >= LOOK_EVERY:
            self._looked, self._wanted = now, read_wanted(self._places)
        if self._leave:
            return End(leave=True)
        if self._wanted == RecordingStatus.FINISHING or reception.contact == Contact.OVER:
            return End()
        if now - self._here > AWAY_SECONDS:
            return End(GONE)
        return End(LONGEST) if seconds > self._job.longest_seconds else self._is_full()

    def _is_full(self) -> End | None:
        free = shutil.disk_usage(self._places.folder).free
        return End(FULL) if must_stop(free=free, reserve=self._reserve) else None

    def _keep_pauses(self, now: float, *, over: bool) -> None:
        if over or self._wanted == RecordingStatus.PAUSED:
            self._timeline.pause(now)
        elif self._timeline.is_paused:
            self._timeline.resume(now)

    async def _step(self, reception: Reception, until: float) -> None:
        """Everything up to this moment that is not in the file yet."""
        spans = self._timeline.spans(self._done, until)
        self._done = max(self._done, until)
        if not spans or self._mixer is None:
            return
        mixed, spoken = self._take(self._mixer, spans)
        seconds = self._timeline.seconds(until)
        number = int(seconds * FPS)
        # What is to be seen nearest to the frame's own time, however late we are.
        seen = due(reception.pictures, until - (seconds - number / FPS) + 0.5 / FPS)
        if self._job.tracks and not self._job.audio_only:
            self._pictures.show(seen, number)
        note = EMPTY if reception.contact == Contact.HERE else AWAY
        await asyncio.get_running_loop().run_in_executor(
            self._thread, self._write, mixed, spoken, seen, note, number
        )

    def _take(self, mixer: Mixer, spans: list[tuple[float, float]]) -> tuple[Samples, list[Spoken]]:
        """The sound of these stretches, of all together and of each alone."""
        mixed, spoken = [], []
        for begin, end in spans:
            mixer.skip(begin)  # what was said in a pause
            self._speakers.skip(begin)
            mixed.append(mixer.take(end))
            spoken += self._speakers.take(end, self._samples)
            self._samples += len(mixed[-1])
        return np.concatenate(mixed), spoken

    def _write(self, samples: Samples, spoken: list[Spoken], seen: list[Due], note: str, number: int) -> None:
        self._writer.sound(samples)
        self._voices.write(spoken)
        if not self._job.audio_only:
            self._scenes.see(number / FPS, [(one.name, one.is_screen) for one in seen])
            self._writer.picture(self._composer.draw(seen, note), number)

    async def _report(self, reception: Reception) -> None:
        now = time.monotonic()
        if now - self._said < SAY_EVERY:
            return
        self._said = now
        reception.want(self._composer.heights)
        paused = self._timeline.is_paused
        status = RecordingStatus.PAUSED if paused else RecordingStatus.RECORDING
        size = self._writer.bytes + self._voices.bytes + self._pictures.bytes
        self._say(status, self._timeline.seconds(time.monotonic()), size, self._marks())
        if self._securing.done():
            # What could not be secured is lost with the machine, and the system says so only once.
            self._securing.result()
            self._securing = asyncio.ensure_future(asyncio.to_thread(self._secure))
            self._securing.add_done_callback(_note_fault)  # of the last one nobody asks

    def _secure(self) -> None:
        self._writer.secure()
        self._voices.secure()
        self._pictures.secure()

    def _marks(self) -> Marks:
        since_1970 = time.time() - time.monotonic()
        anchors = tuple(Anchor(since_1970 + begun, at) for begun, at in self._timeline.begins())
        return Marks(anchors, self._scenes.of_note())
