"""The recorder's hidden connection: what is published in a room, as pictures and sound with their times.

Runs in the recorder's process only: LiveKit's media library must never be in the app's own. It comes back by
itself, and when the library has given up, by a new connection with the same token.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine
from typing import Any

import numpy as np
from livekit import rtc

from donfra_live.recorder.sound import RATE
from donfra_live.recorder.sources import Contact, Frame, Hear, Picture, Sender
from donfra_live.recordings.layout import layer_for
from donfra_live.tasks import Tasks

log = logging.getLogger(__name__)
AGAIN_SECONDS, SHORT_WHILE = 0.3, 1.0
_SCREENS = {rtc.TrackSource.SOURCE_SCREENSHARE}
_LAYERS = {
    0: rtc.VideoQuality.VIDEO_QUALITY_LOW,
    1: rtc.VideoQuality.VIDEO_QUALITY_MEDIUM,
    2: rtc.VideoQuality.VIDEO_QUALITY_HIGH,
}
_TURNS = {
    rtc.VideoRotation.VIDEO_ROTATION_90: 1,
    rtc.VideoRotation.VIDEO_ROTATION_180: 2,
    rtc.VideoRotation.VIDEO_ROTATION_270: 3,
}
_FOR_GOOD = {
    rtc.DisconnectReason.ROOM_DELETED,
    rtc.DisconnectReason.ROOM_CLOSED,
    rtc.DisconnectReason.PARTICIPANT_REMOVED,
}


class LiveKitReception:
    """hear: called with each frame of sound; audio_only: pictures are not even subscribed.

    agreed_to: nothing is taken of those who do not show this as what they agreed to be in; "": of everybody.
    """

    def __init__(self, url: str, token: str, hear: Hear, *, audio_only: bool, agreed_to: str = "") -> None:
        self._url, self._token, self._hear, self._audio_only = url, token, hear, audio_only
        self._agreed_to = agreed_to
        self._contact = Contact.AWAY
        self._pictures: dict[str, Picture] = {}
        self._publications: dict[str, rtc.RemoteTrackPublication] = {}
        self._layers: dict[str, int] = {}
        self._readers: dict[str, asyncio.Task[None]] = {}
        self._reading = Tasks()
        self._keeper = asyncio.create_task(self._keep_connected())

    @property
    def contact(self) -> Contact:
        return self._contact

    @property
    def pictures(self) -> list[Picture]:
        return sorted(self._pictures.values(), key=_place_in_order)

    def want(self, heights: dict[str, int]) -> None:
        for key, height in heights.items():
            publication = self._publications.get(key)
            if publication is None or not publication.simulcasted or not publication.height:
                continue
            layer = layer_for(height, publication.height)
            if self._layers.get(key) != layer:
                self._layers[key] = layer
                publication.set_video_quality(_LAYERS[layer])

    async def close(self) -> None:
        self._keeper.cancel()
        await asyncio.gather(self._keeper, return_exceptions=True)
        self._clear()  # not waited for: the library may never say that a stream has ended

    async def _keep_connected(self) -> None:
        while self._contact != Contact.OVER:
            room = rtc.Room()
            gone: asyncio.Future[rtc.DisconnectReason.ValueType] = asyncio.get_running_loop().create_future()
            self._listen(room, gone)
            try:
                await room.connect(self._url, self._token, rtc.RoomOptions(auto_subscribe=False))
                self._set(Contact.HERE)
                self._look_round(room)
                reason = await gone
                log.info("disconnected: %s", rtc.DisconnectReason.Name(reason))
                self._contact = Contact.OVER if reason in _FOR_GOOD else Contact.AWAY
            except Exception as error:  # a fault in what the room says must not end the recording
                log.info("not connected: %s", error, exc_info=not isinstance(error, rtc.ConnectError))
                self._contact = Contact.AWAY
                await asyncio.sleep(AGAIN_SECONDS)
            finally:
                self._clear()
                with contextlib.suppress(Exception):
                    await room.disconnect()

    def _listen(self, room: rtc.Room, gone: "asyncio.Future[rtc.DisconnectReason.ValueType]") -> None:
        def disconnected(reason: rtc.DisconnectReason.ValueType) -> None:
            if not gone.done():
                gone.set_result(reason)

        room.on("disconnected", disconnected)
        room.on("reconnecting", lambda: self._set(Contact.AWAY))
        room.on("reconnected", lambda: self._is_back(room))
        room.on("track_published", self._published)
        room.on("track_subscribed", self._subscribed)
        room.on("track_unsubscribed", lambda track, *_: self._lost(track.sid))
        room.on("track_unpublished", lambda publication, _: self._lost(publication.sid))
        room.on("track_muted", lambda _, publication: self._hide(publication.sid, hidden=True))
        room.on("track_unmuted", lambda _, publication: self._hide(publication.sid, hidden=False))
        room.on("participant_attributes_changed", lambda _, who: self._asked_again(who))
        room.on("participant_name_changed", lambda who, _, name: self._rename(who, name))

    def _set(self, contact: Contact) -> None:
        log.info("the media server is %s", contact)
        self._contact = contact

    def _is_back(self, room: rtc.Room) -> None:
        """Who was quicker than we after a death of the media server is not announced once more."""
        self._set(Contact.HERE)
        self._look_round(room)

    def _look_round(self, room: rtc.Room) -> None:
        for participant in room.remote_participants.values():
            for publication in participant.track_publications.values():
                self._published(publication, participant)

    def _agrees(self, who: rtc.Participant) -> bool:
        return not self._agreed_to or who.attributes.get("recorded") == self._agreed_to

    def _asked_again(self, who: rtc.Participant) -> None:
        """He may have agreed, or not any more: what was taken of him a moment ago is dropped, too."""
        if not self._agreed_to or not isinstance(who, rtc.RemoteParticipant):
            return
        for publication in who.track_publications.values():
            if self._agrees(who):
                self._published(publication, who)
            elif publication.subscribed:
                publication.set_subscribed(False)
                self._lost(publication.sid)

    def _published(self, publication: rtc.RemoteTrackPublication, who: rtc.RemoteParticipant) -> None:
        if not self._agrees(who):
            return
        if publication.kind == rtc.TrackKind.KIND_AUDIO or not self._audio_only:
            publication.set_subscribed(True)

    def _subscribed(
        self, track: rtc.Track, publication: rtc.RemoteTrackPublication, who: rtc.RemoteParticipant
    ) -> None:
        key = publication.sid
        self._lost(key)
        if not self._agrees(who):  # said while it was on its way
            publication.set_subscribed(False)
            return
        if track.kind == rtc.TrackKind.KIND_AUDIO:
            self._read(key, self._listen_to(key, track, who))
            return
        is_screen = publication.source in _SCREENS
        since = who.joined_at.timestamp() if who.joined_at else 0.0
        picture = Picture(key, who.name, is_screen, since, hidden=publication.muted, person=_person(who))
        self._pictures[key], self._publications[key] = picture, publication
        self._read(key, self._watch(picture, track))

    def _read(self, key: str, work: Coroutine[Any, Any, None]) -> None:
        self._readers[key] = self._reading.begin(work)

    async def _watch(self, picture: Picture, track: rtc.Track) -> None:
        stream = rtc.VideoStream(track, capacity=8, format=rtc.VideoBufferType.I420)
        try:
            async for event in stream:
                frame, turns = event.frame, _turns(event)
                picture.frames.append(Frame(_shown_at(event), frame.width, frame.height, frame.data, turns))
        finally:
            await stream.aclose()

    async def _listen_to(self, key: str, track: rtc.Track, who: rtc.RemoteParticipant) -> None:
        stream = rtc.AudioStream(track, capacity=64, sample_rate=RATE, num_channels=1, frame_size_ms=20)
        try:
            async for event in stream:
                sender = Sender(key, _person(who), who.name)
                self._hear(sender, np.frombuffer(event.frame.data, np.int16), time.monotonic())
        finally:
            await stream.aclose()

    def _hide(self, key: str, *, hidden: bool) -> None:
        if picture := self._pictures.get(key):
            picture.hidden = hidden
            picture.frames.clear()

    def _rename(self, who: rtc.Participant, name: str) -> None:
        for key in who.track_publications:
            if picture := self._pictures.get(key):
                picture.name = name

    def _lost(self, key: str) -> None:
        self._pictures.pop(key, None)
        self._publications.pop(key, None)
        self._layers.pop(key, None)
        if reader := self._readers.pop(key, None):
            reader.cancel()

    def _clear(self) -> None:
        for key in list(self._readers):
            self._lost(key)


def _person(who: rtc.Participant) -> str:
    return who.attributes.get("member") or who.identity


def _place_in_order(picture: Picture) -> tuple[bool, float]:
    """Screens stay in the order in which they came: the newest is the large one."""
    return picture.is_screen, 0.0 if picture.is_screen else picture.since


def _turns(event: rtc.VideoFrameEvent) -> int:
    rotation: Any = event.rotation  # a number; its annotation says otherwise
    return _TURNS.get(rotation, 0)


def _shown_at(event: rtc.VideoFrameEvent) -> float:
    """The library's clock is the monotonic one; should it ever be another, the frame is of now."""
    now, said = time.monotonic(), event.timestamp_us / 1e6
    return said if abs(now - said) < SHORT_WHILE else now
