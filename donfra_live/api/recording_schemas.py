"""What routes of recordings take and answer."""

from pydantic import BaseModel, Field

from donfra_live.api.schemas import Time, WithKey
from donfra_live.recordings.space import SpaceView
from donfra_live.recordings.views import Marker, RecordingView, Shelf


class StartRecording(WithKey):
    """layout: stage (a shared screen large) or grid. tracks: each person in files of his own, too."""

    layout: str = Field("stage", max_length=40)
    audio_only: bool = False
    tracks: bool = False


class RecordingStarted(BaseModel):
    recording_id: str
    status: str


class GapInfo(BaseModel):
    """At so many seconds of the file so many seconds are missing: the recorder was away."""

    at: float
    lost: float


class ChangeRecording(WithKey):
    """title: "" takes it away. audience: hosts, or members for everybody who was in the session."""

    title: str = Field("", max_length=2000)
    audience: str = Field("hosts", max_length=40)


class SetMarker(WithKey):
    """at: seconds of the file; left out: now."""

    title: str = Field("", max_length=2000)
    at: float | None = None


class AnchorInfo(BaseModel):
    """What happened at `clock`, seconds since 1970, is at so many seconds of the file; later ones follow."""

    clock: float
    at: float


class SceneInfo(BaseModel):
    """From so many seconds on others are to be seen."""

    at: float
    title: str


class MarkerInfo(BaseModel):
    marker_id: str
    at: float
    title: str
    set_by: str


class TrackInfo(BaseModel):
    """One person alone, as long as the recording. kind: voice, camera or screen. missing: its file is."""

    number: int
    kind: str
    name: str
    bytes: int
    missing: bool


class RecordingInfo(BaseModel):
    """status: starting, recording, paused, finishing, ready or failed. reason: why it ended by itself.

    waits: the storage that its file is to be moved to does not answer; it plays all the same.
    missing: its file is not on this machine any more; one in the storage is not looked for.
    by_consent: only who agreed is seen and heard in it. tracks: voices and pictures that have files of
    their own, for hosts and co-hosts.
    """

    recording_id: str
    session_id: str
    status: str
    seconds: float
    bytes: int
    reason: str
    layout: str
    audio_only: bool
    started_by: str
    created_at: Time
    ended_at: Time | None
    title: str
    audience: str
    has_captions: bool
    by_consent: bool
    gaps: list[GapInfo]
    anchors: list[AnchorInfo]
    scenes: list[SceneInfo]
    markers: list[MarkerInfo]
    tracks: list[TrackInfo]
    waits: bool
    missing: bool


class RecordingList(BaseModel):
    recordings: list[RecordingInfo]


class OwnRecording(RecordingInfo):
    session_title: str


class OwnRecordings(BaseModel):
    """bytes: of all of one's own, also of those that are not in this list.

    used_bytes: of the sessions in which one is host, of quota_bytes that they may take up; 0: no limit.
    """

    recordings: list[OwnRecording]
    more: bool
    bytes: int
    used_bytes: int
    quota_bytes: int


class SpaceInfo(BaseModel):
    """free_bytes can still be recorded, which lasts for so many seconds; used and quota are the host's.

    leaves_out: a session may ask for consent and be recorded. separates: `tracks` may be asked for.
    """

    free_bytes: int
    seconds: int
    used_bytes: int
    quota_bytes: int
    leaves_out: bool
    separates: bool


def info(view: RecordingView) -> RecordingInfo:
    return RecordingInfo(
        recording_id=view.id,
        session_id=view.session_id,
        status=view.status.value,
        seconds=round(view.seconds, 3),
        bytes=view.bytes,
        reason=view.reason,
        layout=view.layout.value,
        audio_only=view.audio_only,
        started_by=view.started_by,
        created_at=view.created_at,
        ended_at=view.ended_at,
        title=view.title,
        audience=view.audience.value,
        has_captions=view.has_captions,
        by_consent=view.by_consent,
        gaps=[GapInfo(at=gap.at, lost=gap.lost) for gap in view.gaps],
        anchors=[AnchorInfo(clock=anchor.clock, at=anchor.at) for anchor in view.anchors],
        scenes=[SceneInfo(at=scene.at, title=scene.title) for scene in view.scenes],
        markers=[marker_info(marker) for marker in view.markers],
        tracks=[
            TrackInfo(
                number=number, kind=track.kind, name=track.name, bytes=track.bytes, missing=track.missing
            )
            for number, track in enumerate(view.tracks, start=1)
        ],
        waits=view.waits,
        missing=view.missing,
    )


def marker_info(marker: Marker) -> MarkerInfo:
    return MarkerInfo(marker_id=marker.id, at=marker.at, title=marker.title, set_by=marker.set_by)


def shelf_info(shelf: Shelf) -> OwnRecordings:
    return OwnRecordings(
        recordings=[
            OwnRecording(**info(view).model_dump(), session_title=title) for view, title in shelf.recordings
        ],
        more=shelf.more,
        bytes=shelf.bytes,
        used_bytes=shelf.used,
        quota_bytes=shelf.quota,
    )


def space_info(view: SpaceView) -> SpaceInfo:
    return SpaceInfo(
        free_bytes=view.free,
        seconds=view.seconds,
        used_bytes=view.used,
        quota_bytes=view.quota,
        leaves_out=view.leaves_out,
        separates=view.separates,
    )
