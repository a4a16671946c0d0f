"""Recordings over REST as clients ask: lists, names, marks, captions, pieces of the file."""

from collections.abc import AsyncIterator

import httpx
import pytest

from donfra_live.recordings.ports import Track
from donfra_live.recordings.rules import RecordingStatus
from donfra_live.settings import Settings
from tests.matrix.scene import browser_key, browser_of
from tests.rest_client import api_of, client_of
from tests.world import World

COOKIE = {"Cookie": f"donfra_browser={browser_key('host')}"}
STRANGER = {"Cookie": f"donfra_browser={browser_key('stranger')}"}
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"


@pytest.fixture
async def client(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(api_of(world, settings), path="/api", headers=COOKIE) as client:
        yield client


@pytest.fixture
async def path(world: World, client: httpx.AsyncClient) -> str:
    """Of a recording that is ready."""
    host = browser_of("host")
    created = await world.sessions.create(host, title="Algebra", owner_name="Host", on_air=True)
    sid = created.facts.id
    answer = await client.post(f"/live/{sid}/recordings", json={})
    assert answer.status_code == 201, answer.text
    rid: str = answer.json()["recording_id"]
    world.recorder.becomes(rid, RecordingStatus.RECORDING)
    world.recorder.is_ready(sid, rid, b"0123456789")
    await world.recordings.follow()
    return f"/recordings/{rid}"


async def test_a_recording_is_named_given_and_listed(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.patch(path, json={"title": "Fractions", "audience": "members"})
    assert (answer.json()["title"], answer.json()["audience"]) == ("Fractions", "members")
    answer = await client.patch(path, json={"audience": "hosts"})
    assert (answer.json()["title"], answer.json()["audience"]) == ("Fractions", "hosts")
    created = {"host_key": "wrong", "title": "Mine"}
    assert (await client.patch(path, json=created)).status_code == 403, (
        "a wrong key is no key of this browser"
    )
    own = (await client.get("/recordings")).json()
    assert (own["more"], own["bytes"]) == (False, 10)
    (one,) = own["recordings"]
    assert (one["title"], one["session_title"], one["status"]) == ("Fractions", "Algebra", "ready")
    nothing = {"recordings": [], "more": False, "bytes": 0, "used_bytes": 0, "quota_bytes": 0}
    assert (await client.get("/recordings", headers=STRANGER)).json() == nothing
    for wrong in ({"audience": "all"}, {"title": 5}, {"title": "x" * 121}, []):
        answer = await client.patch(path, json=wrong)
        assert answer.status_code == 422, answer.text
        assert set(answer.json()) >= {"error", "detail"}
    assert (await client.patch(path, json={"title": "Mine"}, headers=STRANGER)).status_code == 401


async def test_marks(client: httpx.AsyncClient, path: str) -> None:
    made = await client.post(f"{path}/markers", json={"title": "Questions", "at": 1.5})
    assert made.status_code == 201, made.text
    marker = made.json()
    assert (marker["at"], marker["title"], marker["set_by"]) == (1.5, "Questions", "Host")
    assert (await client.get(path)).json()["markers"] == [marker]
    now = await client.post(f"{path}/markers", json={})
    assert (now.status_code, now.json()["error"]) == (409, "wrong_state"), "it is over"
    for at in (-1, 2.6, "x"):
        assert (await client.post(f"{path}/markers", json={"at": at})).status_code == 422
    assert (await client.delete(f"{path}/markers/{marker['marker_id']}")).status_code == 204
    assert (await client.delete(f"{path}/markers/{marker['marker_id']}")).status_code == 404


async def test_captions(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"{path}/captions")).status_code == 404
    answer = await client.put(f"{path}/captions", content=VTT, headers={"Content-Type": "text/vtt"})
    assert answer.json()["has_captions"], answer.text
    found = await client.get(f"{path}/captions")
    assert (found.content, found.headers["content-type"]) == (VTT, "text/vtt; charset=utf-8")
    answer = await client.put(f"{path}/captions", content=b"no captions")
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_input")
    assert not (await client.put(f"{path}/captions", content=b"")).json()["has_captions"]


async def test_the_file_whole_in_pieces_and_to_keep(client: httpx.AsyncClient, path: str) -> None:
    whole = await client.get(f"{path}/file")
    assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, b"0123456789", "bytes")
    assert whole.headers["content-disposition"].startswith("inline")
    assert whole.headers["cache-control"] == "private, no-store"
    piece = await client.get(f"{path}/file", headers={"Range": "bytes=2-4"})
    assert (piece.status_code, piece.content) == (206, b"234")
    assert piece.headers["content-range"] == "bytes 2-4/10"
    assert (await client.get(f"{path}/file", headers={"Range": "bytes=50-"})).status_code == 416
    kept = await client.get(f"{path}/file?download=true")
    assert kept.headers["content-disposition"] == 'attachment; filename="Algebra.mp4"'
    assert (await client.get(f"{path}/file", headers=STRANGER)).status_code == 401


async def test_a_voice_is_listed_and_kept(
    world: World, settings: Settings, client: httpx.AsyncClient, path: str
) -> None:
    sid = (await client.get(path)).json()["session_id"]
    assert (await client.get(path)).json()["tracks"] == []
    answer = await client.post(f"/live/{sid}/recordings", json={"tracks": "often"})
    assert answer.status_code == 422
    world.recorder.separates = world.recorder.leaves_out = False
    space = (await client.get(f"/live/{sid}/recordings/space")).json()
    assert (space["separates"], space["leaves_out"]) == (False, False)
    answer = await client.post(f"/live/{sid}/recordings", json={"tracks": True})
    assert (answer.status_code, answer.json()["error"]) == (409, "wrong_state")
    world.recorder.separates = world.recorder.leaves_out = True
    space = (await client.get(f"/live/{sid}/recordings/space")).json()
    assert (space["separates"], space["leaves_out"]) == (True, True)
    rid = (await client.post(f"/live/{sid}/recordings", json={"tracks": True})).json()["recording_id"]
    world.recorder.is_ready(sid, rid, b"film")
    (settings.donfra_data_dir / "recordings" / sid / rid / "voice-01.m4a").write_bytes(b"0123456789")
    world.recorder.becomes(rid, RecordingStatus.READY, tracks=(Track("voice-01.m4a", "Bob", 10),))
    await world.recordings.follow()
    voice = {"number": 1, "kind": "voice", "name": "Bob", "bytes": 10, "missing": False}
    assert (await client.get(f"/recordings/{rid}")).json()["tracks"] == [voice]
    kept = await client.get(f"/recordings/{rid}/tracks/1")
    assert (kept.status_code, kept.content) == (200, b"0123456789")
    assert kept.headers["content-disposition"] == 'attachment; filename="Algebra-voice-01-Bob.m4a"'
    assert kept.headers["content-type"] == "audio/mp4"
    piece = await client.get(f"/recordings/{rid}/tracks/1", headers={"Range": "bytes=2-4"})
    assert (piece.status_code, piece.content) == (206, b"234")
    assert (await client.get(f"/recordings/{rid}/tracks/2")).status_code == 404
    assert (await client.get(f"/recordings/{rid}/tracks/x")).status_code == 422
    assert (await client.get(f"/recordings/{rid}/tracks/1", headers=STRANGER)).status_code == 401
