"""Tools of the tests that run a real livekit-server: its state, waiting for it, the app beside it."""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

from donfra_live.livekit_server.child import command_of
from donfra_live.livekit_server.client import ManagedServer, MediaStatus
from donfra_live.livekit_server.state import Places, State, read_state
from donfra_live.settings import Settings

ROOT = Path(__file__).parents[2]


def quiet(_: str) -> None:
    pass


def state_of(settings: Settings) -> State:
    return read_state(Places.of(settings.data_dir).state)


def is_at(seen: list[MediaStatus], generation: int) -> bool:
    return bool(seen) and (seen[-1].state, seen[-1].generation) == ("ready", generation)


def is_alive(pid: int) -> bool:
    """A process that runs; a zombie does not."""
    return bool(command_of(pid).strip())


async def until(true: Callable[[], bool], seconds: float = 15.0) -> float:
    """Wait for it and tell how long that took."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < seconds, "it did not happen in time"
        await asyncio.sleep(0.01)
    return time.monotonic() - started


@contextlib.asynccontextmanager
async def watched(server: ManagedServer) -> AsyncIterator[list[MediaStatus]]:
    """The changes that the app sees meanwhile; seeing them is what brings a dead supervisor back."""
    seen: list[MediaStatus] = []

    async def watch() -> None:
        async for status in server.changes():
            seen.append(status)

    task = asyncio.create_task(watch())
    try:
        yield seen
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.contextmanager
def app_process(settings: Settings, grace: float) -> Iterator[subprocess.Popen[str]]:
    """Another process of the app that has started the server and holds the lease until it is killed."""
    script = (
        "import sys, json, time\n"
        "from donfra_live.settings import Settings\n"
        "from donfra_live.livekit_server.client import ManagedServer\n"
        "ManagedServer(Settings(**json.loads(sys.argv[1])), grace=float(sys.argv[2])).start()\n"
        "print('started', flush=True)\n"
        "time.sleep(600)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, settings.model_dump_json(exclude_defaults=True), str(grace)],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    with process:
        assert process.stdout
        assert process.stdout.readline() == "started\n"
        yield process
        process.kill()
