"""Firefox, which the system brings, watches and hosts, on one machine with nothing set: `make serve`.

On a network of its own where that can be made: Firefox needs an address that is not loopback to send media
to, and no packet of this test leaves the machine.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.chromium import find_chromium
from donfra_live.settings import lan_address
from tests.app_process import ROOT
from tests.browser.fox import find_firefox

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(300)]
OWN_NETWORK = """
ip link set lo up
ip link add one type veth peer name other
ip addr add 10.9.9.9/24 dev one
ip link set one up
ip link set other up
ip route add default via 10.9.9.1
exec "$@"
"""


def on_own_network(tmp_path: Path) -> list[str]:
    """What to write before a command; nothing where this machine's own network has to do."""
    tools = shutil.which("unshare") and shutil.which("ip")
    script = tmp_path / "own-network.sh"
    script.write_text(f"set -e\n{OWN_NETWORK}")
    command = ["unshare", "--net", "sh", str(script)]
    if tools and os.geteuid() == 0 and not subprocess.run([*command, "true"], check=False).returncode:
        return command
    return []


def test_firefox_and_chromium_see_and_hear_each_other(tmp_path: Path) -> None:
    if not find_firefox() or not find_chromium():
        pytest.skip("no Firefox on this machine: the test that needs one is skipped")
    before = on_own_network(tmp_path)
    if not before and lan_address() == "127.0.0.1":
        pytest.skip("this machine has no network, and none can be made")
    done = subprocess.run(
        [*before, sys.executable, "-m", "tests.browser.with_firefox", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert done.stdout.splitlines() == [
        "Firefox sees and hears Chromium",
        "Firefox is told of the end",
        "Chromium sees and hears Firefox",
        "Firefox reads the chat",
    ]
