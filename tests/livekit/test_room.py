"""The REST API on a real LiveKit server, with real participants."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from livekit import rtc

from donfra_live.live_sessions.rules import NAME_LENGTH
from tests.app_process import RestApp
from tests.livekit.peer import connected
from tests.livekit.people import may_publish, until

pytestmark = pytest.mark.livekit
CONFORMANCE = Path(__file__).parents[3] / "shared" / "tools" / "conformance.py"


def join(rest: httpx.Client, session: dict[str, Any], name: str, **more: object) -> dict[str, Any]:
    answer = rest.post(
        "/api/live/join", json={"session_id": session["session_id"], "user_name": name, **more}
    )
    assert answer.status_code == 200, answer.text
    joined: dict[str, Any] = answer.json()
    return joined


def twirp(app: RestApp, method: str, token: str, body: dict[str, object]) -> int:
    url = f"http://127.0.0.1:{app.livekit_port}/twirp/livekit.RoomService/{method}"
    return httpx.post(url, json=body, headers={"Authorization": f"Bearer {token}"}).status_code


async def test_a_viewer_hears_the_host_and_cannot_publish(
    rest: httpx.Client, session: dict[str, Any]
) -> None:
    viewer = join(rest, session, "Bob")
    async with (
        connected(session["server_url"], session["host_token"]) as host,
        connected(viewer["server_url"], viewer["access_token"]) as bob,
    ):
        await host.publish_sound()
        await bob.until("track", lambda identity: identity == host.room.local_participant.identity)
        with pytest.raises(rtc.participant.PublishTrackError):
            await bob.publish_sound()
        assert not [e for e in host.events if e[0] == "track"]


async def test_two_people_of_one_name_both_stay(rest: httpx.Client, session: dict[str, Any]) -> None:
    first, second = join(rest, session, "Anna"), join(rest, session, "Anna")
    async with connected(first["server_url"], first["access_token"]) as one:
        async with connected(second["server_url"], second["access_token"]) as two:
            await one.until("joined", lambda name: name == "Anna")
            assert one.room.isconnected()
            assert two.room.isconnected()


async def test_the_longest_name_keeps_nobody_from_being_silenced(
    rest: httpx.Client, session: dict[str, Any]
) -> None:
    """LiveKit counts bytes, and takes fewer of them than our names may have."""
    name, sid = "\N{GRINNING FACE}" * NAME_LENGTH, session["session_id"]
    proof = {"host_key": session["host_key"]}
    invite = rest.post(f"/api/live/{sid}/invites", json={"role": "speaker", **proof}).json()["token"]
    eve = join(rest, session, name, invite=invite)
    async with connected(eve["server_url"], eve["access_token"]) as peer:
        await peer.publish_sound()
        who = f"/api/live/{sid}/members/{eve['member_id']}"
        answer = rest.patch(who, json={"role": "viewer", **proof})
        assert (answer.status_code, answer.json().get("name")) == (200, name)
        await until("she may not publish", lambda: not may_publish(peer))
        with pytest.raises(rtc.participant.PublishTrackError):
            await peer.publish_sound()


async def test_no_page_token_administers_the_room(
    app: RestApp, rest: httpx.Client, session: dict[str, Any]
) -> None:
    viewer = join(rest, session, "Bob")
    room = {"room": session["session_id"]}
    assert twirp(app, "ListParticipants", viewer["access_token"], room) in {401, 403}
    assert twirp(app, "ListParticipants", session["host_token"], room) == 200
    assert twirp(app, "DeleteRoom", session["host_token"], room) in {401, 403}
    assert twirp(app, "ListRooms", session["host_token"], {}) in {401, 403}


async def test_chat_reaches_everybody_and_is_kept(rest: httpx.Client, session: dict[str, Any]) -> None:
    viewer = join(rest, session, "Bob")
    proof = {"Authorization": f"Bearer {viewer['access_token']}"}
    path = f"/api/live/{session['session_id']}/messages"
    async with connected(session["server_url"], session["host_token"]) as host:
        sent = await asyncio.to_thread(
            rest.post, path, json={"text": "hello", "client_id": "1"}, headers=proof
        )
        assert sent.status_code == 201, sent.text
        _, payload, sender = await host.until("data", lambda d: d[0] == "chat")
    assert (json.loads(payload)["text"], sender) == ("hello", None)
    later = join(rest, session, "Carol")
    history = rest.get(path, headers={"Authorization": f"Bearer {later['access_token']}"}).json()
    assert [m["text"] for m in history["messages"]] == ["hello"]
    assert rest.get(path).status_code == 401


async def test_an_arrival_is_seen_by_nobody_until_it_joins(
    rest: httpx.Client, session: dict[str, Any]
) -> None:
    # The browser key makes the arrival his; a client without pages asks for one as a page would.
    rest.cookies.set("donfra_browser", "b" * 43)
    arrival = rest.post("/api/live/arrival", json={"session_id": session["session_id"]}).json()
    async with connected(session["server_url"], session["host_token"]) as host:
        await host.publish_sound()
        async with connected(arrival["server_url"], arrival["access_token"]) as hidden:
            await asyncio.sleep(0.5)
            assert host.room.remote_participants == {}
            assert not [e for e in hidden.events if e[0] == "track"]
            path = f"/api/live/{session['session_id']}"
            assert rest.get(path).json()["people"] == 1
            body = {"session_id": session["session_id"], "user_name": "Bob", "identity": arrival["identity"]}
            entered = await asyncio.to_thread(rest.post, "/api/live/enter", json=body)
            assert entered.status_code == 200, entered.text
            await host.until("joined", lambda name: name == "Bob")
            await hidden.until("track", lambda identity: identity == host.room.local_participant.identity)
            assert hidden.room.local_participant.identity == arrival["identity"]
            await until("two people", lambda: rest.get(path).json()["people"] == 2)


async def test_the_end_puts_everybody_out_and_keeps_old_tokens_out(
    rest: httpx.Client, session: dict[str, Any]
) -> None:
    viewer = join(rest, session, "Bob")
    async with (
        connected(session["server_url"], session["host_token"]) as host,
        connected(viewer["server_url"], viewer["access_token"]) as bob,
    ):
        ended = await asyncio.to_thread(
            rest.post,
            "/api/live/end",
            json={"session_id": session["session_id"], "host_key": session["host_key"]},
        )
        assert ended.status_code == 200, ended.text
        for peer in (host, bob):
            assert await peer.until("disconnected", seconds=5) == "ROOM_DELETED"
    for token in (session["host_token"], viewer["access_token"]):
        with pytest.raises(rtc.ConnectError):
            async with connected(session["server_url"], token):
                pass


async def test_presence_follows_the_room(rest: httpx.Client, session: dict[str, Any]) -> None:
    viewer = join(rest, session, "Bob")
    path = f"/api/live/{session['session_id']}"

    async def people(expected: int) -> None:
        async with asyncio.timeout(10):
            while (await asyncio.to_thread(rest.get, path)).json()["people"] != expected:
                await asyncio.sleep(0.05)

    async with connected(viewer["server_url"], viewer["access_token"]):
        await people(1)
    await people(0)


@pytest.mark.skipif(
    not CONFORMANCE.exists(), reason="the shared conformance check is not beside this checkout"
)
def test_the_shared_conformance_check_has_no_failure(app: RestApp) -> None:
    done = subprocess.run(
        [sys.executable, CONFORMANCE, app.url, "--strict"],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, "\n".join(
        line for line in done.stdout.splitlines() if line.startswith(("FAIL", "note"))
    )


def test_no_secret_and_no_traceback_is_logged(app: RestApp, session: dict[str, Any]) -> None:
    secret = (app.data / "livekit" / "keys").read_text().split(": ")[1].strip()
    logs = app.log + "".join(p.read_text(errors="replace") for p in (app.data / "livekit").glob("*.log"))
    for word in (secret, session["host_key"], session["host_token"]):
        assert word not in logs
    assert "Traceback" not in logs
