"""Fixtures of the REST tests."""

import time
from types import SimpleNamespace

import pytest
from limits.aio import strategies
from limits.aio.storage import memory

from donfra_live import limits


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the limits stands still: on a busy machine a test may reach into the next minute."""
    middle = time.time() // 60 * 60 + 30
    for module in (limits, memory, strategies):
        monkeypatch.setattr(module, "time", SimpleNamespace(time=lambda: middle))
