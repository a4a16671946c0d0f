"""Each camera and shared screen on disk by itself: a file from when it is seen until it is not.

Its name says with which frame of the part it begins; finish_pictures.py puts them in a row. Encoding has a
thread of its own: what it has no time for is left out, the film does not wait. Its priority is no lower than
that of other threads: without a processor it would keep the interpreter's lock from them.
"""

import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.video.stream import VideoStream

from donfra_live.recorder.canvas import Canvas
from donfra_live.recorder.compose import Due
from donfra_live.recorder.people import People
from donfra_live.recorder.places import Places
from donfra_live.recorder.sources import Frame
from donfra_live.recorder.writer import FPS, FRAGMENTS, secure, video_stream
from donfra_live.recordings.layout import Rect
from donfra_live.recordings.rules import TrackKind

# Width, height and bits a second at most. They never change, so that all stretches can be joined by copying.
SHAPES = {TrackKind.CAMERA: (640, 360, 800_000), TrackKind.SCREEN: (1280, 720, 1_500_000)}
AT_ONCE = {TrackKind.CAMERA: 16, TrackKind.SCREEN: 2}
# Every second frame of the film at most, every fifth while the film itself misses some. What stands still is
# written again after a second, so that it gets on disk.
EVERY, BUSY, AGAIN = 2, 5, FPS
Who = tuple[str, TrackKind]


def picture_stream(container: OutputContainer, kind: TrackKind) -> VideoStream:
    width, height, bits = SHAPES[kind]
    return video_stream(container, width, height, FPS, most_bits=bits)


class PictureFile:
    """One picture while it is seen. begin: the frame of the part with which it is."""

    def __init__(self, path: Path, kind: TrackKind, begin: int) -> None:
        width, height, _ = SHAPES[kind]
        self.path, self._begin, self._last = path, begin, begin - 1
        self._canvas, self._place = Canvas(width, height), Rect(0, 0, width, height)
        self._container = av.open(path, "w", format="mp4", options=FRAGMENTS)
        self._stream = picture_stream(self._container, kind)
        self._shown: Frame | None = None

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def show(self, frame: Frame, number: int) -> None:
        """number: of the part's frame; it has to grow."""
        if frame is self._shown and number - self._last < AGAIN:
            return
        if frame is not self._shown:
            self._canvas.show("", frame, self._place)
            self._shown = frame
        self._encode(number)

    def _encode(self, number: int) -> None:
        picture = av.VideoFrame.from_numpy_buffer(self._canvas.buffer, format="yuv420p")
        picture.pts, picture.time_base = number - self._begin, Fraction(1, FPS)
        self._last = number
        self._container.mux(self._stream.encode(picture))

    def close(self, number: int) -> None:
        """number: of the frame with which it is not seen any more."""
        try:
            if self._shown is not None and number - 1 > self._last:
                self._encode(number - 1)
            self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()


class PictureFiles:
    """All of one part. Of two cameras of one person it is the newer one, of two screens, too."""

    def __init__(self, places: Places, part: int, people: People) -> None:
        self._places, self._part, self._people = places, part, people
        self._thread = ThreadPoolExecutor(1)
        self._work: Future[None] | None = None
        self._files: dict[Who, PictureFile] = {}
        self._begun, self._seen, self._missed = -BUSY, -1, -FPS
        self._closed_bytes = 0

    def show(self, seen: Sequence[Due], number: int) -> None:
        """What is to be seen with this frame; left out while the last one is not done.

        Raises OSError, av.FFmpegError when that could not be written.
        """
        if 0 <= self._seen < number - 1:
            self._missed = number
        self._seen = number
        apart = BUSY if number - self._missed < FPS else EVERY
        if number - self._begun < apart or (self._work and not self._work.done()):
            return
        if self._work:
            self._work.result()
        self._begun = number
        self._work = self._thread.submit(self._write, _by_person(seen), number)

    def _write(self, shown: Mapping[Who, Due], number: int) -> None:
        for who in set(self._files) - set(shown):
            self._close(who, number)
        for who, one in shown.items():
            if file := self._files.get(who) or self._open(who, one.name, number):
                file.show(one.frame, number)

    def _open(self, who: Who, name: str, number: int) -> PictureFile | None:
        person, kind = who
        if sum(other == kind for _, other in self._files) >= AT_ONCE[kind]:
            return None
        place = self._people.number(person, name)
        if place is None:
            return None
        path = self._places.picture_part(kind, place, self._part, number)
        self._files[who] = PictureFile(path, kind, number)
        return self._files[who]

    def _close(self, who: Who, number: int) -> None:
        file = self._files.pop(who)
        try:
            file.close(number)
        finally:
            self._closed_bytes += file.bytes
        secure(file.path)

    @property
    def bytes(self) -> int:
        return self._closed_bytes + sum(file.bytes for file in list(self._files.values()))

    def secure(self) -> None:
        """Wait until what is written is on the disk; may be called from another thread."""
        for file in list(self._files.values()):
            secure(file.path)

    def abandon(self) -> None:
        """Finish them; whatever is in the way of that, what is on disk stays as it is."""
        self._thread.shutdown()
        for who in list(self._files):
            with contextlib.suppress(OSError, av.FFmpegError):
                self._close(who, self._seen + 1)


def _by_person(seen: Sequence[Due]) -> dict[Who, Due]:
    return {(one.person, TrackKind.SCREEN if one.is_screen else TrackKind.CAMERA): one for one in seen}
