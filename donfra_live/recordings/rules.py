"""The states of a recording and what may follow what, and when there is room for one; pure."""

import re
from enum import StrEnum

from donfra_live.errors import BadInput, DonfraError, NoSpace, QuotaFull, TooManyRecordings, WrongState

MEGABYTE = 1_000_000
# As measured with one camera in 720p; see docs/features/recording.md.
KBITS = 2560
TITLE_LENGTH, MARKERS = 120, 500


class RecordingStatus(StrEnum):
    """starting: the recorder is on its way into the room; finishing: the file that plays everywhere is made.

    ready: there is a file; failed: there is none, `reason` says why. Parts of a failed one are kept.
    """

    STARTING = "starting"
    RECORDING = "recording"
    PAUSED = "paused"
    FINISHING = "finishing"
    READY = "ready"
    FAILED = "failed"


class Layout(StrEnum):
    """stage: a shared screen large with cameras at its side, a grid without one; grid: always a grid."""

    STAGE = "stage"
    GRID = "grid"


class TrackKind(StrEnum):
    """What of a person has a file of its own; voice: with the sound of his screen."""

    VOICE = "voice"
    CAMERA = "camera"
    SCREEN = "screen"


class Audience(StrEnum):
    """Who may watch one that is over: hosts and co-hosts, or everybody who was in the session."""

    HOSTS = "hosts"
    MEMBERS = "members"


TRANSITIONS: dict[RecordingStatus, frozenset[RecordingStatus]] = {
    # Paused at once: a recorder that was started anew while its recording was paused.
    RecordingStatus.STARTING: frozenset(
        {
            RecordingStatus.RECORDING,
            RecordingStatus.PAUSED,
            RecordingStatus.FINISHING,
            RecordingStatus.FAILED,
        }
    ),
    RecordingStatus.RECORDING: frozenset(
        {RecordingStatus.PAUSED, RecordingStatus.FINISHING, RecordingStatus.FAILED}
    ),
    RecordingStatus.PAUSED: frozenset(
        {RecordingStatus.RECORDING, RecordingStatus.FINISHING, RecordingStatus.FAILED}
    ),
    RecordingStatus.FINISHING: frozenset({RecordingStatus.READY, RecordingStatus.FAILED}),
    RecordingStatus.READY: frozenset(),
    # Its parts may be joined once what was in the way is gone.
    RecordingStatus.FAILED: frozenset({RecordingStatus.FINISHING}),
}
# A recorder is at work: everybody who is there or comes is told.
RUNNING = frozenset({RecordingStatus.STARTING, RecordingStatus.RECORDING, RecordingStatus.PAUSED})
OVER = frozenset({RecordingStatus.READY, RecordingStatus.FAILED})
_WORDS = {
    RecordingStatus.STARTING: "is still starting",
    RecordingStatus.RECORDING: "is running",
    RecordingStatus.PAUSED: "is paused",
    RecordingStatus.FINISHING: "is being finished",
    RecordingStatus.READY: "is ready",
    RecordingStatus.FAILED: "has failed",
}


def is_for(audience: Audience | str, status: RecordingStatus | str) -> bool:
    """Whether everybody who was in the session may watch it: only what is finished is given away."""
    return audience == Audience.MEMBERS and status == RecordingStatus.READY


def check_captions(content: bytes) -> None:
    """Raises BadInput for what is no WebVTT: players take no other."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("The captions are not UTF-8 text. Save them as WebVTT in UTF-8.") from None
    if not re.match(r"WEBVTT[ \t\r\n]", text) or "-->" not in text:
        raise BadInput("These are no captions. A WebVTT file begins with WEBVTT and has times with -->.")


def may_become(status: RecordingStatus | str, new: RecordingStatus) -> bool:
    return new in TRANSITIONS[RecordingStatus(status)]


def check_becomes(status: RecordingStatus | str, new: RecordingStatus) -> None:
    """Raises WrongState with what the recording is."""
    if not may_become(status, new):
        raise WrongState(f"This cannot be done: the recording {_WORDS[RecordingStatus(status)]}.")


def why_not_start(*, free: int, reserve: int, running: int, most: int) -> DonfraError | None:
    """free, reserve: bytes. most: how many at once on this machine. Nobody on stage is fine."""
    if free < reserve:
        return NoSpace(
            f"There is too little space to record: {free // MEGABYTE} MB free, "
            f"{reserve // MEGABYTE} MB are needed. Ask the operator to make some."
        )
    if running >= most:
        sessions = "one session" if most == 1 else f"{most} sessions"
        return TooManyRecordings(f"This machine records {sessions} at a time. Stop another one first.")
    return None


def why_over_quota(*, used: int, quota: int) -> DonfraError | None:
    """In bytes; a quota of 0 is none."""
    if not quota or used < quota:
        return None
    return QuotaFull(
        f"The recordings of this host take up {in_gigabytes(used)} of {in_gigabytes(quota)} GB. "
        'Delete some under "My recordings" on the dashboard, then record.'
    )


def in_gigabytes(size: int) -> str:
    """Never 0.0 of something: a small quota is still to be read."""
    return f"{size / 1e9:.1f}" if size >= 1e9 else f"{size / 1e9:.3f}"


def space_to_record(*, free: int, reserve: int) -> int:
    """Bytes of a disk with so many free that can be recorded; see why_not_start and must_stop."""
    return 0 if free < reserve else free - reserve // 2


def space_left(*, free: int, used: int, quota: int) -> int:
    """Bytes that can still be recorded: of what the disk has free, and of the quota."""
    return min(free, max(0, quota - used)) if quota else free


def lasts(size: int) -> int:
    """Seconds of a recording with a picture."""
    return size * 8 // (1000 * KBITS)


def must_stop(*, free: int, reserve: int) -> bool:
    """Half of the reserve is left to others and to the work of finishing."""
    return free < reserve // 2


def most_at_once(cores: int, wanted: int = 0) -> int:
    """By the measured cost: a recording wants up to half a core, and the media server the rest of two."""
    return wanted or max(1, cores // 2)
