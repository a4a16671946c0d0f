"""A recording as people are told of it: what stands in its row, and whether its files are still there.

Files go without us: a disk is exchanged, a folder is emptied by hand. Who looks is told before he presses.
"""

from collections.abc import Sequence
from dataclasses import replace

from donfra_live.models import Recording, RecordingMarker
from donfra_live.recordings.rules import RecordingStatus
from donfra_live.recordings.storage import RecordingFiles
from donfra_live.recordings.stored import view_of
from donfra_live.recordings.views import RecordingView


def as_seen(row: Recording, files: RecordingFiles, marks: Sequence[RecordingMarker] = ()) -> RecordingView:
    view = view_of(row, marks)
    if view.status != RecordingStatus.READY:
        return view
    tracks = tuple(replace(one, missing=files.is_missing(row, one.file)) for one in view.tracks)
    return replace(view, missing=files.is_missing(row, row.file), tracks=tracks)
