"""A network that swallows everything and comes back: when somebody was there, against what the test knows.

Bob's way to the media server leads over a relay, which is stopped and goes on; the app compares as seldom
as it is shipped to.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from donfra_live.settings import Settings
from tests import app_process
from tests.livekit.people import until
from tests.livekit.test_presence_faults import EXACT, closed, lesson, near, stays

pytestmark = [pytest.mark.livekit, pytest.mark.timeout(300)]
FAR = "127.0.0.2"
LOOP = Settings.model_fields["reconcile_seconds"].default
SHORT, LONG, UNKNOWN = 5.0, 40.0, 30.0


@contextlib.asynccontextmanager
async def relay(app: app_process.RestApp) -> AsyncIterator[asyncio.subprocess.Process]:
    """Signalling and media at 127.0.0.2, passed on to the media server."""
    ports = (("tcp", app.livekit_port), ("tcp", app.tcp_port), ("udp", app.udp_port))
    places = [f"{kind}:{FAR}:{port}=127.0.0.1:{port}" for kind, port in ports]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.relay", "0", *places, stdin=pipe, stdout=pipe
    )
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 30)
        yield process
    finally:
        process.kill()
        await process.wait()


async def swallow(network: asyncio.subprocess.Process, seconds: float) -> tuple[float, float]:
    """From when to when nothing came through."""
    os.kill(network.pid, signal.SIGSTOP)
    cut = time.time()
    await asyncio.sleep(seconds)
    os.kill(network.pid, signal.SIGCONT)
    return cut, time.time()


async def test_a_network_that_comes_back(tmp_path: Path) -> None:
    with app_process.running(tmp_path, RECONCILE_SECONDS=str(LOOP), LIVEKIT_NODE_IP=FAR) as app:
        far = f"ws://{FAR}:{app.livekit_port}"
        async with lesson(app) as room, relay(app) as network:
            bob = {**await room.join("Bob"), "server_url": far}
            async with room.enter(bob) as peer:
                came = time.time()
                await until("he is known", lambda: bool(stays(app, bob["member_id"])))
                await swallow(network, SHORT)
                await until("he is connected", peer.room.isconnected, 30)
                await asyncio.sleep(LOOP + EXACT)  # a comparison has seen him or found him gone
                here = stays(app, bob["member_id"])
                assert near(here[0][0], came)
                assert here[-1][1] is None, "he is there again, or never went"
                cut, healed = await swallow(network, LONG)
                first = (await closed_then(app, bob["member_id"], len(here)))[len(here) - 1]
                assert near(first, cut, late=UNKNOWN), (first, cut)
            left = time.time()
            rest = await closed(app, bob["member_id"], len(stays(app, bob["member_id"])), UNKNOWN)
            for start, end in rest[len(here) :]:
                assert healed - EXACT <= start, (start, healed)
                assert near(end, left, early=left - start), (end, left)
            again = {**await room.join("Bob", member_key=bob["member_key"]), "server_url": far}
            async with room.enter(again):
                returned = time.time()
                await until("he is back", lambda: stays(app, bob["member_id"])[-1][1] is None)
            assert again["member_id"] == bob["member_id"]
            assert near(stays(app, bob["member_id"])[-1][0], returned)


async def closed_then(app: app_process.RestApp, member_id: str, count: int) -> list[float | None]:
    """The ends of his stays once the first so many are over."""
    await until("the stay is over", lambda: all(e for _, e in stays(app, member_id)[:count]), UNKNOWN)
    return [end for _, end in stays(app, member_id)]
