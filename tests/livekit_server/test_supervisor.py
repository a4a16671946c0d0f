"""The supervisor with a real livekit-server: started once, back after any crash, gone when not needed."""

import asyncio
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from donfra_live.livekit_server import client
from donfra_live.livekit_server.child import command_of, is_ready
from donfra_live.livekit_server.client import ManagedServer, stop
from donfra_live.livekit_server.files import Lock
from donfra_live.livekit_server.state import Places
from donfra_live.settings import lan_address
from tests.livekit_server.conftest import MakeSettings
from tests.livekit_server.running import ROOT, app_process, is_alive, is_at, quiet, state_of, until, watched

pytestmark = [pytest.mark.livekit, pytest.mark.timeout(1800)]

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc or asks ss")
# Shown by `pytest --log-cli-level=INFO`.
figures = logging.getLogger("figures")


async def test_it_is_ready_soon_and_says_what_it_does(make_settings: MakeSettings) -> None:
    said: list[str] = []
    server = ManagedServer(make_settings(), said.append)
    started = time.monotonic()
    server.start()
    status = await server.wait_ready(20)
    figures.info("start to ready: %.2f s", time.monotonic() - started)
    assert time.monotonic() - started < 8
    assert status == server.status()
    assert (status.state, status.generation, status.tcp_port) == ("ready", 1, 0)
    assert is_ready(status.url)
    assert said[0] == "Looking for livekit-server."
    assert said[-1] == f"The media server is ready at http://127.0.0.1:{status.port}."
    assert len(said) == len(set(said))


@on_linux
@pytest.mark.skipif(not shutil.which("ss"), reason="ss is not on this machine")
@pytest.mark.parametrize("given", ["", "127.0.0.1"])
async def test_on_this_machine_only_media_listens_off_loopback(
    make_settings: MakeSettings, given: str
) -> None:
    settings = make_settings(livekit_node_ip=given)
    server = ManagedServer(settings, quiet)
    server.start()
    status = await server.wait_ready(20)
    listing = subprocess.run(["ss", "-lntupH"], capture_output=True, text=True, check=True).stdout
    own = [line.split() for line in listing.splitlines() if f"pid={state_of(settings).pid}," in line]
    media = {"127.0.0.1"} if given else {"127.0.0.1", lan_address()}
    assert {(line[0], line[4]) for line in own} == {
        ("tcp", f"127.0.0.1:{status.port}"),
        *(("udp", f"{address}:{status.udp_port}") for address in media),
    }


@on_linux
async def test_no_secret_on_a_command_line_in_a_log_or_in_the_state(make_settings: MakeSettings) -> None:
    settings = make_settings()
    server = ManagedServer(settings, quiet)
    server.start()
    await server.wait_ready(20)
    secret, places, state = server.keys.secret, Places.of(settings.data_dir), state_of(settings)
    for pid in (state.pid, state.supervisor_pid):
        assert command_of(pid)
        assert secret not in command_of(pid)
    assert secret.encode() not in Path(f"/proc/{state.pid}/environ").read_bytes()
    holding = [p.name for p in places.folder.iterdir() if secret in p.read_text(errors="replace")]
    assert sorted(holding) == ["keys", "livekit.json"]
    assert [(places.folder / name).stat().st_mode & 0o777 for name in holding] == [0o600, 0o600]
    assert places.folder.stat().st_mode & 0o777 == 0o700


async def test_many_starts_at_once_give_one_server(make_settings: MakeSettings) -> None:
    settings = make_settings()
    servers = [ManagedServer(settings, quiet) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ManagedServer.start, servers))
    await servers[0].wait_ready(20)
    servers[1].start()
    assert {s.status() for s in servers} == {servers[0].status()}
    assert servers[0].status().generation == 1
    log = Places.of(settings.data_dir).supervisor_log.read_text()
    assert log.count("Looking for livekit-server.") == 1


async def test_a_second_supervisor_ends_by_itself(make_settings: MakeSettings) -> None:
    settings = make_settings()
    server = ManagedServer(settings, quiet)
    server.start()
    await server.wait_ready(20)
    before = state_of(settings)
    second = subprocess.run(
        [sys.executable, "-m", "donfra_live.livekit_server"],
        env=os.environ | {"DONFRA_DATA_DIR": str(settings.data_dir)},
        cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert second.returncode == 1
    assert "running already" in second.stderr
    assert state_of(settings) == before


async def test_a_killed_server_is_back_at_once_on_the_same_ports(make_settings: MakeSettings) -> None:
    settings = make_settings()
    server = ManagedServer(settings, quiet)
    server.start()
    first = await server.wait_ready(20)
    async with watched(server) as seen:
        for generation in (2, 3):
            await asyncio.sleep(0.2)
            os.kill(state_of(settings).pid, signal.SIGKILL)
            took = await until(lambda g=generation: is_at(seen, g))  # type: ignore[misc]
            figures.info("kill -9 of livekit-server to ready: %.2f s", took)
            assert took < 2
    assert (seen[-1].port, seen[-1].udp_port) == (first.port, first.udp_port)
    assert is_ready(first.url)


async def test_a_killed_supervisor_is_replaced(make_settings: MakeSettings) -> None:
    settings = make_settings()
    server = ManagedServer(settings, quiet)
    server.start()
    first = await server.wait_ready(20)
    async with watched(server) as seen:
        await until(lambda: bool(seen))
        old = state_of(settings)
        os.kill(old.supervisor_pid, signal.SIGKILL)
        took = await until(lambda: is_at(seen, 2))
        figures.info("kill -9 of the supervisor to ready: %.2f s", took)
    assert "starting" in {s.state for s in seen}
    assert seen[-1].port == first.port
    assert not is_alive(old.pid)
    assert state_of(settings).pid != old.pid


async def test_a_supervisor_that_hangs_is_ended_and_that_is_said(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "STOP_SECONDS", 1.0)
    monkeypatch.setattr(client, "SAY_SECONDS", 0.2)
    settings = make_settings()
    server = ManagedServer(settings, quiet)
    server.start()
    await server.wait_ready(20)
    state = state_of(settings)
    os.kill(state.supervisor_pid, signal.SIGSTOP)
    said: list[str] = []
    assert await asyncio.to_thread(stop, settings, said.append)
    assert said == [
        "Waiting for the media server to stop (1 s at most).",
        "The media server did not stop in time and is ended.",
    ]
    assert not is_alive(state.supervisor_pid)
    assert not is_alive(state.pid)


async def test_a_server_left_behind_is_stopped_and_nothing_else_is(make_settings: MakeSettings) -> None:
    settings = make_settings()
    places = Places.of(settings.data_dir)
    left = subprocess.Popen(["sleep", "600"])
    ours = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)", "--config", str(places.config)]
    )
    with left, ours:
        for process, ends in ((left, False), (ours, True)):
            places.state.write_text(json.dumps({"state": "ready", "pid": process.pid, "supervisor_pid": 1}))
            server = ManagedServer(settings, quiet)
            server.start()
            await server.wait_ready(20)
            assert (process.poll() is not None) is ends
            assert stop(settings)
        left.kill()


async def test_when_the_app_is_killed_everything_stops_after_the_grace_time(
    make_settings: MakeSettings,
) -> None:
    settings = make_settings()
    with app_process(settings, grace=1.0) as app:
        await ManagedServer(settings, quiet).wait_ready(20)
        state = state_of(settings)
        app.kill()
    assert is_alive(state.pid)
    await until(lambda: not is_alive(state.pid) and not is_alive(state.supervisor_pid))
    after = state_of(settings)
    assert (after.state, after.pid, after.supervisor_pid) == ("stopped", 0, 0)
    assert "away for 1 s" in after.message
    await until(Lock(Places.of(settings.data_dir).lease).is_free)


async def test_the_next_start_within_the_grace_time_adopts_it(make_settings: MakeSettings) -> None:
    settings = make_settings()
    with app_process(settings, grace=3.0) as app:
        await ManagedServer(settings, quiet).wait_ready(20)
        before = state_of(settings)
        app.kill()
    said: list[str] = []
    server = ManagedServer(settings, said.append, grace=3.0)
    server.start()
    await server.wait_ready(5)
    assert said == [before.message]
    await asyncio.sleep(4)
    assert state_of(settings) == before
    assert is_ready(before.url)


async def test_release_lets_it_stop_and_a_start_brings_it_back(make_settings: MakeSettings) -> None:
    settings = make_settings()
    server = ManagedServer(settings, quiet, grace=0.5)
    server.start()
    await server.wait_ready(20)
    server.release()
    await until(lambda: state_of(settings).state == "stopped")
    server.start()
    assert (await server.wait_ready(20)).generation == 2


async def test_other_settings_replace_the_server(make_settings: MakeSettings) -> None:
    settings = make_settings()
    first = ManagedServer(settings, quiet)
    first.start()
    await first.wait_ready(20)
    old, said = state_of(settings), list[str]()
    changed = make_settings(port=8123)
    second = ManagedServer(changed, said.append)
    second.start()
    await second.wait_ready(20)
    assert "settings of the media server have changed" in said[0]
    assert not is_alive(old.supervisor_pid)
    assert ":8123/" in Places.of(settings.data_dir).config.read_text()


async def test_taken_ports_are_replaced(make_settings: MakeSettings) -> None:
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        for holder in (tcp, udp):
            holder.bind(("127.0.0.1", 0))
        tcp.listen()
        wanted = (tcp.getsockname()[1], udp.getsockname()[1])
        said: list[str] = []
        server = ManagedServer(make_settings(livekit_port=wanted[0], livekit_udp_port=wanted[1]), said.append)
        server.start()
        status = await server.wait_ready(20)
        assert is_ready(status.url)
        assert status.port != wanted[0]
        assert status.udp_port != wanted[1]
        assert sum("is taken by another program" in line for line in said) == 2


async def test_open_to_a_network_it_answers_there(make_settings: MakeSettings) -> None:
    server = ManagedServer(make_settings(host="0.0.0.0", livekit_node_ip="127.0.0.1"), quiet)
    server.start()
    status = await server.wait_ready(20)
    assert status.tcp_port
    for port in (status.port, status.tcp_port):
        socket.create_connection(("127.0.0.1", port), timeout=2).close()


async def test_stop_is_at_once_and_stays(make_settings: MakeSettings) -> None:
    settings = make_settings()
    server = ManagedServer(settings, quiet)
    server.start()
    await server.wait_ready(20)
    state = state_of(settings)
    async with watched(server) as seen:
        started = time.monotonic()
        assert await asyncio.to_thread(stop, settings)
        assert time.monotonic() - started < 3
        await until(lambda: bool(seen) and seen[-1].state == "stopped")
        await asyncio.sleep(0.5)
        assert state_of(settings).state == "stopped"
    assert not is_alive(state.pid)
    assert not is_alive(state.supervisor_pid)
    assert not stop(settings)
