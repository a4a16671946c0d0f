"""Draws the stage: who is to be seen, at which place, with his name; the title while nobody is.

Only what is new is drawn again: the canvas keeps the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from donfra_live.recorder import texts
from donfra_live.recorder.canvas import Bytes, Canvas
from donfra_live.recorder.sources import Frame, Picture
from donfra_live.recordings.layout import Rect, Shown, arrange, even
from donfra_live.recordings.rules import Layout

LARGE_TILE, LARGE_TEXT, SMALL_TEXT = 300, 20, 14
EMPTY, AWAY = "Nobody is on stage.", "The media server is away. It goes on as soon as it is back."


@dataclass(frozen=True)
class Due:
    """A picture and its frame that is to be seen now."""

    key: str
    name: str
    is_screen: bool
    frame: Frame
    person: str = ""


def due(pictures: Sequence[Picture], moment: float) -> list[Due]:
    """Who is to be seen at this moment: a camera that is off has no place."""
    found = []
    for picture in pictures:
        frame = picture.frame_at(moment)
        if frame is not None and not picture.hidden:
            found.append(Due(picture.key, picture.name, picture.is_screen, frame, picture.person))
    return found


class Composer:
    def __init__(self, title: str, layout: Layout, width: int, height: int) -> None:
        self._title, self._layout = title, layout
        self._canvas = Canvas(width, height)
        self._places: dict[str, Rect] = {}
        self._drawn: dict[str, tuple[Frame, str]] = {}
        self._card = ""

    @property
    def heights(self) -> dict[str, int]:
        """How high each picture is shown."""
        return {key: place.height for key, place in self._places.items()}

    def draw(self, seen: Sequence[Due], note: str = EMPTY) -> Bytes:
        """The picture of now; the same buffer each time."""
        canvas = self._canvas
        if not seen:
            self._draw_card(note)
            return canvas.buffer
        shown = [Shown(one.key, one.is_screen) for one in seen]
        places = arrange(shown, self._layout, canvas.width, canvas.height)
        if places != self._places or self._card:
            for key in set(self._places) - set(places):
                canvas.forget(key)
            self._places, self._drawn, self._card = places, {}, ""
            canvas.clear()
        for one in seen:
            if one.key in places and not self._is_drawn(one):
                self._drawn[one.key] = (one.frame, one.name)
                self._draw_tile(one, places[one.key])
        return canvas.buffer

    def _is_drawn(self, one: Due) -> bool:
        frame, name = self._drawn.get(one.key, (None, ""))
        return frame is one.frame and name == one.name

    def _draw_card(self, note: str) -> None:
        if self._card != note:
            card = texts.card(self._title, note, self._canvas.width, self._canvas.height)
            self._canvas.write(card, 0, 0)
            self._card, self._places, self._drawn = note, {}, {}

    def _draw_tile(self, one: Due, place: Rect) -> None:
        inner = self._canvas.show(one.key, one.frame, place)
        if not one.name or one.is_screen:
            return
        size = LARGE_TEXT if place.height >= LARGE_TILE else SMALL_TEXT
        plate = texts.label(one.name, size, inner.width)
        if plate.shape[0] < inner.height:
            self._canvas.write(plate, inner.x, even(inner.y + inner.height - plate.shape[0]))
