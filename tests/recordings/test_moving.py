"""Recordings on their way to a real S3 server, and what may happen to them there."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from donfra_live.errors import NotAllowed, NotFound, StorageAway
from donfra_live.recordings.moving import Moving
from donfra_live.recordings.storage import PIECE
from donfra_live.s3_storage import CHUNK
from donfra_live.settings import Settings
from donfra_live.storage_choice import check_storage, storage_of
from tests.app_process import ROOT, free_port
from tests.recordings.storing import ALICE, FILM, VTT, Meddled, Stored, content_of, kept, storage_at
from tests.s3_server import SECRET, S3Server
from tests.world import World, browser


@pytest.fixture
def stored(world: World, s3: S3Server) -> Stored:
    return Stored(world, storage_at(s3))


async def test_what_is_ready_is_moved_and_plays_as_before(stored: Stored, s3: S3Server) -> None:
    sid, rid = await stored.ready()
    await stored.moving.round()
    assert s3.files() == kept(sid, rid), "and nothing of the recorder's own"
    assert not stored.folder(sid, rid).exists()
    library = stored.world.library
    found = await library.file(ALICE, rid)
    assert (await content_of(found.content), found.kind, found.name) == (FILM, "video/mp4", "Algebra.mp4")
    assert await content_of(await library.poster(ALICE, rid)) == b"poster.jpg"
    assert await content_of(await library.picture(ALICE, rid, 1)) == b"small-01.jpg"
    with pytest.raises(NotFound, match="no such picture"):
        await library.picture(ALICE, rid, 2)
    assert await content_of(await library.captions(ALICE, rid)) == VTT
    assert ("Alice", "watch recording", "") in await stored.world.log(sid)
    await stored.world.come("bob", sid)
    for ask in (library.file, library.captions, library.poster):
        with pytest.raises(NotAllowed):
            await ask(browser("bob"), rid)
    assert stored.said == []
    assert not list((stored.world.data_dir / "moving").iterdir())


async def test_a_large_one_goes_in_parts_and_comes_in_pieces(stored: Stored, s3: S3Server) -> None:
    film = os.urandom(2 * CHUNK + 12_345)
    assert len(film) > 3 * PIECE
    sid, rid = await stored.moved(film)
    assert s3.files() == kept(sid, rid, film)
    file = (await stored.world.library.file(ALICE, rid)).content
    assert not isinstance(file, Path)
    assert await content_of(file) == film
    begin, end = PIECE - 3, 2 * PIECE + 5
    assert b"".join([piece async for piece in file.pieces(begin, end)]) == film[begin:end]


async def test_a_file_that_has_become_shorter_ends_with_a_reason(stored: Stored) -> None:
    storage = stored.storage
    await storage.put("short", b"123")
    file = await storage.find("short")
    await storage.put("short", b"")
    with pytest.raises(StorageAway):
        await content_of(file)


async def test_the_prefix_is_a_folder_in_the_bucket(world: World, s3: S3Server) -> None:
    stored = Stored(world, storage_at(s3, s3_prefix="/of/donfra/"))
    sid, rid = await stored.moved()
    assert s3.files("of/donfra") == {f"of/donfra/{name}": text for name, text in kept(sid, rid).items()}
    assert await content_of((await world.library.file(ALICE, rid)).content) == FILM
    await world.library.delete(ALICE, rid)
    assert s3.files() == {}


async def test_what_still_runs_or_has_failed_is_left_alone(stored: Stored, s3: S3Server) -> None:
    sid = await stored.world.live()
    await stored.world.recordings.start(ALICE, sid)
    await stored.moving.round()
    assert s3.files() == {}


_KILLED = """
import asyncio, os, signal, sys
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from donfra_live.db import Database
from donfra_live.recordings.moving import Moving
from donfra_live.recordings.storage import DiskStorage, RecordingFiles
from donfra_live.s3_storage import S3Storage
from donfra_live.settings import Settings
from donfra_live.storage_choice import storage_of

data, url, endpoint, bucket, key, secret, where = sys.argv[1:]
settings = Settings(donfra_data_dir=data, database_url=url, s3_bucket=bucket, s3_endpoint=endpoint,
    s3_access_key=key, s3_secret_key=secret)

async def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

class Deadly(S3Storage):
    async def put(self, key, content):
        await super().put(key, content)
        await die()

storage = storage_of(settings)
if where == "uploading":
    storage.__class__ = Deadly
else:
    DiskStorage.clear = die
files = RecordingFiles(Path(data), storage)
ports = SimpleNamespace(clock=lambda: datetime.now(timezone.utc))
moving = Moving(Database(settings), ports, files, Path(data), machine=lambda: "here", say=print)
asyncio.run(moving.round())
"""


@pytest.mark.parametrize("where", ["uploading", "clearing up"])
async def test_killed_in_the_middle_it_is_done_again(
    stored: Stored, s3: S3Server, settings: Settings, where: str
) -> None:
    sid, rid = await stored.ready()
    words = [settings.data_dir, settings.database_url, *s3.given, where]
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", _KILLED, *words], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert stored.folder(sid, rid).exists()
    assert bool((await stored.row(rid)).stored) == (where == "clearing up")
    assert await content_of((await stored.world.library.file(ALICE, rid)).content) == FILM
    await stored.moving.round()
    assert s3.files() == kept(sid, rid)
    assert not stored.folder(sid, rid).exists()
    assert not list((stored.world.data_dir / "moving").iterdir())


async def test_deleted_after_the_kill_nothing_is_left_there(
    stored: Stored, s3: S3Server, settings: Settings
) -> None:
    _, rid = await stored.ready()
    words = [settings.data_dir, settings.database_url, *s3.given, "uploading"]
    await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", _KILLED, *words], cwd=ROOT, capture_output=True, check=False
    )
    assert len(s3.files()) == 1
    await stored.world.library.delete(ALICE, rid)
    assert s3.files() == {}
    await stored.moving.round()
    assert not list((stored.world.data_dir / "moving").iterdir())


async def test_while_the_storage_is_away_they_stay_and_play_here(stored: Stored, s3: S3Server) -> None:
    world = stored.world
    sid, rid = await stored.ready()
    assert not (await world.library.one(ALICE, rid)).waits
    s3.stop()
    world.updates.published.clear()
    tries: list[str] = []
    moving = stored.mover(Meddled(stored.storage, tries.append))
    tried = counted(moving, tries)
    for _ in range(60):
        await moving.round()
        world.clock.pass_seconds(5)
    assert 3 <= tried() <= 6, "less and less often in five minutes"
    assert len(stored.said) == 1, "said once"
    assert "it does not answer" in stored.said[0]
    assert (await world.library.one(ALICE, rid)).waits, "hosts are told"
    assert world.updates.published == [sid], "their pages show it by themselves"
    assert await content_of((await world.library.file(ALICE, rid)).content) == FILM
    s3.start()
    world.clock.pass_seconds(1800)
    await moving.round()
    assert s3.files() == kept(sid, rid)
    assert stored.said[1:] == [f"the storage of recordings ({stored.storage.name}) answers again"]
    assert not (await world.library.one(ALICE, rid)).waits
    assert world.updates.published == [sid, sid]


def counted(moving: Moving, tries: list[str]) -> "object":
    """How often it asked the storage, which never let it finish anything."""
    real = moving._is_away
    count = 0

    async def away(*args: object) -> None:
        nonlocal count
        count += 1
        await real(*args)  # type: ignore[arg-type]

    moving._is_away = away  # type: ignore[method-assign]
    return lambda: count + len(tries)


async def test_one_that_cannot_be_moved_does_not_hold_up_the_others(stored: Stored) -> None:
    _, broken = await stored.ready()
    sid, whole = await stored.ready()
    (stored.folder((await stored.row(broken)).session_id, broken) / "recording.mp4").unlink()
    await stored.moving.round()
    assert (await stored.row(whole)).stored
    assert not (await stored.row(broken)).stored
    assert not stored.folder(sid, whole).exists()


async def test_what_is_changed_on_the_way_is_moved_as_it_is_then(stored: Stored, s3: S3Server) -> None:
    sid, rid = await stored.ready()
    newer = VTT + b"\n00:03.000 --> 00:04.000\nBye\n"
    changes = [newer]

    async def change(_: str) -> None:
        if changes:
            await stored.world.library.put_captions(ALICE, rid, changes.pop())

    moving = stored.mover(Meddled(stored.storage, lambda key: change(key)))
    await moving.round()
    await moving.round()
    assert s3.files() == kept(sid, rid) | {f"recordings/{sid}/{rid}/captions.vtt": newer}
    assert await content_of(await stored.world.library.captions(ALICE, rid)) == newer


async def test_deleted_on_the_way_nothing_of_it_stays(stored: Stored, s3: S3Server) -> None:
    _, rid = await stored.ready()

    async def delete(key: str) -> None:
        if key.endswith("recording.mp4"):
            await stored.world.library.delete(ALICE, rid)

    moving = stored.mover(Meddled(stored.storage, lambda key: delete(key)))
    for _ in range(2):
        await moving.round()
    assert s3.files() == {}
    assert not list((stored.world.data_dir / "moving").iterdir())


async def test_every_machine_hands_it_out_captions_it_and_deletes_it(
    stored: Stored, s3: S3Server, tmp_path: Path
) -> None:
    sid, rid = await stored.moved()
    there = stored.elsewhere(tmp_path / "there")
    assert await content_of((await there.file(ALICE, rid)).content) == FILM
    assert await content_of(await there.poster(ALICE, rid)) == b"poster.jpg"
    newer = VTT.replace(b"Hello", b"Good day")
    assert (await there.put_captions(ALICE, rid, newer)).has_captions
    assert await content_of(await stored.world.library.captions(ALICE, rid)) == newer
    assert not (await there.put_captions(ALICE, rid, b"")).has_captions
    assert f"recordings/{sid}/{rid}/captions.vtt" not in s3.files()
    await there.delete(ALICE, rid)
    assert s3.files() == {}
    assert await stored.world.library.of_session(ALICE, sid) == []


async def test_nothing_is_deleted_that_cannot_be_reached(stored: Stored, s3: S3Server) -> None:
    sid, rid = await stored.moved()
    s3.stop()
    library = stored.world.library
    for ask in (library.file, library.captions, library.poster, library.delete):
        with pytest.raises(StorageAway, match="does not answer. Try again"):
            await ask(ALICE, rid)
    with pytest.raises(StorageAway):
        await library.put_captions(ALICE, rid, b"")
    assert [one.id for one in await library.of_session(ALICE, sid)] == [rid]
    s3.start()
    assert s3.files() == kept(sid, rid)
    await library.delete(ALICE, rid)
    assert s3.files() == {}


async def test_a_storage_that_is_not_set_up_any_more_is_named_as_the_reason(stored: Stored) -> None:
    _, rid = await stored.moved()
    library, files = stored.world.library, stored.world.recording_files
    for other in (None, Meddled(stored.storage, str)):
        files.storage = other
        if other is not None:
            other.name = "s3://another"
        for ask in (library.file, library.delete):
            with pytest.raises(StorageAway, match="not set up here any more"):
                await ask(ALICE, rid)
    files.storage = stored.storage
    await stored.storage.clear(f"recordings/{(await stored.row(rid)).session_id}/{rid}")
    with pytest.raises(NotFound):
        await library.file(ALICE, rid)


async def test_at_the_start_the_operator_is_told_what_is_wrong(s3: S3Server) -> None:
    said: list[str] = []
    wrong = {
        # this server's own word; Amazon's is InvalidAccessKeyId
        "it refuses us (XAdminUserNotFound)": {"s3_access_key": "nobody"},
        "it refuses us (SignatureDoesNotMatch)": {"s3_secret_key": "another-secret"},
        "there is no bucket nowhere": {"s3_bucket": "nowhere"},
        "it does not answer": {"s3_endpoint": f"http://127.0.0.1:{free_port()}"},
    }
    for words, other in wrong.items():
        await check_storage(storage_at(s3, **other), said.append)
        assert words in said[-1]
        assert "nobody" not in said[-1]
        assert SECRET not in said[-1]
        assert "another-secret" not in said[-1]
    await check_storage(storage_at(s3), said.append)
    assert len(said) == len(wrong)


async def test_without_a_bucket_nothing_is_moved(world: World) -> None:
    stored = Stored(world, None)  # type: ignore[arg-type]
    sid, rid = await stored.ready()
    assert storage_of(Settings()) is None
    await stored.moving.round()
    assert stored.folder(sid, rid).exists()


async def test_nobody_waits_for_the_library_that_needs_no_s3() -> None:
    script = "import sys, donfra_live.wiring; print('obstore' in sys.modules)"
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout == b"False\n"
