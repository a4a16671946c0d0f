"""A participant by the LiveKit SDK: cheap, headless, and it says what it saw."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from livekit import rtc


class Peer:
    """events: (kind, detail) in the order seen; kinds: track, data, disconnected, joined."""

    def __init__(self) -> None:
        self.room = rtc.Room()
        self.events: list[tuple[str, Any]] = []
        self._changed = asyncio.Event()
        self.room.on("track_subscribed", lambda t, p, q: self._note("track", q.identity))
        self.room.on("data_received", lambda p: self._note("data", (p.topic, bytes(p.data), p.participant)))
        self.room.on("disconnected", lambda r: self._note("disconnected", rtc.DisconnectReason.Name(r)))
        self.room.on("participant_connected", lambda p: self._note("joined", p.name))
        self.room.on("reconnected", lambda: self._note("reconnected", None))

    def _note(self, kind: str, detail: object) -> None:
        self.events.append((kind, detail))
        self._changed.set()

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

    async def publish_sound(self) -> rtc.AudioSource:
        source = rtc.AudioSource(48000, 1)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        await self.room.local_participant.publish_track(track, options)
        return source


@contextlib.asynccontextmanager
async def connected(url: str, token: str) -> AsyncIterator[Peer]:
    peer = Peer()
    await asyncio.wait_for(peer.room.connect(url, token), 15)
    try:
        yield peer
    finally:
        await peer.room.disconnect()
