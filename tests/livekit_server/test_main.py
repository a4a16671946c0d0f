"""The command line: get the binary, run by hand, stop."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from donfra_live.livekit_server.binary import cached_binary
from donfra_live.livekit_server.state import Places
from tests.livekit_server.conftest import MakeSettings, program, server_stub

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "donfra_live.livekit_server"]


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, env=os.environ | env, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


def test_fetch_gets_the_binary_and_ends(bare_machine: Path) -> None:
    server_stub(cached_binary(), "1.13.5")
    done = run("--fetch")
    assert done.returncode == 0
    assert done.stdout == f"{cached_binary()}\n"
    assert done.stderr.splitlines()[-1] == f"Using {cached_binary()} (LiveKit 1.13.5)."


def test_nothing_is_fetched_where_another_server_is_used(bare_machine: Path) -> None:
    done = run(
        "--fetch",
        LIVEKIT_SERVER_URL="https://media.example.org",
        LIVEKIT_API_KEY="key",
        LIVEKIT_API_SECRET="s" * 40,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_fetch_in_vain_says_what_to_do(bare_machine: Path) -> None:
    program(bare_machine / "go", "exit 1\n")
    done = run(
        "--fetch",
        LIVEKIT_DOWNLOAD_URL="http://127.0.0.1:9",
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_RETRIES="0",
    )
    assert done.returncode == 1
    assert "LIVEKIT_SERVER_BIN" in done.stderr
    assert "Traceback" not in done.stderr


def test_stop_without_a_server(folder: Path) -> None:
    done = run("--stop", DONFRA_DATA_DIR=str(folder))
    assert (done.returncode, done.stdout) == (0, "No media server was running.\n")


@pytest.mark.livekit
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("how", ["signal", "command"])
def test_run_by_hand_until_it_is_stopped(make_settings: MakeSettings, how: str) -> None:
    settings = make_settings()
    env = {
        "DONFRA_DATA_DIR": str(settings.data_dir),
        "LIVEKIT_SERVER_BIN": settings.livekit_server_bin,
        "LIVEKIT_PORT": "27980",
        "LIVEKIT_UDP_PORT": "27982",
    }
    with subprocess.Popen(
        [*COMMAND, "--grace", "0.1"], cwd=ROOT, env=os.environ | env, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert any(" ready: " in line for line in process.stdout)
        if how == "signal":
            process.send_signal(signal.SIGINT)
        else:
            assert run("--stop", **env).stdout == "The media server was stopped.\n"
        assert process.wait(10) == 0
        assert " stopped: " in process.stdout.read()
    assert not Places.of(settings.data_dir).config.stat().st_mode & 0o077
