"""What recordings need from outside: somebody who records.

Our own process does it, or LiveKit Egress; see donfra_live/recorder/.
"""

from dataclasses import dataclass
from typing import Protocol

from donfra_live.recordings.rules import Layout, RecordingStatus, TrackKind


@dataclass(frozen=True)
class RecordingJob:
    """What is to be recorded. title: shown while nobody is on stage. longest_seconds: it ends by itself.

    by_consent: only those whose attribute `recorded` in the room is this recording's id are seen and heard.
    tracks: voice, camera and screen of each person as files of their own as well.
    """

    recording_id: str
    session_id: str
    title: str
    layout: Layout = Layout.STAGE
    audio_only: bool = False
    longest_seconds: float = 43_200.0
    by_consent: bool = False
    tracks: bool = False


@dataclass(frozen=True)
class Gap:
    """Somewhere the recorder was away: at so many seconds of the file so many seconds are missing."""

    at: float
    lost: float


@dataclass(frozen=True)
class Anchor:
    """What happened at `clock`, seconds since 1970, is at so many seconds of the file.

    What came later is as much later in the file, up to the next anchor: a pause or a gap lies between two.
    """

    clock: float
    at: float


@dataclass(frozen=True)
class Scene:
    """From so many seconds of the file on others are to be seen. title: who."""

    at: float
    title: str


@dataclass(frozen=True)
class Track:
    """Voice, camera or screen of one person alone, as long as the recording. file: its name in the folder.

    missing: it is not there any more.
    """

    file: str
    name: str
    bytes: int
    kind: TrackKind = TrackKind.VOICE
    missing: bool = False


@dataclass(frozen=True)
class RecordingFacts:
    """How a recording is. reason: why it ended before it was told to, or failed; "" else.

    file: its name in the recording's folder, "" while there is none. anchors, scenes: in the file's order.
    bytes: of the file; while there is none, of everything that is recorded.
    """

    status: RecordingStatus
    seconds: float = 0.0
    bytes: int = 0
    reason: str = ""
    gaps: tuple[Gap, ...] = ()
    file: str = ""
    anchors: tuple[Anchor, ...] = ()
    scenes: tuple[Scene, ...] = ()
    tracks: tuple[Track, ...] = ()


class Recorder(Protocol):
    """Raises DonfraError: NoSpace, TooManyRecordings, WrongState, NotFound, MediaServerAway.

    leaves_out: whether it can leave out who did not agree. separates: whether it can record each alone.
    """

    leaves_out: bool
    separates: bool

    async def start(self, job: RecordingJob) -> None: ...
    async def pause(self, session_id: str, recording_id: str) -> None: ...
    async def resume(self, session_id: str, recording_id: str) -> None: ...
    async def stop(self, session_id: str, recording_id: str) -> None: ...
    async def facts(self, session_id: str, recording_id: str) -> RecordingFacts: ...
    async def watch(self) -> bool:
        """One round: recorders that died are started anew, also those of an app that was killed.

        Whether there was any recording to look after.
        """
        ...
