"""What belongs in a backup, and which one a restore takes; pure.

The database is nearly all: accounts, logins, chat and webhooks' secrets are rows. Beside it: `livekit/keys`
(it signed the tokens that clients hold), `recorders.id` (by it rows name whose folder recordings are in), and
recordings that are over. All else in the data folder is made anew (locks, logs, states of open pages, the
media server's files) or comes and goes (exports, marks of what runs). Settings (.env) are the operator's.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from donfra_live.recordings.rules import OVER, RecordingStatus

FORMAT = 1
MANIFEST, KEYS, MACHINE, RECORDINGS = "manifest.json", "livekit/keys", "recorders.id", "recordings"
DATABASES = {"sqlite": "donfra.db", "postgresql": "donfra.dump"}
# A moment of the app's own writing must find room as well.
SPARE = 16_000_000
_FILE = r"[^./\\\x00-\x1f][^/\\\x00-\x1f]*"
_NAME = re.compile(rf"donfra\.(db|dump)|livekit/keys|recorders\.id|recordings(/{_FILE}){{3,5}}")
# What its recorder left of a failed one may still become a file; only its lock is of no use.
_OF_NO_USE = ".lock"


class BackupError(Exception):
    """A backup or a restore cannot be made; the text says why and what to do."""


class FileFacts(BaseModel):
    """size: in bytes."""

    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class _Format(BaseModel):
    """What a manifest of any version says."""

    format: int


class Manifest(_Format):
    """version: of the app. left_out: recordings by why they are not in it."""

    format: int = FORMAT
    version: str
    revision: str
    database: Literal["sqlite", "postgresql"]
    begun: datetime
    finished: datetime
    files: dict[str, FileFacts]
    left_out: dict[str, list[str]] = {}

    @property
    def size(self) -> int:
        return sum(facts.size for facts in self.files.values())

    @property
    def recordings(self) -> int:
        """How many there are in it."""
        return len({recording_of(name) for name in self.files if is_of_recording(name)})


@dataclass(frozen=True)
class RecordingRow:
    session_id: str
    id: str
    status: str
    machine: str
    stored: str = ""

    @property
    def folder(self) -> str:
        return f"{RECORDINGS}/{self.session_id}/{self.id}"


def is_of_recording(name: str) -> bool:
    return name.startswith(f"{RECORDINGS}/")


def recording_of(name: str) -> str:
    """The folder of the recording to which a file belongs."""
    return "/".join(name.split("/")[:3])


def why_left_out(row: RecordingRow, machine: str, *, wanted: bool) -> str:
    """ "" for one that belongs in the backup of this machine."""
    if row.stored:
        return f"in {row.stored}"
    if row.status not in OVER:
        return "still being made"
    if row.machine not in {"", machine}:
        return "on another machine"
    return "" if wanted else "left out by --without-recordings"


def is_of_use(name: str, status: str, *, is_kept: bool) -> bool:
    """Whether a file in the folder of a recording belongs in the backup. is_kept: as moving it has it."""
    if status == RecordingStatus.READY:
        return is_kept
    return not name.startswith(".") and not name.endswith(_OF_NO_USE)


def name_at(moment: datetime) -> str:
    """moment: in UTC."""
    return f"donfra-{moment:%Y-%m-%d-%H%M%S}.tar"


def in_words(size: int) -> str:
    for unit, word in ((10**9, "GB"), (10**6, "MB")):
        if size >= unit:
            return f"{size / unit:.1f} {word}"
    return f"{-(-size // 1000)} kB"


def check_space(*, needed: int, free: int, where: str) -> None:
    """In bytes. Raises BackupError."""
    if free < needed + SPARE:
        raise BackupError(
            f"There is too little space in {where}: {in_words(needed + SPARE)} are needed, "
            f"{in_words(free)} are free. Make some, then try again."
        )


def is_name(name: str) -> bool:
    """Whether a file of this name may be in a backup: one that leads nowhere but to its place."""
    return _NAME.fullmatch(name) is not None


def check_name(name: str) -> None:
    """Raises BackupError for a file that we would not have put there."""
    if not is_name(name):
        raise BackupError(f"This is no backup of donfra live: it holds {name[:80]!r}.")


def manifest_in(content: bytes) -> Manifest:
    """Raises BackupError."""
    try:
        kind = _Format.model_validate_json(content).format
        if kind > FORMAT:
            raise BackupError(
                "This backup was made by a newer version of the app. Update the app, then restore."
            )
        return Manifest.model_validate_json(content)
    except ValidationError:
        raise BackupError("The backup is damaged: its manifest cannot be read. Take another one.") from None


def check_files(manifest: Manifest, found: dict[str, FileFacts]) -> None:
    """Raises BackupError unless the archive holds what its manifest says."""
    if gone := sorted(manifest.files.keys() - found.keys()):
        raise BackupError(f"The backup is damaged: {gone[0]} is missing. Take another one.")
    if more := sorted(found.keys() - manifest.files.keys()):
        raise BackupError(f"The backup is damaged: its manifest does not know {more[0]}. Take another one.")
    for name, facts in found.items():
        if facts != manifest.files[name]:
            raise BackupError(f"The backup is damaged: {name} is not what it was. Take another one.")
    if DATABASES[manifest.database] not in found:
        raise BackupError("The backup is damaged: it has no database. Take another one.")


def check_fits(manifest: Manifest, *, database: str, known: Collection[str]) -> None:
    """known: the revisions of the schema that this version can bring up to date. Raises BackupError."""
    if manifest.revision not in known:
        raise BackupError(
            f"This backup was made by a newer version of the app: its schema is {manifest.revision}, this "
            f"version knows {max(known)}. Update the app, then restore."
        )
    if manifest.database != database:
        raise BackupError(
            f"This backup is of {_NAMES[manifest.database]}, and the app is set up for {_NAMES[database]}. "
            "Set DATABASE_URL to one of that kind, then restore."
        )


_NAMES = {"sqlite": "a SQLite database", "postgresql": "a PostgreSQL database"}


def contents_in_words(manifest: Manifest) -> str:
    parts = [f"the database (schema {manifest.revision})"]
    parts += ["the key of the media server"] if KEYS in manifest.files else []
    parts += [counted(manifest.recordings)] if manifest.recordings else []
    return ", ".join(parts)


def left_out_in_words(left_out: dict[str, list[str]]) -> Iterable[str]:
    return (f"{counted(len(folders))} {why}" for why, folders in sorted(left_out.items()))


def counted(recordings: int) -> str:
    return "1 recording" if recordings == 1 else f"{recordings} recordings"
