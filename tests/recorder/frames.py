"""Frames of one colour, as a reception brings them."""

from donfra_live.recorder.sources import Frame

# Brightness and the two colours of I420, and which part of RGB is the strongest then.
COLOURS = {"red": (82, 90, 240), "green": (145, 54, 34), "blue": (41, 240, 110)}


def of_colour(colour: str, width: int = 320, height: int = 180, at: float = 0.0) -> Frame:
    bright, half = width * height, ((width + 1) // 2) * ((height + 1) // 2)
    planes = zip(COLOURS[colour], (bright, half, half), strict=True)
    return Frame(at, width, height, b"".join(bytes([value]) * count for value, count in planes))
