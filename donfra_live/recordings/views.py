"""What is told of a recording."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from donfra_live.errors import NotAllowed
from donfra_live.recordings.ports import Anchor, Gap, Scene, Track
from donfra_live.recordings.rules import Audience, Layout, RecordingStatus
from donfra_live.recordings.storage import StoredFile


@dataclass(frozen=True)
class Marker:
    """A moment that a host marked. at: seconds of the file."""

    id: str
    at: float
    title: str
    set_by: str


@dataclass(frozen=True)
class RecordingView:
    """reason: why it ended by itself or failed, "" else. title: "" while nobody gave it one.

    separate: each person is recorded in files of his own as well; tracks: those, for who may record.
    waits: the storage that it is to be moved to does not answer; it plays from this machine meanwhile.
    missing: its file should be on this machine and is not. What is in the storage is not looked for.
    """

    id: str
    session_id: str
    title: str
    status: RecordingStatus
    audience: Audience
    layout: Layout
    audio_only: bool
    started_by: str
    created_at: datetime
    ended_at: datetime | None
    seconds: float
    bytes: int
    reason: str
    has_captions: bool
    by_consent: bool
    separate: bool
    gaps: tuple[Gap, ...]
    anchors: tuple[Anchor, ...]
    scenes: tuple[Scene, ...]
    markers: tuple[Marker, ...]
    tracks: tuple[Track, ...] = ()
    waits: bool = False
    missing: bool = False


@dataclass(frozen=True)
class Shelf:
    """Recordings of several sessions, each with its session's title; more: there are older ones.

    bytes: of all of them, also of those that are not in this list. used of quota: bytes of those of the
    sessions whose host he is; a quota of 0 is none.
    """

    recordings: tuple[tuple[RecordingView, str], ...]
    more: bool
    bytes: int
    used: int
    quota: int


@dataclass(frozen=True)
class Looker:
    """Who watches, for the log. By a link: no member, and a mark that tells his browser from others."""

    session_id: str
    member_id: str | None
    name: str
    mark: str = ""

    def act(self, *, keep: bool) -> str:
        """keep: he downloads it. Raises NotAllowed."""
        if self.member_id is not None:
            return "download recording" if keep else "watch recording"
        if keep:
            raise NotAllowed("This link is for watching only. Ask who sent it to you for the file.")
        return "watch by link"


@dataclass(frozen=True)
class RecordingFile:
    """name: for somebody who keeps it."""

    content: Path | StoredFile
    kind: str
    name: str
