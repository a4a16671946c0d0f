"""Who is to be seen from when on, in words: what players offer to jump to; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from donfra_live.recordings.ports import Anchor, Scene

# Whoever shows something for less than that is no scene of his own.
SHORTEST = 5.0
MOST = 500
NAMES = 3
NOBODY = "Nobody on stage"


@dataclass(frozen=True)
class Marks:
    """Of one part, in its own seconds."""

    anchors: tuple[Anchor, ...] = ()
    scenes: tuple[Scene, ...] = ()


def words(seen: Sequence[tuple[str, bool]]) -> str:
    """seen: name and whether it is a shared screen; a screen says more than the cameras beside it."""
    screens = [f"{name}: screen" if name else "Screen" for name, is_screen in seen if is_screen]
    names = screens or [name for name, _ in seen if name]
    if not names:
        return "On stage" if seen else NOBODY
    others = len(names) - NAMES
    more = f" and {others} more" if others > 0 else ""
    return ", ".join(names[:NAMES]) + more


class Scenes:
    """Collects them while they happen."""

    def __init__(self) -> None:
        self._all: list[Scene] = []

    def see(self, second: float, seen: Sequence[tuple[str, bool]]) -> None:
        title = words(seen)
        if self._all and self._all[-1].title == title:
            return
        if self._all and second - self._all[-1].at < SHORTEST:
            second = self._all.pop().at
            if self._all and self._all[-1].title == title:
                return
        self._all.append(Scene(round(second, 2), title))

    def of_note(self) -> tuple[Scene, ...]:
        return tuple(self._all[:MOST])
