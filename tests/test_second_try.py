"""Rule: what is tried a second time after a failure, and where tests with real servers are."""

from pathlib import Path

from tests.second_try import AT_MOST, REAL, to_try_again

TESTS = Path(__file__).parent


def test_files_are_tried_again_whole() -> None:
    failed = ["tests/livekit/test_room.py::test_b[sqlite]", "tests/browser/test_story.py::test_c"]
    assert to_try_again([*failed, "tests/browser/test_story.py::test_d"]) == [
        "tests/browser/test_story.py",
        "tests/livekit/test_room.py",
    ]


def test_many_failures_are_final() -> None:
    failed = [f"tests/browser/test_{number}.py::test_a" for number in range(AT_MOST + 1)]
    assert to_try_again(failed[:AT_MOST]) != []
    assert to_try_again(failed) == []


def test_without_a_known_failure_there_is_nothing_to_try() -> None:
    assert to_try_again([]) == []


def test_tests_with_real_servers_are_known() -> None:
    marks = "mark." + "livekit", "mark." + "browser"
    marked = [
        file.relative_to(TESTS)
        for file in TESTS.rglob("test_*.py")
        if any(mark in file.read_text(encoding="utf-8") for mark in marks)
    ]
    assert marked
    assert [file for file in marked if not any(file.is_relative_to(place) for place in REAL)] == []
    assert all((TESTS / place).exists() for place in REAL)
