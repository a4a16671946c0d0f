"""A world whose recordings are moved to a real S3 server, and a recording in it that is over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from donfra_live.models import Recording
from donfra_live.recordings.library import RecordingLibrary
from donfra_live.recordings.moving import Moving
from donfra_live.recordings.rules import RecordingStatus as S
from donfra_live.recordings.service import Recordings
from donfra_live.recordings.storage import RecordingFiles, Storage, StoredFile
from donfra_live.settings import Settings
from donfra_live.storage_choice import storage_of
from tests.rows import rows_of
from tests.s3_server import S3Server
from tests.world import World, browser

ALICE = browser("alice")
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"
PICTURES = "poster.jpg", "small-01.jpg"
FILM = bytes(range(256)) * 16


def storage_at(s3: S3Server, **other: str) -> Storage:
    found = storage_of(Settings(**{**s3.settings, **other}))
    assert found
    return found


@dataclass
class Stored:
    """The world with its storage. said: to the operator."""

    world: World
    storage: Storage
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world.recording_files.storage = self.storage
        self.moving = self.mover()

    def mover(self, storage: Storage | None = None) -> Moving:
        """As the app makes one at its start."""
        world = self.world
        files = RecordingFiles(world.data_dir, storage or self.storage)
        return Moving(
            world.db,
            world.library._ports,
            files,
            world.data_dir,
            machine=lambda: "here",
            say=self.said.append,
        )

    def elsewhere(self, data_dir: Path) -> RecordingLibrary:
        """What another machine of this place has."""
        world, there = self.world, lambda: "there"
        ports = world.library._ports
        recordings = Recordings(world.db, ports, world.recorder, machine=there, longest=60.0)
        return RecordingLibrary(world.db, ports, recordings, RecordingFiles(data_dir, self.storage))

    def folder(self, sid: str, rid: str) -> Path:
        return self.world.data_dir / "recordings" / sid / rid

    async def ready(self, content: bytes = FILM) -> tuple[str, str]:
        """A session and its recording that is over, with all that a recorder leaves."""
        sid = await self.world.live()
        rid = (await self.world.recordings.start(ALICE, sid)).id
        self.world.recorder.becomes(rid, S.RECORDING)
        self.world.recorder.is_ready(sid, rid, content)
        for name in (*PICTURES, "voice-01.m4a", "voices.json", "job.json", "recorder.log", "recorder.lock"):
            (self.folder(sid, rid) / name).write_bytes(name.encode())
        await self.world.recordings.follow()
        await self.world.library.put_captions(ALICE, rid, VTT)
        return sid, rid

    async def moved(self, content: bytes = FILM) -> tuple[str, str]:
        sid, rid = await self.ready(content)
        await self.moving.round()
        assert (await self.row(rid)).stored == self.storage.name
        return sid, rid

    async def row(self, rid: str) -> Recording:
        (row,) = [row for row in await rows_of(self.world.db, Recording) if row.id == rid]
        return row


def kept(sid: str, rid: str, content: bytes = FILM) -> dict[str, bytes]:
    """What the storage has of it."""
    files = {name: name.encode() for name in (*PICTURES, "voice-01.m4a")} | {"captions.vtt": VTT}
    return {
        f"recordings/{sid}/{rid}/{name}": text for name, text in ({"recording.mp4": content} | files).items()
    }


async def content_of(file: Path | StoredFile) -> bytes:
    if isinstance(file, Path):
        return file.read_bytes()
    return b"".join([piece async for piece in file.pieces()])


class Meddled:
    """A storage in which something happens after each upload."""

    def __init__(self, storage: Storage, after: Callable[[str], object]) -> None:
        self._storage, self._after = storage, after

    def __getattr__(self, name: str) -> object:
        return getattr(self._storage, name)

    async def put(self, key: str, content: Path | bytes) -> None:
        await self._storage.put(key, content)
        happening = self._after(key)
        if hasattr(happening, "__await__"):
            await happening
