"""Makes a file of each voice, camera and screen, once the film is there."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from donfra_live.recorder.finish_pictures import Stretch, join_picture
from donfra_live.recorder.finish_voices import join_voice
from donfra_live.recorder.places import Places, read_people
from donfra_live.recorder.reasons import is_full
from donfra_live.recorder.tell import Teller
from donfra_live.recorder.writer import FPS
from donfra_live.recordings.ports import Track
from donfra_live.recordings.rules import TrackKind

log = logging.getLogger(__name__)
NO_TRACKS = "There was no space for a file of each voice and picture."
NOT_EACH = "Not every voice and picture could be made a file of its own."


@dataclass(frozen=True)
class _Film:
    """starts: where each part begins in it, from the first one."""

    starts: Sequence[float]
    seconds: float

    def end(self, part: int) -> float:
        return self.starts[part] if part < len(self.starts) else self.seconds


def make_tracks(places: Places, tell: Teller, seconds: float) -> None:
    """One after the other, so that little space is needed; one that is there is whole."""
    film = _Film([0.0, *(gap.at for gap in tell.status.gaps)], seconds)
    tracks, reason = [], tell.status.reason
    for number, name in enumerate(read_people(places).values(), start=1):
        for kind in TrackKind:
            target, parts = places.track(kind, number), places.track_parts(kind, number)
            try:
                if target.exists() or _join(kind, parts, film, target):
                    tracks.append(Track(target.name, name, target.stat().st_size, kind))
            except Exception as error:  # the film is ready whatever becomes of them
                log.exception("a %s cannot be joined", kind)
                why = NO_TRACKS if is_full(error) else NOT_EACH
                reason = reason if why in reason else f"{reason} {why}".strip()
            for path in parts:
                path.unlink(missing_ok=True)
    tell.say(tracks=tuple(tracks), reason=reason)


def _join(kind: TrackKind, parts: Sequence[Path], film: _Film, target: Path) -> bool:
    """Whether there was anything to be read."""
    if kind == TrackKind.VOICE:
        by_part = {_numbers(path)[0]: path for path in parts}
        return join_voice(by_part, film.starts, film.seconds, target)
    return join_picture(kind, _stretches(parts, film), film.seconds, target)


def _stretches(parts: Sequence[Path], film: _Film) -> list[Stretch]:
    """Those of a part that the film knows."""
    found = []
    for path in parts:
        part, begin = _numbers(path)
        if part <= len(film.starts):
            found.append(Stretch(path, film.starts[part - 1] + begin / FPS, film.end(part)))
    return found


def _numbers(path: Path) -> list[int]:
    """Of which part it is, and with which frame of that it begins."""
    return [int(number) for number in re.findall(r"\d+", path.stem)[1:]]
