"""Who is removed stays out: by browser, account, key, token; also while he comes in."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from donfra_live.errors import (
    Removed,
)
from donfra_live.live_sessions import repository
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.views import Actor, Joined
from donfra_live.models import Account
from tests.world import STRANGER, World, browser

ALICE, BOB, CAROL = browser("alice"), browser("bob"), browser("carol")


async def facts(world: World, sid: str, member_id: str) -> Any:
    return next(m for m in await world.moderation.members(ALICE, sid) if m.id == member_id)


async def test_removed_by_whatever_he_is_known(world: World) -> None:
    sid = await world.live()
    first = await world.admissions.join(BOB, sid, name="Bob", api_client=True)
    assert isinstance(first, Joined)
    world.rooms.connect(sid, first.identity)
    second = await world.join("bob", sid)
    await world.moderation.remove(ALICE, sid, first.member_id)
    assert set(world.rooms.removed) == {first.identity, second.identity}
    proofs = [BOB, Actor(key=first.member_key), Actor(bearer=first.token), Actor(bearer=first.member_key)]
    for actor in proofs:
        for refused in (
            world.admissions.join(actor, sid, name="Robert"),
            world.admissions.arrive(actor, sid),
            world.admissions.seat(actor, sid),
            world.chat.post(actor, sid, text="hello"),
            world.chat.history(actor, sid),
            world.stage.raise_hand(actor, sid),
        ):
            with pytest.raises(Removed):
                await refused


async def test_an_account_that_was_removed_stays_out_in_every_browser(world: World) -> None:
    sid, ada = await world.live(), await world.with_account("ada")
    at_home, at_work = replace(ada, browser=BOB.browser), replace(ada, browser=CAROL.browser)
    joined = await world.admissions.join(at_home, sid, name="Ada")
    assert isinstance(joined, Joined)
    await world.moderation.remove(ALICE, sid, joined.member_id)
    for actor in (at_home, at_work, ada, BOB):
        with pytest.raises(Removed):
            await world.admissions.join(actor, sid, name="Ada")
    other = await world.with_account("eve")
    with pytest.raises(Removed):
        await world.admissions.join(replace(other, browser=BOB.browser), sid, name="Eve")


async def test_signing_out_is_no_way_back(world: World) -> None:
    """Two seats of one browser, as a guest and signed in, are one person to whoever removes him."""
    sid, ada = await world.live(), await world.with_account("ada")
    signed_in = replace(ada, browser=BOB.browser)
    member = await world.admissions.join(signed_in, sid, name="Ada")
    guest = await world.join("bob", sid)
    assert isinstance(member, Joined)
    assert guest.member_id != member.member_id
    await world.moderation.remove(ALICE, sid, member.member_id)
    assert guest.identity in world.rooms.removed
    for actor in (BOB, signed_in, ada, Actor(key=guest.member_key)):
        with pytest.raises(Removed):
            await world.admissions.join(actor, sid, name="Bob")
    await world.moderation.lift_ban(ALICE, sid, member.member_id)
    for actor in (BOB, signed_in):
        await world.admissions.join(actor, sid, name="Bob")


async def test_removing_a_guest_does_not_lock_out_the_host_who_used_his_browser(world: World) -> None:
    created = await world.sessions.create(ALICE, title="T", owner_name="Alice", on_air=True)
    sid = created.facts.id
    guest = await world.join("laptop", sid)
    await world.admissions.redeem(browser("laptop"), sid, created.host_key)
    await world.moderation.remove(ALICE, sid, guest.member_id)
    assert (await world.join("laptop", sid)).role == Role.HOST
    assert (await world.join("alice", sid)).role == Role.HOST


async def test_anothers_key_does_not_help_a_removed_browser(world: World) -> None:
    created = await world.sessions.create(ALICE, title="T", owner_name="Alice", on_air=True)
    sid = created.facts.id
    bob = await world.join("bob", sid)
    friend = await world.admissions.join(STRANGER, sid, name="Friend")
    assert isinstance(friend, Joined)
    await world.moderation.remove(ALICE, sid, bob.member_id)
    for actor in (replace(BOB, key=friend.member_key), replace(BOB, bearer=friend.token)):
        with pytest.raises(Removed):
            await world.admissions.join(actor, sid, name="Friend")
        with pytest.raises(Removed):
            await world.chat.post(actor, sid, text="it is me")
    for key in (friend.member_key, created.host_key):
        with pytest.raises(Removed):
            await world.admissions.redeem(BOB, sid, key)
    await world.admissions.join(Actor(key=friend.member_key), sid, name="Friend")


async def test_who_is_removed_while_he_comes_in_is_not_in(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    (bob,) = [m for m in await world.moderation.members(ALICE, sid) if m.name == "Bob"]
    arrival = await world.admissions.arrive(BOB, sid)
    world.rooms.connect(sid, arrival.identity, hidden=True)
    await world.see(sid, arrival.identity)
    show = world.rooms.show

    async def removed_just_before(session_id: str, identity: str, projection: Any) -> bool:
        world.rooms.show = show  # type: ignore[method-assign]
        await world.moderation.remove(ALICE, sid, bob.id)
        return await show(session_id, identity, projection)

    world.rooms.show = removed_just_before  # type: ignore[method-assign]
    with pytest.raises(Removed):
        await world.admissions.join(BOB, sid, name="Bob", identity=arrival.identity)
    assert arrival.identity not in world.rooms.connected[sid]


async def test_removing_and_joining_at_once_ends_with_nobody_inside(world: World) -> None:
    sid = await world.live()
    for n in range(5):
        who = f"guest{n}"
        joined = await world.join(who, sid)
        await asyncio.gather(
            world.moderation.remove(ALICE, sid, joined.member_id),
            *(world.knock(who, sid) for _ in range(3)),
            return_exceptions=True,
        )
        async with world.db.reading() as db:
            assert await repository.identities_of(db, joined.member_id) == []


async def test_an_event_of_somebody_removed_puts_him_out(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    await world.moderation.remove(ALICE, sid, bob.member_id)
    world.rooms.removed.clear()
    world.rooms.connect(sid, bob.identity)
    await world.see(sid, bob.identity)
    assert world.rooms.removed == [bob.identity]
    assert (await world.sessions.facts(sid)).people == 0
    world.rooms.connect(sid, bob.identity)  # this time the event is lost
    await world.presence.reconcile()
    assert world.rooms.removed == [bob.identity] * 2
    assert (await world.sessions.facts(sid)).people == 0


async def test_a_lifted_ban_gives_the_old_role_back(world: World) -> None:
    sid = await world.live()
    sam = await world.come("sam", sid, "speaker")
    await world.moderation.remove(ALICE, sid, sam.member_id)
    assert (await facts(world, sid, sam.member_id)).banned
    await world.moderation.lift_ban(ALICE, sid, sam.member_id)
    back = await world.join("sam", sid)
    assert (back.member_id, back.role) == (sam.member_id, Role.SPEAKER)
    assert [act for _, act, _ in await world.log(sid)].count("lift ban") == 1


async def test_only_moderators_see_who_was_removed(world: World) -> None:
    sid = await world.live()
    bob, sam = await world.come("bob", sid), await world.come("sam", sid)
    await world.moderation.remove(ALICE, sid, bob.member_id)
    assert {m.name for m in await world.moderation.members(ALICE, sid)} == {"Alice", "Bob", "Sam"}
    assert {m.name for m in await world.moderation.members(browser("sam"), sid)} == {"Alice", "Sam"}
    people = await world.moderation.people(Actor(bearer=sam.token), sid)
    assert (people.waiting, people.observers) == (None, None)


async def test_an_account_deleted_meanwhile_is_a_guest_from_then_on(world: World) -> None:
    sid, ada = await world.live(), await world.with_account("ada")
    joined = await world.admissions.join(ada, sid, name="Ada")
    assert isinstance(joined, Joined)
    async with world.db.transaction() as db:
        await db.delete(await db.get_one(Account, ada.account))
    assert (await world.admissions.join(Actor(key=joined.member_key), sid, name="Ada")).role == Role.VIEWER
    await world.moderation.set_role(ALICE, sid, joined.member_id, role="speaker")
    await world.moderation.remove(ALICE, sid, joined.member_id)
    assert (await facts(world, sid, joined.member_id)).banned


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_comparison_waits_for_an_act_before_it_takes_anything(world: World) -> None:
    """In another order each could wait for what the other has taken; SQLite has one writer anyway."""
    sid = await world.live()
    bob = await world.come("bob", sid)
    await world.come("carol", sid)
    world.rooms.connected[sid].pop(bob.identity)  # so that the comparison has something to write
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with world.db.transaction() as db:
        await repository.lock(db, sid)
        comparing = asyncio.create_task(world.presence.reconcile())
        async with asyncio.timeout(10):
            while not (await db.execute(waits)).scalar_one():
                await asyncio.sleep(0.01)
        await repository.close_connections_of(db, [bob.member_id], world.clock())
    await comparing
    assert (await world.sessions.facts(sid)).people == 1
