"""What recorders say and views show, as it is stored in a row; pure."""

import json
from collections.abc import Sequence
from typing import Any

from donfra_live.models import Recording, RecordingMarker
from donfra_live.recordings.ports import Anchor, Gap, RecordingFacts, Scene, Track
from donfra_live.recordings.rules import Audience, Layout, RecordingStatus, TrackKind
from donfra_live.recordings.views import Marker, RecordingView

OVER_QUOTA = "It was stopped: the recordings of this host take up all the space that they may."


def as_stored(facts: RecordingFacts, row: Recording) -> dict[str, Any]:
    reason = facts.reason or (OVER_QUOTA if row.over_quota else "")
    return {
        "status": facts.status,
        "milliseconds": round(facts.seconds * 1000),
        "bytes": facts.bytes,
        "reason": reason[:300],
        "gaps": _joined([(gap.at, gap.lost) for gap in facts.gaps]),
        "file": facts.file,
        "anchors": _joined([(anchor.clock, anchor.at) for anchor in facts.anchors]),
        "scenes": json.dumps([[scene.at, scene.title] for scene in facts.scenes]) if facts.scenes else "",
        "tracks": json.dumps([[one.file, one.name, one.bytes, one.kind] for one in facts.tracks]),
        "track_bytes": sum(track.bytes for track in facts.tracks),
    }


def _joined(pairs: Sequence[tuple[float, float]]) -> str:
    """In milliseconds: "first:second,first:second"."""
    return ",".join(f"{round(one * 1000)}:{round(other * 1000)}" for one, other in pairs)


def _pairs(text: str) -> list[tuple[float, float]]:
    split = (pair.split(":") for pair in text.split(",") if pair)
    return [(int(one) / 1000, int(other) / 1000) for one, other in split]


def tracks_of(row: Recording) -> tuple[Track, ...]:
    """Older rows have voices only, and say no kind."""
    return tuple(
        Track(file, name, size, TrackKind(*kind) if kind else TrackKind.VOICE)
        for file, name, size, *kind in json.loads(row.tracks or "[]")
    )


def view_of(row: Recording, markers: Sequence[RecordingMarker] = ()) -> RecordingView:
    return RecordingView(
        id=row.id,
        session_id=row.session_id,
        title=row.title,
        status=RecordingStatus(row.status),
        audience=Audience(row.audience),
        layout=Layout(row.layout),
        audio_only=row.audio_only,
        started_by=row.started_by,
        created_at=row.created_at,
        ended_at=row.ended_at,
        seconds=row.milliseconds / 1000,
        bytes=row.bytes,
        reason=row.reason,
        has_captions=row.captions,
        by_consent=row.by_consent,
        separate=row.separate,
        gaps=tuple(Gap(*pair) for pair in _pairs(row.gaps)),
        anchors=tuple(Anchor(*pair) for pair in _pairs(row.anchors)),
        scenes=tuple(Scene(*scene) for scene in json.loads(row.scenes or "[]")),
        tracks=tracks_of(row),
        waits=row.waits and not row.stored,
        markers=tuple(Marker(m.id, m.milliseconds / 1000, m.title, m.set_by) for m in markers),
    )
