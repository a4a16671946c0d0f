"""One recording that LiveKit Egress makes, brought up to date: what its takes have become, and what is next.

Made anew for each round from what is on disk, so that any worker, and the app after this one, can go on.
"""

import contextlib
import dataclasses
import logging
import os
import shutil
import time
from pathlib import PurePath
from typing import Any

from donfra_live.errors import MediaServerAway, NotFound
from donfra_live.recorder import reasons, segments, takes
from donfra_live.recorder.egresses import ILL, RUNS, Egresses, EgressFacts, EgressState, NoAnswer
from donfra_live.recorder.places import Places, Status, read_job, read_wanted, write_status, write_wanted
from donfra_live.recorder.takes import Take
from donfra_live.recordings.rules import Layout, RecordingStatus, must_stop

log = logging.getLogger(__name__)
ANSWER_SECONDS, GONE_SECONDS, ENDING_SECONDS, AWAY_SECONDS = 30.0, 30.0, 900.0, 120.0
AGAIN_SECONDS, TELL_AGAIN_SECONDS = 2.0, 5.0


class EgressRun:
    """seen_as: where Egress sees our folder of recordings. over: Egress has nothing more to do with it.

    unanswered: the list of a take whose start was not answered; it may come all the same.
    """

    def __init__(self, places: Places, egresses: Egresses, seen_as: PurePath, reserve: int) -> None:
        self._places, self._egresses, self._seen_as, self._reserve = places, egresses, seen_as, reserve
        self._job, self._book = read_job(places), takes.read_book(places)
        self.over = self.is_to_be_joined = False
        self.unanswered = ""

    @property
    def is_idle(self) -> bool:
        return not self._book.takes or self._book.takes[-1].ended > 0

    def _playlist_of(self, take: Take) -> str:
        """As Egress sees it."""
        folder = self._seen_as / self._job.session_id / self._job.recording_id
        return str(folder / self._places.incoming.name / take.name / segments.LIST)

    async def begin(self) -> None:
        """Another take. Raises MediaServerAway, NotFound when the room is not there."""
        # said before it is asked for: killed in between, the next app finds it by what it writes
        self._write(takes.asked_for(self._book, time.time()))
        playlist = self._playlist_of(self._book.takes[-1])
        try:
            self._places.give(self._book.takes[-1].name)
            egress_id = await self._egresses.start(
                self._job.session_id,
                playlist,
                grid=self._job.layout == Layout.GRID,
                audio_only=self._job.audio_only,
            )
        except (MediaServerAway, NotFound) as error:
            self._write(takes.without_last(self._book))
            self.unanswered = playlist if isinstance(error, NoAnswer) else ""
            raise
        except OSError as error:
            log.error("Egress cannot be given a folder: %s", error)
            self._write(takes.without_last(self._book))
            raise MediaServerAway(reasons.NO_FOLDER) from error
        self._change(id=egress_id, seen=time.time())

    async def round(self) -> None:
        """Raises MediaServerAway."""
        if not self.is_idle:
            await self._look_at(self._book.takes[-1])
        if self.is_idle:
            await self._go_on()
        if not self.over:
            self.say()

    def say(self) -> None:
        write_status(self._places, self._status())

    def _write(self, book: takes.Book) -> None:
        takes.write_book(self._places, book)
        self._book = book

    def _change(self, **changes: Any) -> None:
        """Of the last take."""
        self._write(takes.with_last(self._book, **changes))

    async def _look_at(self, take: Take) -> None:
        facts, now = await self._facts_of(take), time.time()
        if facts is None and not take.id and now - take.asked < ANSWER_SECONDS:
            return
        if facts is None:
            self._end(EgressFacts(take.id, EgressState.FAILED))
        elif facts.state in RUNS or facts.state == EgressState.ENDING:
            await self._running(take, facts, now)
        else:
            self._end(facts)

    async def _facts_of(self, take: Take) -> EgressFacts | None:
        if take.id:
            return await self._egresses.facts(take.id)
        found = await self._egresses.find(self._job.session_id, self._playlist_of(take))
        if found is not None:
            self._change(id=found.id, seen=time.time())
        return found

    async def _running(self, take: Take, facts: EgressFacts, now: float) -> None:
        if facts.started and not take.started:
            self._change(started=facts.started)
        self._count_pieces()
        if facts.state == EgressState.ENDING:
            self._change(ending=take.ending or now)
            if take.ending and now - take.ending > ENDING_SECONDS:
                self._end(EgressFacts(take.id, EgressState.FAILED))
            return
        if await self._egresses.is_in_room(self._job.session_id, facts.id):
            self._change(seen=now, missing=0.0)
        elif not take.missing:
            self._change(missing=now)
        elif now - take.missing > GONE_SECONDS:
            # killed with its container, it stays in the list for ever
            with contextlib.suppress(MediaServerAway):
                await self._egresses.stop(facts.id)
            self._end(dataclasses.replace(facts, state=EgressState.FAILED))
            return
        await self._stop_if_wanted(now)

    def _count_pieces(self) -> None:
        """Those before the newest, which is perhaps still being brought."""
        take = self._book.takes[-1]
        folder, pieces, size = self._places.incoming / take.name, take.pieces, take.bytes
        while segments.file_of(folder, pieces + 1).exists():
            size += segments.size(segments.file_of(folder, pieces))
            pieces += 1
        if pieces != take.pieces:
            self._change(pieces=pieces, bytes=size)

    async def _stop_if_wanted(self, now: float) -> None:
        take, wanted = self._book.takes[-1], read_wanted(self._places)
        if wanted == RecordingStatus.RECORDING:
            if not (why := self._why_stop(now)):
                return
            self._finish_because(why)
        if now - take.told < TELL_AGAIN_SECONDS:
            return
        await self._egresses.stop(take.id)
        self._change(told=take.told or time.time())

    def _why_stop(self, now: float) -> str:
        if takes.seconds(self._book.takes, now) > self._job.longest_seconds:
            return reasons.LONGEST
        free = shutil.disk_usage(self._places.folder).free
        return reasons.FULL if must_stop(free=free, reserve=self._reserve) else ""

    def _finish_because(self, reason: str) -> None:
        if not self._book.reason:
            self._write(dataclasses.replace(self._book, reason=reason))
        write_wanted(self._places, RecordingStatus.FINISHING)

    def _end(self, facts: EgressFacts) -> None:
        """A take is over; what it left becomes the next part."""
        take, now = self._book.takes[-1], time.time()
        part, error = self._taken_over(take)
        if not part and facts.state in ILL:
            never_began = facts.state == EgressState.ABORTED and take.told
            error = "" if never_began else reasons.said_by_egress(facts.error)
        left = self._places.part_of_pieces(part)
        self._change(
            started=facts.started or take.started or take.asked,
            ended=now,
            seconds=round(segments.seconds(left), 3) if part else 0.0,
            bytes=segments.size_of_part(left) if part else 0,
            part=part,
            failed=not take.told and facts.state != EgressState.LIMIT_REACHED,
        )
        if error:
            log.warning("a take of %s was lost: %s", self._job.session_id, error)
            self._write(dataclasses.replace(self._book, error=error))
        if facts.state == EgressState.LIMIT_REACHED:
            self._finish_because(reasons.LIMIT)
        elif error and take.told:  # nothing that comes later shows that it is missing
            self._write(dataclasses.replace(self._book, reason=self._book.reason or error))

    def _taken_over(self, take: Take) -> tuple[int, str]:
        """The number of its part, or 0 and why there is none."""
        number = 1 + sum(other.part > 0 for other in self._book.takes)
        folder, part = self._places.incoming / take.name, self._places.part_of_pieces(number)
        if not part.exists():  # else we were killed after that and before it was written down
            pieces = segments.whole(folder)
            if not pieces and not segments.is_anything(folder):
                return 0, reasons.NOT_THERE
            if not pieces or not all(os.access(piece, os.R_OK) for piece in pieces):
                return 0, reasons.NOT_READABLE
            folder.rename(part)
        part.chmod(0o700)
        return number, ""

    async def _go_on(self) -> None:
        """No take runs. Another one, the end, or nothing in a pause."""
        wanted = read_wanted(self._places)
        if wanted == RecordingStatus.RECORDING:
            await self._begin_again()
        elif wanted == RecordingStatus.PAUSED and not await self._egresses.has_room(self._job.session_id):
            write_wanted(self._places, RecordingStatus.FINISHING)
        if read_wanted(self._places) == RecordingStatus.FINISHING and self.is_idle:
            self._leave_to_joining()

    async def _begin_again(self) -> None:
        book, now = self._book, time.time()
        if takes.is_given_up(book.takes, now):
            self._give_up()
            return
        if now - book.asked < AGAIN_SECONDS:
            return
        try:
            if not await self._egresses.has_room(self._job.session_id):
                raise NotFound
            await self.begin()
        except NotFound:  # the session has ended, and with it the recording
            write_wanted(self._places, RecordingStatus.FINISHING)
        except MediaServerAway as error:
            log.warning("%s cannot be recorded: %s", self._job.session_id, error)
            if now - max((take.ended for take in book.takes), default=0.0) > AWAY_SECONDS:
                self._finish_because(reasons.NO_EGRESS)

    def _leave_to_joining(self) -> None:
        status = self._status()
        self.over, self.is_to_be_joined = True, any(take.part for take in self._book.takes)
        if not self.is_to_be_joined:
            reason = self._book.reason or self._book.error or reasons.NOTHING
            status = dataclasses.replace(status, status=RecordingStatus.FAILED, reason=reason)
        write_status(self._places, status)

    def _give_up(self) -> None:
        reason = f"{reasons.DIES} {self._book.error}".strip()
        write_status(
            self._places, dataclasses.replace(self._status(), status=RecordingStatus.FAILED, reason=reason)
        )
        # else a stop, which tries once more with what there is, would be nothing new
        write_wanted(self._places, RecordingStatus.RECORDING)
        self.over = True

    def _status(self) -> Status:
        book, now = self._book, time.time()
        return Status(
            status=self._is(),
            seconds=round(takes.seconds(book.takes, now), 3),
            bytes=sum(take.bytes for take in book.takes),
            reason=book.reason,
            part=sum(take.part > 0 for take in book.takes),
            updated=now,
            gaps=takes.gaps(book.takes, now),
            anchors=takes.anchors(book.takes, now),
        )

    def _is(self) -> RecordingStatus:
        wanted = read_wanted(self._places)
        if wanted != RecordingStatus.RECORDING:
            return wanted
        is_at_work = not self.is_idle and self._book.takes[-1].started > 0
        return RecordingStatus.RECORDING if is_at_work else RecordingStatus.STARTING
