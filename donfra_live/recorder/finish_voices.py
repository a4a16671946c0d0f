"""Makes of the parts of a voice one file as long as the film: copied, with silence where there is nothing."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet

from donfra_live.recorder.finish import packets_of, readable, writing
from donfra_live.recorder.sound import RATE
from donfra_live.recorder.writer import AAC_FRAME

Content = bytes
FRAME_SECONDS = AAC_FRAME / RATE


def join_voice(parts: Mapping[int, Path], starts: Sequence[float], seconds: float, target: Path) -> bool:
    """Whether there was anything to be read; the file appears whole or not at all.

    parts: by number, from 1. starts: where each part begins in the film, of so many seconds.
    """
    like = next((part for part in parts.values() if readable(part)), None)
    if like is None:
        return False
    with av.open(like) as model, writing(target) as out:
        stream = out.add_stream_from_template(model.streams.audio[0])
        _fill(out, stream, _frames(parts, starts, seconds), ceil(seconds / FRAME_SECONDS))
    return True


def _frames(
    parts: Mapping[int, Path], starts: Sequence[float], seconds: float
) -> Iterator[tuple[int, Content]]:
    """Which frame of the film it is, with what is in it; none twice, and none of a part behind its end."""
    last = -2
    for number, part in sorted(parts.items()):
        if number > len(starts):  # the film knows nothing of it
            return
        first = round(starts[number - 1] / FRAME_SECONDS)
        end = starts[number] if number < len(starts) else seconds
        for packet in packets_of(part):
            at = first + round((packet.pts or 0) * packet.time_base / Fraction(AAC_FRAME, RATE))
            if last < at < end / FRAME_SECONDS:
                last = at
                yield at, bytes(packet)


def _fill(
    out: OutputContainer, stream: AudioStream, frames: Iterator[tuple[int, Content]], count: int
) -> None:
    """The first one, before the beginning, is what decoders need to start from."""
    silence, nothing = _silence(), (count, b"")
    found = next(frames, nothing)
    for number in range(-1, count):
        content = silence
        if found[0] == number:
            content, found = found[1], next(frames, nothing)
        packet: Packet[Any] = Packet(content)
        packet.stream, packet.time_base = stream, Fraction(1, RATE)
        packet.pts = packet.dts = number * AAC_FRAME
        packet.duration, packet.is_keyframe = AAC_FRAME, True
        out.mux_one(packet)


def _silence() -> Content:
    """A frame of it, as the encoder of the voices makes it."""
    coder: AudioCodecContext = av.CodecContext.create("aac", "w")
    coder.sample_rate, coder.layout, coder.format = RATE, "mono", "fltp"
    frame = av.AudioFrame.from_ndarray(np.zeros((1, AAC_FRAME), np.float32), format="fltp", layout="mono")
    frame.sample_rate = RATE
    packets = [packet for _ in range(4) for packet in coder.encode(frame)]
    return bytes(packets[-1])
