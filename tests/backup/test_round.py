"""From one place to another: what is restored answers as the one that was backed up did."""

import asyncio
import os
import sqlite3
import stat
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from donfra_live.accounts import login_cookie
from donfra_live.backup.rules import BackupError
from donfra_live.db import ROOT, Database, migrate, newest_revision, sync_url
from donfra_live.livekit_server.keys import load_or_create
from donfra_live.models import Recording
from donfra_live.recordings.rules import RecordingStatus
from donfra_live.settings import Settings
from tests.backup.conftest import Place, backup, files_in, put_back
from tests.rest_client import api_of, client_of
from tests.rows import rows_of
from tests.world import PASSWORD, World, browser


async def test_a_restored_place_has_the_session_its_chat_its_recording_and_who_is_signed_in(
    place: Place, new_place: Settings, new_world: World
) -> None:
    made = await backup(place.settings)
    await put_back(new_place, made.path)
    await migrate(new_place)
    assert [m.text for m in await new_world.chat.history(browser("bob"), place.session_id)] == ["hello"]
    film = await new_world.library.file(browser("alice"), place.recording_id)
    assert isinstance(film.content, Path)
    assert film.content.read_bytes() == b"film"
    assert (await new_world.again(browser("ada"), place.login_key)).account, "the login of before"
    cookie = {"Cookie": f"{login_cookie.COOKIE}={place.login_key}"}
    async with client_of(api_of(new_world, new_place), path="/api") as client:
        assert (await client.get(f"/live/{place.session_id}")).json()["title"] == "Algebra"
        me = (await client.get("/accounts/me", headers=cookie)).json()
        assert me["email"] == "ada@example.org"
        again = {"email": "ada@example.org", "password": PASSWORD}
        assert (await client.post("/accounts/login", json=again)).status_code == 200
    assert load_or_create(new_place.data_dir).secret == place.media_key, "tokens that were given stay good"


async def test_what_belongs_to_it_and_nothing_else_is_in_it(place: Place, new_place: Settings) -> None:
    data = place.settings.data_dir
    for other in ("livekit/state.json", "run/app.pid", "states/page.pkl", "tmp/export.zip", "reconcile.lock"):
        (data / other).parent.mkdir(exist_ok=True)
        (data / other).write_text("of the moment")
    made = await backup(place.settings)
    folder = f"recordings/{place.session_id}/{place.recording_id}"
    belongs = {"livekit/keys", "recorders.id", f"{folder}/recording.mp4", f"{folder}/voice-01.m4a"}
    assert made.manifest.files.keys() - {"donfra.db", "donfra.dump"} == belongs
    assert made.size == made.path.stat().st_size
    await put_back(new_place, made.path)
    there = files_in(new_place.data_dir)
    assert {name: there[name] for name in belongs} == {name: files_in(data)[name] for name in belongs}
    assert there.keys() - belongs <= {"donfra.db", "backup.lock"}


async def test_only_its_owner_can_read_it(place: Place, new_place: Settings, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        given = (await backup(place.settings, tmp_path)).path
        made = (await backup(place.settings)).path
        await put_back(new_place, made)
    finally:
        os.umask(before)
    assert given.parent == tmp_path
    assert made.parent == place.settings.data_dir / "backups"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (given, made, made.parent)] == [
        0o600,
        0o600,
        0o700,
    ]
    modes = {
        stat.S_IMODE(path.stat().st_mode) & 0o077
        for path in [new_place.data_dir, *new_place.data_dir.rglob("*")]
    }
    assert modes == {0}


async def test_recordings_are_left_out_on_demand_and_said_to_be(place: Place, new_place: Settings) -> None:
    made = await backup(place.settings, with_recordings=False)
    folder = f"recordings/{place.session_id}/{place.recording_id}"
    assert made.manifest.left_out == {"left out by --without-recordings": [folder]}
    assert made.manifest.recordings == 0
    await put_back(new_place, made.path)
    assert not (new_place.data_dir / "recordings").exists()


async def test_recordings_that_run_or_lie_elsewhere_are_named(
    place: Place, world: World, settings: Settings
) -> None:
    sid, ready = place.session_id, RecordingStatus.READY
    rows = {
        "running": Recording(
            session_id=sid, started_by="A", machine="here", status=RecordingStatus.RECORDING
        ),
        "far": Recording(session_id=sid, started_by="A", machine="here", status=ready, stored="s3://films"),
        "there": Recording(session_id=sid, started_by="A", machine="there", status=ready),
        "failed": Recording(session_id=sid, started_by="A", machine="here", status=RecordingStatus.FAILED),
    }
    ids = {name: row.id for name, row in rows.items()}
    async with world.db.transaction() as db:
        db.add_all(rows.values())
    for name, rid in ids.items():
        folder = settings.data_dir / "recordings" / sid / rid
        folder.mkdir(parents=True)
        for file in ("job.json", "part-0001.mp4", "recorder.lock"):
            (folder / file).write_text(name)
    made = await backup(settings)
    assert made.manifest.left_out == {
        "still being made": [f"recordings/{sid}/{ids['running']}"],
        "in s3://films": [f"recordings/{sid}/{ids['far']}"],
        "on another machine": [f"recordings/{sid}/{ids['there']}"],
    }
    in_it = {name.split("/")[-1] for name in made.manifest.files if ids["failed"] in name}
    assert in_it == {"job.json", "part-0001.mp4"}, "its parts may still become a file"
    assert made.manifest.recordings == 2


async def test_what_was_there_goes_aside_only_when_told_so(
    place: Place, new_place: Settings, new_world: World
) -> None:
    made = await backup(place.settings)
    await put_back(new_place, made.path)
    await migrate(new_place)
    await new_world.chat.post(browser("bob"), place.session_id, text="after")
    await new_world.db.close()
    (new_place.data_dir / "backups").mkdir()
    (new_place.data_dir / "backups/old.tar").write_text("stays")
    before = files_in(new_place.data_dir)
    with pytest.raises(BackupError, match="something already.*--replace"):
        await put_back(new_place, made.path)
    assert files_in(new_place.data_dir) == before
    restored = await put_back(new_place, made.path, replace=True)
    assert restored.aside
    assert [m.text for m in await new_world.chat.history(browser("bob"), place.session_id)] == ["hello"]
    assert (new_place.data_dir / "backups/old.tar").read_text() == "stays"
    aside = files_in(restored.aside)
    kept = {name for name in before if not name.startswith(("backup", "donfra.db"))}
    assert {name: aside[name] for name in kept} == {name: before[name] for name in kept}
    older = await asyncio.to_thread(messages_aside, new_place, restored.aside)
    assert older == ["after", "hello"]


def messages_aside(settings: Settings, aside: Path) -> list[str]:
    """What was written in the database that has been moved aside."""
    if not settings.database_url:
        with sqlite3.connect(aside / "donfra.db") as connection:
            return sorted(text for (text,) in connection.execute("SELECT text FROM chat_message"))
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("SELECT set_config('search_path', %s, false)", [aside.name])
        return sorted(text for (text,) in connection.execute("SELECT text FROM chat_message"))


async def test_a_place_is_backed_up_and_restored_again_and_again(place: Place, new_place: Settings) -> None:
    """What was moved aside does not get into later backups."""
    first = await backup(place.settings)
    await put_back(new_place, first.path)
    await put_back(new_place, first.path, replace=True)
    second = await backup(new_place)
    assert second.manifest.files.keys() == first.manifest.files.keys()
    assert b"before_restore_" not in second.path.read_bytes()
    await put_back(new_place, second.path, replace=True)
    database = Database(new_place)
    try:
        assert [row.id for row in await rows_of(database, Recording)] == [place.recording_id]
    finally:
        await database.close()


@pytest.mark.parametrize("revision", ["0001", "0009"])
async def test_a_place_of_an_older_version_is_brought_up_to_date_by_the_next_start(
    new_place: Settings, tmp_path: Path, revision: str
) -> None:
    await asyncio.to_thread(upgrade, new_place, revision)
    made = await backup(new_place, tmp_path)
    assert made.manifest.revision == revision
    await put_back(new_place, made.path, replace=True)
    await migrate(new_place)
    assert (await backup(new_place, tmp_path / "new")).manifest.revision == newest_revision()


def upgrade(settings: Settings, revision: str) -> None:
    settings.data_dir.mkdir(parents=True)
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes |= {"url": sync_url(settings), "keep_logging": True}
    command.upgrade(config, revision)
