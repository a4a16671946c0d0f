"""Each voice and picture in a file of its own, on a real media server: where the film has it."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from tests import app_process
from tests.livekit.peer import Peer, connected
from tests.livekit.people import Class, until
from tests.livekit.recorders import Take, on_air, recorder_pids, watched
from tests.livekit.studio import Camera, Microphone, still
from tests.recorder import film
from tests.recorder.frames import COLOURS

pytestmark = [pytest.mark.livekit, pytest.mark.timeout(240)]
ALICE_HERTZ, BOB_HERTZ = 440, 1000
WINDOW = film.RATE // 50
# Of the windows of 20 ms those at the edge of a tone may be counted either way.
EDGES = 0.05
# A busy machine takes two pictures a second, so each coming and going may be half a second late.
LATE = 0.15


def present(file: Path, hertz: int) -> NDArray[np.bool_]:
    """For each 20 ms of it whether this tone is to be heard."""
    samples = film.sound(file)
    windows = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW) * np.hanning(WINDOW)
    turns = np.exp(-2j * np.pi * hertz * np.arange(WINDOW) / film.RATE)
    return np.abs(windows @ turns) / (WINDOW / 4) > 0.08


def differs(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """The share in which they are not alike."""
    both = min(len(one), len(other))
    return float((one[:both] != other[:both]).mean())


async def test_each_voice_is_where_the_film_has_it(
    app: app_process.RestApp, session: dict[str, Any], tmp_path: Path
) -> None:
    take = Take(app, session["session_id"], tmp_path)
    async with httpx.AsyncClient(base_url=app.url, timeout=15) as client, watched(take):
        joined = await Class(client, session).join("Bob", "speaker")
        where = joined["server_url"], joined["access_token"]
        async with connected(session["server_url"], session["host_token"]) as host:
            beeps = Microphone(host.room, ALICE_HERTZ, lambda second: second % 1.0 < 0.5)
            async with on_air(host, beeps):
                await take.start(tracks=True, audio_only=True)
                await take.has(2.5)
                came = take.status.seconds
                async with connected(*where) as bob, on_air(bob, Microphone(bob.room, BOB_HERTZ)):
                    await take.has(came + 4.0)
                    [pid] = recorder_pids(take.places.folder)
                    os.kill(pid, signal.SIGKILL)
                    await until("it records again", lambda: take.status.part == 2)
                    await take.has(take.status.seconds + 3.0)
                left = take.status.seconds
                await take.has(left + 3.0)
                async with connected(*where) as bob, on_air(bob, Microphone(bob.room, BOB_HERTZ)):
                    await take.has(take.status.seconds + 4.0)
                facts = await take.stop()
    assert (facts.status, facts.reason) == ("ready", "")
    [gap] = facts.gaps
    assert [track.name for track in facts.tracks] == ["Alice", "Bob"], "one for each, however often he came"
    alice, bobs = (take.places.folder / track.file for track in facts.tracks)
    assert take.places.track_parts() == take.places.parts() == []
    for file, own, others in ((alice, ALICE_HERTZ, BOB_HERTZ), (bobs, BOB_HERTZ, ALICE_HERTZ)):
        assert film.lengths(file)[1] == pytest.approx(film.lengths(take.file)[1], abs=0.03)
        assert differs(present(file, own), present(take.file, own)) < EDGES
        assert present(file, own).mean() > 0.2
        assert present(file, others).mean() < 0.01
    heard = present(bobs, BOB_HERTZ)
    at = [round(second * 50) for second in (came, gap.at - 1.2, gap.at + 2.5, left + 1.5, left + 2.5)]
    assert not heard[: at[0]].any(), "he was not there yet"
    # Senders on a machine with more to do than it can leave out a little now and then, in the film as well.
    assert heard[at[1] - 25 : at[1]].mean() > 0.5
    assert heard[at[2] : at[2] + 25].mean() > 0.5
    assert not heard[at[3] : at[4]].any(), "he was away"
    assert heard[-100:-25].mean() > 0.5, "he came back into the same file"


def camera(peer: Peer, colour: str, *, screen: bool = False) -> Camera:
    frame = still(320, 180, COLOURS[colour])
    return Camera(peer.room, frame, width=320, height=180, fps=15, screen=screen)


def shown(file: Path, x: int, y: int, seconds: NDArray[np.float64]) -> list[str]:
    """The colours that stand at this place of it at these seconds."""
    with av.open(file) as container:
        seen = [
            (frame.time or 0.0, film.colour_at(frame.to_ndarray(format="rgb24"), x, y))
            for frame in container.decode(video=0)
        ]
    places = np.searchsorted([second for second, _ in seen], seconds + 0.001) - 1
    return [seen[place][1] for place in places]


@dataclass(frozen=True)
class Moments:
    """Seconds of the recording at which something was done."""

    came: float
    off: float
    on: float
    left: float


async def acted(app: app_process.RestApp, session: dict[str, Any], take: Take) -> Moments:
    """Alice is red; green Bob comes, hides, the recorder dies, he is back, leaves, shows a blue screen."""
    async with httpx.AsyncClient(base_url=app.url, timeout=15) as client:
        joined = await Class(client, session).join("Bob", "speaker")
    where = joined["server_url"], joined["access_token"]
    async with connected(session["server_url"], session["host_token"]) as host:
        async with on_air(host, camera(host, "red")):
            await take.start(tracks=True)
            await take.has(2.5)
            came = take.status.seconds
            async with connected(*where) as bob:
                his = camera(bob, "green")
                async with on_air(bob, his):
                    await take.has(came + 4.0)
                    off = take.status.seconds
                    his.turn(on=False)
                    await take.has(off + 3.0)
                    [pid] = recorder_pids(take.places.folder)
                    os.kill(pid, signal.SIGKILL)
                    await until("it records again", lambda: take.status.part == 2)
                    await take.has(take.status.seconds + 2.0)
                    on = take.status.seconds
                    his.turn(on=True)
                    await take.has(on + 4.0)
            left = take.status.seconds
            await take.has(left + 3.0)
            async with connected(*where) as bob, on_air(bob, camera(bob, "blue", screen=True)):
                await take.has(take.status.seconds + 4.0)
    return Moments(came, off, on, left)


async def test_each_picture_is_where_the_film_has_it(
    app: app_process.RestApp, session: dict[str, Any], tmp_path: Path
) -> None:
    take = Take(app, session["session_id"], tmp_path)
    async with watched(take):
        when = await acted(app, session, take)
        facts = await take.stop()
    assert (facts.status, facts.reason) == ("ready", "")
    assert [f"{track.name}'s {track.kind}" for track in facts.tracks] == [
        *("Alice's camera", "Bob's camera", "Bob's screen")
    ]
    assert take.places.track_parts() == take.places.parts() == []
    alice, bobs, shared = (take.places.folder / track.file for track in facts.tracks)
    every = np.arange(0.1, facts.seconds - 0.1, 0.1)
    # He came after her, so his camera is at the right; his screen is large, with her at its side.
    of_film = shown(take.file, 980, 360, every)
    for file, x, y, colour in ((bobs, 320, 180, "green"), (shared, 640, 360, "blue")):
        assert film.lengths(file)[0] == pytest.approx(facts.seconds, abs=0.03)
        own = shown(file, x, y, every)
        assert set(own) == {colour, "black"}
        alike = [(one == colour) == (other == colour) for one, other in zip(own, of_film, strict=True)]
        assert np.mean(alike) > 1 - LATE, colour
    hers = shown(alice, 320, 180, every)
    assert set(hers) <= {"red", "black"}
    assert np.mean([colour == "red" for colour in hers]) > 0.8, "she was there all the time"
    [gap] = facts.gaps
    moments = [when.came - 0.3, when.off - 0.7, when.off + 1.5, gap.at + 1.5, when.on + 3.0, when.left + 2.0]
    assert shown(bobs, 320, 180, np.array(moments)) == [
        *("black", "green", "black", "black", "green", "black")
    ]
