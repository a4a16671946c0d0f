"""One part of a recording on disk: H.264 and AAC in a fragmented MP4 that can be read at every moment.

Half a second may be lost with this process, a second more with the machine.
"""

import contextlib
import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from donfra_live.recorder.canvas import Bytes
from donfra_live.recorder.sound import RATE, Samples

# A fragment ends at a keyframe, or after so many microseconds; the index stands in front.
FRAGMENTS = {
    "movflags": "frag_keyframe+delay_moov+default_base_moof",
    "frag_duration": "500000",
    "flush_packets": "1",
}
AAC_FRAME = 1024
AUDIO_BITS, VIDEO_BITS = 96_000, 2_500_000
FPS, KEY_SECONDS = 25, 2
BT601, NARROW = 6, 1


def secure(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):  # it appears with its first fragment
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def video_stream(
    container: OutputContainer,
    width: int,
    height: int,
    fps: int,
    *,
    preset: str = "ultrafast",
    most_bits: int = VIDEO_BITS,
    key_seconds: int = KEY_SECONDS,
) -> VideoStream:
    options = {
        "preset": preset,
        "tune": "zerolatency",
        "crf": "26",
        "maxrate": str(most_bits),
        "bufsize": str(2 * most_bits),
    }
    stream: VideoStream = container.add_stream("libx264", rate=fps, options=options)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.time_base, context.gop_size, context.thread_count = Fraction(1, fps), key_seconds * fps, 1
    # As browsers send it; without these words players take it for the other kind at this size.
    context.colorspace, context.color_range = BT601, NARROW
    return stream


class Writer:
    """fps of 0: sound only. preset: of x264. key_seconds: from one whole picture to the next."""

    key_seconds = KEY_SECONDS

    def __init__(self, path: Path, width: int, height: int, fps: int, preset: str = "ultrafast") -> None:
        self._container = self._opened(path)
        self._video: VideoStream | None = None
        if fps:
            self._video = video_stream(
                self._container, width, height, fps, preset=preset, key_seconds=self.key_seconds
            )
        self._audio: AudioStream = self._container.add_stream("aac", rate=RATE, layout="mono")
        self._audio.bit_rate = AUDIO_BITS
        self._rest: Samples = np.empty(0, np.int16)
        self._sample, self._frame = 0, -1
        self.path = path

    @staticmethod
    def _opened(path: Path) -> OutputContainer:
        return av.open(path, "w", format="mp4", options=FRAGMENTS)

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def picture(self, buffer: Bytes, number: int) -> None:
        """number: of the frame since the part's beginning; it has to grow, gaps are allowed."""
        if self._video is None or number <= self._frame:
            return
        frame = av.VideoFrame.from_numpy_buffer(buffer, format="yuv420p")
        frame.pts, frame.time_base = number, self._video.codec_context.time_base
        self._frame = number
        self._container.mux(self._video.encode(frame))

    def sound(self, samples: Samples) -> None:
        """The next samples; kept until there are enough for a frame."""
        self._rest = np.concatenate((self._rest, samples))
        while len(self._rest) >= AAC_FRAME:
            self._encode(self._rest[:AAC_FRAME])
            self._rest = self._rest[AAC_FRAME:]

    def _encode(self, samples: Samples) -> None:
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._sample, Fraction(1, RATE)
        self._sample += len(samples)
        self._container.mux(self._audio.encode(frame))

    def secure(self) -> None:
        """Wait until what is written is on the disk; may be called from another thread."""
        secure(self.path)

    def close(self) -> None:
        """Finish the part; whatever is in the way of that, the file is let go of."""
        try:
            if len(self._rest):
                self._encode(self._rest)
                self._rest = self._rest[:0]
            if self._video is not None:
                self._container.mux(self._video.encode(None))
            self._container.mux(self._audio.encode(None))
        finally:
            self._container.close()

    def abandon(self) -> None:
        """After a write that failed: what is on disk stays as it is."""
        with contextlib.suppress(OSError, av.FFmpegError):
            self.close()
