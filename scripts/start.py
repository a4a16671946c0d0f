"""Starts what `serve` has set up and built: the media server first, then granian in this same process.

python scripts/start.py [ARGUMENTS FOR GRANIAN]
One process does it all, because each start of Python that reads the settings takes half a second, and the
media server gets ready while the app is imported.
"""

import gc
import os
import socket
import sys
from pathlib import Path

gc.disable()  # see donfra_live/serving.py; the worker, which inherits it, turns it on again

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from donfra_live.errors import MediaServerAway  # noqa: E402
from donfra_live.livekit_server.child import command_of  # noqa: E402
from donfra_live.livekit_server.client import ManagedServer  # noqa: E402
from donfra_live.livekit_server.files import private_folder  # noqa: E402
from donfra_live.settings import Settings, get_settings  # noqa: E402
from scripts import leftovers  # noqa: E402
from scripts.settings import addresses  # noqa: E402

# The __ names are internal to the pinned Reflex: serve what is built, compile nothing.
SERVE_WHAT_IS_BUILT = {
    "REFLEX_ENV_MODE": "prod",
    "__REFLEX_SKIP_COMPILE": "true",
    "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    # Granian would stop altogether when a worker dies.
    "GRANIAN_RESPAWN_FAILED_WORKERS": "true",
}


def remember(data_dir: Path) -> None:
    """Our pid for scripts/stop; one at a time. As remember_process in lib.sh."""
    run = private_folder(data_dir / "run")
    if app := running(run / "app.pid"):
        sys.exit(f"It is running already (process {app}); scripts/stop stops it.")
    if (run / "app.pid").exists() and not running(run / "dev.pid"):
        leftovers.clear(str(ROOT), data_dir, leftovers.default_data_dir())
    (run / "app.pid").write_text(f"{os.getpid()}\n")


def running(file: Path) -> int | None:
    """The process named there, if it is another one of this folder."""
    known = file.read_text().strip() if file.exists() else ""
    ours = known.isdigit() and int(known) != os.getpid() and f"{ROOT}/.venv/bin/" in command_of(int(known))
    return int(known) if ours else None


def need_port(host: str, port: int) -> None:
    """Granian would say it with a page of its own program lines."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]
        sys.exit(f"Cannot listen on port {port} of {host}: {why}. Set PORT or HOST to another one.")


def start_media_server(settings: Settings) -> ManagedServer | None:
    """It needs nothing of the app; what goes wrong here the app says later."""
    if settings.livekit_server_url:
        return None
    media = ManagedServer(settings)
    try:
        media.start(wait=False)
    except MediaServerAway as error:
        print(error.sentence, file=sys.stderr)
    return media


def workers(settings: Settings) -> str:
    """Without Redis the pages' state lives in one process, so there can be only one."""
    return os.environ.get("GRANIAN_WORKERS", "2") if settings.redis_url else "1"


def main() -> None:
    settings = get_settings()
    remember(settings.data_dir)
    need_port(settings.host, settings.port)
    media = start_media_server(settings)
    print(*addresses(settings, settings.port), sep="\n", flush=True)
    os.environ |= SERVE_WHAT_IS_BUILT
    level = os.environ.get("GRANIAN_LOG_LEVEL", "warning")
    where = ["--host", settings.host, "--port", str(settings.port), "--workers", workers(settings)]
    sys.argv = ["granian", "--interface", "asgi", "--factory", *where, "--log-level", level, *sys.argv[1:]]
    sys.argv.append("donfra_live.serving:app")
    from granian.cli import entrypoint  # noqa: PLC0415  # the media server is being started meanwhile

    try:
        entrypoint()
    finally:
        if media is not None:
            media.release()


if __name__ == "__main__":
    main()
