"""The commands as an operator types them: what they say, what they leave when they are stopped or fail."""

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app_process import ROOT

FILM = b"film" * 500_000


@pytest.fixture
def data(tmp_path: Path, sqlite_template: Path) -> Path:
    """A data folder in which an app has run."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    shutil.copy(sqlite_template, folder / "donfra.db")
    return folder


def run(
    name: str, *words: str | Path, data: Path, cwd: Path = ROOT, biggest: int = -1
) -> subprocess.CompletedProcess[str]:
    """biggest: file that the system lets it write, in bytes."""
    limits = (biggest, biggest)
    return subprocess.run(
        [ROOT / "scripts" / name, *words],
        cwd=cwd,
        env={**os.environ, "DONFRA_DATA_DIR": str(data), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits),
    )


def test_backup_and_restore_say_what_they_did(data: Path, tmp_path: Path) -> None:
    (data / "livekit").mkdir()
    (data / "livekit/keys").write_text("APIx: secret\n")
    made = run("backup", data=data)
    assert (made.returncode, made.stderr) == (0, "")
    (file,) = (data / "backups").iterdir()
    assert f"Backup: {file}, " in made.stdout
    assert "kB: the database (schema 0" in made.stdout
    assert "the key of the media server." in made.stdout
    assert "Settings (.env) are not in it." in made.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    new = tmp_path / "new"
    checked = run("restore", file, "--check", data=new)
    assert (checked.returncode, checked.stdout[:20]) == (0, "The backup is whole:")
    assert not new.exists()
    restored = run("restore", file, data=new)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert restored.stdout.startswith("Restored: the database")
    assert restored.stdout.endswith("Now start the app; it brings the database up to date.\n")
    assert (new / "livekit/keys").read_text() == "APIx: secret\n"
    again = run("restore", file, data=new)
    assert (again.returncode, again.stdout) == (1, "")
    assert "With --replace it is moved aside" in again.stderr
    replaced = run("restore", file, "--replace", data=new)
    (aside,) = new.glob("before_restore_*")
    assert f"What was there before is in {aside}; remove it when all is well." in replaced.stdout


def test_it_may_lie_in_the_data_folder_itself(data: Path) -> None:
    assert run("backup", data / "mine.tar", data=data).returncode == 0
    assert {path.name for path in data.iterdir()} == {"mine.tar", "donfra.db", "backup.lock"}


def test_a_path_is_meant_from_where_one_stands(data: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    made = run("backup", "mine.tar", data=data, cwd=here)
    assert made.returncode == 0, made.stderr
    assert [path.name for path in here.iterdir()] == ["mine.tar"]
    assert run("restore", "mine.tar", data=tmp_path / "new", cwd=here).returncode == 0


@pytest.mark.parametrize(
    ("biggest", "said"),
    [(200_000, "The database cannot be copied"), (1_500_000, "It was not done: File too large")],
)
def test_a_disk_that_gets_full_leaves_nothing_half_written(data: Path, biggest: int, said: str) -> None:
    """The database is of half a megabyte, the recording of two."""
    (data / "recorders.id").write_bytes(FILM)
    failed = run("backup", data=data, biggest=biggest)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith(said)
    assert len(failed.stderr.splitlines()) == 1
    assert list((data / "backups").iterdir()) == []


def test_a_disk_that_gets_full_leaves_a_restore_undone(data: Path, tmp_path: Path) -> None:
    (data / "recorders.id").write_bytes(FILM)
    assert run("backup", tmp_path / "good.tar", data=data).returncode == 0
    (data / "recorders.id").write_text("another")
    failed = run("restore", tmp_path / "good.tar", "--replace", data=data, biggest=1_500_000)
    assert failed.returncode == 1
    assert failed.stderr == "It was not done: File too large. All is as it was before.\n"
    assert {path.name for path in data.iterdir()} == {"donfra.db", "recorders.id", "backup.lock"}
    assert (data / "recorders.id").read_text() == "another"


_STOPPED = """
import os, signal, sys
from donfra_live.backup import __main__ as command, making
number = int(sys.argv[1])
signal.signal(signal.SIGINT, signal.default_int_handler)  # in a background it may be ignored
making.os.rename = lambda *_: os.kill(os.getpid(), number)
sys.argv[1:] = ["make"]
sys.exit(command.main())
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_is_stopped_clears_up(data: Path, number: signal.Signals, status: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _STOPPED, str(int(number))],
        cwd=ROOT,
        env={**os.environ, "DONFRA_DATA_DIR": str(data), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert list((data / "backups").iterdir()) == []
