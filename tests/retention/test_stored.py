"""Exports and removals of sessions whose recordings are in a real S3 server."""

from pathlib import Path

import pytest

from donfra_live.errors import StorageAway
from donfra_live.models import LiveSession, Recording
from donfra_live.retention.files import SessionFiles
from donfra_live.retention.nightly import Nightly
from donfra_live.retention.rules import Keep
from donfra_live.retention.service import Retention
from tests.recordings.storing import ALICE, FILM, Stored, kept, storage_at
from tests.rows import rows_of
from tests.s3_server import S3Server
from tests.world import World, unpacked

DAY = 86_400


@pytest.fixture
def stored(world: World, s3: S3Server) -> Stored:
    return Stored(world, storage_at(s3))


async def over(stored: Stored) -> tuple[str, str]:
    sid, rid = await stored.moved()
    await stored.world.sessions.end(ALICE, sid)
    return sid, rid


def night(stored: Stored, machine: str = "here", **keep: int) -> Nightly:
    world = stored.world
    return Nightly(
        world.db, world.clock, world.files, Keep(**keep), world.counting, hour=3, machine=lambda: machine
    )


async def test_an_export_has_what_is_there(stored: Stored, s3: S3Server, tmp_path: Path) -> None:
    sid, rid = await over(stored)
    packed = await stored.world.export(ALICE, sid)
    assert {name: packed[name] for name in kept(sid, rid)} == kept(sid, rid)
    assert (await stored.world.retention.holdings(ALICE, sid)).files == 5
    files = SessionFiles(tmp_path / "there", stored.elsewhere(tmp_path / "there")._files)
    there = Retention(
        stored.world.db, stored.world.library._ports, files, tmp_path / "tmp", machine=lambda: "there"
    )
    from_there = unpacked(await there.export(ALICE, sid))
    assert from_there[f"recordings/{sid}/{rid}/recording.mp4"] == FILM
    s3.stop()
    with pytest.raises(StorageAway):
        await stored.world.export(ALICE, sid)


async def test_a_session_is_deleted_with_what_is_there_or_not_at_all(stored: Stored, s3: S3Server) -> None:
    sid, rid = await over(stored)
    other, other_rid = await stored.moved()
    s3.stop()
    with pytest.raises(StorageAway, match="does not answer"):
        await stored.world.retention.delete(ALICE, sid)
    assert [one.id for one in await stored.world.library.of_session(ALICE, sid)] == [rid]
    s3.start()
    await stored.world.retention.delete(ALICE, sid)
    assert s3.files() == kept(other, other_rid)
    assert [row.id for row in await rows_of(stored.world.db, Recording)] == [other_rid]


async def test_a_session_that_was_not_recorded_is_deleted_whatever_the_storage_does(
    stored: Stored, s3: S3Server
) -> None:
    sid = await stored.world.live()
    await stored.world.sessions.end(ALICE, sid)
    s3.stop()
    await stored.world.retention.delete(ALICE, sid)
    assert await rows_of(stored.world.db, LiveSession) == []


async def test_at_night_they_go_when_their_time_is_up(stored: Stored, s3: S3Server) -> None:
    sid, rid = await over(stored)
    stored.world.clock.pass_seconds(2 * DAY)
    assert await night(stored, recordings=9).run(stored.world.clock()) == {}
    assert s3.files() == kept(sid, rid)
    assert await night(stored, recordings=1).run_own(stored.world.clock()) == {}, "no machine's own any more"
    removed = await night(stored, "another", recordings=1).run(stored.world.clock())
    assert (removed["files"], removed["recording"], s3.files()) == (5, 1, {})


async def test_while_the_storage_is_away_they_are_left_to_the_next_night(
    stored: Stored, s3: S3Server, caplog: pytest.LogCaptureFixture
) -> None:
    world = stored.world
    sid, rid = await over(stored)
    await world.chat.post(ALICE, await world.live(), text="in another session")
    keep = {"chat": 1, "recordings": 1, "sessions": 1}
    world.clock.pass_seconds(2 * DAY)
    s3.stop()
    await night(stored, **keep).run(world.clock())
    assert f"recordings of {sid} are not removed this night: it does not answer" in caplog.text
    assert [row.id for row in await rows_of(world.db, Recording)] == [rid]
    s3.start()
    assert s3.files() == kept(sid, rid)
    await night(stored, **keep).run(world.clock())
    assert s3.files() == {}
    assert sid not in {row.id for row in await rows_of(world.db, LiveSession)}


async def test_what_is_half_on_its_way_goes_too(stored: Stored, s3: S3Server) -> None:
    sid, rid = await stored.ready()
    await stored.world.sessions.end(ALICE, sid)
    await stored.storage.put(f"recordings/{sid}/{rid}/recording.mp4", FILM)
    stored.world.clock.pass_seconds(2 * DAY)
    assert (await night(stored, recordings=1).run_own(stored.world.clock()))["files"] >= 5
    assert s3.files() == {}
    assert not stored.folder(sid, rid).exists()
    assert await rows_of(stored.world.db, Recording) == []
