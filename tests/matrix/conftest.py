"""Rights are the same on every database: SQLite is enough for a thousand questions."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from donfra_live.settings import Settings
from tests.rest_client import api_of, client_of
from tests.world import World


@pytest.fixture
def database_url(emptied_sqlite: Callable[[], str]) -> str:
    return emptied_sqlite()


@pytest.fixture
async def client(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(api_of(world, settings)) as client:
        yield client
