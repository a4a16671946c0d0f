"""The sound of each person on disk: a fragmented AAC file for each person and part, with holes for silence.

Each frame has the time that it has in the part, so silence costs no encoding and next to no disk;
finish_voices.py fills the holes when the parts are joined.
"""

import contextlib
from collections import deque
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.packet import Packet

from donfra_live.recorder.people import People
from donfra_live.recorder.places import Places
from donfra_live.recorder.sound import RATE, Samples
from donfra_live.recorder.voices import Spoken
from donfra_live.recorder.writer import AAC_FRAME, FRAGMENTS, secure

VOICE_BITS = 64_000


class VoiceFile:
    """One person's sound in one part."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._container = av.open(path, "w", format="mp4", options=FRAGMENTS)
        self._stream: AudioStream = self._container.add_stream("aac", rate=RATE, layout="mono")
        self._stream.bit_rate = VOICE_BITS
        self._begin, self._rest = 0, np.empty(0, np.int16)
        self._given: deque[int] = deque()
        self._encoded = 0

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def add(self, at: int, samples: Samples) -> None:
        """at: the sample of the part at which they begin; what is left out is silence."""
        hole = at - self._begin - len(self._rest)
        if hole >= 2 * AAC_FRAME:
            # Silent to its end, so that the encoder leaves nothing open where the hole is.
            self._encode(np.pad(self._rest, (0, AAC_FRAME - len(self._rest))))
            self._begin, self._rest = at - at % AAC_FRAME, np.zeros(at % AAC_FRAME, np.int16)
        elif hole > 0:
            self._rest = np.pad(self._rest, (0, hole))
        self._rest = np.concatenate((self._rest, samples))
        while len(self._rest) >= AAC_FRAME:
            self._encode(self._rest[:AAC_FRAME])
            self._begin, self._rest = self._begin + AAC_FRAME, self._rest[AAC_FRAME:]

    def _encode(self, samples: Samples) -> None:
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._encoded, Fraction(1, RATE)
        self._encoded += AAC_FRAME
        self._given.append(self._begin)
        self._mux(self._stream.encode(frame))

    def _mux(self, packets: "Iterable[Packet[AudioStream]]") -> None:
        """A packet is for the transition into a frame: players hear what was before that frame."""
        for packet in packets:
            packet.pts = packet.dts = self._given.popleft() - AAC_FRAME
            self._container.mux(packet)

    def close(self) -> None:
        try:
            if len(self._rest):
                self._encode(np.pad(self._rest, (0, AAC_FRAME - len(self._rest))))
            self._given.append(self._begin + AAC_FRAME)
            self._mux(self._stream.encode(None))
        finally:
            self._container.close()


class VoiceFiles:
    """All of one part."""

    def __init__(self, places: Places, part: int, people: People) -> None:
        self._places, self._part, self._people = places, part, people
        self._files: dict[str, VoiceFile] = {}

    def write(self, spoken: Iterable[Spoken]) -> None:
        for one in spoken:
            if file := self._file_of(one):
                file.add(one.at, one.samples)

    def _file_of(self, one: Spoken) -> VoiceFile | None:
        number = self._people.number(one.person, one.name)
        if number is None:
            return None
        if one.person not in self._files:
            self._files[one.person] = VoiceFile(self._places.voice_part(number, self._part))
        return self._files[one.person]

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in list(self._files.values()))

    def secure(self) -> None:
        """Wait until what is written is on the disk; may be called from another thread."""
        for file in list(self._files.values()):
            secure(file.path)

    def abandon(self) -> None:
        """Finish them; whatever is in the way of that, what is on disk stays as it is."""
        for file in self._files.values():
            with contextlib.suppress(OSError, av.FFmpegError):
                file.close()
