"""What this recorder and those before it say of the recording: its status file, with the gaps in between."""

import dataclasses
import os
import time
from typing import Any

from donfra_live.recorder.places import Places, read_status, write_status
from donfra_live.recorder.scenes import Marks
from donfra_live.recorder.segments import size_of_part
from donfra_live.recordings.ports import Anchor, Gap, Scene
from donfra_live.recordings.rules import RecordingStatus


class Teller:
    """Takes over what the recorder before it said last. part: the number of the part that is ours."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.before = self.status = read_status(places)
        self.part = self.before.part + 1
        earlier = [*places.parts(), *places.track_parts()]
        self._earlier_bytes = sum(map(size_of_part, earlier))

    def running(self, status: RecordingStatus, seconds: float, size: int, marks: Marks) -> None:
        """seconds, size, marks: of our own part."""
        if self.before.part and self.status.part != self.part:
            self.say(gaps=(*self.before.gaps, self._gap(seconds)))
        self.say(
            status=status,
            part=self.part,
            seconds=self.before.seconds + seconds,
            bytes=self._earlier_bytes + size,
            anchors=(*self.before.anchors, *(Anchor(a.clock, self._whole(a.at)) for a in marks.anchors)),
            scenes=(*self.before.scenes, *(Scene(self._whole(s.at), s.title) for s in marks.scenes)),
        )

    def _whole(self, second: float) -> float:
        """A second of our part as one of the whole recording."""
        return round(self.before.seconds + second, 3)

    def _gap(self, seconds: float) -> Gap:
        """Nothing was lost of a pause."""
        paused = self.before.status == RecordingStatus.PAUSED
        lost = 0.0 if paused else max(0.0, time.time() - self.before.updated - seconds)
        return Gap(round(self.before.seconds, 2), round(lost, 2))

    def say(self, **changes: Any) -> None:
        self.status = dataclasses.replace(self.status, updated=time.time(), pid=os.getpid(), **changes)
        write_status(self._places, self.status)
