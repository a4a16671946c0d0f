"""The walkthrough of docs/api.md, run line by line against a real app; and which routes there are."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from donfra_live.api.app import PARTS
from tests import app_process

WALKTHROUGH = Path(__file__).parent.parent / "docs" / "api.md"


def routes() -> set[str]:
    """Every public route, as "GET /api/..."."""
    found = set()
    for part in PARTS:
        for route in part.router.routes:
            if getattr(route, "include_in_schema", False):
                found |= {f"{method} {route.path}" for method in route.methods}  # type: ignore[attr-defined]
    return found


@pytest.mark.livekit
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not on this machine")
def test_the_walkthrough_works_line_by_line(tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", WALKTHROUGH.read_text(encoding="utf-8"), re.DOTALL)
    with app_process.running(tmp_path) as app:
        done = subprocess.run(
            ["bash", "-e", "-u", "-x", "-c", "\n".join(blocks)],
            cwd=tmp_path,
            env={**os.environ, "BASE": app.url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-2000:]
