"""Makes of the stretches of a picture one file as long as the film: copied, black where there is nothing."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import PictureType

from donfra_live.recorder.canvas import NO_COLOUR
from donfra_live.recorder.finish import packets_of, readable, writing
from donfra_live.recorder.picture_files import SHAPES, picture_stream
from donfra_live.recorder.texts import BLACK
from donfra_live.recorder.writer import FPS
from donfra_live.recordings.rules import TrackKind

TICKS = 512 * FPS
ONE_FRAME = TICKS // FPS
# Where parts meet the film's sound may be a little longer than its picture.
UNSEEN = TICKS // 5
BLACK_EVERY = 10 * TICKS
Content = bytes


@dataclass(frozen=True)
class Stretch:
    """A file. begin: at which second of the film; what is in it at `end` and later is not in the film."""

    path: Path
    begin: float
    end: float


def join_picture(kind: TrackKind, stretches: Sequence[Stretch], seconds: float, target: Path) -> bool:
    """Whether there was anything to be read; the file appears whole or not at all. seconds: of the film."""
    like = next((one.path for one in stretches if readable(one.path)), None)
    if like is None:
        return False
    with av.open(like) as model, writing(target) as out:
        row = _Row(out, out.add_stream_from_template(model.streams.video[0]), _black(kind))
        for stretch in sorted(stretches, key=lambda one: one.begin):
            row.add(stretch)
        row.end(round(seconds * TICKS))
    return True


class _Row:
    """Writes pictures one behind the other, each until the next. free: from when on there is nothing."""

    def __init__(self, out: OutputContainer, stream: Stream, black: Sequence[Content]) -> None:
        self._out, self._stream, self._black = out, stream, black
        self._free = self._blacks = 0
        self._last: Packet[Any] | None = None

    def add(self, stretch: Stretch) -> None:
        """Within it the picture before stands until the next one comes."""
        end, is_first = round(stretch.end * TICKS), True
        for packet in packets_of(stretch.path):
            at = round(stretch.begin * TICKS) + round((packet.pts or 0) * packet.time_base * TICKS)
            if at < self._free or at >= end:  # a part may reach further than the film has it
                return
            if is_first:
                self._leave_black(at)
            self._put(bytes(packet), at, is_key=packet.is_keyframe)
            self._free, is_first = at + ONE_FRAME, False

    def end(self, at: int) -> None:
        self._leave_black(at)
        self._write(at)

    def _leave_black(self, until: int) -> None:
        if self._last is not None and until - self._free < UNSEEN:
            return
        for at in range(self._free, until, BLACK_EVERY):
            self._blacks += 1
            self._put(self._black[self._blacks % len(self._black)], at, is_key=True)

    def _put(self, content: Content, at: int, *, is_key: bool) -> None:
        self._write(at)
        packet: Packet[Any] = Packet(content)
        packet.stream, packet.time_base = self._stream, Fraction(1, TICKS)
        packet.pts = packet.dts = at
        packet.is_keyframe = is_key
        self._last = packet

    def _write(self, until: int) -> None:
        """The picture before, which stands until then."""
        if self._last is not None:
            self._last.duration = max(1, until - (self._last.pts or 0))
            self._out.mux_one(self._last)


def _black(kind: TrackKind) -> list[Content]:
    """Two pictures of it as the encoder makes them; it tells them apart, so they may follow each other.

    The first one that it makes has its name and settings in it.
    """
    width, height, _ = SHAPES[kind]
    image = np.full((height * 3 // 2, width), NO_COLOUR, np.uint8)
    image[:height] = BLACK
    made = []
    with av.open(io.BytesIO(), "w", format="mp4") as nowhere:
        stream = picture_stream(nowhere, kind)
        for number in range(3):
            frame = av.VideoFrame.from_numpy_buffer(image, format="yuv420p")
            frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, FPS), PictureType.I
            made += [bytes(packet) for packet in stream.encode(frame)]
    return made[1:]
