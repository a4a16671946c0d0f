"""Where each picture stands on the recorded stage; pure geometry, used by the recorder's process."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from donfra_live.recordings.rules import Layout

GAP = 8
SIDE_SHARE = 5
SIDE_MOST = 4
GRID_MOST = 16
# A layer of a camera is enough when it has so much of its tile's height.
ENOUGH = 0.8


@dataclass(frozen=True)
class Rect:
    """In pixels; all even, since colour has half the resolution."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Shown:
    """What wants a place: key tells pictures apart, the order is the stage's."""

    key: str
    is_screen: bool


def even(value: float) -> int:
    return int(value) // 2 * 2


def arrange(shown: Sequence[Shown], layout: Layout | str, width: int, height: int) -> dict[str, Rect]:
    """The place of each picture that has one. The newest shared screen is the large one."""
    screens = [s for s in shown if s.is_screen]
    if screens and layout == Layout.STAGE:
        large = screens[-1]
        beside = [s for s in shown if s is not large]
        return _with_side(large, beside[:SIDE_MOST], width, height)
    return _grid(shown[:GRID_MOST], Rect(0, 0, width, height))


def _with_side(large: Shown, beside: Sequence[Shown], width: int, height: int) -> dict[str, Rect]:
    if not beside:
        return {large.key: Rect(0, 0, width, height)}
    side = even(width / SIDE_SHARE)
    places = {large.key: Rect(0, 0, even(width - side - GAP), height)}
    tall = even(min(side * 9 / 16, (height - GAP * (SIDE_MOST - 1)) / SIDE_MOST))
    top = even((height - len(beside) * tall - (len(beside) - 1) * GAP) / 2)
    for row, one in enumerate(beside):
        places[one.key] = Rect(width - side, even(top + row * (tall + GAP)), side, tall)
    return places


def _grid(shown: Sequence[Shown], area: Rect) -> dict[str, Rect]:
    """As square as it gets; the last row stands in the middle."""
    if not shown:
        return {}
    columns = math.ceil(math.sqrt(len(shown)))
    rows = math.ceil(len(shown) / columns)
    gap = GAP if len(shown) > 1 else 0
    wide, tall = (
        even((area.width - gap * (columns - 1)) / columns),
        even((area.height - gap * (rows - 1)) / rows),
    )
    places = {}
    for number, one in enumerate(shown):
        row, column = divmod(number, columns)
        here = min(columns, len(shown) - row * columns)
        left = even((area.width - here * wide - (here - 1) * gap) / 2)
        places[one.key] = Rect(
            area.x + left + even(column * (wide + gap)), area.y + even(row * (tall + gap)), wide, tall
        )
    return places


def fit(width: int, height: int, place: Rect) -> Rect:
    """The whole picture, as large as its place allows, in the middle of it."""
    scale = min(place.width / width, place.height / height)
    wide, tall = max(2, even(width * scale)), max(2, even(height * scale))
    return Rect(
        place.x + even((place.width - wide) / 2), place.y + even((place.height - tall) / 2), wide, tall
    )


def layer_for(tile_height: int, full_height: int) -> int:
    """Which of a camera's three layers is enough for its tile: 2 the full one, 1 half of it, 0 a quarter."""
    for layer, part in ((0, 4), (1, 2)):
        if full_height / part >= tile_height * ENOUGH:
            return layer
    return 2
