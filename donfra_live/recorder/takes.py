"""The runs of Egress that make up one recording, as they are kept on disk, and what follows from them.

Egress cannot pause and may die, so a recording has several takes; a take that left something is a part of it.
Times are in seconds since 1970, 0 for not yet.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from donfra_live.livekit_server.files import write_private
from donfra_live.recorder.places import Places
from donfra_live.recordings.ports import Anchor, Gap

TRIES, IN_SECONDS = 5, 60.0


@dataclass(frozen=True)
class Take:
    """One run of Egress.

    number: of its folder. id: "" while its start is not answered. asked: when we asked for it.
    since: from when on something is missing before it; 0 after a pause. seen: when it was last in the room;
    missing: since when it is not.
    started: what its file begins with. told: when we told it to end; ending: when it began to.
    ended: when we found it over. pieces, bytes: how much of it has come. seconds: of what it left.
    part: its number in the recording, 0 for none.
    """

    number: int
    asked: float
    since: float = 0.0
    id: str = ""
    seen: float = 0.0
    missing: float = 0.0
    started: float = 0.0
    told: float = 0.0
    ending: float = 0.0
    ended: float = 0.0
    pieces: int = 0
    bytes: int = 0
    seconds: float = 0.0
    part: int = 0
    failed: bool = False

    @property
    def name(self) -> str:
        return f"take-{self.number:04}"


@dataclass(frozen=True)
class Book:
    """number, asked: of the last take that was asked for, also when none came of it.

    error: what went wrong last. reason: why it ends before it was told to.
    """

    takes: tuple[Take, ...] = ()
    number: int = 0
    asked: float = 0.0
    error: str = ""
    reason: str = ""


def read_book(places: Places) -> Book:
    try:
        stored = json.loads((places.folder / "egress.json").read_text())
    except FileNotFoundError:
        return Book()
    return Book(**{**stored, "takes": tuple(Take(**take) for take in stored["takes"])})


def write_book(places: Places, book: Book) -> None:
    write_private(places.folder / "egress.json", json.dumps(asdict(book)))


def asked_for(book: Book, now: float) -> Book:
    """With one more take. Its folder has a name that none had before: a late one must not write into it."""
    take = Take(book.number + 1, asked=now, since=_missing_since(book.takes))
    return replace(book, takes=(*book.takes, take), number=take.number, asked=now)


def without_last(book: Book) -> Book:
    return replace(book, takes=book.takes[:-1])


def _missing_since(takes: Sequence[Take]) -> float:
    """Of one that left nothing all that it should have recorded is missing."""
    if not takes or takes[-1].told:
        return 0.0
    last = takes[-1]
    if last.part:
        return last.started + last.seconds
    return last.since or last.started


def is_given_up(takes: Sequence[Take], now: float) -> bool:
    return sum(take.failed and now - take.asked < IN_SECONDS for take in takes) >= TRIES


def _in_film(takes: Sequence[Take]) -> list[Take]:
    return [take for take in takes if take.part or (take.started and not take.ended)]


def _length(take: Take, now: float) -> float:
    if take.ended:
        return take.seconds
    return max(0.0, (take.told or take.ending or now) - take.started)


def seconds(takes: Sequence[Take], now: float) -> float:
    return sum(_length(take, now) for take in _in_film(takes))


def anchors(takes: Sequence[Take], now: float) -> tuple[Anchor, ...]:
    film = _in_film(takes)
    return tuple(
        Anchor(round(take.started, 3), round(seconds(film[:n], now), 3)) for n, take in enumerate(film)
    )


def gaps(takes: Sequence[Take], now: float) -> tuple[Gap, ...]:
    """One before each part but the first, as the joining wants them; nothing is lost of a pause."""
    film = _in_film(takes)
    return tuple(Gap(round(seconds(film[:n], now), 3), _lost_before(film[n])) for n in range(1, len(film)))


def _lost_before(take: Take) -> float:
    return round(max(0.0, take.started - take.since), 2) if take.since else 0.0


def with_last(book: Book, **changes: Any) -> Book:
    """The last take changed."""
    return replace(book, takes=(*book.takes[:-1], replace(book.takes[-1], **changes)))
