"""Who is to be seen from when on."""

import pytest

from donfra_live.recorder.scenes import NOBODY, Scenes, words
from donfra_live.recordings.ports import Scene

ADA, BOB = ("Ada", False), ("Bob", False)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ([], NOBODY),
        ([ADA], "Ada"),
        ([ADA, BOB], "Ada, Bob"),
        ([ADA, BOB, ("Cleo", False), ("Dan", False), ("Eve", False)], "Ada, Bob, Cleo and 2 more"),
        ([ADA, ("Bob", True)], "Bob: screen"),
        ([("", True)], "Screen"),
        ([("", False)], "On stage"),
    ],
)
def test_a_scene_in_words(seen: list[tuple[str, bool]], said: str) -> None:
    assert words(seen) == said


def test_each_change_is_a_scene_unless_it_is_over_at_once() -> None:
    scenes = Scenes()
    for second, seen in (
        (0.0, []),
        (1.0, [ADA]),  # the card was shown for a second: no scene
        (1.04, [ADA]),
        (20.0, [ADA, BOB]),
        (22.0, [ADA]),  # Bob was there for two seconds
        (60.0, [ADA, ("Ada", True)]),
        (90.0, [ADA]),
    ):
        scenes.see(second, seen)
    assert scenes.of_note() == (Scene(0.0, "Ada"), Scene(60.0, "Ada: screen"), Scene(90.0, "Ada"))
