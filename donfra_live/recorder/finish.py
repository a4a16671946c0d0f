"""Makes of the parts the file that people get: joined without a new encoding, its index in front.

A poster and small pictures come beside it. A part is a file, read as far as it goes when a dead recorder left
it, or a folder of pieces that Egress wrote.
"""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
from av.container import Container, OutputContainer
from av.packet import Packet
from av.stream import Stream
from PIL import Image

from donfra_live.recorder.segments import size_of_part, whole
from donfra_live.recorder.writer import secure

POSTER, SMALL = (1280, 720), (320, 180)
SMALL_COUNT = 12
ROOM_TO_SPARE = 2_000_000
MISFIT = 0.5


def fits(parts: Sequence[Path]) -> bool:
    """Whether the disk has room for the joined file beside its parts."""
    need = sum(map(size_of_part, parts)) + ROOM_TO_SPARE
    return not parts or shutil.disk_usage(parts[0].parent).free >= need


def join(parts: Sequence[Path], target: Path) -> list[float]:
    """One file of all parts that can be read; it appears whole or not at all. Answers where each begins.

    Raises ValueError when there is nothing in any of them.
    """
    with writing(target) as out:
        joined = _Joined(out)
        starts = [joined.add(part) for part in parts]
        if not joined.streams:
            raise ValueError("no part of it can be read")
    return starts


@contextlib.contextmanager
def writing(target: Path) -> Iterator[OutputContainer]:
    """An MP4 with its index in front that appears whole, or not at all."""
    half = target.with_name(f".{target.name}")
    try:
        with av.open(half, "w", format="mp4", options={"movflags": "faststart"}) as out:
            yield out
        secure(half)  # what it is made of is removed next
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


class _Joined:
    """offset: where the next part begins, in seconds. last: the last time of each stream, which must grow."""

    def __init__(self, out: OutputContainer) -> None:
        self._out = out
        self.streams: dict[str, Stream] = {}
        self._offset, self._end = 0.0, 0.0
        self._last: dict[str, int] = {}

    def add(self, part: Path) -> float:
        begins = self._end
        for packet in packets_of(part):
            if not self.streams:  # all of them, before the first packet
                self._like(packet.stream.container)
            if packet.stream.type in self.streams:
                self._put(packet, packet.stream.type)
        self._offset = self._end
        return begins

    def _like(self, container: Container) -> None:
        for stream in container.streams:
            self.streams[stream.type] = self._out.add_stream_from_template(stream)

    def _put(self, packet: "Packet[Any]", kind: str) -> None:
        base = packet.time_base
        shift = round(self._offset / base)
        dts, pts = (packet.dts or 0) + shift, (packet.pts or 0) + shift
        self._end = max(self._end, float((pts + (packet.duration or 0)) * base))
        # The first bit of a part's sound lies before its beginning, where the part before is.
        if dts <= self._last.get(kind, dts - 1):
            return
        self._last[kind] = dts
        packet.dts, packet.pts, packet.stream = dts, pts, self.streams[kind]
        self._out.mux(packet)


def packets_of(part: Path) -> Iterator["Packet[Any]"]:
    """In order; a part without its beginning has none, and a cut end is where it stops."""
    if part.is_dir():
        yield from _packets_of_pieces(part)
        return
    with contextlib.suppress(av.FFmpegError), av.open(part) as container:
        for packet in container.demux():
            if packet.dts is not None:
                yield packet


def _packets_of_pieces(part: Path) -> Iterator["Packet[Any]"]:
    """From second 0. One clock runs through all of them; one that does not follow is laid behind the last."""
    end: float | None = None
    shift = 0.0
    for piece in whole(part):
        # the format is said, so that a file cannot make itself the list of others
        with contextlib.suppress(av.FFmpegError), av.open(piece, format="mpegts") as container:
            begin = (container.start_time or 0) / av.time_base
            if end is None or abs(begin + shift - end) > MISFIT:
                shift = (end or 0.0) - begin
            for packet in container.demux():
                if packet.dts is not None:
                    _move(packet, shift)
                    end = max(end or 0.0, _end_of(packet))
                    yield packet


def _move(packet: "Packet[Any]", seconds: float) -> None:
    by = round(seconds / packet.time_base)
    packet.dts = (packet.dts or 0) + by
    packet.pts = packet.dts if packet.pts is None else packet.pts + by


def _end_of(packet: "Packet[Any]") -> float:
    return float(((packet.pts or 0) + (packet.duration or 0)) * packet.time_base)


def seconds_of(path: Path) -> float:
    """As players see it; 0 for what cannot be read."""
    with contextlib.suppress(av.FFmpegError), av.open(path) as container:
        return (container.duration or 0) / av.time_base
    return 0.0


def readable(part: Path) -> bool:
    """Whether there is anything in it: no further than that is read."""
    return any(_end_of(packet) > 0 for packet in packets_of(part))


def pictures(video: Path, seconds: float) -> None:
    """poster.jpg and small-01.jpg ... beside the video, spread over its length."""
    with av.open(video) as container:
        if not container.streams.video:
            return
        for number in range(SMALL_COUNT):
            image = _image_at(container, seconds * (number + 0.5) / SMALL_COUNT)
            if image is None:
                continue
            _save(image, SMALL, video.with_name(f"small-{number + 1:02}.jpg"))
            if number == SMALL_COUNT // 3:
                _save(image, POSTER, video.with_name("poster.jpg"))


def _image_at(container: av.container.InputContainer, second: float) -> Image.Image | None:
    """The keyframe before it: close enough, and the others would have to be decoded on the way."""
    container.seek(int(second * av.time_base))
    frame = next(container.decode(video=0), None)
    return None if frame is None else Image.fromarray(frame.to_ndarray(format="rgb24"))


def _save(image: Image.Image, size: tuple[int, int], path: Path) -> None:
    small = image.copy()
    small.thumbnail(size)
    small.save(path, quality=80)
