"""The app with its media server in a network of its own: a whole session, and nothing leaves the machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app_process import ROOT


def _refused() -> str:
    """Why this machine has no network for one process; empty where it has."""
    if os.geteuid() != 0 or not Path("/dev/net/tun").exists():
        return "needs root and /dev/net/tun"
    tried = subprocess.run(["unshare", "--net", "--mount", "ip", "tuntap", "add", "dev", "x", "mode", "tun"])
    return "" if tried.returncode == 0 else "the system refuses a network of its own"


def test_a_whole_session_sends_nothing_off_the_machine(tmp_path: Path) -> None:
    if why := _refused():
        pytest.skip(why)
    subprocess.run(["scripts/build"], cwd=ROOT, check=True, capture_output=True)
    command = ["unshare", "--net", "--mount", sys.executable, "-m", "tests.livekit.outside", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {"during": [], "control_seen": True}
