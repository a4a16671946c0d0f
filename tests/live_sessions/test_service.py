"""Create, go live, end, lists: refusals first."""

import uuid

import pytest

from donfra_live.errors import BadInput, MediaServerAway, NoProof, NotAllowed, NotFound, SessionEnded
from donfra_live.live_sessions.rules import SessionStatus
from donfra_live.live_sessions.views import Actor
from tests.world import STRANGER, World, browser


async def test_a_session_needs_a_title(world: World) -> None:
    with pytest.raises(BadInput):
        await world.sessions.create(browser("alice"), title=" ", owner_name="Alice")


async def test_a_session_is_not_made_when_the_media_server_is_away(world: World) -> None:
    world.rooms.away = True
    with pytest.raises(MediaServerAway):
        await world.live()
    assert (await world.sessions.lists(browser("alice"))).mine == ()


async def test_an_unknown_session_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        await world.sessions.facts(str(uuid.uuid4()))


async def test_a_stranger_may_not_go_live(world: World) -> None:
    created = await world.sessions.create(browser("alice"), title="Algebra", owner_name="Alice")
    for actor in (STRANGER, browser("mallory")):
        with pytest.raises(NoProof):
            await world.sessions.go_live(actor, created.facts.id)
    assert world.rooms.open_rooms == set()


async def test_a_session_made_on_the_page_is_on_air_when_its_host_goes_live(world: World) -> None:
    created = await world.sessions.create(browser("alice"), title="Algebra", owner_name="Alice")
    assert created.facts.status == SessionStatus.OPEN
    facts = await world.sessions.go_live(browser("alice"), created.facts.id)
    assert facts.status == SessionStatus.LIVE
    assert created.facts.id in world.rooms.open_rooms


async def test_going_live_twice_keeps_the_first_time(world: World) -> None:
    sid = await world.live()
    first = (await world.sessions.facts(sid)).live_at
    world.clock.pass_seconds(60)
    assert (await world.sessions.go_live(browser("alice"), sid)).live_at == first


@pytest.mark.parametrize("proof", ["none", "viewer", "wrong key", "viewer's token"])
async def test_nobody_but_the_host_ends_a_session(world: World, proof: str) -> None:
    sid = await world.live()
    joined = await world.join("bob", sid)
    actor = {
        "none": STRANGER,
        "viewer": browser("bob"),
        "wrong key": Actor(key="wrong"),
        "viewer's token": Actor(bearer=joined.token),
    }[proof]
    with pytest.raises((NoProof, NotAllowed)):
        await world.sessions.end(actor, sid)
    assert (await world.sessions.facts(sid)).status == SessionStatus.LIVE


async def test_a_key_of_another_session_is_no_proof(world: World) -> None:
    sid = await world.live()
    other = await world.sessions.create(browser("oscar"), title="Other", owner_name="Oscar", on_air=True)
    with pytest.raises(NotAllowed):
        await world.sessions.end(Actor(key=other.host_key), sid)


async def test_ending_tells_the_room_and_deletes_it(world: World) -> None:
    sid = await world.live()
    joined = await world.join("bob", sid)
    ended = await world.sessions.end(browser("alice"), sid)
    assert ended.ended_at == world.clock()
    assert world.rooms.sent == [((joined.identity,), "session", {"status": "ended"})]
    assert sid not in world.rooms.open_rooms


async def test_ending_twice_is_refused(world: World) -> None:
    sid = await world.live()
    await world.sessions.end(browser("alice"), sid)
    with pytest.raises(SessionEnded):
        await world.sessions.end(browser("alice"), sid)


async def test_a_session_ends_although_the_media_server_is_away(world: World) -> None:
    sid = await world.live()
    world.rooms.away = True
    await world.sessions.end(browser("alice"), sid)
    assert (await world.sessions.facts(sid)).status == SessionStatus.ENDED
    world.rooms.away = False
    await world.presence.reconcile()
    assert sid not in world.rooms.open_rooms


async def test_lists_show_my_own_and_the_listed_ones(world: World) -> None:
    hidden, listed = await world.live("alice"), await world.live("bob", listed=True)
    lists = await world.sessions.lists(browser("alice"))
    assert [f.id for f in lists.mine] == [hidden]
    assert [f.id for f in lists.listed] == [listed]
    assert (await world.sessions.lists(STRANGER)).mine == ()


async def test_an_ended_session_leaves_the_public_list(world: World) -> None:
    sid = await world.live(listed=True)
    await world.sessions.end(browser("alice"), sid)
    lists = await world.sessions.lists(browser("alice"))
    assert lists.listed == ()
    assert [f.status for f in lists.mine] == [SessionStatus.ENDED]


async def test_every_change_is_published(world: World) -> None:
    sid = await world.live()
    await world.sessions.end(browser("alice"), sid)
    assert world.updates.published == [sid, sid]
