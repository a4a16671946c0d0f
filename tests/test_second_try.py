"""Rule: what is tried a second time after a failure."""

from tests.second_try import AT_MOST, to_try_again


def test_files_with_real_servers_are_tried_again_whole() -> None:
    failed = ["tests/livekit/test_room.py::test_b[sqlite]", "tests/browser/test_story.py::test_c"]
    assert to_try_again([*failed, "tests/browser/test_story.py::test_d"]) == [
        "tests/browser/test_story.py",
        "tests/livekit/test_room.py",
    ]


def test_a_failure_without_real_servers_is_final() -> None:
    assert to_try_again(["tests/browser/test_story.py::test_c", "tests/chat/test_rules.py::test_d"]) == []


def test_many_failures_are_final() -> None:
    failed = [f"tests/browser/test_{number}.py::test_a" for number in range(AT_MOST + 1)]
    assert to_try_again(failed[:AT_MOST]) != []
    assert to_try_again(failed) == []


def test_without_a_known_failure_there_is_nothing_to_try() -> None:
    assert to_try_again([]) == []
