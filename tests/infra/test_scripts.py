"""The parts of the scripts that decide something: progress, failures, whose process is stopped."""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from donfra_live import __version__
from donfra_live.settings import lan_address

ROOT = Path(__file__).parents[2]


def bash(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f". scripts/lib.sh\n{code}"],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_long_step_says_what_it_does() -> None:
    done = bash('step "Thinking hard" sleep 2.6')
    assert done.returncode == 0
    assert "Thinking hard ... 2 s" in done.stderr


def test_a_short_step_says_nothing() -> None:
    assert bash('step "Blinking" true').stderr == ""


def test_a_failed_step_shows_why_and_stops_the_script() -> None:
    done = bash('step "Falling" bash -c "echo the reason; exit 3"\necho went on')
    assert done.returncode == 1
    assert "the reason" in done.stderr
    assert "Falling: failed" in done.stderr
    assert "went on" not in done.stdout


@pytest.mark.parametrize("content", ["", "1", "rubbish", "1; echo"])
def test_somebody_elses_process_is_not_ours(tmp_path: Path, content: str) -> None:
    (tmp_path / "app.pid").write_text(content)
    done = bash('our_process "$FILE" || echo no', FILE=str(tmp_path / "app.pid"))
    assert done.stdout.strip() == "no"


def test_a_process_of_this_folder_is_ours(tmp_path: Path) -> None:
    own = subprocess.Popen([ROOT / ".venv/bin/python", "-c", "input()"], stdin=subprocess.PIPE)
    try:
        (tmp_path / "app.pid").write_text(f"{own.pid}\n")
        done = bash('our_process "$FILE"', FILE=str(tmp_path / "app.pid"))
        assert done.stdout.strip() == str(own.pid)
    finally:
        own.communicate()


def test_what_is_not_python_3_11_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python3").chmod(0o755)
    done = subprocess.run(
        [
            "bash",
            "-c",
            f'eval "$(sed -n "/^is_new_enough/p" {ROOT}/scripts/setup)"; is_new_enough "$0"',
            tmp_path / "python3",
        ],
        capture_output=True,
    )
    assert done.returncode == 1


NAME = f"donfra live {__version__}"
HERE = f"{NAME}: http://localhost:8123/live"
NEEDS_HTTPS = "Camera and microphone need https:// or localhost; watching works without."


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"HOST": "127.0.0.1"}, [HERE]),
        (
            {"HOST": "127.0.0.1", "PUBLIC_URL": "https://live.example.org"},  # by a proxy on this machine
            [HERE, "Address to share: https://live.example.org/live"],
        ),
        ({"HOST": "192.0.2.7"}, [f"{NAME}: http://192.0.2.7:8123/live", NEEDS_HTTPS]),
        ({"HOST": "0.0.0.0"}, [f"{HERE}, for others http://{lan_address()}:8123/live", NEEDS_HTTPS]),
        (
            {"HOST": "0.0.0.0", "PUBLIC_URL": "https://live.example.org"},
            [
                f"{HERE}, for others http://{lan_address()}:8123/live",
                "Address to share: https://live.example.org/live",
            ],
        ),
    ],
)
def test_the_start_says_the_address(env: dict[str, str], expected: list[str]) -> None:
    said = subprocess.run(
        [sys.executable, "scripts/settings.py"],
        cwd=ROOT,
        env={**os.environ, "PUBLIC_URL": "", **env, "PORT": "8123"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.splitlines()[-len(expected) :] == expected
    assert len(said.splitlines()) == 4 + len(expected), "four words for the scripts, then these for people"


def test_a_wrong_setting_stops_setup_words_first() -> None:
    done = bash("read_settings; echo went on", PORT="ninety")
    assert done.returncode != 0
    assert "PORT" in done.stderr
    assert "went on" not in done.stdout


@pytest.mark.parametrize("installs", ["redis-server", "nothing"])
def test_what_a_bare_machine_lacks_is_installed_one_by_one(tmp_path: Path, installs: str) -> None:
    """As on a system that has a package of the one and none of the other, or no packages at all."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for name in (
        "bash",
        "env",
        "mktemp",
        "sleep",
        "rm",
        "tail",
        "id",
        "dirname",
        "cat",
        "ls",
        "touch",
        "chmod",
    ):
        (bin_ / name).symlink_to(next(p for d in ("/bin", "/usr/bin") if (p := Path(d) / name).exists()))
    (bin_ / "apt-get").write_text(
        '#!/bin/bash\nname=${@: -1}\necho "$@" >>"$LOG"\n'
        '[ "$1" = update ] && exit 0\n'
        '[ "$name" = "$INSTALLS" ] || exit 100\n'
        'touch "$BIN/$name"; chmod +x "$BIN/$name"\n'
    )
    (bin_ / "apt-get").chmod(0o755)
    (bin_ / "id").unlink()
    (bin_ / "id").write_text("#!/bin/bash\necho 0\n")
    (bin_ / "id").chmod(0o755)
    log = tmp_path / "log"
    done = bash(
        "want bash:bash redis-server:redis-server caddy:caddy; echo went on",
        PATH=str(bin_), BIN=str(bin_), LOG=str(log), INSTALLS=installs,
    )  # fmt: skip
    assert done.stdout == "went on\n"
    missing = {"caddy"} if installs == "redis-server" else {"caddy", "redis-server"}
    said = {line.split()[2] for line in done.stderr.splitlines() if line.startswith("Not found:")}
    assert said == missing
    assert log.read_text().count("update") == 1
    assert "bash" not in log.read_text()


def test_a_second_start_is_refused_and_starts_nothing(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    first = subprocess.Popen([ROOT / ".venv/bin/python", "-c", "input()"], stdin=subprocess.PIPE)
    try:
        (tmp_path / "run/app.pid").write_text(f"{first.pid}\n")
        done = subprocess.run(
            [ROOT / ".venv/bin/python", "scripts/start.py"],
            cwd=ROOT,
            env={**os.environ, "DONFRA_DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    finally:
        first.communicate()
    assert done.returncode == 1
    assert done.stderr == f"It is running already (process {first.pid}); scripts/stop stops it.\n"
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_a_taken_port_is_said_in_one_line_and_nothing_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [ROOT / ".venv/bin/python", "scripts/start.py"],
            cwd=ROOT,
            env={**os.environ, "DONFRA_DATA_DIR": str(tmp_path), "HOST": "127.0.0.1", "PORT": port},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    why = f"Cannot listen on port {port} of 127.0.0.1: Address already in use."
    assert done.stderr == f"{why} Set PORT or HOST to another one.\n"
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def mode_of(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def test_the_data_folder_of_a_start_is_for_its_owner_only(tmp_path: Path) -> None:
    """Whichever way comes first: it holds the database, which everybody on the machine could read."""
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that nothing more starts
        port = str(taken.getsockname()[1])
        env = {**os.environ, "DONFRA_DATA_DIR": str(tmp_path / "a/serve"), "HOST": "127.0.0.1", "PORT": port}
        command = [ROOT / ".venv/bin/python", "scripts/start.py"]
        subprocess.run(command, cwd=ROOT, env=env, capture_output=True, timeout=60)
    assert mode_of(tmp_path / "a/serve") == 0o700
    assert bash("read_settings; remember_process dev", DONFRA_DATA_DIR=str(tmp_path / "run")).returncode == 0
    assert mode_of(tmp_path / "run") == 0o700
    by_hand = {**os.environ, "DONFRA_DATA_DIR": str(tmp_path / "hand")}
    load = [ROOT / ".venv/bin/python", "-c", "import rxconfig"]
    subprocess.run(load, cwd=ROOT, env=by_hand, capture_output=True, timeout=60, check=True)
    assert mode_of(tmp_path / "hand") == 0o700
    # who lets an Egress of another user pass shows him no page's state, an older version's included
    (tmp_path / "hand").chmod(0o711)
    (tmp_path / "hand/states").chmod(0o755)
    subprocess.run(load, cwd=ROOT, env=by_hand, capture_output=True, timeout=60, check=True)
    assert mode_of(tmp_path / "hand/states") == 0o700


@pytest.fixture
def orphan(tmp_path: Path) -> Iterator[Callable[[Path], subprocess.Popen[bytes]]]:
    """Processes with the command of a worker whose parent was killed, each on a data folder."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/start.py").write_text("print(flush=True); input()")
    started = []

    def start(data: Path) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [ROOT / ".venv/bin/python", "scripts/start.py"],
            cwd=tmp_path,
            env={**os.environ, "DONFRA_DATA_DIR": str(data)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout
        process.stdout.readline()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_start_ends_what_a_killed_one_left_and_nobody_elses(
    tmp_path: Path, orphan: Callable[[Path], subprocess.Popen[bytes]]
) -> None:
    data = tmp_path / "data"
    (data / "run").mkdir(parents=True)
    (data / "run/app.pid").write_text("999999999\n")
    left, other = orphan(data), orphan(tmp_path / "other")
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that nothing more starts
        port = str(taken.getsockname()[1])
        env = {**os.environ, "DONFRA_DATA_DIR": str(data), "HOST": "127.0.0.1", "PORT": port}
        command = [ROOT / ".venv/bin/python", "scripts/start.py"]
        subprocess.run(command, cwd=ROOT, env=env, capture_output=True, timeout=60)
    assert left.poll() == -signal.SIGTERM
    assert other.poll() is None


def test_stop_ends_what_a_killed_start_left(
    tmp_path: Path, orphan: Callable[[Path], subprocess.Popen[bytes]]
) -> None:
    left, other = orphan(tmp_path / "data"), orphan(tmp_path / "other")
    env = {**os.environ, "DONFRA_DATA_DIR": str(tmp_path / "data")}
    subprocess.run(["scripts/stop"], cwd=ROOT, env=env, check=True, capture_output=True, timeout=60)
    assert left.wait(5) == -signal.SIGTERM
    assert other.poll() is None


def test_stop_says_whom_it_waits_for(tmp_path: Path) -> None:
    run = tmp_path / "data/run"
    run.mkdir(parents=True)
    slow = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: (time.sleep(3), exit()));"
    slow += "print(flush=True); time.sleep(60)"
    with subprocess.Popen([ROOT / ".venv/bin/python", "-c", slow], stdout=subprocess.PIPE) as app:
        assert app.stdout is not None
        app.stdout.readline()
        (run / "app.pid").write_text(f"{app.pid}\n")
        threading.Thread(target=app.wait, daemon=True).start()  # so that it is gone once it has ended
        env = {**os.environ, "DONFRA_DATA_DIR": str(tmp_path / "data")}
        done = subprocess.run(["scripts/stop"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
        assert app.wait(5) == 0
    said = f"Waiting for process {app.pid} to stop (10 s at most).\n"
    assert (done.returncode, done.stderr) == (0, said)
    assert not (run / "app.pid").exists()


def test_setup_fetches_the_media_server_once(tmp_path: Path) -> None:
    """A binary that is there and as old as the code that names its version is not asked for again."""
    code = '. <(sed -n "/^has_livekit()/,/^}/p" scripts/setup); cd "$DIR"; has_livekit && echo yes || echo no'
    (tmp_path / "donfra_live/livekit_server").mkdir(parents=True)
    (tmp_path / ".venv").mkdir()
    stamp, config = tmp_path / ".venv/livekit-server", tmp_path / "donfra_live/livekit_server/config.py"
    config.touch()
    assert bash(code, DIR=str(tmp_path)).stdout == "no\n"
    stamp.write_text("/bin/sh\n")
    os.utime(config, (1, 1))
    assert bash(code, DIR=str(tmp_path)).stdout == "yes\n"
    stamp.write_text(f"{tmp_path}/gone\n")
    assert bash(code, DIR=str(tmp_path)).stdout == "no\n"
    stamp.write_text("/bin/sh\n")
    os.utime(stamp, (0, 0))
    assert bash(code, DIR=str(tmp_path)).stdout == "no\n"


REFLEX = """#!/bin/bash
echo "$@" >>built
mkdir -p .web/build && echo {} >.web/build/csp.json
"""


def test_pages_are_built_again_only_when_what_they_are_made_of_changed(tmp_path: Path) -> None:
    for name in ("lib.sh", "build"):
        (tmp_path / "scripts").mkdir(exist_ok=True)
        (tmp_path / "scripts" / name).write_bytes((ROOT / "scripts" / name).read_bytes())
        (tmp_path / "scripts" / name).chmod(0o755)
    for name in ("donfra_live/page.py", "assets/early.js", "rxconfig.py", "requirements.txt", "docs/a.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("one")
    reflex = tmp_path / ".venv/bin/reflex"
    reflex.parent.mkdir(parents=True)
    reflex.write_text(REFLEX)
    reflex.chmod(0o755)

    def builds() -> int:
        """How often the pages have been built after one more start."""
        subprocess.run(["scripts/build"], cwd=tmp_path, check=True, capture_output=True, timeout=60)
        assert subprocess.run(["scripts/build", "--is-current"], cwd=tmp_path, timeout=60).returncode == 0
        return len((tmp_path / "built").read_text().splitlines())

    assert [builds(), builds()] == [1, 1]
    (tmp_path / "docs/a.md").write_text("two")
    (tmp_path / "donfra_live/__pycache__").mkdir()
    (tmp_path / "donfra_live/__pycache__/page.pyc").write_text("two")
    assert builds() == 1
    for count, name in enumerate(("donfra_live/page.py", "assets/early.js", "requirements.txt"), start=2):
        (tmp_path / name).write_text("two")
        stale = subprocess.run(["scripts/build", "--is-current"], cwd=tmp_path, timeout=60)
        assert (stale.returncode, builds()) == (1, count), name
