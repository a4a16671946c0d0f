"""Recorders that let an Egress record."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from donfra_live.recorder import client, egress, egress_run
from tests.recorder.egress_desk import SECONDS, Desk, pieces_of


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(egress, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(egress_run, "AGAIN_SECONDS", 0.0)
    data = tmp_path / "data"
    data.mkdir()
    desk = Desk(data, pieces_of(tmp_path / "film", SECONDS))
    yield desk
    await desk.tasks.close()
    for child in client._spawned:
        child.kill()
        child.wait()
