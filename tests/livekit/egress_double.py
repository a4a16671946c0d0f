"""LiveKit Egress as it looks from outside, before a real media server, to which everything else is handed on.

It joins the real room (our own recorder does it) under its id, hidden and of kind egress, writes pieces of a
second, and copies each to its place when it is whole, and then the list of them: of one that dies the piece
that it was at is lost, as with the real one.
"""

import asyncio
import contextlib
import json
import shutil
import sys
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
from aiohttp import web
from livekit import api

from donfra_live.livekit_gateway.client import Endpoint
from donfra_live.livekit_gateway.tokens import LiveKitTokens
from donfra_live.recorder import segments
from donfra_live.recorder.places import Places, Told, read_status, write_job, write_wanted
from donfra_live.recordings.ports import RecordingJob
from donfra_live.recordings.rules import Layout, RecordingStatus
from tests.app_process import ROOT
from tests.recorder.pieces import entries, listed

State = api.EgressStatus
SEEN_AS = "/out"
NANO = 1e9
NO_ANSWER = (503, "unavailable", "no response from servers")


class Refusal(Exception):
    """As Twirp says it: status, code, sentence."""


@dataclass
class Run:
    info: api.EgressInfo
    request: api.RoomCompositeEgressRequest
    places: Places
    process: asyncio.subprocess.Process | None = None
    ends_as: "State.ValueType" = State.EGRESS_COMPLETE
    following: "asyncio.Task[None] | None" = None
    brought: dict[str, float] = field(default_factory=dict)

    @property
    def result(self) -> api.SegmentsInfo:
        return self.info.segment_results[0]

    @property
    def written(self) -> Path:
        """Where its pieces are before they are brought to their place."""
        return self.places.folder

    def say(self, status: "State.ValueType") -> None:
        self.info.status, self.info.updated_at = status, time.time_ns()


@dataclass
class EgressDouble:
    """recordings: what it sees as SEEN_AS. refusal: given to each start. url: where it answers."""

    upstream: Endpoint
    scratch: Path
    recordings: Path
    url: str = ""
    refusal: tuple[int, str, str] | None = None
    runs: list[Run] = field(default_factory=list)

    @property
    def last(self) -> Run:
        return self.runs[-1]

    def endpoint(self) -> Endpoint:
        return Endpoint(self.url, self.upstream.key, self.upstream.secret)

    # what a test lets happen

    def die(self, error: str, state: "State.ValueType" = State.EGRESS_FAILED) -> None:
        run = self.last
        run.ends_as, run.info.error = state, error
        assert run.process is not None
        run.process.kill()

    def reach_limit(self) -> None:
        self.last.ends_as = State.EGRESS_LIMIT_REACHED
        write_wanted(self.last.places, RecordingStatus.FINISHING)

    # the API

    async def answer(self, request: web.Request) -> web.Response:
        asked = {
            "StartRoomCompositeEgress": (api.RoomCompositeEgressRequest, self._start),
            "StopEgress": (api.StopEgressRequest, self._stop),
            "ListEgress": (api.ListEgressRequest, self._list),
        }
        kind, act = asked[request.match_info["method"]]
        try:
            self._check(request)
            said = await act(kind.FromString(await request.read()))
        except Refusal as refusal:
            status, code, sentence = refusal.args
            return web.json_response({"code": code, "msg": sentence}, status=status)
        return web.Response(body=said.SerializeToString(), content_type="application/protobuf")

    def _check(self, request: web.Request) -> None:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        claims = api.TokenVerifier(self.upstream.key, self.upstream.secret).verify(token)
        if claims.video is None or not claims.video.room_record:
            raise Refusal(401, "unauthenticated", "permissions denied")

    async def _start(self, request: api.RoomCompositeEgressRequest) -> api.EgressInfo:
        if self.refusal is not None:
            raise Refusal(*self.refusal)
        async with api.LiveKitAPI(self.upstream.url, self.upstream.key, self.upstream.secret) as livekit:
            rooms = await livekit.room.list_rooms(api.ListRoomsRequest(names=[request.room_name]))
        if not rooms.rooms:
            raise Refusal(404, "not_found", "requested room does not exist")
        assert not request.file_outputs
        [output] = request.segment_outputs
        assert output.disable_manifest
        assert output.segment_duration == segments.SECONDS
        assert output.playlist_name.startswith(f"{SEEN_AS}/")
        assert output.playlist_name == f"{output.filename_prefix}.m3u8"
        info = api.EgressInfo(
            egress_id=f"EG_{uuid.uuid4().hex[:12]}",
            room_name=request.room_name,
            room_composite=request,
            status=State.EGRESS_STARTING,
            segment_results=[api.SegmentsInfo(playlist_name=output.playlist_name)],
        )
        run = Run(info, request, self._folder(request, info.egress_id))
        await self._join(run)
        self.runs.append(run)
        run.following = asyncio.create_task(self._follow(run))
        return info

    def _folder(self, request: api.RoomCompositeEgressRequest, egress_id: str) -> Places:
        layout = {"speaker": Layout.STAGE, "grid": Layout.GRID}[request.layout]
        job = RecordingJob(egress_id, request.room_name, "Egress", layout, request.audio_only)
        places = Places.made(self.scratch, request.room_name, egress_id)
        write_job(places, job)
        return places

    async def _join(self, run: Run) -> None:
        tokens = LiveKitTokens(lambda: self.upstream, life=timedelta(minutes=1), public_url="", managed=True)
        told = Told(*tokens.for_recorder(run.info.room_name, run.info.egress_id, 600))
        with run.places.log.open("ab") as log:
            run.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.recorder.pieces", str(run.places.folder)),
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        await _hand_over(run.process, told)

    async def _follow(self, run: Run) -> None:
        """What its process says, as LiveKit's list shows it."""
        assert run.process is not None
        while run.process.returncode is None:
            status = read_status(run.places)
            self._bring(run)
            if status.anchors and run.info.status == State.EGRESS_STARTING:
                run.result.started_at = int(status.anchors[0].clock * NANO)
                run.say(State.EGRESS_ACTIVE)
            if status.status == RecordingStatus.FINISHING and run.info.status == State.EGRESS_ACTIVE:
                run.say(State.EGRESS_ENDING)
            await asyncio.sleep(0.05)
        if run.ends_as in {State.EGRESS_COMPLETE, State.EGRESS_LIMIT_REACHED}:
            self._bring(run, ended=True)
        run.info.ended_at = run.result.ended_at = time.time_ns()
        run.result.duration = run.result.ended_at - (run.result.started_at or run.result.ended_at)
        run.say(run.ends_as)

    def _bring(self, run: Run, *, ended: bool = False) -> None:
        """Each piece that is whole, and the list only after it."""
        whole = listed(run.written / segments.LIST)
        new = {name: seconds for name, seconds in whole.items() if name not in run.brought}
        if not new and not ended:
            return
        target = self.recordings / run.result.playlist_name.removeprefix(f"{SEEN_AS}/")
        try:
            for name in new:
                run.result.size += shutil.copyfile(run.written / name, target.with_name(name)).stat().st_size
            run.brought |= new
            target.write_text(entries(run.brought, ended=ended))
        except OSError as error:
            run.ends_as, run.info.error = State.EGRESS_FAILED, f"Local upload failed: {error}"
            return
        run.result.segment_count = len(run.brought)

    async def _stop(self, request: api.StopEgressRequest) -> api.EgressInfo:
        run = next((run for run in self.runs if run.info.egress_id == request.egress_id), None)
        if run is None:
            raise Refusal(404, "not_found", "egress does not exist")
        if run.info.status == State.EGRESS_STARTING:
            run.ends_as, run.info.details = State.EGRESS_ABORTED, "Stopped before started"
            assert run.process is not None
            run.process.kill()
        elif run.info.status == State.EGRESS_ACTIVE:
            run.say(State.EGRESS_ENDING)
            write_wanted(run.places, RecordingStatus.FINISHING)
        else:
            raise Refusal(412, "failed_precondition", "egress cannot be stopped")
        return run.info

    async def _list(self, request: api.ListEgressRequest) -> api.ListEgressResponse:
        found = [
            run.info
            for run in self.runs
            if request.egress_id in {"", run.info.egress_id}
            and request.room_name in {"", run.info.room_name}
            and not (request.active and run.info.status >= State.EGRESS_COMPLETE)
        ]
        if request.egress_id and not found:
            raise Refusal(404, "not_found", "egress does not exist")
        return api.ListEgressResponse(items=found)

    # everything else

    async def hand_on(self, request: web.Request) -> web.StreamResponse:
        address = f"{self.upstream.url}{request.path_qs}"
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await _hand_on_socket(request, address.replace("http", "ws", 1))
        kept = {
            name: request.headers[name]
            for name in ("Authorization", "Content-Type")
            if name in request.headers
        }
        async with (
            aiohttp.ClientSession() as http,
            http.request(request.method, address, headers=kept, data=await request.read()) as answer,
        ):
            return web.Response(
                body=await answer.read(), status=answer.status, content_type=answer.content_type
            )

    async def close(self) -> None:
        for run in self.runs:
            if run.process is not None and run.process.returncode is None:
                run.process.kill()
            if run.following is not None:
                await run.following


async def _hand_over(process: asyncio.subprocess.Process, told: Told) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(told)).encode())
    await process.stdin.drain()
    process.stdin.close()


Socket = aiohttp.ClientWebSocketResponse | web.WebSocketResponse


async def _hand_on_socket(request: web.Request, address: str) -> web.StreamResponse:
    here = web.WebSocketResponse()
    async with aiohttp.ClientSession() as http:
        try:
            there = await http.ws_connect(address)
        except aiohttp.WSServerHandshakeError as error:
            return web.Response(status=error.status)
        await here.prepare(request)
        pumps = [asyncio.create_task(_pump(here, there)), asyncio.create_task(_pump(there, here))]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        await there.close()
    return here


async def _pump(source: Socket, target: Socket) -> None:
    async for message in source:
        await target.send_bytes(message.data)


@contextlib.asynccontextmanager
async def egress(upstream: Endpoint, scratch: Path, recordings: Path) -> AsyncIterator[EgressDouble]:
    double = EgressDouble(upstream, scratch, recordings)
    app = web.Application()
    app.router.add_post("/twirp/livekit.Egress/{method}", double.answer)
    app.router.add_route("*", "/{rest:.*}", double.hand_on)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield double
    finally:
        await runner.cleanup()
        await double.close()
