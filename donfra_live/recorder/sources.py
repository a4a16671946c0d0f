"""What the recorder sees and hears, in words of its own; livekit_gateway/reception.py brings it."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from donfra_live.recorder.sound import Samples


@dataclass(frozen=True)
class Frame:
    """One picture as I420 without padding. at: when it is to be shown, by the monotonic clock.

    turns: by how many quarters clockwise it has to be turned.
    """

    at: float
    width: int
    height: int
    data: bytes | bytearray | memoryview
    turns: int = 0


@dataclass
class Picture:
    """A camera or shared screen of somebody. frames: oldest first, from the one shown.

    since: when its sender came into the room. person: the same in all of his connections.
    """

    key: str
    name: str
    is_screen: bool
    since: float = 0.0
    hidden: bool = False
    person: str = ""
    frames: deque[Frame] = field(default_factory=lambda: deque(maxlen=16))

    def frame_at(self, moment: float) -> Frame | None:
        """The newest that is due; older ones are dropped."""
        while len(self.frames) > 1 and self.frames[1].at <= moment:
            self.frames.popleft()
        return self.frames[0] if self.frames and self.frames[0].at <= moment else None


class Contact(StrEnum):
    """away: the media server is being looked for; over: the session's room is gone for good."""

    AWAY = "away"
    HERE = "here"
    OVER = "over"


@dataclass(frozen=True)
class Sender:
    """Whose sound it is. key: of this microphone; person: the same in all of his connections."""

    key: str
    person: str
    name: str


Hear = Callable[[Sender, Samples, float], None]


class Reception(Protocol):
    """One hidden connection that comes back by itself."""

    @property
    def contact(self) -> Contact: ...
    @property
    def pictures(self) -> Sequence[Picture]:
        """In the stage's order: who came first stands first, screens after the cameras."""
        ...

    def want(self, heights: dict[str, int]) -> None:
        """How high each picture is shown, by key; a smaller layer comes where it is enough."""
        ...

    async def close(self) -> None: ...
