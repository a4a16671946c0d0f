"""Sends 640x360 pictures, 15 a second, into a room: python -m bench.publisher URL, the token on its input.

A grey gradient with a bar that moves: cheap to encode and never still.
"""

import asyncio
import sys
import time

from livekit import rtc

from bench.children import input_closed, say_ready

WIDTH, HEIGHT, RATE, BAR = 640, 360, 15, 40
PICTURES = 30


def picture(number: int) -> rtc.VideoFrame:
    row = bytearray(40 + 160 * x // WIDTH for x in range(WIDTH))
    left = number * (WIDTH - BAR) // PICTURES
    row[left : left + BAR] = bytes([235]) * BAR
    colour = bytes([128]) * (WIDTH * HEIGHT // 2)
    return rtc.VideoFrame(WIDTH, HEIGHT, rtc.VideoBufferType.I420, bytes(row) * HEIGHT + colour)


async def _send(source: rtc.VideoSource) -> None:
    pictures = [picture(number) for number in range(PICTURES)]
    number, due = 0, time.perf_counter()
    while True:
        source.capture_frame(pictures[number % PICTURES])
        number += 1
        due += 1 / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))


async def _until_sent(track: rtc.LocalVideoTrack, frames: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for stats in await track.get_stats():
            if stats.WhichOneof("stats") == "outbound_rtp" and (
                stats.outbound_rtp.outbound.frames_sent >= frames
            ):
                return
        await asyncio.sleep(0.2)
    raise SystemExit("no picture was sent")


async def main(url: str) -> None:
    token = sys.stdin.readline().strip()
    room = rtc.Room()
    await room.connect(url, token, rtc.RoomOptions(auto_subscribe=False))
    source = rtc.VideoSource(WIDTH, HEIGHT)
    track = rtc.LocalVideoTrack.create_video_track("camera", source)
    encoding = rtc.VideoEncoding(max_bitrate=600_000, max_framerate=RATE)
    options = rtc.TrackPublishOptions(
        source=rtc.TrackSource.SOURCE_CAMERA,
        simulcast=False,
        video_codec=rtc.VideoCodec.VP8,
        video_encoding=encoding,
    )
    await room.local_participant.publish_track(track, options)
    sending = asyncio.create_task(_send(source))
    await _until_sent(track, 10, 20)
    say_ready()
    await input_closed()
    sending.cancel()
    await room.disconnect()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
