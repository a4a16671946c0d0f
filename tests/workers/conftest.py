"""Two workers as on two machines: one Redis, one database, one media server, each its own data folder."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import redis_server
from tests.app_process import RestApp
from tests.inbox import Inbox, running

PER_BROWSER = 6


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis_server.RedisServer]:
    if redis_server.find() is None:
        pytest.skip("no Redis on this machine: the tests that need one are skipped")
    with redis_server.running(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def shared_database(postgres_url: str) -> str:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE two_workers")
    return postgres_url.replace("/postgres?", "/two_workers?")


@pytest.fixture(scope="session")
def key() -> tuple[str, str]:
    """The media server's key and secret."""
    return "APIworkers", secrets.token_urlsafe(36)


@pytest.fixture(scope="session")
def inbox() -> Iterator[Inbox]:
    with running() as inbox:
        yield inbox


@pytest.fixture(scope="session")
def workers(
    inbox: Inbox,
    redis: redis_server.RedisServer,
    shared_database: str,
    key: tuple[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[RestApp, RestApp]]:
    """The whole app without its built pages. The first one brings the media server and tells the second."""
    common = {
        "DATABASE_URL": shared_database,
        "REDIS_URL": redis.url,
        **inbox.settings,
        "LIVEKIT_API_KEY": key[0],
        "LIVEKIT_API_SECRET": key[1],
        "REQUESTS_PER_BROWSER": str(PER_BROWSER),
        "REFLEX_ENV_MODE": "prod",
        "__REFLEX_SKIP_COMPILE": "true",
    }
    first, second = (RestApp(folder(tmp_path_factory, n), dict(common)) for n in ("first", "second"))
    for app in (first, second):
        app.target = "donfra_live.donfra_live:app"
    second.environment["LIVEKIT_SERVER_URL"] = f"http://127.0.0.1:{first.livekit_port}"
    try:
        first.start()
        second.start()
        first.wait_healthy()
        second.wait_healthy()
        yield first, second
    finally:
        first.stop()
        second.stop()


def folder(factory: pytest.TempPathFactory, name: str) -> Path:
    return factory.mktemp(name) / "data"
