"""The sound of each person by himself, put where the mixed sound has it.

Only who is to be heard costs anything: of a microphone that is silent nothing is taken.
"""

from dataclasses import dataclass

from donfra_live.recorder.sound import RATE, Ring, Samples
from donfra_live.recorder.sources import Sender

# Of 32768: what muted microphones and filters leave of silence.
QUIET = 8
# So much silence is still taken after the last sound; what was said before it is on disk by then.
HANG = RATE


@dataclass(frozen=True)
class Spoken:
    """at: the sample of the part at which it begins."""

    person: str
    name: str
    at: int
    samples: Samples


@dataclass
class _Speaking:
    """loud: up to which sample of the clock there is something to be heard."""

    name: str
    ring: Ring
    loud: int


class Speakers:
    """Who is to be heard at this moment, or was a moment ago."""

    def __init__(self) -> None:
        self._all: dict[str, _Speaking] = {}

    def hear(self, sender: Sender, start: int, samples: Samples, taken: int) -> None:
        """A frame that begins at this sample of the clock; everything before `taken` is in the film."""
        speaking, loud = self._all.get(sender.person), is_loud(samples)
        if speaking is None:
            if not loud:
                return
            speaking = self._all[sender.person] = _Speaking(sender.name, Ring(taken), start)
        if loud:
            speaking.loud = max(speaking.loud, start + len(samples))
        speaking.name = sender.name
        speaking.ring.add(start, samples)

    def skip(self, until: float) -> None:
        for speaking in self._all.values():
            speaking.ring.skip(until)

    def take(self, until: float, at: int) -> list[Spoken]:
        """Everything up to this moment, which begins at that sample of the part."""
        spoken = [Spoken(person, one.name, at, one.ring.take(until)) for person, one in self._all.items()]
        self._all = {who: one for who, one in self._all.items() if one.ring.taken - one.loud < HANG}
        return spoken


def is_loud(samples: Samples) -> bool:
    return bool(len(samples) and (samples.max() > QUIET or samples.min() < -QUIET))
