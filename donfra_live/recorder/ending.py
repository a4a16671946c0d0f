"""From parts to the file: what is done when a recording is over, and again when that was interrupted."""

import dataclasses
import logging
import re
from collections.abc import Sequence
from pathlib import Path

import av

from donfra_live.recorder import finish
from donfra_live.recorder.finish_tracks import make_tracks
from donfra_live.recorder.places import Places
from donfra_live.recorder.reasons import NOTHING, is_full
from donfra_live.recorder.segments import remove_part
from donfra_live.recorder.tell import Teller
from donfra_live.recordings.ports import Gap, RecordingJob
from donfra_live.recordings.rules import RecordingStatus

log = logging.getLogger(__name__)
NOT_JOINED = "The disk is too full to join the parts of the recording. Make space, then stop it once more."
AS_IT_IS = "There was no space to prepare the file for players; it is kept as it was recorded."


def make_file(places: Places, job: RecordingJob, tell: Teller, reason: str) -> None:
    """Says ready or failed at the end; parts go only when the file that has them all is said to be there."""
    places.let_space_go()
    reason = reason or tell.status.reason
    tell.say(status=RecordingStatus.FINISHING, reason=reason)
    file = places.file(audio_only=job.audio_only)
    if tell.status.file != file.name or not file.exists():
        refusal = _join(places, file, tell, reason)
        if refusal:
            tell.say(status=RecordingStatus.FAILED, reason=refusal)
            return
    for part in places.parts():
        remove_part(part)
    seconds = finish.seconds_of(file)
    if job.tracks:
        make_tracks(places, tell, seconds)
    _draw_pictures(file, seconds)
    tell.say(status=RecordingStatus.READY, seconds=round(seconds, 3), bytes=file.stat().st_size)


def _join(places: Places, file: Path, tell: Teller, reason: str) -> str:
    """Why there is no file; "" when there is."""
    parts = [part for part in places.parts() if finish.readable(part)]
    if not parts:
        return NOTHING
    if begins := _begins(parts, file):
        starts = dict(zip(map(_number, parts), begins, strict=True))
        said = tell.status
        gaps = _placed(said.gaps, starts)
        moved = {
            name: tuple(
                dataclasses.replace(one, at=_moved(one.at, said.gaps, gaps)) for one in getattr(said, name)
            )
            for name in ("anchors", "scenes")
        }
        tell.say(file=file.name, gaps=gaps, **moved)
    elif len(parts) == 1 and parts[0].is_file():
        parts[0].rename(file)
        tell.say(file=file.name, reason=f"{reason} {AS_IT_IS}".strip())
    else:
        return f"{reason} {NOT_JOINED}".strip()
    return ""


def _begins(parts: Sequence[Path], file: Path) -> list[float]:
    """Where each part begins in the file made of them; none when there is no space for it."""
    if not finish.fits(parts):
        return []
    try:
        return finish.join(parts, file)
    except (OSError, av.FFmpegError) as error:
        if not is_full(error):
            raise
        log.error("the parts cannot be joined: %s", error)  # somebody else has filled the disk meanwhile
        return []


def _number(part: Path) -> int:
    return int(re.findall(r"\d+", part.name)[0])


def _placed(gaps: tuple[Gap, ...], starts: dict[int, float]) -> tuple[Gap, ...]:
    """The first gap lies before the second part; where that begins only the joined file tells exactly."""
    return tuple(
        dataclasses.replace(gap, at=round(starts.get(number, gap.at), 3))
        for number, gap in enumerate(gaps, start=2)
    )


def _moved(at: float, said: tuple[Gap, ...], placed: tuple[Gap, ...]) -> float:
    """With the part that it lies in."""
    shift = 0.0
    for before, after in zip(said, placed, strict=True):
        # what was said of the gap is rounded to hundredths
        if before.at <= at + 0.01:
            shift = after.at - before.at
    return round(max(0.0, at + shift), 3)


def _draw_pictures(file: Path, seconds: float) -> None:
    try:
        finish.pictures(file, seconds)
    except Exception:
        log.exception("no poster")
