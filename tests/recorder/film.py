"""What is in a recorded file: found by decoding it, as a player would."""

import contextlib
import struct
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000


def boxes(path: Path) -> list[str]:
    """The names of the file's outer boxes in order; moov before mdat is a fast start."""
    found, data = [], path.read_bytes()
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        found.append(name.decode())
        at += size or len(data)
    return found


def frame_at(path: Path, second: float) -> NDArray[np.uint8]:
    """The picture at a second, as RGB, found by a jump to it."""
    with av.open(path) as container:
        container.seek(int(second * av.time_base))
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= second - 0.021:
                return frame.to_ndarray(format="rgb24")
    raise AssertionError(f"no picture at {second} s")


def standing_at(path: Path, second: float) -> NDArray[np.uint8]:
    """What is to be seen then, however long ago it was put there, as RGB, found by a jump."""
    with av.open(path) as container:
        container.seek(int(second * av.time_base))
        shown = None
        for frame in container.decode(video=0):
            if shown is not None and (frame.time or 0.0) > second + 0.001:
                break
            shown = frame
        assert shown is not None, f"no picture at {second} s"
        return shown.to_ndarray(format="rgb24")


def newest_frame(path: Path) -> NDArray[np.uint8]:
    """The last picture of a file that is perhaps still being written, as RGB."""
    with av.open(path) as container:
        container.seek(container.duration or 0)
        for frame in container.decode(video=0):
            newest = frame
        return newest.to_ndarray(format="rgb24")


def second_of(path: Path, colour: str, x: int) -> float:
    """When this colour is to be seen for the first time, half way down and so far from the left."""
    with av.open(path) as container:
        for frame in container.decode(video=0):
            if colour_at(frame.to_ndarray(format="rgb24"), x, frame.height // 2) == colour:
                return frame.time or 0.0
    raise AssertionError(f"{colour} is never seen")


def seconds_without(path: Path, colour: str) -> float:
    """For how long the middle has another colour after it had this one for the first time."""
    with av.open(path) as container:
        frames = (frame.to_ndarray(format="rgb24") for frame in container.decode(video=0))
        seen = [colour_at(frame, frame.shape[1] // 2, frame.shape[0] // 2) == colour for frame in frames]
        rate = float(container.streams.video[0].average_rate or 25)
    return seen[seen.index(True) :].count(False) / rate


def colour_at(frame: NDArray[np.uint8], x: int, y: int) -> str:
    red, green, blue = (int(v) for v in frame[y - 8 : y + 8, x - 8 : x + 8].reshape(-1, 3).mean(0))
    if max(red, green, blue) < 8:
        return "black"
    strongest = max((red, "red"), (green, "green"), (blue, "blue"))
    return strongest[1] if strongest[0] > 2 * sorted((red, green, blue))[1] else f"none: {red} {green} {blue}"


def sound(path: Path) -> NDArray[np.float32]:
    """All samples; the first is at second 0."""
    parts = []
    with av.open(path) as container:
        for frame in container.decode(audio=0):
            samples = frame.to_ndarray()[0]
            at = round((frame.time or 0) * RATE)
            parts.append(samples[max(0, -at) :] if at < 0 else samples)
    return np.concatenate(parts)


def tone(samples: NDArray[np.float32]) -> float:
    """The strongest frequency in hertz; 0 for silence."""
    if np.abs(samples).max() < 0.01:
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * RATE / len(samples))


def lengths(path: Path) -> tuple[float, float]:
    """Seconds of picture and of sound; 0 for what is not there."""
    with av.open(path) as container:
        found = {s.type: float((s.duration or 0) * (s.time_base or 0)) for s in container.streams}
    return found.get("video", 0.0), found.get("audio", 0.0)


def reaches(path: Path) -> float:
    """How many seconds of it can be read: a part that was not closed does not say so in front."""
    end = 0.0
    with contextlib.suppress(av.FFmpegError), av.open(path) as container:
        for packet in container.demux():
            if packet.pts is not None:
                end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return end


def flashes(path: Path) -> list[float]:
    """When it gets bright."""
    with av.open(path) as container:
        seen = [(f.time or 0.0, float(f.to_ndarray()[: f.height].mean())) for f in container.decode(video=0)]
    return [at for (at, new), (_, old) in zip(seen[1:], seen, strict=False) if new > 120 >= old]


def beeps(path: Path) -> list[float]:
    """When it gets loud after at least a quarter of a second of silence."""
    loud = np.flatnonzero(np.abs(sound(path)) > 0.1)
    if not len(loud):
        return []
    starts = [loud[0], *loud[1:][np.diff(loud) > RATE // 4]]
    return [float(at) / RATE for at in starts]


def offsets(path: Path) -> list[float]:
    """Sound against picture in seconds, of each flash that has its beep; late sound is positive."""
    heard = np.array(beeps(path))
    pairs = [(at, heard[np.argmin(np.abs(heard - at))]) for at in flashes(path)] if len(heard) else []
    return [float(beep - at) for at, beep in pairs if abs(beep - at) < 0.4]
