"""What a restore refuses, and that all is as before then."""

import asyncio
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from donfra_live.backup.making import Made
from donfra_live.backup.restoring import check, restore
from donfra_live.backup.rules import BackupError
from donfra_live.settings import Settings
from donfra_live.wiring import Wiring
from tests.app_process import ROOT
from tests.backup.conftest import Place, backup, files_in, put_back, silent
from tests.test_lifespan import Media

Packed = list[tuple[tarfile.TarInfo, bytes]]
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRESQL = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]


@pytest.fixture
async def made(place: Place, tmp_path: Path) -> Made:
    return await backup(place.settings, tmp_path / "good.tar")


def read(archive: Path) -> Packed:
    with tarfile.open(archive) as tar:
        return [(info, tar.extractfile(info).read()) for info in tar]  # type: ignore[union-attr]


def write(archive: Path, packed: Packed) -> None:
    with tarfile.open(archive, "w") as tar:
        for info, content in packed:
            info.size = len(content) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(content))


def manifest_with(packed: Packed, **changed: Any) -> Packed:
    *files, (info, content) = packed
    return [*files, (info, json.dumps(json.loads(content) | changed).encode())]


def add(packed: Packed, name: str, content: bytes = b"x", kind: bytes = tarfile.REGTYPE) -> Packed:
    """Also into the manifest, as somebody would who means ill."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    files = json.loads(packed[-1][1])["files"]
    files[name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return [(info, content), *manifest_with(packed, files=files)]


def flipped(packed: Packed) -> Packed:
    (info, content), *others = packed
    return [(info, content[:-1] + bytes([content[-1] ^ 1])), *others]


BAD: dict[str, tuple[Callable[[Packed], Packed], str]] = {
    "a changed byte": (flipped, "donfra.db is not what it was"),
    "a missing file": (lambda p: [p[0], *p[2:]], "livekit/keys is missing"),
    "no manifest": (lambda p: p[:-1], "no manifest"),
    "a spoilt manifest": (lambda p: [*p[:-1], (p[-1][0], b"{")], "manifest cannot be read"),
    "a file that the manifest does not know": (
        lambda p: [*add(p, "livekit/keys2")[:1], *p],
        "holds 'livekit/keys2'",
    ),
    "a file twice": (lambda p: [p[0], *p], "donfra.db is no plain file"),
    "no database": (lambda p: manifest_with(p[1:], files={}), "does not know livekit/keys"),
    "a path that leads out": (lambda p: add(p, "../evil"), "no backup of donfra live"),
    "a path that leads out from inside": (lambda p: add(p, "recordings/a/../../../evil"), "no backup"),
    "a whole path": (lambda p: add(p, "/tmp/evil"), "no backup"),
    "a file of the app's own": (lambda p: add(p, "run/app.pid"), "no backup"),
    "a link": (lambda p: add(p, "recordings/a/b/c", kind=tarfile.SYMTYPE), "no plain file"),
    "a hard link": (lambda p: add(p, "recordings/a/b/c", kind=tarfile.LNKTYPE), "no plain file"),
    "a device": (lambda p: add(p, "recordings/a/b/c", kind=tarfile.CHRTYPE), "no plain file"),
    "a folder": (lambda p: add(p, "recordings/a/b/c", kind=tarfile.DIRTYPE), "no plain file"),
    "a newer schema": (lambda p: manifest_with(p, revision="9999"), "newer version.*9999.*Update the app"),
    "a newer way to back up": (lambda p: manifest_with(p, format=2, files=[]), "newer version"),
    "another kind of database": (
        lambda p: [
            (tarfile.TarInfo("donfra.dump"), b"x"),
            *manifest_with(add(p, "donfra.dump")[1:], database="postgresql"),
        ],
        "of a PostgreSQL database, and the app is set up for a SQLite database",
    ),
}


@SQLITE
@pytest.mark.parametrize("case", BAD)
async def test_a_damaged_or_forged_backup_is_refused_and_touches_nothing(
    made: Made, new_place: Settings, tmp_path: Path, case: str
) -> None:
    change, why = BAD[case]
    bad = tmp_path / "bad.tar"
    write(bad, change(read(made.path)))
    before = files_in(tmp_path)
    with pytest.raises(BackupError, match=why):
        await put_back(new_place, bad, replace=True)
    assert files_in(tmp_path) == before
    assert not new_place.data_dir.exists()


@SQLITE
@pytest.mark.parametrize("part", [0.0, 0.001, 0.5, 0.95])
async def test_a_backup_that_was_cut_off_is_refused(
    made: Made, new_place: Settings, tmp_path: Path, part: float
) -> None:
    bad, content = tmp_path / "bad.tar", made.path.read_bytes()
    bad.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(BackupError, match="damaged|cut off"):
        await put_back(new_place, bad)
    assert not new_place.data_dir.exists()


@SQLITE
async def test_what_is_no_backup_at_all_is_refused(new_place: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no file .*gone.tar"):
        await put_back(new_place, tmp_path / "gone.tar")
    (tmp_path / "film.mp4").write_bytes(os.urandom(4096))
    with pytest.raises(BackupError, match="no backup"):
        await put_back(new_place, tmp_path / "film.mp4")


@SQLITE
async def test_heads_without_a_file_are_no_backup(new_place: Settings, tmp_path: Path) -> None:
    """The library reads each of them inside the one before."""
    head = tarfile.TarInfo("a" * 200).tobuf(tarfile.PAX_FORMAT)[:1024]
    (tmp_path / "bad.tar").write_bytes(head * 3000)
    with pytest.raises(BackupError, match="no backup"):
        await put_back(new_place, tmp_path / "bad.tar")


async def test_a_good_one_can_be_checked_while_the_app_runs(made: Made, new_place: Settings) -> None:
    new_place.data_dir.mkdir(parents=True)
    assert await asyncio.to_thread(check, new_place, made.path, silent()) == made.manifest
    assert list(new_place.data_dir.iterdir()) == []


async def test_while_the_app_runs_a_backup_is_made_and_none_restored(
    made: Made, new_place: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_back(new_place, made.path)
    wiring = Wiring(new_place)
    monkeypatch.setattr(wiring, "media", Media())
    async with asyncio.timeout(60), wiring.lifespan():
        while not (new_place.data_dir / "recorders.lock").exists():
            await asyncio.sleep(0.01)
        again = await backup(new_place)
        with pytest.raises(BackupError, match="The app runs on .*make stop"):
            await put_back(new_place, made.path, replace=True)
    assert again.manifest.files.keys() == made.manifest.files.keys()
    assert (await put_back(new_place, again.path, replace=True)).aside


@SQLITE
async def test_an_app_that_is_still_loading_runs_as_well(made: Made, place: Place) -> None:
    run = place.settings.data_dir / "run"
    run.mkdir()
    command = [ROOT / ".venv/bin/python", "-c", "print(flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starting:
        assert starting.stdout
        starting.stdout.readline()
        (run / "app.pid").write_text(f"{starting.pid}\n")
        try:
            with pytest.raises(BackupError, match="The app runs"):
                await put_back(place.settings, made.path, replace=True)
        finally:
            starting.communicate()
    assert (await put_back(place.settings, made.path, replace=True)).aside


async def test_too_little_space_is_said_and_nothing_is_touched(made: Made, new_place: Settings) -> None:
    new_place.data_dir.mkdir(parents=True)
    with pytest.raises(BackupError, match=r"too little space in .*new/data: .* needed, 9 kB are free"):
        await asyncio.to_thread(restore, new_place, made.path, silent(), free=lambda folder: 9_000)
    assert list(new_place.data_dir.iterdir()) == []


@SQLITE
async def test_what_fails_at_the_end_is_taken_back(made: Made, place: Place, tmp_path: Path) -> None:
    """The folder of the database is a file."""
    (tmp_path / "file").write_text("in the way")
    spoilt = place.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/file/donfra.db"})
    before = files_in(tmp_path)
    with pytest.raises(OSError, match="file"):
        await put_back(spoilt, made.path, replace=True)
    assert files_in(tmp_path).keys() - before.keys() <= {"data/backup.lock"}
    assert {name: files_in(tmp_path)[name] for name in before} == before
    assert not list(place.settings.data_dir.glob("before_restore_*"))


@SQLITE
async def test_a_database_outside_the_data_folder_goes_aside_as_well(made: Made, place: Place) -> None:
    file = Path(place.settings.database_url.removeprefix("sqlite:///"))
    before = file.read_bytes()
    restored = await put_back(place.settings, made.path, replace=True)
    assert restored.aside
    assert (restored.aside / "database" / file.name).read_bytes() == before
    assert files_in(restored.aside).keys() >= {"recorders.id", "livekit/keys"}
    assert (await backup(place.settings)).manifest.files.keys() == made.manifest.files.keys()


class TestPostgresql:
    pytestmark = POSTGRESQL

    async def test_what_fails_at_the_end_is_taken_back(self, made: Made, new_place: Settings) -> None:
        """A view has the name of a table."""
        await put_back(new_place, made.path)
        with psycopg.connect(new_place.database_url) as connection:
            connection.execute("ALTER TABLE chat_message RENAME TO kept")
            connection.execute("CREATE VIEW chat_message AS SELECT text FROM kept")
        before = files_in(new_place.data_dir)
        with pytest.raises(BackupError, match="pg_restore failed: .*chat_message"):
            await put_back(new_place, made.path, replace=True)
        assert files_in(new_place.data_dir) == before
        with psycopg.connect(new_place.database_url) as connection:
            assert connection.execute("SELECT text FROM public.kept").fetchall() == [("hello",)]
            count = "SELECT count(*) FROM information_schema.schemata WHERE schema_name LIKE 'before%'"
            assert connection.execute(count).fetchone() == (0,)

    async def test_an_app_on_another_machine_is_seen(
        self, made: Made, place: Place, new_place: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wiring = Wiring(place.settings)
        monkeypatch.setattr(wiring, "media", Media())
        here = new_place.model_copy(update={"database_url": place.settings.database_url})
        async with asyncio.timeout(60), wiring.lifespan():
            while not await asyncio.to_thread(is_led, place.settings):
                await asyncio.sleep(0.01)
            with pytest.raises(BackupError, match="on another machine with the same database"):
                await put_back(here, made.path, replace=True)

    async def test_a_schema_that_is_not_public_is_refused(self, place: Place) -> None:
        with psycopg.connect(place.settings.database_url, autocommit=True) as connection:
            connection.execute("CREATE SCHEMA donfra")  # PostgreSQL looks there first
            try:
                with pytest.raises(BackupError, match="another schema than public"):
                    await backup(place.settings)
            finally:
                connection.execute("DROP SCHEMA donfra")


def is_led(settings: Settings) -> bool:
    with psycopg.connect(settings.database_url) as connection:
        found = connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()
    return bool(found and found[0])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give folders away")
async def test_root_does_not_restore_into_the_folder_of_another_user(made: Made, new_place: Settings) -> None:
    new_place.data_dir.mkdir(parents=True)
    shutil.chown(new_place.data_dir, 12345)
    with pytest.raises(BackupError, match="another user. Run it as that one: sudo -H -u '#12345'"):
        await put_back(new_place, made.path)
