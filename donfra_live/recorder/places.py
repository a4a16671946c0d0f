"""The folder of one recording, and the small files in it by which the app and the recorder's process speak.

All of them outlive either side: status.json is the recorder's, wanted.json the app's, job.json says what it
is all about. The lock is held by the recorder for as long as it lives, whatever it dies of. No secret here.
"""

import json
import os
import re
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from donfra_live.livekit_server.files import Lock, private_folder, write_private
from donfra_live.recordings.ports import Anchor, Gap, RecordingJob, Scene, Track
from donfra_live.recordings.rules import Layout, RecordingStatus, TrackKind

SPARE_BYTES = 1_000_000
UNKNOWN = "Unknown"


@dataclass(frozen=True)
class Status:
    """What the recorder says. seconds: of all parts; part: the number of the one that is written.

    updated: when it was said, in seconds since 1970; a later recorder knows by it how long nobody recorded.
    """

    status: RecordingStatus = RecordingStatus.STARTING
    seconds: float = 0.0
    bytes: int = 0
    reason: str = ""
    file: str = ""
    part: int = 0
    pid: int = 0
    updated: float = 0.0
    gaps: tuple[Gap, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    scenes: tuple[Scene, ...] = ()
    tracks: tuple[Track, ...] = ()


@dataclass(frozen=True)
class Told:
    """What a recorder is given through stdin, since it has a secret in it. url: ws://..."""

    url: str
    token: str
    reserve: int = 0


def folder_of(data_dir: Path, session_id: str, recording_id: str) -> Path:
    return data_dir / "recordings" / session_id / recording_id


class Places:
    """The files of one recording."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.job, self.status, self.wanted = (folder / f"{name}.json" for name in ("job", "status", "wanted"))
        self.people = folder / "voices.json"
        self.log = folder / "recorder.log"
        self.incoming = folder / "incoming"
        self._spare = folder / ".spare"

    @classmethod
    def made(cls, data_dir: Path, session_id: str, recording_id: str) -> "Places":
        folder = folder_of(data_dir, session_id, recording_id)
        for one in (folder.parent.parent, folder.parent, folder):
            private_folder(one)
        return cls(folder)

    def open_to_others(self) -> None:
        """Another user may pass, to the folders in `incoming` that he is given; he can list nothing."""
        for folder in (self.folder.parent.parent, self.folder.parent, self.folder):
            folder.chmod(folder.stat().st_mode | 0o011)
        self.incoming.mkdir(exist_ok=True)
        self.incoming.chmod(0o711)

    def give(self, name: str) -> None:
        """A folder in `incoming` that another user may write into and not list; its name stays ours."""
        folder = self.incoming / name
        folder.mkdir(exist_ok=True)
        folder.chmod(0o733)

    def close_to_others(self) -> None:
        shutil.rmtree(self.incoming, ignore_errors=True)
        self.folder.chmod(0o700)

    def lock(self) -> Lock:
        return Lock(self.folder / "recorder.lock")

    def hold_space(self) -> None:
        """So that the end of a recording can be said and its file made though the disk is full by then."""
        if not self._spare.exists() or self._spare.stat().st_size < SPARE_BYTES:
            self._spare.write_bytes(os.urandom(SPARE_BYTES))  # no file system makes less of it

    def let_space_go(self) -> None:
        self._spare.unlink(missing_ok=True)

    def part(self, number: int, *, audio_only: bool) -> Path:
        return self.folder / f"part-{number:04}.{'m4a' if audio_only else 'mp4'}"

    def part_of_pieces(self, number: int) -> Path:
        """A folder of what Egress has written; see segments.py."""
        return self.folder / f"part-{number:04}.pieces"

    def parts(self) -> list[Path]:
        return sorted([*self.folder.glob("part-*.m*"), *self.folder.glob("part-*.pieces")])

    def voice_part(self, number: int, part: int) -> Path:
        return self.folder / f"voice-{number:02}.part-{part:04}.m4a"

    def picture_part(self, kind: TrackKind, number: int, part: int, begin: int) -> Path:
        """begin: the frame of the part with which it begins."""
        return self.folder / f"{kind}-{number:02}.part-{part:04}-{begin:08}.mp4"

    def track_parts(self, kind: TrackKind | str = "*", number: int | None = None) -> list[Path]:
        """Of one person, or of all."""
        whose = "*" if number is None else f"{number:02}"
        return sorted(self.folder.glob(f"{kind}-{whose}.part-*.m*"))

    def track(self, kind: TrackKind, number: int) -> Path:
        return self.folder / f"{kind}-{number:02}.{'m4a' if kind == TrackKind.VOICE else 'mp4'}"

    def file(self, *, audio_only: bool) -> Path:
        return self.folder / f"recording.{'m4a' if audio_only else 'mp4'}"


def name_of_folder(data_dir: Path) -> str:
    """Made once: what lies in this data folder is ours, whatever the host is called that it is mounted on."""
    file = data_dir / "recorders.id"
    if not file.exists():
        write_private(file, uuid.uuid4().hex, keep=True)
    return file.read_text()


def write_job(places: Places, job: RecordingJob) -> None:
    write_private(places.job, json.dumps(asdict(job)), lasts=True)


def read_job(places: Places) -> RecordingJob:
    stored = json.loads(places.job.read_text())
    return RecordingJob(**{**stored, "layout": Layout(stored["layout"])})


def write_people(places: Places, people: Mapping[str, str]) -> None:
    """Whose files have which number: their places in the list. people: names by person."""
    write_private(places.people, json.dumps(list(people.items())), lasts=True)


def read_people(places: Places) -> dict[str, str]:
    """Where the list was lost with the machine, whoever has files has no name: never somebody else's."""
    try:
        return dict(json.loads(places.people.read_text()))
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError):
        numbers = [int(re.findall(r"\d+", path.name)[0]) for path in places.track_parts()]
        return {f"lost {number}": UNKNOWN for number in range(1, max(numbers, default=0) + 1)}


def write_status(places: Places, status: Status) -> None:
    write_private(places.status, json.dumps(asdict(status)))


def read_status(places: Places) -> Status:
    """A status that nobody wrote yet is that of a recording that starts."""
    try:
        return _status_of(json.loads(places.status.read_text()))
    except FileNotFoundError:
        return Status()
    except (ValueError, TypeError, KeyError, AttributeError):
        return _guessed(places)


def _status_of(stored: Mapping[str, Any]) -> Status:
    kinds = {"gaps": Gap, "anchors": Anchor, "scenes": Scene, "tracks": Track}
    lists = {name: tuple(kind(**one) for one in stored.get(name, ())) for name, kind in kinds.items()}
    return Status(**{**stored, "status": RecordingStatus(stored["status"]), **lists})


def _guessed(places: Places) -> Status:
    """From the files themselves, where a machine that lost its power left the status empty: no part may be
    written over, and what was being finished is finished."""
    parts = places.parts()
    files = [file for audio in (True, False) if (file := places.file(audio_only=audio)).exists()]
    number = int(parts[-1].name[len("part-") :].partition(".")[0]) if parts else 0
    return Status(
        RecordingStatus.FINISHING if files else RecordingStatus.STARTING,
        file=files[0].name if files and not parts else "",
        part=number,
        updated=parts[-1].stat().st_mtime if parts else 0.0,
        gaps=(Gap(0.0, 0.0),) * (number - 1),
    )


def write_wanted(places: Places, wanted: RecordingStatus) -> None:
    write_private(places.wanted, json.dumps({"status": wanted}), lasts=True)


def read_wanted(places: Places) -> RecordingStatus:
    """recording, paused or finishing; recording where nothing else can be read."""
    try:
        return RecordingStatus(json.loads(places.wanted.read_text())["status"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return RecordingStatus.RECORDING
