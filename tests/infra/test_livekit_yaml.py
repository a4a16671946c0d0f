"""infra/livekit/livekit.yaml in the hands of the real media server."""

import os
import time
from pathlib import Path

import httpx
import jwt
import pytest

from donfra_live.livekit_server.binary import ensure_binary
from donfra_live.settings import get_settings
from tests.infra.servers import running, wait_for
from tests.ports import free_port

pytestmark = pytest.mark.livekit
CONFIG = Path(__file__).parents[2] / "infra/livekit/livekit.yaml"
SECRET = "only-for-this-test-" + "x" * 20


def moved(text: str) -> tuple[str, int]:
    """The same configuration on free ports, and the port of signalling."""
    signal = free_port()
    for words, port in (
        ("\nport: 7880", signal),
        ("tcp_port: 7881", free_port()),
        ("udp_port: 7882", free_port()),
    ):
        assert text.count(words) == 1
        text = text.replace(words, f"{words.split(':')[0]}: {port}")
    return text, signal


def token(**grants: object) -> str:
    claims = {"iss": "donfra", "sub": "test", "exp": int(time.time()) + 60, "video": grants}
    return jwt.encode(claims, SECRET, algorithm="HS256")


def test_the_real_server_takes_it(tmp_path: Path) -> None:
    text, port = moved(CONFIG.read_text())
    (tmp_path / "livekit.yaml").write_text(text)
    binary = ensure_binary(get_settings(), lambda _: None)
    command: list[str | Path] = [binary, "--config", tmp_path / "livekit.yaml", "--node-ip", "127.0.0.1"]
    env = {**os.environ, "LIVEKIT_KEYS": f"donfra: {SECRET}"}
    url = f"http://127.0.0.1:{port}"
    with running(command, tmp_path / "log", env=env) as server:
        assert wait_for(url, server).text == "OK"
        admin = {"Authorization": f"Bearer {token(roomList=True)}"}
        rooms = httpx.post(f"{url}/twirp/livekit.RoomService/ListRooms", json={}, headers=admin)
        assert rooms.json() == {"rooms": []}
        joining = {"access_token": token(roomJoin=True, room="nobody-made-it")}
        assert httpx.get(f"{url}/rtc/validate", params=joining).status_code == 404, "only the app makes rooms"
