"""What is told of a recording."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from donfra_live.recordings.ports import Gap
from donfra_live.recordings.rules import Layout, RecordingStatus


@dataclass(frozen=True)
class RecordingView:
    """reason: why it ended by itself or failed, "" else."""

    id: str
    session_id: str
    status: RecordingStatus
    layout: Layout
    audio_only: bool
    started_by: str
    created_at: datetime
    ended_at: datetime | None
    seconds: float
    bytes: int
    reason: str
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class RecordingFile:
    """name: for somebody who keeps it."""

    path: Path
    kind: str
    name: str
