"""One real app with a real media server for all tests of this folder."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests import app_process


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[app_process.RestApp]:
    folder = tmp_path_factory.mktemp("app")
    with app_process.running(folder, CREATES_PER_MINUTE="1000", JOINS_PER_MINUTE="5000") as app:
        yield app


@pytest.fixture
def rest(app: app_process.RestApp) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=app.url, timeout=15) as client:
        yield client


@pytest.fixture
def session(rest: httpx.Client) -> dict[str, Any]:
    """A session on air, made by REST: the answer of create."""
    answer = rest.post("/api/live/create", json={"title": "Algebra", "owner_name": "Alice"})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created
