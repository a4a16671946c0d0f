"""What the recorder asks the media server for: the smallest size of a camera that is enough."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from livekit.rtc import VideoQuality

from donfra_live.livekit_gateway import reception as module
from donfra_live.livekit_gateway.reception import LiveKitReception
from donfra_live.recorder.sources import Contact

LOW, MEDIUM, HIGH = (
    VideoQuality.VIDEO_QUALITY_LOW,
    VideoQuality.VIDEO_QUALITY_MEDIUM,
    VideoQuality.VIDEO_QUALITY_HIGH,
)


@dataclass
class Published:
    """A camera as the library gives it, and what was asked of it."""

    height: int = 720
    simulcasted: bool = True
    asked: list[Any] = field(default_factory=list)

    def set_video_quality(self, quality: Any) -> None:
        self.asked.append(quality)


async def test_the_smallest_size_that_fills_its_tile_is_asked_for_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def stays_away(_: object) -> None:
        return

    monkeypatch.setattr(LiveKitReception, "_keep_connected", stays_away)
    reception = LiveKitReception("", "", lambda *_: None, audio_only=False)
    anna, bob, plain = Published(), Published(1080), Published(simulcasted=False)
    cameras: Any = {"anna": anna, "bob": bob, "plain": plain}
    reception._publications.update(cameras)
    reception.want({"anna": 720})
    for _ in range(3):
        reception.want({"anna": 356, "bob": 356, "plain": 356, "gone": 356})
    reception.want({"anna": 142, "bob": 720, "plain": 142})
    assert anna.asked == [HIGH, MEDIUM, LOW]
    assert bob.asked == [MEDIUM, HIGH]
    assert plain.asked == [], "it has one size only"
    await reception.close()


class Room:
    """Its first connection breaks with what the library is not known to raise."""

    connections = 0

    def on(self, *_: object) -> None: ...

    async def connect(self, *_: object) -> None:
        Room.connections += 1
        if Room.connections == 1:
            raise KeyError("a track that is not known")
        self.remote_participants: dict[str, Any] = {}

    async def disconnect(self) -> None: ...


async def test_a_fault_in_the_room_does_not_end_the_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.rtc, "Room", Room)
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0)
    reception = LiveKitReception("", "", lambda *_: None, audio_only=False)
    async with asyncio.timeout(30):
        while reception.contact != Contact.HERE:
            await asyncio.sleep(0.01)
    assert Room.connections == 2
    await reception.close()


async def test_a_picture_that_cannot_be_read_any_more_is_logged_while_it_records(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def stays_away(_: object) -> None:
        return

    async def breaks() -> None:
        raise ValueError("a frame of no size")

    monkeypatch.setattr(LiveKitReception, "_keep_connected", stays_away)
    reception = LiveKitReception("", "", lambda *_: None, audio_only=False)
    reception._read("anna", breaks())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert "a frame of no size" in caplog.text
    await reception.close()
