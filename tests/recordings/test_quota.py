"""How much the recordings of one host may take up: before one starts, while it runs, and as it is shown."""

import pytest

from donfra_live.errors import QuotaFull
from donfra_live.live_sessions.views import Actor
from donfra_live.recordings.library import RecordingLibrary
from donfra_live.recordings.rules import RecordingStatus as S
from donfra_live.recordings.rules import lasts, space_left, space_to_record, why_over_quota
from donfra_live.recordings.service import Recordings
from donfra_live.recordings.space import RecordingSpace
from donfra_live.recordings.stored import OVER_QUOTA
from tests.world import World, browser

ALICE, BOB = browser("alice"), browser("bob")
QUOTA = 10_000_000


@pytest.fixture
def limited(world: World) -> World:
    """A world in which each host's recordings may take up so much."""
    ports = world.library._ports
    world.recordings = Recordings(
        world.db, ports, world.recorder, machine=lambda: "here", longest=3600.0, quota=QUOTA
    )
    world.library = RecordingLibrary(world.db, ports, world.recordings, world.recording_files, quota=QUOTA)
    world.space = RecordingSpace(world.db, ports, world.recorder, lambda: 6_000_000, quota=QUOTA)
    return world


async def begun(world: World, actor: Actor, sid: str, size: int = 0) -> str:
    rid = (await world.recordings.start(actor, sid)).id
    world.recorder.becomes(rid, S.RECORDING, bytes=size)
    await world.recordings.follow()
    return rid


async def recorded(world: World, actor: Actor, sid: str, size: int) -> str:
    """One that is over."""
    rid = await begun(world, actor, sid)
    world.recorder.becomes(rid, S.READY, bytes=size, seconds=1.0, file="recording.mp4")
    await world.recordings.follow()
    return rid


async def test_a_full_quota_is_said_before_it_starts(limited: World) -> None:
    first, second = await limited.live(), await limited.live()
    rid = await recorded(limited, ALICE, first, QUOTA)
    with pytest.raises(QuotaFull, match=r"take up 0\.010 of 0\.010 GB\. Delete some"):
        await limited.recordings.start(ALICE, second)
    assert not (await limited.sessions.facts(second)).recording
    assert await limited.library.of_session(ALICE, second) == []
    others = await limited.live("bob")
    await begun(limited, BOB, others)
    await limited.library.delete(ALICE, rid)
    await begun(limited, ALICE, second)


async def test_a_co_host_records_on_the_hosts_account(limited: World) -> None:
    sid = await limited.live()
    await limited.come("bob", sid, "co_host")
    await recorded(limited, BOB, sid, QUOTA)
    with pytest.raises(QuotaFull):
        await limited.recordings.start(BOB, sid)
    await begun(limited, BOB, await limited.live("bob"))
    assert (await limited.library.own(BOB)).used == 0
    assert (await limited.library.own(ALICE)).used == QUOTA


async def test_an_account_has_one_quota_in_all_browsers(limited: World) -> None:
    await limited.account("grace")
    grace = await limited.signed_in("grace")
    for size in (6_000_000, 4_000_000):
        created = await limited.sessions.create(grace, title="Algebra", owner_name="Grace", on_air=True)
        await recorded(limited, grace, created.facts.id, size)
    elsewhere = Actor(account=grace.account, browser=browser("another").browser)
    created = await limited.sessions.create(elsewhere, title="Algebra", owner_name="Grace", on_air=True)
    with pytest.raises(QuotaFull):
        await limited.recordings.start(elsewhere, created.facts.id)
    shelf = await limited.library.own(elsewhere)
    assert (shelf.used, shelf.quota) == (QUOTA, QUOTA)
    guest = await limited.live("grace")
    await begun(limited, browser("grace"), guest)


async def test_one_that_reaches_it_is_stopped_and_kept(limited: World) -> None:
    sid = await limited.live()
    await recorded(limited, ALICE, sid, 4_000_000)
    rid = await begun(limited, ALICE, sid)
    limited.recorder.becomes(rid, S.RECORDING, bytes=5_999_999, seconds=10.0)
    await limited.recordings.follow()
    assert (await limited.library.one(ALICE, rid)).status == S.RECORDING
    limited.recorder.becomes(rid, S.RECORDING, bytes=6_000_000, seconds=20.0)
    await limited.recordings.follow()
    stopped = await limited.library.one(ALICE, rid)
    assert (stopped.status, stopped.reason) == (S.FINISHING, OVER_QUOTA)
    limited.recorder.is_ready(sid, rid, b"film")
    await limited.recordings.follow()
    ready = await limited.library.one(ALICE, rid)
    assert (ready.status, ready.reason) == (S.READY, OVER_QUOTA)
    assert not (await limited.sessions.facts(sid)).recording


async def test_a_stop_that_was_lost_is_sent_again(limited: World) -> None:
    rid = await begun(limited, ALICE, await limited.live())
    limited.recorder.becomes(rid, S.RECORDING, bytes=QUOTA, seconds=10.0)
    await limited.recordings.follow()
    limited.recorder.becomes(rid, S.RECORDING, bytes=QUOTA, seconds=16.0)  # it never heard of it
    await limited.recordings.follow()
    assert (await limited.library.one(ALICE, rid)).status == S.FINISHING


async def test_what_is_left_is_told_before(limited: World) -> None:
    sid = await limited.live()
    space = await limited.space.of_session(ALICE, sid)
    assert (space.free, space.used, space.quota) == (6_000_000, 0, QUOTA), "the disk has less"
    assert space.leaves_out
    assert space.separates
    await recorded(limited, ALICE, sid, 7_000_000)
    space = await limited.space.of_session(ALICE, sid)
    assert (space.free, space.seconds, space.used) == (3_000_000, 9, 7_000_000), "the quota has less"


def test_how_much_is_left() -> None:
    assert space_to_record(free=999, reserve=1000) == 0, "no recording would start"
    assert space_to_record(free=5000, reserve=1000) == 4500
    assert space_left(free=500, used=10**9, quota=0) == 500
    assert space_left(free=500, used=90, quota=100) == 10
    assert space_left(free=500, used=190, quota=100) == 0
    assert lasts(1_152_000_000) == 3600
    assert why_over_quota(used=10**12, quota=0) is None
    assert why_over_quota(used=99, quota=100) is None
