"""What the supervisor tells the app: one small file, replaced in one go, no secret in it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from donfra_live.livekit_server.files import private_folder, write_private

KEPT_MESSAGES = 60
GRACE_SECONDS = 30.0


@dataclass(frozen=True)
class Places:
    """The files of one data folder."""

    folder: Path

    @classmethod
    def of(cls, data_dir: Path) -> "Places":
        return cls(private_folder(data_dir / "livekit"))

    @property
    def state(self) -> Path:
        return self.folder / "state.json"

    @property
    def config(self) -> Path:
        return self.folder / "livekit.json"

    @property
    def lease(self) -> Path:
        """Held, shared, by every process of the app that needs the server."""
        return self.folder / "lease"

    @property
    def running(self) -> Path:
        """Held by the supervisor for as long as it lives."""
        return self.folder / "supervisor.lock"

    @property
    def starting(self) -> Path:
        """Held by the process of the app that is about to start a supervisor."""
        return self.folder / "start.lock"

    @property
    def server_log(self) -> Path:
        return self.folder / "server.log"

    @property
    def supervisor_log(self) -> Path:
        return self.folder / "supervisor.log"


@dataclass(frozen=True)
class State:
    """`state`: searching, building, starting, ready, failed or stopped; `said` counts all messages.

    A supervisor that has ended, or is about to, has left a supervisor_pid of 0.
    """

    state: str = "stopped"
    message: str = ""
    url: str = ""
    port: int = 0
    tcp_port: int = 0
    udp_port: int = 0
    pid: int = 0
    supervisor_pid: int = 0
    generation: int = 0
    config_digest: str = ""
    version: str = ""
    messages: tuple[str, ...] = ()
    said: int = 0


def read_state(path: Path) -> State:
    """The last state; that of a stopped server when there is none or it cannot be read."""
    try:
        stored = json.loads(path.read_text())
        known = {k: v for k, v in stored.items() if k in State.__dataclass_fields__}
        return State(**known | {"messages": tuple(stored.get("messages", ()))})
    except (OSError, ValueError, TypeError, AttributeError):
        return State()


def write_state(path: Path, state: State) -> None:
    write_private(path, json.dumps(asdict(state)))
