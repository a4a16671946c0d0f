"""What a hostile client can try on the served app, and what the app itself asks of other hosts: nothing."""

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import jwt
import pytest

from tests.audit import audited, strangers
from tests.browser.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
STATE = "reflex___state____state.donfra_live___ui___session___state____session_state"


class Hostile:
    """A client that speaks the pages' websocket and sends what it likes."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, handler: str, **payload: Any) -> None:
        event = {
            "name": f"{STATE}.{handler}",
            "payload": payload,
            "router_data": {"pathname": "/live/[session_id]", "asPath": "/live/x", "query": {}},
        }
        await self.socket.send_str("42/_event," + json.dumps(["event", event]))

    async def read_until(self, words: str, seconds: float = 10) -> str:
        seen = ""
        async with asyncio.timeout(seconds):
            async for message in self.socket:
                seen += str(message.data)
                if message.data == "2":
                    await self.socket.send_str("3")
                if words in seen:
                    return seen
        raise AssertionError(f"{words} never came: {seen[-2000:]}")


@asynccontextmanager
async def hostile(serving: Serving, **headers: str) -> AsyncIterator[Hostile]:
    url = f"ws://localhost:{serving.port}/_event/?EIO=4&transport=websocket&token={uuid.uuid4()}"
    async with aiohttp.ClientSession() as client:
        async with client.ws_connect(url, headers={"Origin": serving.url, **headers}) as socket:
            await socket.send_str("40/_event," + json.dumps({}))
            yield Hostile(socket)


async def test_another_sites_websocket_is_refused(serving: Serving) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with hostile(serving, Origin="https://evil.example"):
            pass
    assert refused.value.status in {400, 403}


@pytest.mark.parametrize("handler", ["end", "go_live"])
async def test_a_handler_called_by_a_stranger_grants_nothing(serving: Serving, handler: str) -> None:
    session = serving.create()
    async with hostile(serving) as mallory:
        name = {"name": "Mallory"} if handler == "go_live" else {}
        await mallory.send(handler, request="r1", session_id=session["session_id"], **name)
        seen = await mallory.read_until('"r1"')
    assert "no_proof" in seen
    facts = httpx.get(f"{serving.url}/api/live/{session['session_id']}").json()
    assert facts["status"] == "live"


def test_a_strangers_join_makes_a_viewer_whatever_he_claims(serving: Serving) -> None:
    session = serving.create()
    claims = {"is_host": True, "role": "host", "host_key": "guess", "identity": "p-somebody"}
    body = {"session_id": session["session_id"], "user_name": "Mallory", **claims}
    answer = httpx.post(f"{serving.url}/api/live/enter", json=body).json()
    assert answer["role"] == "viewer"
    grants = jwt.decode(answer["access_token"], options={"verify_signature": False})["video"]
    assert not grants["canPublish"]
    assert not any(grants.get(power) for power in ("roomAdmin", "roomCreate", "roomList", "roomRecord"))


def test_a_host_gets_no_administering_token_on_a_page(serving: Serving) -> None:
    with httpx.Client(base_url=serving.url) as browser:
        browser.get("/live")
        session = browser.post("/api/live/create", json={"title": "Mine", "owner_name": "Grace"}).json()
        body = {"session_id": session["session_id"], "user_name": "Grace"}
        answer = browser.post("/api/live/enter", json=body).json()
    assert answer["role"] == "host"
    assert "roomAdmin" not in jwt.decode(answer["access_token"], options={"verify_signature": False})["video"]
    assert session["host_key"] not in str(answer)


def test_another_sites_page_cannot_join_with_our_cookie(serving: Serving) -> None:
    body = {"session_id": serving.create()["session_id"], "user_name": "Mallory"}
    for path in ("enter", "arrival"):
        refused = httpx.post(
            f"{serving.url}/api/live/{path}", json=body, headers={"Origin": "https://evil.example"}
        )
        assert refused.status_code == 403


@pytest.mark.parametrize("value", [None, 5, [], {"a": 1}, "x" * 10_000, "\x00"])
async def test_wrong_types_are_refused_in_words(serving: Serving, value: object) -> None:
    before = serving.log.count("Traceback")
    async with hostile(serving) as mallory:
        await mallory.send("end", request="r3", session_id=value)
        seen = await mallory.read_until('"r3"')
    assert "bad_input" in seen or "not_found" in seen
    body = {"session_id": value, "user_name": value, "identity": value, "invite": value, "password": value}
    refused = httpx.post(f"{serving.url}/api/live/enter", json=body)
    assert refused.status_code in {404, 422}
    assert refused.json()["detail"]
    assert serving.log.count("Traceback") == before


def test_pages_carry_a_strict_policy_and_no_redirect(serving: Serving) -> None:
    page = httpx.get(f"{serving.url}/live?session_id=x&role=host", follow_redirects=False)
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "HttpOnly" in page.headers["set-cookie"]


def test_scripts_are_kept_for_good_and_come_as_brotli(serving: Serving) -> None:
    page = httpx.get(f"{serving.url}/live").text
    script = re.findall(r'"(/assets/[^"]+\.js)"', page)[0]
    answer = httpx.get(serving.url + script, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "br"


def test_the_app_speaks_to_nobody_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in audited(tmp_path).items():
        monkeypatch.setenv(name, value)
    with Serving.running(tmp_path) as app:
        app.end(app.create())
    assert strangers(tmp_path) == []
