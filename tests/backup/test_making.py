"""A backup of a database that is being written to, and what is left when it cannot be made."""

import asyncio
import errno
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from donfra_live.backup import making, postgres
from donfra_live.backup.making import make
from donfra_live.backup.places import MAKING, alone
from donfra_live.backup.postgres import Postgres
from donfra_live.backup.progress import Progress
from donfra_live.backup.rules import BackupError
from donfra_live.backup.sqlite_file import SqliteFile
from donfra_live.db import sync_url
from donfra_live.settings import Settings
from tests.app_process import ROOT
from tests.backup.conftest import Place, backup, files_in, put_back, silent
from tests.world import World, browser

ROWS, TEXT = 20_000, "x" * 1000


@pytest.fixture
def busy(tmp_path: Path, sqlite_template: Path) -> Settings:
    """A SQLite database in which two tables have a row for each other, large enough to take a while."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(sqlite_template, data / "donfra.db")
    with sqlite3.connect(data / "donfra.db") as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE debit (n INTEGER, text)")
        connection.execute("CREATE TABLE credit (n INTEGER, text)")
        for table in ("debit", "credit"):
            connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", ((n, TEXT) for n in range(ROWS)))  # noqa: S608
    connection.close()
    return Settings(_env_file=None, donfra_data_dir=data)


class Writer:
    """Writes a row into both tables in one transaction, again and again; does not wait for anybody."""

    def __init__(self, path: Path) -> None:
        self._path, self._over = path, threading.Event()
        self.count, self.refused = 0, list[str]()
        self.begun = threading.Event()
        self.thread = threading.Thread(target=self._write)

    def __enter__(self) -> "Writer":
        self.thread.start()
        assert self.begun.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.thread.join()

    def _write(self) -> None:
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None)
        while not self._over.is_set():
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO debit VALUES (?, '')", (ROWS + self.count,))
                connection.execute("INSERT INTO credit VALUES (?, '')", (ROWS + self.count,))
                connection.execute("COMMIT")
            except sqlite3.OperationalError as error:
                self.refused.append(str(error))
                break
            self.count += 1
            self.begun.set()
        connection.close()


def test_a_sqlite_database_that_is_written_to_is_copied_as_it_was_at_one_moment(
    busy: Settings, tmp_path: Path
) -> None:
    with Writer(busy.data_dir / "donfra.db") as writer:
        before = writer.count
        made = make(busy, None, silent())
        after = writer.count
    assert writer.refused == [], "nobody who writes has to wait"
    with tarfile.open(made.path) as archive:
        content = archive.extractfile("donfra.db")
        assert content
        (tmp_path / "donfra.db").write_bytes(content.read())
    with sqlite3.connect(tmp_path / "donfra.db") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        counts = [copy.execute(f"SELECT count(*), max(n) FROM {t}").fetchone() for t in ("debit", "credit")]  # noqa: S608
    copy.close()
    assert counts[0] == counts[1], "a transaction is in it or not"
    assert before <= counts[0][0] - ROWS < after, "and it was written to meanwhile"


async def test_too_little_space_is_said_and_nothing_is_left(place: Place) -> None:
    before = files_in(place.settings.data_dir)
    with pytest.raises(BackupError, match=r"too little space in .*backups: .* needed, 9 kB are free"):
        await asyncio.to_thread(make, place.settings, None, silent(), free=lambda folder: 9_000)
    assert files_in(place.settings.data_dir).keys() - before.keys() <= {"backup.lock"}


async def test_a_place_that_cannot_be_written_to_is_said(place: Place, tmp_path: Path) -> None:
    (tmp_path / "mine.tar").write_text("mine")
    with pytest.raises(BackupError, match=r"mine.tar already"):
        await backup(place.settings, tmp_path / "mine.tar")
    assert (tmp_path / "mine.tar").read_text() == "mine"
    with pytest.raises(BackupError, match="no folder .*nowhere"):
        await backup(place.settings, tmp_path / "nowhere/b.tar")


async def test_two_at_once_are_refused(place: Place) -> None:
    with alone(place.settings), pytest.raises(BackupError, match="Another backup or restore"):
        await backup(place.settings)


async def test_nothing_to_back_up_is_said(new_place: Settings) -> None:
    with pytest.raises(BackupError, match="nothing to back up yet"):
        await backup(new_place)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """What happens as soon as the database has been copied."""

    def happens(act: Callable[[], object]) -> None:
        for kind in (SqliteFile, Postgres):

            def copy(self: Any, to: Path, copied: Callable[[Any, Path], None] = kind.copy) -> None:
                copied(self, to)
                act()

            monkeypatch.setattr(kind, "copy", copy)

    return happens


Meanwhile = Callable[[Callable[[], object]], None]


def lose(place: Place, change: str) -> None:
    """As moving a recording to S3 and deleting it do: the row, then the folder."""
    engine = create_engine(sync_url(place.settings))
    with engine.begin() as connection:
        connection.execute(text(change))
    engine.dispose()
    shutil.rmtree(place.settings.data_dir / "recordings" / place.session_id / place.recording_id)


async def test_a_recording_that_is_moved_to_s3_meanwhile_is_in_it(
    place: Place, meanwhile: Meanwhile, new_place: Settings, new_world: World
) -> None:
    """Its row in the copy of the database says that it is here."""
    meanwhile(lambda: lose(place, "UPDATE recording SET stored = 's3://films'"))
    made = await backup(place.settings)
    assert (made.manifest.recordings, made.manifest.left_out) == (1, {})
    await put_back(new_place, made.path)
    film = (await new_world.library.file(browser("alice"), place.recording_id)).content
    assert isinstance(film, Path)
    assert film.read_bytes() == b"film"


async def test_a_recording_that_is_deleted_meanwhile_is_not_in_it(place: Place, meanwhile: Meanwhile) -> None:
    meanwhile(lambda: lose(place, "DELETE FROM recording"))
    made = await backup(place.settings)
    assert (made.manifest.recordings, made.manifest.left_out) == (0, {})
    assert not list(place.settings.data_dir.glob(".*")), "nor is it held any longer"


async def test_a_recording_that_could_not_be_held_is_said_to_be_missing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the folder of recordings is another disk."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(making.os, "link", refuse)
    look = making.held_and_new

    def look_and_lose(*given: Any) -> Any:
        found = look(*given)
        shutil.rmtree(place.settings.data_dir / "recordings")
        return found

    monkeypatch.setattr(making, "held_and_new", look_and_lose)
    made = await backup(place.settings)
    name = f"recordings/{place.session_id}/{place.recording_id}"
    assert made.manifest.left_out == {"removed meanwhile": [name]}


_KILLED = """
import os, signal, sys
from pathlib import Path
from donfra_live.backup import making
from donfra_live.backup.progress import Progress
from donfra_live.settings import Settings
os.rename = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
making.make(Settings(_env_file=None, donfra_data_dir=sys.argv[1]), None, Progress(print))
"""


def test_a_killed_one_leaves_no_backup_and_the_next_one_clears_up(busy: Settings) -> None:
    command = [sys.executable, "-c", _KILLED, str(busy.data_dir)]
    assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == -signal.SIGKILL
    folder = busy.data_dir / "backups"
    assert [path.name for path in folder.glob("*") if not path.name.startswith(MAKING)] == []
    assert list(folder.glob(f"{MAKING}*")), "it was in the middle of it"
    elsewhere = folder / f"{MAKING}of-another-place"
    elsewhere.mkdir()
    made = make(busy, None, silent())
    assert sorted(folder.iterdir()) == [elsewhere, made.path]


@pytest.fixture
def no_pg_dump(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "PLACES", tmp_path)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_without_pg_dump_the_operator_is_told_what_to_install(place: Place, no_pg_dump: None) -> None:
    with pytest.raises(BackupError, match="pg_dump was not found. Install PostgreSQL's client"):
        await backup(place.settings)
    assert not (place.settings.data_dir / "backups").exists()


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_database_that_is_away_is_said_without_its_password(place: Place, tmp_path: Path) -> None:
    away = f"postgresql://donfra:geheim@/donfra?host={tmp_path}"
    with pytest.raises(BackupError, match="database cannot be used") as refused:
        await backup(place.settings.model_copy(update={"database_url": away}))
    assert "geheim" not in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_what_takes_long_is_said_and_what_is_quick_is_not() -> None:
    said, heard = list[str](), threading.Event()

    def say(line: str) -> None:
        said.append(line)
        if len(said) == 2:
            heard.set()

    with Progress(say).during("Blinking"):
        pass
    assert said == []
    with Progress(say, first=0.01, then=0.01).during("Copying", lambda: "3 of 9 MB"):
        assert heard.wait(10)
    assert said[:2] == ["Copying ... 0 s, 3 of 9 MB"] * 2


_PG_DUMP = """#!/bin/sh
echo "$@" >"$HOME/arguments"
echo "$PGPASSWORD" >"$HOME/password"
echo "pg_dump: error: aborting because of server version mismatch" >&2
echo "pg_dump: detail: server version: 99" >&2
exit 1
"""


def test_a_failing_pg_dump_is_quoted_and_is_given_the_password_in_no_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pg_dump").write_text(_PG_DUMP)
    (tmp_path / "pg_dump").chmod(0o755)
    for name in ("PATH", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    settings = Settings(_env_file=None, database_url="postgresql://ada:geheim@example.org:5433/live")
    with pytest.raises(BackupError, match="^pg_dump failed: .*version mismatch$"):
        Postgres(settings).copy(tmp_path / "dump")
    said = (tmp_path / "arguments").read_text()
    assert "--dbname=postgresql://ada@example.org:5433/live" in said
    assert "geheim" not in said
    assert (tmp_path / "password").read_text() == "geheim\n"
