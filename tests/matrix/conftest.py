"""Rights are the same on every database: SQLite is enough for a thousand questions, and one app for all."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from donfra_live.api.app import build_api
from donfra_live.settings import Settings
from tests.rest_client import client_of
from tests.world import World


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(scope="session")
def shared_app() -> FastAPI:
    """FastAPI works a route out when it is first asked for, which takes longer than the answers of a test."""
    return build_api(cast(Any, None), Settings(), cast(Any, None))


@pytest.fixture
async def client(shared_app: FastAPI, world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    shared_app.state.services, shared_app.state.settings = world.services(settings), settings
    async with client_of(shared_app) as client:
        yield client
