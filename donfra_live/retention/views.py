"""What the services of retention answer: plain, frozen data."""

from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True)
class Export:
    """A zip ready to be sent. file: open, at its start, and without a name; whoever sends it closes it."""

    name: str
    size: int
    file: IO[bytes]


@dataclass(frozen=True)
class Holdings:
    """What there is of a session, for the question whether all of it shall go."""

    title: str
    people: int
    messages: int
    files: int
