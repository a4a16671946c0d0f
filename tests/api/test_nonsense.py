"""Whatever a client sends to any route, it is told what is wrong with it: never a fault of ours."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from donfra_live.api.shell import Shell
from donfra_live.browser_key import COOKIE, form_key
from donfra_live.recordings.rules import RecordingStatus
from donfra_live.settings import Settings
from tests.rest_client import api_of, client_of
from tests.world import World

ORIGIN = "http://localhost:8080"
VALUES: tuple[Any, ...] = (
    "",
    "a\x00b",
    "\ud800",
    "\u202e\u200b",
    "a" + "\u0316\u0301" * 4000,
    "x" * 10_001,
    "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+14:00",
    None,
    True,
    -1,
    2**31,
    10**400,
    1.5,
    float("nan"),
    [[]],
    {"a": {"b": "c"}},
)
BODIES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"\xff\xfe",
    b'{"uses": ' + b"9" * 10_000 + b"}",
    b"[" * 100_000,
    b'{"a":' * 40_000,
)
IDS = ("x", "%00", "%F0%9F%98%80", "%ED%A0%80", "..", "a%2Fb", "0" * 101, str(uuid.uuid4()))
NUMBERS = ("-1", "2147483648", "9" * 40, "1e9", "%00", "")
FORMS = ("sign-in", "sign-up", "setup", "reset", "reset-mail", "name", "password")
FIELDS = ("email", "password", "name", "key", "next", "current")


@pytest.fixture
def client(world: World, settings: Settings) -> httpx.AsyncClient:
    return client_of(Shell(api_of(world, settings), settings, world.tokens.server_url, (), ()), strict=False)


async def routes(client: httpx.AsyncClient) -> list[tuple[str, str, dict[str, Any]]]:
    """(method, path, what may stand in the body) of every documented route."""
    about = (await client.get("/api/openapi.json")).json()
    found = []
    for path, methods in about["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema", {})
            names = [s["$ref"] for s in (schema, *schema.get("anyOf", ())) if "$ref" in s]
            fields = schema.get("properties", {})
            for name in names:
                fields = about["components"]["schemas"][name.rsplit("/", 1)[-1]]["properties"]
            found.append((method.upper(), path, fields))
    return found


def nonsense(path: str, good: dict[str, str], fields: dict[str, Any]) -> Iterator[tuple[str, bytes | None]]:
    """(address, body): one thing wrong at a time, the rest such that it is looked at."""
    ways = {name: value for name, value in good.items() if f"{{{name}}}" in path}
    right = path.format(**ways)
    for name in ways:
        yield from ((path.format(**{**ways, name: bad}), b"{}") for bad in IDS)
    yield from ((f"{right}?after={bad}&source={bad}&everybody={bad}&search={bad}", b"{}") for bad in NUMBERS)
    for name in ("days", "zone", "timezone", "format", "scope", "table") if path.endswith("/stats") else ():
        yield from ((f"{right}?{name}={bad}", b"{}") for bad in NUMBERS)
    filled = {name: good.get(name, "x") for name in fields}
    for name in fields:
        yield from ((right, json.dumps({**filled, name: bad}).encode()) for bad in VALUES)
    if path == "/api/live/create":
        yield from ((right, body) for body in BODIES)


async def running_recording(client: httpx.AsyncClient, world: World, session: dict[str, str]) -> str:
    """It may be changed and marked, and is not deleted on the way; its id."""
    body = {"host_key": session["host_key"]}
    made = await client.post(f"/api/live/{session['session_id']}/recordings", json=body)
    recording: str = made.json()["recording_id"]
    world.recorder.becomes(recording, RecordingStatus.RECORDING, seconds=60.0)
    return recording


@pytest.mark.timeout(400)
async def test_no_route_breaks(client: httpx.AsyncClient, world: World) -> None:
    made = await client.post("/api/live/create", json={"title": "T", "owner_name": "Alice"})
    proof, account = made.json(), {"email": "ada@example.org", "name": "Ada", "password": "long enough 1"}
    broken = []
    await world.account("root", admin=True)
    signed_in = {"email": "root@example.org", "password": "correct horse battery"}
    assert (await client.post("/api/accounts/login", json=signed_in)).status_code == 200
    hook = await client.post("/api/webhooks", json={"url": "https://lms.example.org/"})
    dates = {"starts_at": "2026-11-26T10:00", "timezone": "Europe/Berlin", "rrule": "FREQ=WEEKLY;COUNT=3"}
    series = await client.post("/api/live/create", json={"title": "T", "owner_name": "Alice", **dates})
    recording = await running_recording(client, world, proof)
    feed = (await client.post("/api/calendar")).json()["url"]
    for method, path, fields in await routes(client):
        if path in {"/api/accounts/logout", "/api/health"}:
            continue
        someone = {"session_id": proof["session_id"], "user_name": "Anna"}
        anna = await client.post("/api/live/join", json=someone)
        member = anna.json().get("member_id", proof["member_id"])
        good = {
            **account,
            **dict.fromkeys(("member_id", "waiting_id", "message_id", "invite_id", "account_id"), member),
            "session_id": proof["session_id"],
            "host_key": proof["host_key"],
            **dates,
            "series_id": series.json()["series_id"],
            "token": feed.rpartition("/")[2].removesuffix(".ics"),
            "user_name": "Anna",
            "identity": anna.json().get("access_token", "||").split("|")[1],
            "role": "viewer",
            "login_id": member,
            "webhook_id": hook.json()["webhook_id"],
            "delivery_id": member,
            "recording_id": recording,
            "marker_id": member,
            "number": "1",
            "link_id": member,
            "url": "https://lms.example.org/",
            "token_id": member,
            "source": "camera",
            "decision": "admit",
            "current_password": "correct horse battery",
        }
        for address, body in nonsense(path, good, fields):
            answer = await client.request(
                method, address, content=body, headers={"Content-Type": "application/json"}
            )
            if answer.status_code >= 500:
                broken.append(f"{method} {address[:120]} {(body or b'')[:200]!r}")
    assert broken == []


@pytest.mark.parametrize(
    "bearer", ["x" * 5000, "dfl_", "dfl_\xff", "\xff\xfe", "a.b.c", "eyJhbGciOiJIUzI1NiJ9.e30.", "." * 3000]
)
async def test_no_proof_breaks(client: httpx.AsyncClient, world: World, bearer: str) -> None:
    sid = await world.live()
    headers = [(b"authorization", b"Bearer " + bearer.encode("latin-1"))]
    answer = await client.get(f"/api/live/{sid}/members", headers=headers)
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("text", ["\x00", "%ED%A0%80", "\u0316\u0301" * 1500, "x" * 30_000, "//", "\r\nX: y"])
async def test_no_form_breaks(client: httpx.AsyncClient, text: str) -> None:
    client.cookies.set(COOKIE, "k" * 43)
    sent = urlencode({"csrf": form_key("k" * 43), **dict.fromkeys(FIELDS, text)}).replace("%25", "%")
    for form in FORMS:
        answer = await client.post(
            f"/api/forms/{form}",
            content=sent,
            headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": ORIGIN},
        )
        assert answer.status_code < 500, form
        assert answer.headers["location"].startswith(f"{ORIGIN}/"), form


@pytest.mark.parametrize("charset", ["utf-8", "idna", "punycode", "unicode_escape", "undefined"])
async def test_a_form_in_another_encoding_is_none(client: httpx.AsyncClient, charset: str) -> None:
    client.cookies.set(COOKIE, "k" * 43)
    parts = {"csrf": form_key("k" * 43), **dict.fromkeys(FIELDS, "\\ud800")}
    body = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts.items()
    )
    kind = {"Content-Type": f"multipart/form-data; boundary=b; charset={charset}", "Origin": ORIGIN}
    for form in FORMS:
        answer = await client.post(f"/api/forms/{form}", content=f"{body}--b--\r\n", headers=kind)
        assert "error=bad_form" in answer.headers["location"], form


@pytest.mark.parametrize("piece", ["-", "-a", "/-", "-a."])
async def test_no_long_address_keeps_everybody_waiting(client: httpx.AsyncClient, piece: str) -> None:
    began = time.process_time()
    answer = await client.get("/assets/" + piece * (40_000 // len(piece)))
    assert answer.status_code == 404
    assert time.process_time() - began < 5


async def test_no_long_cookie_keeps_everybody_waiting(client: httpx.AsyncClient) -> None:
    began = time.process_time()
    cookies = 'a="' + '\\"' * 30_000 + '"'
    answer = await client.get("/api/live/sessions", headers={"Cookie": cookies})
    assert answer.status_code == 200
    assert time.process_time() - began < 5
