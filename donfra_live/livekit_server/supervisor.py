"""Runs livekit-server: gets it, starts it, starts it again after a crash, stops it when nobody needs it.

A process of its own. One per data folder (a lock); says everything in state.json and its log.
"""

import contextlib
import dataclasses
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from donfra_live.errors import MediaServerAway
from donfra_live.livekit_server import child, config, ports
from donfra_live.livekit_server.binary import ensure_binary, version_of
from donfra_live.livekit_server.files import Lock, Say, bound_log, write_private
from donfra_live.livekit_server.keys import keys_for
from donfra_live.livekit_server.state import KEPT_MESSAGES, Places, State, read_state, write_state
from donfra_live.settings import Settings

LOG_BYTES = 5_000_000
LEASE_EVERY = 1.0
QUICK_SECONDS = 5.0
READY_SECONDS = 30.0
PORT_SECONDS = 1.0
# Three probes of 2 s, 1 s apart: noticed within 10 s, and a machine under load is no reason.
PROBE_SECONDS = 2.0
PROBES_UNTIL_HUNG = 3
FREE_CRASHES = 2
TRIES_ON_SAME_PORTS = 3
TRIES_BEFORE_FAILED = 5
LONGEST_PAUSE = 10.0
LONG_WORK = ("Building", "Downloading", "Getting")
ENDED = "The media server has ended."
HUNG = "The media server has stopped answering."
STOPPED = "The media server was stopped."


class Stopped(Exception):
    """Asked to stop, or nobody has needed the server for a while."""


class Supervisor:
    """`grace`: seconds without the app after which everything stops."""

    def __init__(self, settings: Settings, grace: float, log: Say) -> None:
        self._settings = settings
        self._grace, self._log = grace, log
        self._places = Places.of(settings.data_dir)
        self._running, self._lease = Lock(self._places.running), Lock(self._places.lease)
        self._wakeup = -1
        self._needed_at = self._lease_asked_at = time.monotonic()
        self._asked_to_stop = self._searching = self._untold = False
        self._state = State()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> bool:
        """Work until stopped; False when another supervisor runs already."""
        if not self._take_over():
            return False
        with self._signals():
            try:
                self._supervise()
            except Stopped as why:
                self._end("stopped", str(why))
            except (MediaServerAway, OSError) as error:
                self._end("failed", str(error))
            finally:
                self._stop_server()
        return True

    def _end(self, state: str, message: str) -> None:
        self._searching = False
        self._stop_server()
        self._state = dataclasses.replace(self._state, supervisor_pid=0)
        self._show(state, message)

    def _take_over(self) -> bool:
        # An app that asks whether we run holds the lock for an instant.
        deadline = time.monotonic() + 1.0
        while not self._running.take():
            if time.monotonic() > deadline:
                return False
            time.sleep(child.POLL)
        old = read_state(self._places.state)
        digest = config.digest(self._settings, keys_for(self._settings))
        self._state = State(generation=old.generation, config_digest=digest, supervisor_pid=os.getpid())
        if digest == old.config_digest and old.supervisor_pid:
            # The last one was killed: people who are connected come back to the ports they know.
            self._state = dataclasses.replace(
                self._state, port=old.port, tcp_port=old.tcp_port, udp_port=old.udp_port
            )
        self._show("searching", "Looking for livekit-server.")
        if child.kill_leftover(old.pid, self._places.config):
            self._show("searching", "A server that was left behind has been stopped.")
        return True

    def say(self, message: str) -> None:
        """Tell the app and the log; long work comes by here, so it also is where that is given up."""
        self._show("building" if message.startswith(LONG_WORK) else self._state.state, message)
        self._check_stop()

    def _show(self, state: str, message: str) -> None:
        with contextlib.suppress(OSError):  # the disk is full
            self._log(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {state}: {message}")
        self._state = dataclasses.replace(
            self._state,
            state=state,
            message=message,
            pid=self._process.pid if self._process else 0,
            messages=(*self._state.messages, message)[-KEPT_MESSAGES:],
            said=self._state.said + 1,
        )
        self._tell_app()

    def _tell_app(self) -> None:
        """On a full disk again and again, until there is space: calls go on meanwhile."""
        try:
            write_state(self._places.state, self._state)
            self._untold = False
        except OSError:
            self._untold = True

    def _supervise(self) -> None:
        self._searching = True
        binary = ensure_binary(self._settings, self.say)
        self._searching = False
        self._state = dataclasses.replace(self._state, version=version_of(binary))
        self._choose_ports()
        crashes = 0
        while True:
            started = time.monotonic()
            what_happened = self._watch() if self._start(binary) else ENDED
            self._stop_server()
            crashes = crashes + 1 if time.monotonic() - started < QUICK_SECONDS else 1
            self._after_crash(crashes, what_happened)

    def _choose_ports(self) -> None:
        network = config.network_of(self._settings)
        wanted = config.wanted_ports(self._settings, network)
        if self._state.port:
            wanted = ports.Ports(self._state.port, wanted.tcp and self._state.tcp_port, self._state.udp_port)
            ports.wait_until_free(wanted, network.bind, network.media_hosts, PORT_SECONDS)
        chosen = ports.choose(wanted, network.bind, network.media_hosts, self.say)
        content = config.build(self._settings, keys_for(self._settings), network, chosen)
        write_private(self._places.config, json.dumps(content, indent=1))
        self._state = dataclasses.replace(
            self._state,
            url=f"{network.url}:{chosen.signal}",
            port=chosen.signal,
            tcp_port=chosen.tcp,
            udp_port=chosen.udp,
        )

    def _start(self, binary: Path) -> bool:
        """Spawn and wait until it is ready; False when it ended or never got there."""
        bound_log(self._places.server_log, LOG_BYTES)
        self._process = child.spawn(binary, self._places.config, self._places.server_log)
        if self._state.state != "failed":
            self._show("starting", "Starting the media server.")
        deadline = time.monotonic() + READY_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            if child.is_ready(self._state.url):
                self._state = dataclasses.replace(self._state, generation=self._state.generation + 1)
                self._show("ready", f"The media server is ready at {self._state.url}.")
                return True
            self._check_stop()
            time.sleep(child.POLL)
        return False

    def _watch(self) -> str:
        """Come back when the server has ended, or is to be ended because it hangs; which one."""
        missed = 0
        while self._process and self._process.poll() is None:
            self._check_stop()
            bound_log(self._places.server_log, LOG_BYTES)
            select.select([self._wakeup], [], [], LEASE_EVERY)
            self._drain()
            missed = 0 if child.is_answering(self._state.url, PROBE_SECONDS) else missed + 1
            if missed >= PROBES_UNTIL_HUNG and self._process.poll() is None:
                self._process.kill()  # to a process that is stopped nothing else arrives
                return HUNG
        return ENDED

    def _after_crash(self, crashes: int, what_happened: str) -> None:
        """At once the first times; then with growing pauses, on other ports, and saying that it fails."""
        self._show(
            "failed" if crashes >= TRIES_BEFORE_FAILED else "starting", self._last_words(what_happened)
        )
        if crashes > FREE_CRASHES:
            self._pause(min(0.1 * 2**crashes, LONGEST_PAUSE))
        if crashes >= TRIES_ON_SAME_PORTS:
            self._choose_ports()

    def _last_words(self, what_happened: str) -> str:
        log = self._places.server_log
        lines = log.read_text(errors="replace")[-4000:].strip().splitlines() if log.exists() else []
        last = f" Its last words: {lines[-1][:300]}" if lines else ""
        return f"{what_happened} It is started again (see {log}).{last}"

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._check_stop()
            select.select([self._wakeup], [], [], min(0.2, seconds))
            self._drain()

    def _check_stop(self) -> None:
        now = time.monotonic()
        if self._asked_to_stop:
            raise Stopped(STOPPED)
        if now - self._lease_asked_at < min(LEASE_EVERY, self._grace / 4):
            return
        self._lease_asked_at = now
        if self._untold:
            self._tell_app()
        if not self._lease.take():
            self._needed_at = now
        elif now - self._needed_at < self._grace:
            self._lease.release()
        else:
            # Kept until we are gone: an app that starts right now waits, then starts a new one.
            raise Stopped(f"The app has been away for {self._grace:g} s; the media server was stopped.")

    def _stop_server(self) -> None:
        if self._process:
            child.stop(self._process)
            self._process = None

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Ends of the child and signals to us wake `select` up at once."""
        self._wakeup, write_end = os.pipe()
        for end in (self._wakeup, write_end):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        yield

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop = True
        if self._searching:
            # A build or a download does not look around; what it runs is ended on the way out.
            raise Stopped(STOPPED)

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._wakeup, 512):
                pass
