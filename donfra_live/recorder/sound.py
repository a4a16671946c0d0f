"""The sound of everybody in one: each frame is put where the clock says, then the sum is taken off in order.

Frames carry no time of their own. A voice goes on where its last frame ended; that place is corrected by the
smallest lag against the clock in a second, because a busy machine makes frames late but never early.
"""

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
KEPT = 2 * RATE
WINDOW = 50
EARLY, LATE = RATE // 200, RATE // 100
Samples = NDArray[np.int16]


@dataclass
class Voice:
    """at: the sample of the clock where its next frame begins."""

    at: int
    lags: deque[int] = field(default_factory=lambda: deque(maxlen=WINDOW))

    def place(self, count: int, arrived: int, taken: int) -> int:
        """Where a frame of so many samples goes that arrived now; `taken` is gone already."""
        lag = arrived - count - self.at
        self.lags.append(lag)
        smallest = min(self.lags)
        # Early cannot be: the place was wrong. Behind what is taken it would be lost: it had been silent.
        is_off = lag < -EARLY or self.at < taken or (len(self.lags) == WINDOW and smallest > LATE)
        if is_off:
            self.at += lag if lag < -EARLY or self.at < taken else smallest
            self.lags.clear()
        start = self.at
        self.at += count
        return start


class Ring:
    """The sum of what is not taken off yet. taken: up to which sample of the clock it is."""

    def __init__(self, taken: int) -> None:
        self.taken = taken
        self._sum = np.zeros(KEPT, np.int32)

    def add(self, start: int, samples: Samples) -> None:
        skipped = max(0, self.taken - start)
        end = min(start + len(samples), self.taken + KEPT)
        if end > start + skipped:
            where = np.arange(start + skipped, end) % KEPT
            self._sum[where] += samples[skipped : end - start]

    def take(self, until: float) -> Samples:
        """Everything from the last time to this moment; silence where nobody spoke."""
        return np.clip(self._take(round(until * RATE)), -32768, 32767).astype(np.int16)

    def skip(self, until: float) -> None:
        """Forgets everything before this moment."""
        end = round(until * RATE)
        self._take(min(end, self.taken + KEPT))
        self.taken = max(end, self.taken)

    def _take(self, end: int) -> NDArray[np.int32]:
        mixed = np.zeros(max(0, end - self.taken), np.int32)
        kept = min(len(mixed), KEPT)
        where = np.arange(self.taken, self.taken + kept) % KEPT
        mixed[:kept] = self._sum[where]
        self._sum[where] = 0
        self.taken = max(end, self.taken)
        return mixed


class Mixer(Ring):
    """start: the moment of the clock, in seconds, from which sound is wanted."""

    def __init__(self, start: float) -> None:
        super().__init__(round(start * RATE))
        self._voices: dict[str, Voice] = {}

    def hear(self, key: str, samples: Samples, arrived: float) -> int:
        """A frame of one voice, and when the last of it came. Answers at which sample of the clock it is."""
        count, now = len(samples), round(arrived * RATE)
        voice = self._voices.setdefault(key, Voice(now - count))
        start = voice.place(count, now, self.taken)
        self.add(start, samples)
        return start
