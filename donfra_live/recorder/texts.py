"""Names and titles as pictures: drawn once, kept, and copied where they are needed. White on dark.

Without a font of the system it is the one in Pillow, which knows Latin letters only.
"""

import functools

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from donfra_live.recorder.fonts import find_font

# Brightness of black and white in a video, and of what stands behind them.
BLACK, WHITE, BACK = 16, 235, 28
Grey = NDArray[np.uint8]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


_FILE = functools.cache(find_font)


@functools.cache
def font(size: int) -> Font:
    file = _FILE()
    return ImageFont.truetype(file, size) if file else ImageFont.load_default(size)


def shortened(text: str, size: int, widest: int) -> str:
    """With three dots at the end where it does not fit."""
    if font(size).getlength(text) <= widest:
        return text
    while text and font(size).getlength(text + "...") > widest:
        text = text[:-1]
    return text.rstrip() + "..."


@functools.lru_cache(maxsize=64)
def label(name: str, size: int, widest: int) -> Grey:
    """A name on its plate, no wider than its tile."""
    text = shortened(name, size, max(0, widest - size))
    width = min(int(font(size).getlength(text)) + size, widest) // 2 * 2
    plate = Image.new("L", (max(2, width), size * 8 // 5 // 2 * 2), BACK)
    ImageDraw.Draw(plate).text((size // 2, plate.height // 2), text, WHITE, font(size), anchor="lm")
    return np.asarray(plate)


@functools.lru_cache(maxsize=4)
def card(title: str, note: str, width: int, height: int) -> Grey:
    """The whole picture while nobody is to be seen."""
    image = Image.new("L", (width, height), BACK)
    draw, middle = ImageDraw.Draw(image), width // 2
    large, small = height // 15, height // 30
    title = shortened(title, large, width * 9 // 10)
    draw.text((middle, height * 9 // 20), title, WHITE, font(large), anchor="mm")
    draw.text((middle, height * 11 // 20), note, WHITE * 2 // 3, font(small), anchor="mm")
    return np.asarray(image)
