"""What is drawn: pictures whole and in their places, names on them, the title while nobody is there."""

import numpy as np
import pytest
from numpy.typing import NDArray

from donfra_live.recorder import texts
from donfra_live.recorder.compose import Composer, Due, due
from donfra_live.recorder.sources import Frame, Picture
from donfra_live.recordings.layout import Rect, fit
from donfra_live.recordings.rules import Layout

WIDTH, HEIGHT = 640, 360


def grey(brightness: int, width: int = 320, height: int = 180, turns: int = 0) -> Frame:
    half = ((width + 1) // 2) * ((height + 1) // 2)
    return Frame(
        0.0, width, height, bytes([brightness]) * (width * height) + bytes([128]) * (2 * half), turns
    )


def drawn(*seen: Due, composer: Composer | None = None) -> NDArray[np.uint8]:
    """The brightness."""
    composer = composer or Composer("Algebra", Layout.STAGE, WIDTH, HEIGHT)
    return composer.draw(list(seen))[:HEIGHT].copy()


def camera(key: str, brightness: int, **more: int) -> Due:
    return Due(key, "", is_screen=False, frame=grey(brightness, **more))


def test_two_cameras_stand_side_by_side() -> None:
    image = drawn(camera("a", 60), camera("b", 200))
    assert (image[HEIGHT // 2, 150], image[HEIGHT // 2, 490]) == (60, 200)
    assert image[10, 150] == texts.BLACK


@pytest.mark.parametrize("size", [(321, 181), (160, 90), (1279, 719)])
def test_any_size_fills_its_place(size: tuple[int, int]) -> None:
    image = drawn(camera("a", 90, width=size[0], height=size[1]))
    assert abs(int(image[5, 5]) - 90) <= 2
    assert abs(int(image[-10, -10]) - 90) <= 2


@pytest.mark.parametrize(("turns", "bright_at"), [(0, "left"), (1, "top"), (2, "right"), (3, "bottom")])
def test_a_picture_of_a_turned_phone_is_turned(turns: int, bright_at: str) -> None:
    rows = np.full((180 * 3 // 2, 320), 128, np.uint8)
    rows[:180], rows[:180, :160] = 40, 220
    image = drawn(Due("a", "", is_screen=False, frame=Frame(0.0, 320, 180, rows.tobytes(), turns)))
    size = (320, 180) if turns % 2 == 0 else (180, 320)
    inner = fit(*size, Rect(0, 0, WIDTH, HEIGHT))
    part = image[inner.y : inner.y + inner.height, inner.x : inner.x + inner.width].astype(int)
    sides = {"left": part[:, :20], "right": part[:, -20:], "top": part[:20], "bottom": part[-20:]}
    assert max(sides, key=lambda side: sides[side].mean()) == bright_at


def test_a_name_stands_on_its_tile_and_not_on_a_screen() -> None:
    frame = grey(90)
    named = drawn(Due("a", "Ölga", is_screen=False, frame=frame))
    assert (named[-20:, :60] > 200).any()
    assert not (drawn(Due("a", "Ölga", is_screen=True, frame=frame)) > 200).any()


def test_a_long_name_is_shortened_to_its_tile() -> None:
    assert texts.shortened("short", 20, 500) == "short"
    long = texts.shortened("Wolfeschlegelsteinhausen" * 4, 20, 200)
    assert long.endswith("...")
    assert texts.label("Wolfeschlegelsteinhausen" * 4, 20, 200).shape[1] <= 200


def test_the_title_shows_while_nobody_does_and_goes_without_a_trace() -> None:
    composer = Composer("Algebra", Layout.STAGE, WIDTH, HEIGHT)
    card = drawn(composer=composer)
    assert (card[120:200] > 200).any()
    assert set(drawn(camera("a", 90), composer=composer).flatten().tolist()) == {90}
    assert np.array_equal(drawn(composer=composer), card)


def test_only_what_is_new_is_drawn_again() -> None:
    composer, one = Composer("Algebra", Layout.STAGE, WIDTH, HEIGHT), camera("a", 90)
    composer.draw([one])[:] = 7
    assert set(drawn(one, composer=composer).flatten().tolist()) == {7}
    assert set(drawn(camera("a", 80), composer=composer).flatten().tolist()) == {80}
    assert composer.heights == {"a": HEIGHT}


def test_the_frame_of_the_moment_is_shown_and_older_ones_are_dropped() -> None:
    picture = Picture("a", "Anna", is_screen=False)
    picture.frames.extend(Frame(at, 2, 2, b"") for at in (1.0, 2.0, 3.0))
    assert due([picture], 0.5) == []
    assert [d.frame.at for d in due([picture], 2.5)] == [2.0]
    assert [d.frame.at for d in due([picture], 9.0)] == [3.0]
    assert [d.frame.at for d in due([picture], 9.9)] == [3.0]
    picture.hidden = True
    assert due([picture], 9.9) == []
