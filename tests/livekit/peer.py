"""A participant by the LiveKit SDK: cheap, headless, and it says what it saw."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from livekit import rtc


class Peer:
    """events: (kind, detail) in the order seen; kinds: track, picture, data, disconnected, joined.

    picture: the first frame of a track, with the track's sid and when it came.
    """

    def __init__(self) -> None:
        self.room = rtc.Room()
        self._tasks: set[asyncio.Task[None]] = set()
        self.events: list[tuple[str, Any]] = []
        self._changed = asyncio.Event()
        self.room.on("track_subscribed", self._subscribed)
        self.room.on("data_received", lambda p: self._note("data", (p.topic, bytes(p.data), p.participant)))
        self.room.on("disconnected", lambda r: self._note("disconnected", rtc.DisconnectReason.Name(r)))
        self.room.on("participant_connected", lambda p: self._note("joined", p.name))
        self.room.on("reconnected", lambda: self._note("reconnected", None))

    def _note(self, kind: str, detail: object) -> None:
        self.events.append((kind, detail))
        self._changed.set()

    def _subscribed(self, track: rtc.Track, _: object, who: rtc.RemoteParticipant) -> None:
        self._note("track", who.identity)
        if track.kind == rtc.TrackKind.KIND_VIDEO:
            self._do(self._look(track))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look(self, track: rtc.Track) -> None:
        stream = rtc.VideoStream(track)
        try:
            async for _ in stream:
                self._note("picture", (track.sid, time.monotonic()))
                return
        finally:
            await stream.aclose()

    async def until(
        self, kind: str, seen: Callable[[Any], bool] = lambda _: True, seconds: float = 10
    ) -> Any:
        """The first such event's detail; fails after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    self._changed.clear()
                    for event, detail in self.events:
                        if event == kind and seen(detail):
                            return detail
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"no {kind} within {seconds} s; seen: {self.events}") from None

    async def sees_only(self, *others: "Peer") -> None:
        """Nobody else is in the room, and they are."""
        wanted = {other.room.local_participant.identity for other in others}
        async with asyncio.timeout(10):
            while set(self.room.remote_participants) != wanted:
                await asyncio.sleep(0.02)

    async def publish_sound(self) -> rtc.AudioSource:
        source = rtc.AudioSource(48000, 1)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        await self.room.local_participant.publish_track(track, options)
        return source

    async def publish_picture(self, kind: rtc.TrackSource.ValueType = rtc.TrackSource.SOURCE_CAMERA) -> None:
        """A grey picture, 15 times a second, as camera or as screen."""
        source = rtc.VideoSource(320, 180)
        track = rtc.LocalVideoTrack.create_video_track("picture", source)
        options = rtc.TrackPublishOptions(source=kind, simulcast=False)
        await self.room.local_participant.publish_track(track, options)
        self._do(self._film(source))

    @staticmethod
    async def _film(source: rtc.VideoSource) -> None:
        frame = rtc.VideoFrame(320, 180, rtc.VideoBufferType.I420, bytearray([128]) * (320 * 180 * 3 // 2))
        while True:
            source.capture_frame(frame)
            await asyncio.sleep(1 / 15)

    async def close(self) -> None:
        await self.room.disconnect()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def connected(url: str, token: str) -> AsyncIterator[Peer]:
    peer = Peer()
    await asyncio.wait_for(peer.room.connect(url, token), 15)
    try:
        yield peer
    finally:
        await peer.close()
