"""The benchmark works and gives finite figures; how good they are is no test's affair."""

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import chromium, figures, join
from bench.__main__ import arguments

ROOT = Path(__file__).parent.parent.parent


def numbers(found: Any) -> Iterator[float]:
    if isinstance(found, dict):
        for value in found.values():
            yield from numbers(value)
    elif isinstance(found, list):
        for value in found:
            yield from numbers(value)
    elif isinstance(found, int | float):
        yield found


def test_medians() -> None:
    assert figures.spread([3.0, None, 1.0, 2.0]) == {"median": 2.0, "p25": 1.5, "p75": 2.5, "n": 3}
    assert figures.spread([None]) is None
    assert figures.percentile(list(range(100)), 99) == 99


def test_a_picture_before_the_click_is_an_error() -> None:
    with pytest.raises(TimeoutError):
        join.split({"click": 20.0, "frame": 10.0})


def test_quick_is_small() -> None:
    assert vars(arguments(["--quick"])).items() >= {"runs": 2, "requests": 100}.items()


@pytest.mark.browser
@pytest.mark.livekit
@pytest.mark.timeout(360)
def test_a_quick_run(tmp_path: Path) -> None:
    if not chromium.find_chromium():
        pytest.skip("no Chromium on this machine: the tests that need one are skipped")
    out = tmp_path / "results.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--out", out],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=350,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    results = json.loads(out.read_text())
    assert all(math.isfinite(number) for number in numbers(results))
    near, *far = results["join"]
    assert len(far) == join.has_far_address()
    for distance in results["join"]:
        for mode in join.MODES:
            assert distance[mode]["errors"] == []
            assert distance[mode]["click_to_frame"]["median"] > 0
            assert distance[mode]["other_hosts"] == []
            assert distance[mode]["script_bytes"]["median"] > 50_000
    for name in ("create", "join"):
        assert results["rest"][name]["refused"] == 0
        assert results["rest"][name]["per_second"] > 0
    assert results["lists"]["last_page_ms"]["median"] > 0
    assert near["round_trip_ms"] == 0
    assert "first picture" in done.stdout
