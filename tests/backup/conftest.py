"""A place with something in it that is worth a backup, and an empty one of the same kind to restore it to."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from donfra_live.backup.making import Made, make
from donfra_live.backup.progress import Progress
from donfra_live.backup.restoring import Restored, restore
from donfra_live.db import Database
from donfra_live.livekit_server.keys import load_or_create
from donfra_live.settings import Settings
from tests.recordings.films import record
from tests.world import PASSWORD, World, browser


def silent() -> Progress:
    return Progress(lambda line: None)


async def backup(settings: Settings, path: Path | None = None, **options: bool) -> Made:
    """As the command does it: beside the app, in a thread of its own."""
    return await asyncio.to_thread(make, settings, path, silent(), **options)


async def put_back(settings: Settings, path: Path, **options: bool) -> Restored:
    return await asyncio.to_thread(restore, settings, path, silent(), **options)


def files_in(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def new_database(request: pytest.FixtureRequest, database_url: str) -> Iterator[str]:
    """DATABASE_URL of an empty database of the same kind; for SQLite the file in the data folder."""
    if database_url.startswith("sqlite"):
        yield ""
        return
    server: str = request.getfixturevalue("postgres_url")
    name = f"new_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield server.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_place(tmp_path: Path, settings: Settings, new_database: str) -> Settings:
    return settings.model_copy(
        update={"donfra_data_dir": tmp_path / "new/data", "database_url": new_database}
    )


@pytest.fixture
async def new_world(new_place: Settings) -> AsyncIterator[World]:
    """What an app there has, once something has been restored."""
    database = Database(new_place)
    yield World(database)
    await database.close()


@dataclass(frozen=True)
class Place:
    """Ada has an account and a login with this key; Alice's session is on air, Bob wrote, it was recorded."""

    settings: Settings
    session_id: str
    recording_id: str
    login_key: str
    media_key: str


@pytest.fixture
async def place(world: World, settings: Settings) -> Place:
    settings.data_dir.mkdir(mode=0o700)
    (settings.data_dir / "recorders.id").write_text("here")
    await world.account("ada")
    entered = await world.accounts.own.sign_in(
        browser("ada"), email="ada@example.org", password=PASSWORD, user_agent="Firefox/1 Linux"
    )
    sid = await world.live()
    await world.come("bob", sid)
    await world.chat.post(browser("bob"), sid, text="hello")
    rid = await record(world, browser("alice"), sid)
    for name in ("job.json", "recorder.log", "recorder.lock", "voice-01.m4a"):
        (settings.data_dir / "recordings" / sid / rid / name).write_bytes(b"of the recorder")
    return Place(settings, sid, rid, entered.key, load_or_create(settings.data_dir).secret)
