"""Consent on a real media server: who has not said yes is neither seen nor heard in the decoded file."""

from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from donfra_live.recorder.places import Places, read_status
from donfra_live.recordings.rules import RecordingStatus
from tests import app_process
from tests.livekit.peer import connected
from tests.livekit.people import Class, until
from tests.livekit.recorders import on_air
from tests.livekit.studio import Camera, Microphone, still
from tests.recorder import film
from tests.recorder.frames import COLOURS

pytestmark = [pytest.mark.livekit, pytest.mark.timeout(240)]
HOST_HERTZ, BOB_HERTZ = 440, 1000


def camera(room: object, colour: str) -> Camera:
    return Camera(room, still(320, 180, COLOURS[colour]), width=320, height=180, fps=15)  # type: ignore[arg-type]


class Recorded:
    """The app's own recorder, followed by the file it writes."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(folder)

    @property
    def seconds(self) -> float:
        return read_status(self.places).seconds

    def shows(self, colour: str) -> bool:
        """Whether this is what was recorded last, at the left."""
        frame = film.newest_frame(self.places.part(1, audio_only=False))
        return film.colour_at(frame, 300, 360) == colour

    async def has(self, more: float) -> float:
        """So many seconds more are recorded; how many there are then."""
        wanted = self.seconds + more
        await until(f"{wanted} s recorded", lambda: self.seconds >= wanted, more + 40)
        return self.seconds

    async def is_ready(self) -> Path:
        await until("ready", lambda: read_status(self.places).status == RecordingStatus.READY, 40)
        return self.places.folder / read_status(self.places).file


def strength(samples: NDArray[np.float32], hertz: int) -> float:
    """How loud this tone is, against the host's."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))

    def at(tone: int) -> float:
        middle = round(tone * len(samples) / film.RATE)
        return float(spectrum[middle - 5 : middle + 6].max())

    return at(hertz) / at(HOST_HERTZ)


def seen_and_heard(file: Path, second: float) -> tuple[str, str, bool]:
    """The colours left and right, and whether Bob's tone is there."""
    frame = film.frame_at(file, second)
    samples = film.sound(file)[int((second - 0.5) * film.RATE) : int((second + 0.5) * film.RATE)]
    return (
        film.colour_at(frame, 300, 360),
        film.colour_at(frame, 980, 360),
        strength(samples, BOB_HERTZ) > 0.1,
    )


def tone_at(file: Path, second: float) -> float:
    return film.tone(film.sound(file)[int((second - 0.5) * film.RATE) : int((second + 0.5) * film.RATE)])


def colour_at(file: Path, second: float) -> str:
    return film.colour_at(film.standing_at(file, second), 320, 180)


async def downloaded(one: Class, recording: str, folder: Path) -> dict[tuple[str, str], Path]:
    """The voices and pictures of a recording as a host gets them, by name and kind."""
    own, proof = f"/api/recordings/{recording}", {"Authorization": f"Bearer {one.key}"}
    about = (await one.client.get(own, headers=proof)).json()
    found = {}
    for track in about["tracks"]:
        answer = await one.client.get(f"{own}/tracks/{track['number']}", headers=proof)
        assert (answer.status_code, len(answer.content)) == (200, track["bytes"])
        who = track["name"], track["kind"]
        found[who] = folder / f"{track['number']}"
        found[who].write_bytes(answer.content)
    return found


async def test_who_says_no_is_neither_seen_nor_heard(app: app_process.RestApp, tmp_path: Path) -> None:
    async with httpx.AsyncClient(base_url=app.url, timeout=15) as client:
        body = {"title": "Algebra", "owner_name": "Alice", "ask_consent": True}
        session = (await client.post("/api/live/create", json=body)).json()
        one = Class(client, session)
        joined = await one.join("Bob", "speaker")
        bob_asks = {"Authorization": f"Bearer {joined['member_key']}"}
        async with (
            connected(session["server_url"], session["host_token"]) as host,
            connected(joined["server_url"], joined["access_token"]) as bob,
            on_air(host, camera(host.room, "red"), Microphone(host.room, HOST_HERTZ)),
            on_air(bob, camera(bob.room, "green"), Microphone(bob.room, BOB_HERTZ)),
        ):
            recording = (await one.host("POST", "/recordings", tracks=True))["recording_id"]
            film_of = Recorded(app.data / "recordings" / session["session_id"] / recording)
            await until("it runs", lambda: film_of.seconds > 1.0, 40)
            await until("she who records is in it", lambda: film_of.shows("red"), 40)

            async def says(agree: bool) -> None:
                answer = await client.post(
                    f"/api/recordings/{recording}/consent", json={"agree": agree}, headers=bob_asks
                )
                assert answer.status_code == 200, answer.text

            silent = await film_of.has(3.0)
            await says(agree=False)
            refused = await film_of.has(3.0)
            await says(agree=True)
            agreed = await film_of.has(6.0)
            await says(agree=False)
            again = await film_of.has(5.0)
            stopped = await client.post(
                f"/api/recordings/{recording}/stop", headers={"Authorization": f"Bearer {one.key}"}
            )
            assert stopped.status_code == 200, stopped.text
            file = await film_of.is_ready()
            alone = await downloaded(one, recording, tmp_path)
    for second in (silent - 0.6, refused - 0.6, again - 0.6):
        assert seen_and_heard(file, second) == ("red", "red", False), second
        assert tone_at(alone["Bob", "voice"], second) == 0.0
        assert tone_at(alone["Alice", "voice"], second) == pytest.approx(HOST_HERTZ, abs=5)
        assert colour_at(alone["Bob", "camera"], second) == "black"
        assert colour_at(alone["Alice", "camera"], second) == "red"
    assert seen_and_heard(file, agreed - 0.6) == ("red", "green", True)
    assert tone_at(alone["Bob", "voice"], agreed - 0.6) == pytest.approx(BOB_HERTZ, abs=5)
    assert colour_at(alone["Bob", "camera"], agreed - 0.6) == "green"
