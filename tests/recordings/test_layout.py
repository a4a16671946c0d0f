"""Where the pictures stand: inside, apart from each other, the screen large."""

import itertools

import pytest

from donfra_live.recordings.layout import Rect, Shown, arrange, fit, layer_for
from donfra_live.recordings.rules import Layout

WIDTH, HEIGHT = 1280, 720


def cameras(count: int) -> list[Shown]:
    return [Shown(f"camera {number}", is_screen=False) for number in range(count)]


def overlap(one: Rect, other: Rect) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("screens", [0, 1, 2])
@pytest.mark.parametrize("count", range(12))
def test_every_place_is_inside_even_and_free(layout: Layout, screens: int, count: int) -> None:
    shown = [Shown(f"screen {n}", is_screen=True) for n in range(screens)] + cameras(count)
    places = list(arrange(shown, layout, WIDTH, HEIGHT).values())
    for place in places:
        assert min(place.x, place.y) >= 0
        assert min(place.width, place.height) >= 2
        assert place.x + place.width <= WIDTH
        assert place.y + place.height <= HEIGHT
        assert not any(side % 2 for side in (place.x, place.y, place.width, place.height))
    assert not any(overlap(a, b) for a, b in itertools.combinations(places, 2))


def test_one_camera_has_everything_and_nobody_nothing() -> None:
    assert arrange(cameras(1), Layout.STAGE, WIDTH, HEIGHT) == {"camera 0": Rect(0, 0, WIDTH, HEIGHT)}
    assert arrange([], Layout.STAGE, WIDTH, HEIGHT) == {}


def test_four_cameras_are_a_square_and_a_third_stands_in_the_middle() -> None:
    four = arrange(cameras(4), Layout.STAGE, WIDTH, HEIGHT)
    assert {(p.width, p.height) for p in four.values()} == {(636, 356)}
    assert four["camera 3"] == Rect(644, 364, 636, 356)
    third = arrange(cameras(3), Layout.STAGE, WIDTH, HEIGHT)["camera 2"]
    assert third.x + third.width / 2 == WIDTH / 2


def test_the_newest_screen_is_large_with_cameras_at_its_side() -> None:
    shown = [Shown("old", is_screen=True), *cameras(6), Shown("new", is_screen=True)]
    places = arrange(shown, Layout.STAGE, WIDTH, HEIGHT)
    assert max(places, key=lambda key: places[key].width) == "new"
    assert places["new"] == Rect(0, 0, 1016, 720)
    assert list(places)[1:] == ["old", "camera 0", "camera 1", "camera 2"]
    assert {p.x + p.width for key, p in places.items() if key != "new"} == {WIDTH}


def test_a_screen_alone_has_everything_and_the_grid_treats_it_as_all() -> None:
    screen = Shown("screen", is_screen=True)
    assert arrange([screen], Layout.STAGE, WIDTH, HEIGHT)["screen"] == Rect(0, 0, WIDTH, HEIGHT)
    grid = arrange([screen, *cameras(1)], "grid", WIDTH, HEIGHT)
    assert grid["screen"].width == grid["camera 0"].width


def test_a_picture_is_shown_whole_in_the_middle_of_its_place() -> None:
    assert fit(640, 480, Rect(0, 0, 1280, 720)) == Rect(160, 0, 960, 720)
    assert fit(360, 640, Rect(100, 0, 640, 360)) == Rect(318, 0, 202, 360)
    assert fit(5000, 1, Rect(0, 0, 100, 100)).height == 2


@pytest.mark.parametrize(
    ("tile", "full", "layer"), [(720, 720, 2), (356, 720, 1), (142, 720, 0), (356, 360, 2), (720, 1080, 2)]
)
def test_the_smallest_layer_that_is_enough(tile: int, full: int, layer: int) -> None:
    assert layer_for(tile, full) == layer
