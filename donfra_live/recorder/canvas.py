"""The recorded picture as one buffer of I420, and how a frame gets into a place of it."""

from typing import Any

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from donfra_live.recorder.sources import Frame
from donfra_live.recorder.texts import BACK, BLACK, Grey
from donfra_live.recordings.layout import Rect, fit

NO_COLOUR = 128
Bytes = NDArray[np.uint8]
Planes = tuple[Bytes, Bytes, Bytes]


def planes_of(buffer: Bytes, width: int, height: int) -> Planes:
    """Views of brightness and the two colours; odd sizes have their last column of colour, too."""
    wide, tall = (width + 1) // 2, (height + 1) // 2
    flat, bright = buffer.reshape(-1), width * height
    return (
        flat[:bright].reshape(height, width),
        flat[bright : bright + wide * tall].reshape(tall, wide),
        flat[bright + wide * tall : bright + 2 * wide * tall].reshape(tall, wide),
    )


def _as_video(frame: Frame) -> av.VideoFrame:
    """Without a copy, unless its size is odd."""
    data = np.frombuffer(frame.data, np.uint8)
    width, height = frame.width // 2 * 2, frame.height // 2 * 2
    if (width, height) != (frame.width, frame.height):
        planes = planes_of(data, frame.width, frame.height)
        sizes = ((height, width), (height // 2, width // 2), (height // 2, width // 2))
        data = np.concatenate([p[:t, :w].reshape(-1) for p, (t, w) in zip(planes, sizes, strict=True)])
    rows = data[: width * height * 3 // 2].reshape(height * 3 // 2, width)
    return av.VideoFrame.from_numpy_buffer(rows, format="yuv420p")


def _plane(plane: Any, width: int, height: int) -> Bytes:
    return np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[:height, :width]


class Canvas:
    """width, height: even. buffer: what the encoder takes."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.buffer: Bytes = np.empty((height * 3 // 2, width), np.uint8)
        self._planes = planes_of(self.buffer, width, height)
        self._scalers: dict[str, VideoReformatter] = {}

    def clear(self) -> None:
        self._fill(Rect(0, 0, self.width, self.height), BLACK)

    def _fill(self, place: Rect, brightness: int) -> None:
        for plane, value, half in zip(
            self._planes, (brightness, NO_COLOUR, NO_COLOUR), (1, 2, 2), strict=True
        ):
            plane[_rows(place, half), _columns(place, half)] = value

    def write(self, grey: Grey, x: int, y: int) -> None:
        """A drawn text; what stood there is gone."""
        tall, wide = grey.shape
        self._fill(Rect(x, y, wide, tall), BACK)
        self._planes[0][y : y + tall, x : x + wide] = grey

    def show(self, key: str, frame: Frame, place: Rect) -> Rect:
        """The frame in the middle of its place, and where that is. What it leaves free is black."""
        lies = frame.turns % 2 == 1
        size = (frame.height, frame.width) if lies else (frame.width, frame.height)
        inner = fit(*size, place)
        if inner != place:
            self._fill(place, BLACK)
        width, height = (inner.height, inner.width) if lies else (inner.width, inner.height)
        for plane, source, half in zip(
            self._planes, self._scaled(key, frame, width, height), (1, 2, 2), strict=True
        ):
            turned = np.rot90(source, -frame.turns) if frame.turns else source
            plane[_rows(inner, half), _columns(inner, half)] = turned
        return inner

    def _scaled(self, key: str, frame: Frame, width: int, height: int) -> Planes:
        video = _as_video(frame)
        if (video.width, video.height) != (width, height):
            scaler = self._scalers.setdefault(key, VideoReformatter())
            video = scaler.reformat(video, width, height, interpolation=Interpolation.FAST_BILINEAR)
        bright, blue, red = video.planes
        half = (width // 2, height // 2)
        return _plane(bright, width, height), _plane(blue, *half), _plane(red, *half)

    def forget(self, key: str) -> None:
        self._scalers.pop(key, None)


def _rows(place: Rect, half: int) -> slice:
    return slice(place.y // half, (place.y + place.height) // half)


def _columns(place: Rect, half: int) -> slice:
    return slice(place.x // half, (place.x + place.width) // half)
