"""Measures what a recording costs and how well sound stays with the picture, on a real media server.

.venv/bin/python -m scripts.measure_recording CASE SECONDS [tracks]
CASE: one (a camera 720p30), four (360p15), screen (1080p10 with two cameras 360p15), sound (two microphones),
sync (a flash and a beep each second), viewers (a camera 720p30 in three sizes, 25 watch the smallest).
tracks: each voice and picture in a file of its own as well.
Senders and viewers are processes of their own; figures are the recorder's, and what the viewers got to see.
"""

import asyncio
import contextlib
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
from livekit import rtc

from donfra_live.recordings.rules import TrackKind
from tests import app_process
from tests.livekit.peer import connected
from tests.livekit.recorders import Take, on_air, recorder_pids, watched
from tests.livekit.studio import Camera, Microphone, flash, is_on, moving
from tests.recorder import film

TICKS = os.sysconf("SC_CLK_TCK")
SETTLE = 5.0


def parts_of(case: str, person: int, room: Any) -> list[Camera | Microphone]:
    small = Camera(room, moving(640, 360), width=640, height=360, fps=15)
    talk = Microphone(room, 300 + 100 * person)
    if case == "sync":
        return [Camera(room, flash(640, 360), width=640, height=360), Microphone(room, 1000, is_on)]
    if case in {"one", "viewers"}:
        sizes = case == "viewers"
        return [Camera(room, moving(1280, 720), width=1280, height=720, fps=30, simulcast=sizes), talk]
    if case == "screen" and person == 0:
        screen = Camera(room, moving(1920, 1080), width=1920, height=1080, fps=10, screen=True)
        return [screen, small, talk]
    return [talk] if case == "sound" else [small, talk]


PEOPLE = {"one": 1, "four": 4, "screen": 2, "sound": 2, "sync": 1, "viewers": 1}
VIEWERS = {"viewers": 25}


def send(case: str, url: str, tokens: list[str]) -> None:
    async def all_of_them() -> None:
        async def one(person: int, token: str) -> None:
            async with connected(url, token) as peer, on_air(peer, *parts_of(case, person, peer.room)):
                await asyncio.sleep(36_000)

        await asyncio.gather(*(one(person, token) for person, token in enumerate(tokens)))

    asyncio.run(all_of_them())


def view(url: str, tokens: list[str], seconds: float, told: "Queue[list[float]]") -> None:
    """Tells how many pictures a second each of them got in so many seconds, once all are there."""

    async def frames(room: rtc.Room) -> int:
        both = await room.get_rtc_stats()  # one connection for both ways has them with the other one
        streams = [s for s in (*both.publisher_stats, *both.subscriber_stats) if s.HasField("inbound_rtp")]
        return sum(s.inbound_rtp.inbound.frames_received for s in streams)

    async def all_of_them() -> None:
        async with contextlib.AsyncExitStack() as stack:
            rooms = []
            for token in tokens:
                peer = await stack.enter_async_context(connected(url, token))
                peer.room.on("track_subscribed", small)
                for person in peer.room.remote_participants.values():
                    for publication in person.track_publications.values():
                        small(None, publication, None)
                rooms.append(peer.room)
            await asyncio.sleep(SETTLE)
            before = [await frames(room) for room in rooms]
            await asyncio.sleep(seconds)
            told.put([(await frames(r) - b) / seconds for r, b in zip(rooms, before, strict=True)])

    asyncio.run(all_of_them())


def small(_track: Any, publication: Any, _person: Any) -> None:
    if publication.kind == rtc.TrackKind.KIND_VIDEO:
        publication.set_video_quality(rtc.VideoQuality.VIDEO_QUALITY_LOW)


def people(app: app_process.RestApp, count: int) -> tuple[dict[str, Any], list[str]]:
    with httpx.Client(base_url=app.url, timeout=15) as client:
        session = client.post("/api/live/create", json={"title": "Algebra", "owner_name": "Alice"}).json()
        proof = {"Authorization": f"Bearer {session['host_key']}"}
        path = f"/api/live/{session['session_id']}/invites"
        tokens = [session["host_token"]]
        for number in range(1, count):
            invite = client.post(path, json={"role": "speaker"}, headers=proof).json()["token"]
            body = {"session_id": session["session_id"], "user_name": f"Bob {number}", "invite": invite}
            tokens.append(client.post("/api/live/join", json=body).json()["access_token"])
    return session, tokens


def viewers(app: app_process.RestApp, session_id: str, count: int) -> list[str]:
    with httpx.Client(base_url=app.url, timeout=15) as client:
        bodies = ({"session_id": session_id, "user_name": f"Viewer {n}"} for n in range(count))
        answers = [client.post("/api/live/join", json=body).raise_for_status().json() for body in bodies]
    return [answer["access_token"] for answer in answers]


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid: int) -> int:
    """The most it ever had, in MB."""
    line = next(s for s in Path(f"/proc/{pid}/status").read_text().splitlines() if s.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


async def measure(
    case: str, seconds: float, app: app_process.RestApp, folder: Path, *, tracks: bool
) -> dict[str, Any]:
    session, tokens = people(app, PEOPLE[case])
    context, url = multiprocessing.get_context("spawn"), session["server_url"]
    sender = context.Process(target=send, args=(case, url, tokens), daemon=True)
    sender.start()
    seen, watching = context.Queue(), None
    if case in VIEWERS:
        those = viewers(app, session["session_id"], VIEWERS[case])
        watching = context.Process(target=view, args=(url, those, seconds, seen), daemon=True)
        watching.start()
    take = Take(app, session["session_id"], folder)
    try:
        async with watched(take):
            await take.start(audio_only=case == "sound", tracks=tracks)
            await take.has(SETTLE)
            [pid] = recorder_pids(take.places.folder)
            before, began, first = cpu(pid), time.monotonic(), take.status
            await asyncio.sleep(seconds)
            spent, passed, last = cpu(pid) - before, time.monotonic() - began, take.status
            most = memory(pid)
            wall = last.updated - first.updated
            watched_by = await asyncio.to_thread(seen.get, timeout=60) if watching else []
            facts = await take.stop()
    finally:
        for process in filter(None, (sender, watching)):
            process.terminate()
            process.join()
    picture, sound = film.lengths(take.file)
    found = {
        "case": case,
        "cpu_percent_of_a_core": round(100 * spent / passed, 1),
        "memory_mb": most,
        "kbit_per_s": round(facts.bytes * 8 / 1000 / facts.seconds),
        "frames_per_s": frames_per_second(take.file) if picture else 0,
        "length_against_clock_ms": round(1000 * (last.seconds - first.seconds - wall)),
        "picture_against_sound_length_ms": round(1000 * (picture - sound)) if picture else 0,
        "load": os.getloadavg()[0],
    }
    if tracks:
        found["tracks_kbit_per_s"] = {
            f"{one.name} {one.kind}": round(one.bytes * 8 / 1000 / facts.seconds) for one in facts.tracks
        }
        pictures = [one.file for one in facts.tracks if one.kind != TrackKind.VOICE]
        found["pictures_per_s"] = [frames_per_second(take.places.folder / name) for name in pictures]
    if watched_by:
        found |= {"viewers": len(watched_by), "viewers_frames_per_s": round(statistics.median(watched_by), 1)}
        found["worst_viewer_frames_per_s"] = round(min(watched_by), 1)
    return found | (sync_of(take.file) if case == "sync" else {})


def frames_per_second(path: Path) -> float:
    with av.open(path) as container:
        packets = sum(1 for packet in container.demux(video=0) if packet.size)
    return round(packets / film.lengths(path)[0], 1)


def sync_of(path: Path) -> dict[str, Any]:
    offsets = np.array(film.offsets(path)) * 1000
    low, middle, high = np.percentile(offsets, [5, 50, 95]).round(1)
    tenth = max(1, len(offsets) // 10)
    return {
        "flashes": len(offsets),
        "sound_late_ms_p5_p50_p95": [float(low), float(middle), float(high)],
        "within_40_ms": float((np.abs(offsets) <= 40).mean().round(3)),
        "first_and_last_tenth_ms": [
            float(np.median(part).round(1)) for part in (offsets[:tenth], offsets[-tenth:])
        ],
    }


def main() -> None:
    case, seconds, tracks = sys.argv[1], float(sys.argv[2]), "tracks" in sys.argv[3:]
    with tempfile.TemporaryDirectory() as name, app_process.running(Path(name)) as app:
        print(json.dumps(asyncio.run(measure(case, seconds, app, Path(name) / "recordings", tracks=tracks))))


if __name__ == "__main__":
    main()
