"""infra/Caddyfile in the hands of the real Caddy: what goes to LiveKit, what to the app."""

import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.infra.servers import running, wait_for
from tests.ports import free_port

CADDY = shutil.which("caddy")
pytestmark = pytest.mark.skipif(CADDY is None, reason="no caddy on this machine")
CADDYFILE = Path(__file__).parents[2] / "infra/Caddyfile"


@contextmanager
def upstream(name: str) -> Iterator[str]:
    """A server that answers everything with its name; gives its address."""

    class Says(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(name.encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Says)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    url = f"http://127.0.0.1:{free_port()}"
    with upstream("livekit") as livekit, upstream("app") as app:
        own = {
            "SITE_ADDRESS": url,
            "LIVEKIT_UPSTREAM": livekit,
            "APP_UPSTREAM": app,
            "XDG_CONFIG_HOME": str(tmp_path),
        }
        config = tmp_path / "Caddyfile"
        config.write_text("{\n\tadmin off\n}\n" + CADDYFILE.read_text())
        env = {**os.environ, **own, "XDG_DATA_HOME": str(tmp_path)}
        command: list[str | Path] = [str(CADDY), "run", "--adapter", "caddyfile", "--config", config]
        with running(command, tmp_path / "log", env=env) as caddy:
            wait_for(url, caddy)
            yield url


def test_signalling_goes_to_livekit_and_all_else_to_the_app(address: str) -> None:
    for path in ("/rtc", "/rtc/v1", "/rtc/validate?access_token=x", "/twirp/livekit.RoomService/ListRooms"):
        assert httpx.get(address + path).text == "livekit", path
    for path in ("/", "/live/", "/api/health", "/_event/", "/assets/a.js", "/rtcetera", "/live/rtc"):
        assert httpx.get(address + path).text == "app", path
