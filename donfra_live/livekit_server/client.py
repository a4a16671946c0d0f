"""What the app uses: starts or adopts the supervisor, tells how the media server is, lets go of it.

The lease says that somebody needs the server. Every process of the app holds it while it lives;
any end of that process, kill -9 included, lets go of it.
"""

import asyncio
import contextlib
import dataclasses
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from donfra_live.errors import MediaServerAway
from donfra_live.livekit_server import config
from donfra_live.livekit_server.child import command_of, kill_leftover
from donfra_live.livekit_server.files import Lock, bound_log
from donfra_live.livekit_server.keys import keys_for
from donfra_live.livekit_server.state import GRACE_SECONDS, Places, State, read_state
from donfra_live.settings import Settings

MODULE = "donfra_live.livekit_server"
POLL = 0.05
SHORT_POLL = 0.02
START_SECONDS = 20.0
STOP_SECONDS = 10.0
SAY_SECONDS = 2.0
RETRY_FAILED_SECONDS = 60.0
LOG_BYTES = 1_000_000

# Supervisors started by this process, kept so that one that has ended leaves no zombie.
_spawned: list["subprocess.Popen[bytes]"] = []


@dataclass(frozen=True)
class MediaStatus:
    """`state`: searching, building, starting, ready, failed or stopped."""

    state: str
    message: str
    url: str
    port: int
    generation: int
    tcp_port: int
    udp_port: int


class ManagedServer:
    """Our own livekit-server, as one process of the app sees it."""

    def __init__(
        self, settings: Settings, say: Callable[[str], None] = print, grace: float = GRACE_SECONDS
    ) -> None:
        self.keys = keys_for(settings)
        self._settings, self._say, self._grace = settings, say, grace
        self._places = Places.of(settings.data_dir)
        self._digest = config.digest(settings, self.keys)
        self._lease, self._running = Lock(self._places.lease), Lock(self._places.running)
        # As text, since to put the path together takes longer than the look; asked at each join.
        self._state_file = str(self._places.state)
        self._read: tuple[tuple[int, int, int], State] = ((0, 0, 0), State())
        self._heard = (0, 0)
        self._failed_at = 0.0

    def start(self, *, wait: bool = True) -> None:
        """Take the lease; adopt the supervisor that runs, or start one. Blocks for about half a second.

        wait: False comes back at once and leaves it to a later `start` to find out what became of it.

        Raises:
            MediaServerAway: the supervisor cannot be started.
        """
        self._lease.take(shared=True, wait=True)
        with _starting(self._places):
            if not self._adopt():
                process = self._spawn()
                if wait:
                    self._wait_for_first_word(process)

    def status(self) -> MediaStatus:
        """The last known state; costs one look at the file."""
        return _status(self._state())

    async def wait_ready(self, timeout: float) -> MediaStatus:
        """Wait until media can flow, saying what happens meanwhile.

        Raises:
            MediaServerAway: it failed, was stopped, or the time is over.
        """
        deadline = time.monotonic() + timeout
        while True:
            self._say_news()
            status = self.status()
            if status.state == "ready":
                return status
            if status.state in {"failed", "stopped"}:
                raise MediaServerAway(status.message)
            if time.monotonic() > deadline:
                raise MediaServerAway(f"The media server is not ready after {timeout:g} s: {status.message}")
            if self._supervisor_is_gone():
                await asyncio.to_thread(self.start)
            await asyncio.sleep(SHORT_POLL)

    async def changes(self) -> AsyncIterator[MediaStatus]:
        """Yield the status now and after every change of (state, generation); keeps a supervisor running."""
        last: tuple[str, int] | None = None
        while True:
            status = self.status()
            gone = self._supervisor_is_gone()
            if gone and status.state not in {"failed", "stopped"}:
                message = "The media server is started again."
                status = dataclasses.replace(status, state="starting", message=message)
            if (status.state, status.generation) != last:
                last = (status.state, status.generation)
                yield status
            if gone:
                await self._start_again(status.state)
            # Until rooms are made again, whoever comes back is refused, and waits longer each time.
            await asyncio.sleep(SHORT_POLL if status.state == "starting" else POLL)

    def release(self) -> None:
        """Let go of the lease; the server stays for the grace time, for whoever starts next."""
        self._lease.release()

    def _state(self) -> State:
        try:
            found = os.stat(self._state_file)
        except FileNotFoundError:
            return State()
        mark = (found.st_mtime_ns, found.st_ino, found.st_size)
        if mark != self._read[0]:
            self._read = (mark, read_state(self._places.state))
        return self._read[1]

    def _say_news(self) -> None:
        state = self._state()
        supervisor, heard = self._heard
        new = state.said - (heard if supervisor == state.supervisor_pid or not state.supervisor_pid else 0)
        for message in state.messages[-new:] if new > 0 else ():
            self._say(message)
        self._heard = (state.supervisor_pid or supervisor, state.said)

    def _supervisor_is_gone(self) -> bool:
        _spawned[:] = [process for process in _spawned if process.poll() is None]
        return self._running.is_free()

    async def _start_again(self, state: str) -> None:
        """Not when somebody stopped it on purpose, and after a failure only once in a while."""
        if state == "stopped" or not self._lease.held:
            return
        if state == "failed" and not self._failed_at:
            self._failed_at = time.monotonic()
        if state == "failed" and time.monotonic() - self._failed_at < RETRY_FAILED_SECONDS:
            return
        self._failed_at = 0.0
        try:
            await asyncio.to_thread(self.start)
        except MediaServerAway as error:
            self._failed_at = time.monotonic()
            self._say(error.sentence)

    def _adopt(self) -> bool:
        """Whether a supervisor with our configuration runs; one with another is stopped."""
        deadline = time.monotonic() + START_SECONDS
        while not self._running.is_free():
            state = read_state(self._places.state)
            if command_of(state.supervisor_pid):
                if state.config_digest == self._digest:
                    self._heard = (state.supervisor_pid, state.said - 1)
                    return True
                self._say("The settings of the media server have changed; it is started again.")
                _end_supervisor(self._places, self._say)
            if time.monotonic() > deadline:
                raise MediaServerAway(
                    f"The old media server does not end (see {self._places.supervisor_log})."
                )
            time.sleep(SHORT_POLL)
        return False

    def _spawn(self) -> "subprocess.Popen[bytes]":
        log = self._places.supervisor_log
        bound_log(log, LOG_BYTES)
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", MODULE, "--managed", "--grace", f"{self._grace:g}"],
                stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True, cwd=Path(__file__).parents[2],
            )  # fmt: skip
        _spawned.append(process)
        if process.stdin:
            with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
                pipe.write(_handed_over(self._settings).encode())
        return process

    def _wait_for_first_word(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while read_state(self._places.state).supervisor_pid != process.pid:
            # One that has ended after its first word has left its reason in the state.
            if process.poll() is not None and process.returncode == 0:
                return
            if process.poll() is not None or time.monotonic() > deadline:
                raise MediaServerAway(
                    f"The media server cannot be started (see {self._places.supervisor_log})."
                )
            time.sleep(SHORT_POLL)


def _status(state: State) -> MediaStatus:
    return MediaStatus(
        state.state, state.message, state.url, state.port, state.generation, state.tcp_port, state.udp_port
    )


def _handed_over(settings: Settings) -> str:
    """The settings that concern the supervisor; through a pipe, because there may be a secret."""
    names = {name for name in Settings.model_fields if name.startswith("livekit_")} | {
        "host",
        "port",
        "public_url",
    }
    return json.dumps(
        settings.model_dump(mode="json", include=names) | {"donfra_data_dir": str(settings.data_dir)}
    )


@contextlib.contextmanager
def _starting(places: Places) -> Iterator[None]:
    """One at a time: several workers start at once, and `make stop` may come in between."""
    lock = Lock(places.starting)
    lock.take(wait=True)
    try:
        yield
    finally:
        lock.release()


def stop(settings: Settings, say: Callable[[str], object] = lambda _: None) -> bool:
    """Stop the media server of this data folder at once; True if one ran. `say` hears what takes long."""
    places = Places.of(settings.data_dir)
    with _starting(places):
        ran = not Lock(places.running).is_free()
        if ran:
            _end_supervisor(places, say)
        return kill_leftover(read_state(places.state).pid, places.config) or ran


def _end_supervisor(places: Places, say: Callable[[str], object]) -> None:
    """Ask it to stop and wait; kill it when it does not."""
    running, asked, number = Lock(places.running), 0, signal.SIGTERM
    deadline = time.monotonic() + STOP_SECONDS
    silent_until = time.monotonic() + SAY_SECONDS
    while not running.is_free():
        if time.monotonic() > silent_until:
            say(f"Waiting for the media server to stop ({STOP_SECONDS:.0f} s at most).")
            silent_until = math.inf
        if time.monotonic() > deadline:
            say("The media server did not stop in time and is ended.")
            number, asked, deadline = signal.SIGKILL, 0, time.monotonic() + STOP_SECONDS
        pid = read_state(places.state).supervisor_pid
        if pid != asked and MODULE in command_of(pid):
            asked = pid
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        time.sleep(SHORT_POLL)
