"""Arrivals, joins, seats, the host's link."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from donfra_live.browser_key import hash_of
from donfra_live.errors import (
    BadInput,
    NoProof,
    NotAllowed,
    NotOnAir,
    NotSignedIn,
    SessionEnded,
    TooManyRequests,
)
from donfra_live.live_sessions.ports import MediaEvent
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.views import Actor
from tests.world import STRANGER, World, browser


async def test_nobody_joins_an_ended_session(world: World) -> None:
    sid = await world.live()
    await world.sessions.end(browser("alice"), sid)
    for who in ("alice", "bob"):
        with pytest.raises(SessionEnded):
            await world.join(who, sid)


async def test_nobody_joins_before_the_host_goes_live(world: World) -> None:
    created = await world.sessions.create(browser("alice"), title="Algebra", owner_name="Alice")
    with pytest.raises(NotOnAir):
        await world.join("bob", created.facts.id)


async def test_who_joins_while_the_media_server_is_away_comes_in_once_it_is_back(world: World) -> None:
    sid = await world.live()
    world.clock.pass_seconds(60)
    await world.rooms.close(sid)
    world.rooms.away = True
    joined = await world.join("bob", sid)
    world.rooms.away = False
    await world.presence.reconcile()
    assert sid in world.rooms.open_rooms
    world.rooms.connect(sid, joined.identity)
    event = MediaEvent("EV_1", "participant_joined", sid, joined.identity, "PA_1", "{}")
    await world.presence.apply(event)
    assert (await world.sessions.facts(sid)).people == 1
    assert joined.identity not in world.rooms.removed
    assert (await world.join("bob", sid)).member_id == joined.member_id


@pytest.mark.parametrize("name", ["", "  ", None, 5, "u" * 10000])
async def test_joining_needs_a_name(world: World, name: object) -> None:
    sid = await world.live()
    with pytest.raises(BadInput):
        await world.admissions.join(browser("bob"), sid, name=name)


@pytest.mark.parametrize("actor", [STRANGER, browser("bob"), Actor(key="wrong"), Actor(bearer="rubbish")])
async def test_wishing_to_be_host_grants_nothing(world: World, actor: Actor) -> None:
    sid = await world.live()
    with pytest.raises((NoProof, NotAllowed)):
        await world.admissions.join(actor, sid, name="Mallory", as_host=True)


async def test_a_viewer_cannot_publish(world: World) -> None:
    joined = await world.join("bob", await world.live())
    assert (joined.role, joined.can_publish, joined.can_subscribe) == (Role.VIEWER, False, True)
    assert "|watch|plain" in joined.token


async def test_the_creators_browser_is_the_host(world: World) -> None:
    joined = await world.join("alice", await world.live("alice"))
    assert (joined.role, joined.can_publish, joined.can_end) == (Role.HOST, True, True)
    assert joined.token.endswith("|plain"), "a page's token never administers a room"


async def test_the_host_token_of_rest_administers_its_room(world: World) -> None:
    created, host = await world.admissions.create_on_air(
        STRANGER, title="T", owner_name="Alice", listed=False
    )
    assert host.token.endswith("|publish|admin")
    again = await world.admissions.join(
        Actor(bearer=host.token), created.facts.id, name="Carol", as_host=True, api_client=True
    )
    assert (again.role, again.member_id, again.name) == (Role.HOST, created.member_id, "Carol")


async def test_two_people_of_the_same_name_are_two(world: World) -> None:
    sid = await world.live()
    first = await world.admissions.join(browser("one"), sid, name="Anna")
    second = await world.admissions.join(browser("two"), sid, name="Anna")
    assert first.identity != second.identity
    assert first.member_id != second.member_id


async def test_a_reload_finds_the_same_seat_on_a_new_connection(world: World) -> None:
    sid = await world.live()
    first, second = await world.join("bob", sid), await world.join("bob", sid)
    assert first.member_id == second.member_id
    assert first.identity != second.identity
    seat = await world.admissions.seat(browser("bob"), sid)
    assert seat is not None
    assert (seat.name, seat.role) == ("Bob", Role.VIEWER)


async def test_a_member_key_gives_a_client_without_cookies_its_seat(world: World) -> None:
    sid = await world.live()
    first = await world.admissions.join(STRANGER, sid, name="Bob")
    second = await world.admissions.join(Actor(key=first.member_key), sid, name="Bob")
    assert first.member_id == second.member_id


async def test_an_arrival_is_shown_at_the_click(world: World) -> None:
    sid = await world.live()
    arrival = await world.admissions.arrive(browser("bob"), sid)
    world.rooms.connect(sid, arrival.identity, hidden=True)
    joined = await world.admissions.join(browser("bob"), sid, name="Bob", identity=arrival.identity)
    assert (joined.identity, joined.token) == (arrival.identity, "")
    identity, shown = world.rooms.shown[0]
    assert (identity, shown.name, shown.attributes["role"]) == (arrival.identity, "Bob", Role.VIEWER)
    assert (shown.grants.hidden, shown.grants.can_subscribe) == (False, True)


async def test_an_arrival_that_is_gone_becomes_an_ordinary_join(world: World) -> None:
    sid = await world.live()
    arrival = await world.admissions.arrive(browser("bob"), sid)
    world.rooms.connect(sid, arrival.identity, hidden=True)
    await world.presence.reconcile()
    await world.rooms.remove(sid, arrival.identity)
    joined = await world.admissions.join(browser("bob"), sid, name="Bob", identity=arrival.identity)
    assert joined.token
    assert joined.identity != arrival.identity


async def test_an_arrival_on_its_way_is_shown_when_it_is_connected(world: World) -> None:
    sid = await world.live()
    arrival = await world.admissions.arrive(browser("bob"), sid)
    joined = await world.admissions.join(browser("bob"), sid, name="Bob", identity=arrival.identity)
    assert (joined.identity, joined.token) == (arrival.identity, "")
    assert (await world.sessions.facts(sid)).people == 0
    world.rooms.connect(sid, arrival.identity, hidden=True)
    event = MediaEvent("EV_1", "participant_joined", sid, arrival.identity, "PA_1", "{}", hidden=True)
    await world.presence.apply(event)
    assert not world.rooms.connected[sid][arrival.identity].hidden
    assert (await world.sessions.facts(sid)).people == 1


async def test_an_arrival_is_shown_as_soon_as_the_media_server_knows_it(world: World) -> None:
    """Its word comes later, once media could flow: for the picture that is too late."""
    sid = await world.live()
    arrival = await world.admissions.arrive(browser("bob"), sid)
    asked = asyncio.create_task(
        world.admissions.join(browser("bob"), sid, name="Bob", identity=arrival.identity)
    )
    while arrival.identity not in world.rooms.missed:
        await asyncio.sleep(0)
    world.rooms.connect(sid, arrival.identity, hidden=True)
    assert (await asked).token == ""
    assert not world.rooms.connected[sid][arrival.identity].hidden


async def entering(world: World, sid: str, who: Actor) -> tuple[str, asyncio.Task[object]]:
    """His arrival's identity, and his Join: the media server does not know the arrival yet."""
    arrival = await world.admissions.arrive(who, sid)
    asked = asyncio.create_task(world.admissions.join(who, sid, name="Bob", identity=arrival.identity))
    while arrival.identity not in world.rooms.missed and not asked.done():
        await asyncio.sleep(0)
    return arrival.identity, asked


async def test_who_is_removed_while_he_comes_in_is_put_out(world: World) -> None:
    sid = await world.live()
    identity, asked = await entering(world, sid, browser("bob"))
    seat = await world.admissions.seat(browser("bob"), sid)
    assert seat is not None
    await world.moderation.remove(browser("alice"), sid, seat.member_id)
    world.rooms.connect(sid, identity, hidden=True)
    await asked
    assert identity not in world.rooms.connected[sid]


async def test_whose_account_is_disabled_while_he_comes_in_is_put_out(world: World) -> None:
    sid = await world.live()
    bob = replace(await world.with_account("bob"), browser=hash_of("bob"))
    identity, asked = await entering(world, sid, bob)
    root = await world.with_account("root", admin=True)
    await world.accounts.people.change(root, bob.account, disabled=True)
    world.rooms.connect(sid, identity, hidden=True)
    await asked
    assert identity not in world.rooms.connected[sid]


async def test_who_is_demoted_while_he_comes_in_may_not_publish(world: World) -> None:
    sid = await world.live()
    await world.come("bob", sid, "speaker")
    identity, asked = await entering(world, sid, browser("bob"))
    seat = await world.admissions.seat(browser("bob"), sid)
    assert seat is not None
    await world.moderation.set_role(browser("alice"), sid, seat.member_id, role="viewer")
    world.rooms.connect(sid, identity, hidden=True)
    await asked
    assert world.rooms.connected[sid][identity].sources == ()


async def test_anothers_arrival_cannot_be_taken(world: World) -> None:
    sid = await world.live()
    arrival = await world.admissions.arrive(browser("bob"), sid)
    world.rooms.connect(sid, arrival.identity, hidden=True)
    joined = await world.admissions.join(browser("mallory"), sid, name="M", identity=arrival.identity)
    assert joined.identity != arrival.identity
    assert world.rooms.shown == []


@pytest.mark.parametrize("whose", ["an observer's", "a client's without cookies"])
async def test_a_hidden_connection_without_a_browser_is_nobodys_to_take(world: World, whose: str) -> None:
    sid = await world.live()
    if whose == "an observer's":
        hidden = await world.observing.observe(await world.with_account("root", admin=True), sid)
    else:
        hidden = await world.admissions.arrive(STRANGER, sid)
    world.rooms.connect(sid, hidden.identity, hidden=True)
    joined = await world.admissions.join(STRANGER, sid, name="M", identity=hidden.identity)
    assert joined.identity != hidden.identity
    assert world.rooms.shown == []


async def test_arrivals_are_counted(world: World) -> None:
    sid = await world.live()
    for who in ("one", "two"):
        await world.admissions.arrive(browser(who), sid)
    with pytest.raises(TooManyRequests):
        await world.admissions.arrive(browser("three"), sid)
    world.clock.pass_seconds(120)
    await world.admissions.arrive(browser("three"), sid)


async def test_arrivals_that_come_at_once_are_counted(world: World) -> None:
    sid = await world.live()
    asked = (world.admissions.arrive(browser(f"guest {n}"), sid) for n in range(12))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [one for one in answers if isinstance(one, TooManyRequests)]
    assert (len(refused), len(answers)) == (10, 12)


async def test_a_host_link_makes_another_browser_the_hosts(world: World) -> None:
    created = await world.sessions.create(browser("alice"), title="T", owner_name="Alice", on_air=True)
    sid = created.facts.id
    await world.join("laptop", sid)
    seat = await world.admissions.redeem(browser("laptop"), sid, created.host_key)
    assert (seat.role, seat.member_id) == (Role.HOST, created.member_id)
    assert (await world.join("laptop", sid)).can_end
    assert (await world.join("alice", sid)).can_end


@pytest.mark.parametrize("key", ["wrong", "", None, 5])
async def test_a_wrong_host_link_is_refused(world: World, key: object) -> None:
    sid = await world.live()
    with pytest.raises((NoProof, NotAllowed)):
        await world.admissions.redeem(browser("mallory"), sid, key)


async def test_a_host_link_of_an_account_needs_that_account(world: World) -> None:
    """Its seat is nobody else's, so without the account the link would only take the browser's own seat."""
    await world.account("ada")
    created = await world.sessions.create(
        await world.signed_in("ada"), title="T", owner_name="Ada", on_air=True
    )
    sid, laptop = created.facts.id, browser("laptop")
    await world.join("laptop", sid)
    with pytest.raises(NotSignedIn):
        await world.admissions.redeem(laptop, sid, created.host_key)
    seat = await world.admissions.seat(laptop, sid)
    assert seat is not None
    assert seat.role == Role.VIEWER
    there = replace(laptop, account=(await world.signed_in("ada")).account)
    assert (await world.admissions.redeem(there, sid, created.host_key)).role == Role.HOST


async def test_keys_are_stored_only_as_hashes(world: World) -> None:
    created = await world.sessions.create(browser("alice"), title="T", owner_name="Alice", on_air=True)
    async with world.db.reading() as db:
        rows = (await db.execute(text("SELECT * FROM member"))).all()
    stored = repr(rows)
    assert created.host_key not in stored
    assert hash_of(created.host_key) in stored


async def test_a_class_that_comes_in_at_once_has_its_room_looked_for_once(world: World) -> None:
    sid = await world.live()
    world.clock.pass_seconds(3)
    world.rooms.open_rooms.clear()
    await world.join("bob", sid)
    assert world.rooms.open_rooms == {sid}
    world.rooms.open_rooms.clear()
    await world.join("carol", sid)
    assert world.rooms.open_rooms == set()
    world.clock.pass_seconds(3)
    await world.join("dave", sid)
    assert world.rooms.open_rooms == {sid}, "nobody is in it, so it may have gone"
