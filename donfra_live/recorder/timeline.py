"""Which moments of the clock are in the file, and at which second of it; pure.

Pauses are left out. Pictures and sound are both placed by it, so they stay together.
"""


class Timeline:
    """Times are those of the system's monotonic clock, in seconds."""

    def __init__(self, start: float) -> None:
        self._spans: list[tuple[float, float | None]] = [(start, None)]

    @property
    def is_paused(self) -> bool:
        return self._spans[-1][1] is not None

    def pause(self, at: float) -> None:
        begun, end = self._spans[-1]
        if end is None:
            self._spans[-1] = (begun, max(begun, at))

    def resume(self, at: float) -> None:
        end = self._spans[-1][1]
        if end is not None:
            self._spans.append((max(end, at), None))

    def seconds(self, at: float) -> float:
        """How much is in the file when the clock shows `at`."""
        return sum(max(0.0, (at if end is None else min(at, end)) - begun) for begun, end in self._spans)

    def begins(self) -> list[tuple[float, float]]:
        """When the clock went on to count, with the seconds that were in the file by then."""
        return [(begun, self.seconds(begun)) for begun, _ in self._spans]

    def spans(self, after: float, until: float) -> list[tuple[float, float]]:
        """The stretches between the two moments that are in the file."""
        cut = [(max(begun, after), until if end is None else min(end, until)) for begun, end in self._spans]
        return [(begun, end) for begun, end in cut if end > begun]
