"""People who send what can be found again in a recording: a colour, a tone, a flash with a beep."""

import asyncio
import time
from collections.abc import Callable

import numpy as np
from livekit import rtc

RATE, BLOCK = 48_000, 480
BRIGHT, DARK = (235, 128, 128), (16, 128, 128)
SILENT = np.zeros(BLOCK, np.int16)


def picture(width: int, height: int, colour: tuple[int, int, int]) -> rtc.VideoFrame:
    bright, half = width * height, width * height // 4
    data = bytearray([colour[0]]) * bright + bytearray([colour[1]]) * half + bytearray([colour[2]]) * half
    return rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, data)


class Camera:
    """at: the picture at so many seconds after the beginning."""

    def __init__(
        self,
        room: rtc.Room,
        at: Callable[[float], rtc.VideoFrame],
        *,
        width: int,
        height: int,
        fps: int = 25,
        screen: bool = False,
        simulcast: bool = False,
    ) -> None:
        self._room, self._at, self._fps, self._screen = room, at, fps, screen
        self._simulcast = simulcast
        self._source = rtc.VideoSource(width, height, is_screencast=screen)
        self._track = rtc.LocalVideoTrack.create_video_track("picture", self._source)

    async def publish(self) -> None:
        kind = rtc.TrackSource.SOURCE_SCREENSHARE if self._screen else rtc.TrackSource.SOURCE_CAMERA
        options = rtc.TrackPublishOptions(source=kind, simulcast=self._simulcast)
        await self._room.local_participant.publish_track(self._track, options)

    def turn(self, *, on: bool) -> None:
        if on:
            self._track.unmute()
        else:
            self._track.mute()

    async def run(self, start: float) -> None:
        number = 0
        while True:
            self._source.capture_frame(self._at(number / self._fps))
            number = max(number + 1, int((time.monotonic() - start) * self._fps))
            await asyncio.sleep(max(0.0, start + number / self._fps - time.monotonic()))


class Microphone:
    """sounds: whether the tone is heard at so many seconds after the beginning."""

    def __init__(
        self, room: rtc.Room, hertz: float, sounds: Callable[[float], bool] = lambda _: True
    ) -> None:
        self._room, self._hertz, self._sounds = room, hertz, sounds
        # Without a queue: what waits in one is late, and stays so.
        self._source = rtc.AudioSource(RATE, 1, queue_size_ms=0)
        self._track = rtc.LocalAudioTrack.create_audio_track("sound", self._source)

    async def publish(self) -> None:
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        await self._room.local_participant.publish_track(self._track, options)

    async def run(self, start: float) -> None:
        number = 0
        while True:
            samples = self._tone(number) if self._sounds(number * BLOCK / RATE) else SILENT
            await self._source.capture_frame(rtc.AudioFrame(samples.tobytes(), RATE, 1, BLOCK))
            number = max(number + 1, int((time.monotonic() - start - 0.05) * RATE / BLOCK))
            await asyncio.sleep(max(0.0, start + number * BLOCK / RATE - time.monotonic()))

    def _tone(self, number: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        at = np.arange(number * BLOCK, (number + 1) * BLOCK)
        return (12_000 * np.sin(2 * np.pi * self._hertz * at / RATE)).astype(np.int16)


def still(width: int, height: int, colour: tuple[int, int, int]) -> Callable[[float], rtc.VideoFrame]:
    frame = picture(width, height, colour)
    return lambda _: frame


def moving(width: int, height: int) -> Callable[[float], rtc.VideoFrame]:
    """A noisy block that goes over a still ground: as much to encode as a person who talks."""
    noise, frames = np.random.default_rng(1), []
    for step in range(32):
        rows = np.frombuffer(picture(width, height, (110, 120, 135)).data, np.uint8).copy()
        bright, left = rows[: width * height].reshape(height, width), step * width // 64
        bright[height // 4 : height * 3 // 4, left : left + width // 4] = noise.integers(
            60, 200, (height * 3 // 4 - height // 4, width // 4), np.uint8
        )
        frames.append(rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, bytearray(rows.tobytes())))
    return lambda second: frames[int(second * 15) % 32]


def is_on(second: float) -> bool:
    """A fifth of each second."""
    return (second + 0.001) % 1.0 < 0.2


def flash(width: int, height: int) -> Callable[[float], rtc.VideoFrame]:
    bright, dark = picture(width, height, BRIGHT), picture(width, height, DARK)
    return lambda second: bright if is_on(second) else dark
