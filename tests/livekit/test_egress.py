"""LiveKit Egress as the recorder, on a real media server with a stand-in that speaks Egress's API.

What both recorders have in common is run with both; the rest is what only Egress can do or fail at.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from livekit import api

from donfra_live.errors import MediaServerAway
from donfra_live.livekit_gateway import egress as gateway
from donfra_live.livekit_gateway.client import Endpoint, LiveKitClient
from donfra_live.livekit_gateway.egress import LiveKitEgress
from donfra_live.livekit_server.binary import ensure_binary
from donfra_live.recorder import egress_run, reasons
from donfra_live.recordings.rules import RecordingStatus
from donfra_live.settings import get_settings
from tests import app_process
from tests.infra.servers import running, wait_for
from tests.livekit.egress_double import NO_ANSWER, EgressDouble, egress
from tests.livekit.peer import Peer, connected
from tests.livekit.people import Class, until
from tests.livekit.recorders import Take, endpoint, on_air, watched
from tests.livekit.studio import Camera, Microphone, still
from tests.ports import free_port
from tests.recorder import film
from tests.recorder.frames import COLOURS
from tests.redis_server import RedisServer, find

pytestmark = [
    pytest.mark.livekit,
    pytest.mark.timeout(180),
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them"),
]
RATE = film.RATE


@pytest.fixture
async def double(app: app_process.RestApp, tmp_path: Path) -> AsyncIterator[EgressDouble]:
    async with egress(endpoint(app), tmp_path / "elsewhere", tmp_path / "recordings") as double:
        yield double


@pytest.fixture(params=["local", "egress"])
def either(
    request: pytest.FixtureRequest, app: app_process.RestApp, session: dict[str, Any], tmp_path: Path
) -> Take:
    by = request.getfixturevalue("double") if request.param == "egress" else None
    return Take(app, session["session_id"], tmp_path, egress=by)


@pytest.fixture
def take(app: app_process.RestApp, session: dict[str, Any], tmp_path: Path, double: EgressDouble) -> Take:
    return Take(app, session["session_id"], tmp_path, egress=double)


@contextlib.asynccontextmanager
async def alice(session: dict[str, Any], colour: str = "red") -> AsyncIterator[Peer]:
    """The host, who sends a colour and a tone."""
    async with connected(session["server_url"], session["host_token"]) as host:
        camera = Camera(host.room, still(320, 180, COLOURS[colour]), width=320, height=180, fps=15)
        async with on_air(host, camera, Microphone(host.room, 440)):
            yield host


async def test_both_tell_everybody_leave_pauses_out_and_make_the_same_file(
    either: Take, app: app_process.RestApp, session: dict[str, Any]
) -> None:
    take = either
    async with httpx.AsyncClient(base_url=app.url, timeout=15) as client, watched(take), alice(session):
        joined = await Class(client, session).join("Bob")
        async with connected(joined["server_url"], joined["access_token"]) as bob:
            await take.start()
            await until("everybody is told of it", lambda: bob.room.is_recording)
            await take.has(2.5)
            await take.recorders.pause(take.session_id, take.recording_id)
            await take.until(RecordingStatus.PAUSED)
            take.recorders = take.new_app()  # which knows nothing but the folder
            paused = take.status.seconds
            await asyncio.sleep(1.5)
            assert take.status.seconds < paused + 1.0
            await take.recorders.resume(take.session_id, take.recording_id)
            await take.until(RecordingStatus.RECORDING)
            await take.has(paused + 2.5)
            facts = await take.stop()
            await until("and that it has ended", lambda: not bob.room.is_recording, 30)
    assert (facts.status, facts.reason, facts.gaps, facts.file) == ("ready", "", (), "recording.mp4")
    first, second = facts.anchors
    assert first.at == 0.0
    assert second.at == pytest.approx(paused, abs=1.0)
    assert (second.clock - first.clock) - (second.at - first.at) > 1.4, "so long was the pause at least"
    _check_the_file(take.file, facts.seconds, facts.bytes, second.at)


def _check_the_file(file: Path, seconds: float, size: int, joint: float) -> None:
    names = film.boxes(file)
    assert names.index("moov") < names.index("mdat")
    picture, sound = film.lengths(file)
    assert picture == pytest.approx(seconds, abs=0.2)
    assert sound == pytest.approx(picture, abs=0.2)
    assert file.stat().st_size == size
    for second in (1.5, joint + 1.5):
        assert film.colour_at(film.frame_at(file, second), 640, 360) == "red"
        heard = film.sound(file)[int((second - 0.5) * RATE) : int((second + 0.5) * RATE)]
        assert film.tone(heard) == pytest.approx(440, abs=5)
    assert (file.parent / "poster.jpg").exists()
    assert len(list(file.parent.glob("small-*.jpg"))) == 12


async def test_egress_is_in_the_room_unseen_with_the_layout_that_was_asked_for(
    take: Take, session: dict[str, Any], double: EgressDouble, app: app_process.RestApp
) -> None:
    async with watched(take), alice(session) as host:
        await take.start()
        await host.sees_only()
        there = endpoint(app)
        async with api.LiveKitAPI(there.url, there.key, there.secret) as livekit:
            answer = await livekit.room.list_participants(api.ListParticipantsRequest(room=take.session_id))
        [recorder] = [p for p in answer.participants if p.identity == double.last.info.egress_id]
        assert recorder.kind == api.ParticipantInfo.Kind.EGRESS
        assert recorder.permission.hidden
        assert (double.last.request.layout, double.last.request.audio_only) == ("speaker", False)
        await take.has(1.5)
        await take.stop()


async def test_an_egress_that_dies_loses_the_second_that_it_was_at_and_is_replaced(
    take: Take, session: dict[str, Any], double: EgressDouble
) -> None:
    async with watched(take), alice(session, "green"):
        await take.start()
        killed = double.last
        await until("three seconds were brought", lambda: len(killed.brought) >= 3, 60)
        assert take.status.bytes > 0
        double.die("pipeline frozen")
        await until("another one is asked for", lambda: len(double.runs) == 2, 60)
        await take.until(RecordingStatus.RECORDING, seconds=60)
        await take.has(take.status.seconds + 2.0)
        facts = await take.stop()
    assert (facts.status, facts.reason) == ("ready", "")
    [gap] = facts.gaps
    kept = sum(killed.brought.values())
    there = {file.name for file in killed.written.glob("take_*.ts")}
    assert len(there - killed.brought.keys()) <= 1, "the one that it was at"
    assert gap.at == pytest.approx(kept, abs=0.15)
    assert gap.lost == pytest.approx(
        (double.last.result.started_at - killed.result.started_at) / 1e9 - kept, abs=0.1
    )
    picture, sound = film.lengths(take.file)
    assert (picture, sound) == pytest.approx((facts.seconds,) * 2, abs=0.2)
    for second in (gap.at - 0.5, gap.at + 1.0):
        assert film.colour_at(film.frame_at(take.file, second), 640, 360) == "green"
        heard = film.sound(take.file)[int((second - 0.2) * RATE) : int((second + 0.2) * RATE)]
        assert film.tone(heard) == pytest.approx(440, abs=5)


async def test_one_that_dies_again_and_again_has_failed_with_the_reason_and_keeps_its_parts(
    take: Take, session: dict[str, Any], double: EgressDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(egress_run, "AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(egress_run.takes, "IN_SECONDS", 120.0)
    async with watched(take), alice(session):
        await take.start()
        await take.has(2.0)
        await take.recorders.pause(take.session_id, take.recording_id)
        await until("the first part is there", lambda: len(take.places.parts()) == 1, 30)
        await take.recorders.resume(take.session_id, take.recording_id)
        for number in range(2, 7):
            await until(f"take {number}", lambda: len(double.runs) == number, 30)  # noqa: B023  # this round
            double.die(
                "no memory", [api.EgressStatus.EGRESS_FAILED, api.EgressStatus.EGRESS_ABORTED][number % 2]
            )
        await take.until(RecordingStatus.FAILED)
        facts = await take.facts()
        assert facts.reason == f"{reasons.DIES} LiveKit Egress says: no memory"
        await take.recorders.stop(take.session_id, take.recording_id)
        await take.until(RecordingStatus.READY)
    facts = await take.facts()
    assert len(double.runs) == 6
    assert film.lengths(take.file)[0] == pytest.approx(facts.seconds, abs=0.2)
    assert facts.seconds > 1.5


async def test_a_limit_ends_it_with_the_reason(
    take: Take, session: dict[str, Any], double: EgressDouble
) -> None:
    async with watched(take), alice(session):
        await take.start()
        await take.has(2.0)
        double.reach_limit()
        await take.until(RecordingStatus.READY, seconds=40)
    facts = await take.facts()
    assert (facts.reason, len(double.runs)) == (reasons.LIMIT, 1)
    assert film.lengths(take.file)[0] == pytest.approx(facts.seconds, abs=0.2)


async def test_sound_only_and_the_end_of_the_session_ends_it(
    take: Take, session: dict[str, Any], app: app_process.RestApp, double: EgressDouble
) -> None:
    proof = {"Authorization": f"Bearer {session['host_key']}"}
    async with watched(take), alice(session), httpx.AsyncClient(base_url=app.url, timeout=15) as client:
        await take.start(audio_only=True)
        assert double.last.request.audio_only
        await take.has(2.0)
        answer = await client.post("/api/live/end", json={"session_id": take.session_id}, headers=proof)
        assert answer.status_code == 200, answer.text
        await take.until(RecordingStatus.READY, seconds=40)
    assert (take.file.name, take.status.reason, len(double.runs)) == ("recording.m4a", "", 1)
    assert film.lengths(take.file)[0] == 0.0
    assert film.tone(film.sound(take.file)[RATE : RATE * 3 // 2]) == pytest.approx(440, abs=5)


async def test_a_refused_start_leaves_nothing(take: Take, double: EgressDouble, tmp_path: Path) -> None:
    double.refusal = NO_ANSWER
    async with watched(take):
        with pytest.raises(MediaServerAway, match="No LiveKit Egress is free to record"):
            await take.start()
        assert not list((tmp_path / "recordings").iterdir())
        double.refusal = (400, "invalid_argument", "request missing required field: filepath")
        with pytest.raises(MediaServerAway, match="refuses to record: request missing"):
            await take.start()
        assert not list((tmp_path / "recordings").iterdir())


async def test_a_real_media_server_without_redis_is_told_apart(
    app: app_process.RestApp, session: dict[str, Any]
) -> None:
    client = LiveKitClient(lambda: endpoint(app))
    egress = LiveKitEgress(client)
    try:
        for asked in (
            egress.check(),
            egress.start(session["session_id"], "/x.mp4", grid=False, audio_only=False),
        ):
            with pytest.raises(MediaServerAway) as refused:
                await asked
            assert refused.value.sentence == gateway.NO_REDIS
    finally:
        await client.close()


@pytest.mark.skipif(find() is None, reason="no Redis on this machine")
async def test_a_real_media_server_with_redis_and_no_egress_says_that_none_is_free(tmp_path: Path) -> None:
    redis = RedisServer(tmp_path)
    redis.start()
    port, rtc = free_port(), {"udp_port": free_port(), "tcp_port": 0}
    key, secret = "APIredis", "s" * 40
    config = {
        "port": port,
        "bind_addresses": ["127.0.0.1"],
        "rtc": {**rtc, "node_ip": "127.0.0.1", "use_external_ip": False},
        "redis": {"address": f"127.0.0.1:{redis.port}"},
        "keys": {key: secret},
    }
    (tmp_path / "livekit.yaml").write_text(json.dumps(config))
    url, name = f"http://127.0.0.1:{port}", str(uuid.uuid4())
    binary = await asyncio.to_thread(ensure_binary, get_settings(), lambda _: None)
    client = LiveKitClient(lambda: Endpoint(url, key, secret))
    try:
        with running([binary, "--config", tmp_path / "livekit.yaml"], tmp_path / "log") as server:
            await asyncio.to_thread(wait_for, url, server)
            by = LiveKitEgress(client)
            await by.check()
            assert await by.facts("EG_unknown") is None
            assert await by.find(name, "/x.mp4") is None
            await by.stop("EG_unknown")
            assert not await by.is_in_room(name, "EG_unknown")
            await client.call(lambda lk: lk.room.create_room(api.CreateRoomRequest(name=name)))
            with pytest.raises(MediaServerAway) as refused:
                await by.start(name, "/x.mp4", grid=False, audio_only=False)
            assert refused.value.sentence == gateway.NONE_FREE
    finally:
        await client.close()
        redis.stop()


async def test_by_rest_and_over_a_kill_of_the_app(app: app_process.RestApp, tmp_path: Path) -> None:
    """The whole app, which knows the media server by the stand-in's address only."""
    there = endpoint(app)
    recordings = tmp_path / "second" / "data" / "recordings"
    async with egress(there, tmp_path / "elsewhere", recordings) as double:
        own = _second_app(there, double.url, tmp_path)
        try:
            own.start()
            await asyncio.to_thread(own.wait_healthy)
            await _record_by_rest(own, double, (there.key, there.secret))
        finally:
            await asyncio.to_thread(own.stop)
        assert "Traceback" not in own.log


async def test_an_app_whose_media_server_knows_no_egress_says_so_and_is_well(
    app: app_process.RestApp, tmp_path: Path
) -> None:
    there, own = endpoint(app), _second_app(endpoint(app), endpoint(app).url, tmp_path)
    try:
        own.start()
        await asyncio.to_thread(own.wait_healthy)
        await until("it says so", lambda: f"donfra live: {gateway.NO_REDIS}" in own.log, 20)
        async with httpx.AsyncClient(base_url=f"{own.url}/api", timeout=20) as client:
            session = (await client.post("/live/create", json={"title": "T", "owner_name": "A"})).json()
            client.headers["Authorization"] = f"Bearer {session['host_key']}"
            path = f"/live/{session['session_id']}/recordings"
            refused = await client.post(path, json={})
            assert (refused.status_code, refused.json()["detail"]) == (503, gateway.NO_REDIS)
            assert (await client.get(path)).json()["recordings"] == []
        assert there.secret not in own.log
    finally:
        await asyncio.to_thread(own.stop)
    assert "Traceback" not in own.log


def _second_app(there: Endpoint, url: str, folder: Path) -> app_process.RestApp:
    """One that is told of the media server of the first, at this address."""
    data = folder / "second" / "data"
    data.parent.mkdir()
    environment = {
        "LIVEKIT_SERVER_URL": url,
        "LIVEKIT_PUBLIC_URL": there.url.replace("http", "ws"),
        "LIVEKIT_API_KEY": there.key,
        "LIVEKIT_API_SECRET": there.secret,
        "RECORDER": "egress",
        "EGRESS_FOLDER": "/out",
    }
    return app_process.RestApp(data, environment)


async def _record_by_rest(own: app_process.RestApp, double: EgressDouble, key: tuple[str, str]) -> None:
    async with httpx.AsyncClient(base_url=f"{own.url}/api", timeout=20) as client:
        made = await client.post("/live/create", json={"title": "T", "owner_name": "Alice"})
        session = made.json()
        client.headers["Authorization"] = f"Bearer {session['host_key']}"
        recordings = f"/live/{session['session_id']}/recordings"
        double.refusal = NO_ANSWER
        refused = await client.post(recordings, json={})
        assert (refused.status_code, refused.json()["error"]) == (503, "media_server_away")
        assert refused.json()["detail"].startswith("No LiveKit Egress is free")
        assert (await client.get(recordings)).json()["recordings"] == []
        double.refusal = None
        async with alice(session):
            started = await client.post(recordings, json={"layout": "grid"})
            assert started.status_code == 201, started.text
            assert double.last.request.layout == "grid"
            path = f"/recordings/{started.json()['recording_id']}"

            async def is_(status: str, seconds: float = 0.0) -> bool:
                about = (await client.get(path)).json()
                return bool(about["status"] == status and about["seconds"] >= seconds)

            await until("it records", lambda: is_("recording", 2.0), 30)
            assert (await client.get(f"/live/{session['session_id']}")).json()["recording"]
            own.kill()
            own.start()
            await asyncio.to_thread(own.wait_healthy)
            await until("it went on", lambda: is_("recording", 4.0), 30)
            assert (await client.post(f"{path}/pause")).json()["status"] == "paused"
            assert (await client.post(f"{path}/resume")).status_code == 200
            await until("it records again", lambda: is_("recording"), 30)
            more = (await client.get(path)).json()["seconds"] + 1.5
            await until("it records on", lambda: is_("recording", more), 30)
            await _tell(client, key, double.last.info)
            assert (await client.post(f"{path}/stop")).json()["status"] == "finishing"
            await until("it is ready", lambda: is_("ready", more - 1.0), 40)
        about = (await client.get(path)).json()
        assert (about["reason"], about["gaps"], len(about["anchors"])) == ("", [], 2)
        assert (await client.get(f"{path}/poster")).content[:2] == b"\xff\xd8"
        whole = await client.get(f"{path}/file")
        assert (whole.status_code, len(whole.content)) == (200, about["bytes"])
        copy = own.data.parent / "copy.mp4"
        copy.write_bytes(whole.content)
        assert film.lengths(copy) == pytest.approx((about["seconds"],) * 2, abs=0.2)
        assert film.colour_at(film.frame_at(copy, about["seconds"] - 0.6), 640, 360) == "red"
        assert (await client.delete(path)).status_code == 204
        left = path.split("/")[-1]
        await until("nothing is left", lambda: not [p for p in own.data.rglob("*") if left in str(p)], 30)


async def _tell(client: httpx.AsyncClient, key: tuple[str, str], info: api.EgressInfo) -> None:
    """LiveKit's own webhooks about Egress are no errors."""
    for event in ("egress_started", "egress_updated", "egress_ended"):
        about = {"egressId": info.egress_id, "roomName": info.room_name, "status": "EGRESS_ACTIVE"}
        body = json.dumps({"event": event, "id": f"EV_{uuid.uuid4().hex}", "egressInfo": about})
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        headers = {"Authorization": api.AccessToken(*key).with_sha256(digest).to_jwt()}
        answer = await client.post("/livekit/webhook", content=body, headers=headers)
        assert answer.status_code == 200, answer.text
