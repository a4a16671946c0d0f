"""Hands in one order for all, and viewers on stage for a while."""

import asyncio

import pytest

from donfra_live.errors import BadInput, NotAllowed, WrongState
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.views import Joined
from tests.world import World, browser

ALICE, BOB = browser("alice"), browser("bob")


async def queue(world: World, sid: str, who: str = "alice") -> list[str]:
    return [m.name for m in await world.stage.hands(browser(who), sid)]


def sources(world: World, sid: str, joined: Joined) -> set[str]:
    return set(world.rooms.connected[sid][joined.identity].sources)


async def test_hands_have_an_order_that_all_agree_on(world: World) -> None:
    sid = await world.live()
    people = {who: await world.come(who, sid) for who in ("bob", "carol", "dave")}
    for who in ("carol", "dave", "bob", "carol"):
        world.clock.pass_seconds(0.25)
        await world.stage.raise_hand(browser(who), sid)
    for who in ("alice", "bob"):
        assert await queue(world, sid, who) == ["Carol", "Dave", "Bob"]
    shown = {w: world.rooms.connected[sid][p.identity].attributes["hand"] for w, p in people.items()}
    assert sorted(shown, key=lambda who: (shown[who], people[who].member_id)) == ["carol", "dave", "bob"]


async def test_raised_together_the_order_is_still_one(world: World) -> None:
    sid = await world.live()
    for who in ("bob", "carol", "dave"):
        await world.come(who, sid)
    await asyncio.gather(*(world.stage.raise_hand(browser(w), sid) for w in ("bob", "carol", "dave")))
    assert await queue(world, sid) == await queue(world, sid, "bob")


async def test_one_lowers_his_own_and_a_moderator_anybodys(world: World) -> None:
    sid = await world.live()
    people = {who: await world.come(who, sid) for who in ("bob", "carol", "dave")}
    for who in people:
        world.clock.pass_seconds(1)
        await world.stage.raise_hand(browser(who), sid)
    await world.stage.lower_hand(BOB, sid)
    assert await queue(world, sid) == ["Carol", "Dave"]
    assert world.rooms.connected[sid][people["bob"].identity].attributes["hand"] == ""
    with pytest.raises(NotAllowed):
        await world.stage.clear_hands(BOB, sid, people["carol"].member_id)
    assert await world.stage.clear_hands(ALICE, sid, people["carol"].member_id) == 1
    assert await world.stage.clear_hands(ALICE, sid) == 1
    assert await queue(world, sid) == []
    assert world.rooms.connected[sid][people["dave"].identity].attributes["hand"] == ""


async def test_a_hand_is_kept_over_a_reload(world: World) -> None:
    sid = await world.live()
    await world.come("bob", sid)
    await world.stage.raise_hand(BOB, sid)
    again = await world.join("bob", sid)
    await world.see(sid, again.identity)
    assert world.rooms.connected[sid][again.identity].attributes["hand"]


async def test_on_stage_and_off_again_on_the_same_connection(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    await world.stage.raise_hand(BOB, sid)
    done = await world.stage.bring(ALICE, sid, bob.member_id)
    assert (done.role, done.on_stage, done.hand_at, done.stage_until) == (Role.VIEWER, True, None, None)
    assert sources(world, sid, bob) == {"camera", "microphone"}
    again = await world.join("bob", sid)
    assert again.can_publish, "a reload keeps it"
    await world.stage.take_off(ALICE, sid, bob.member_id)
    assert sources(world, sid, bob) == sources(world, sid, again) == set()
    assert world.rooms.removed == []
    assert not (await world.join("bob", sid)).can_publish


async def test_the_stage_has_room_for_so_many(world: World) -> None:
    sid = await world.live()  # the world's limit is 2
    people = [await world.come(who, sid) for who in ("bob", "carol", "dave")]
    for person in (people[0], people[1], people[0]):
        await world.stage.bring(ALICE, sid, person.member_id)
    with pytest.raises(WrongState, match="full"):
        await world.stage.bring(ALICE, sid, people[2].member_id)
    await world.stage.take_off(ALICE, sid, people[0].member_id)
    await world.stage.bring(ALICE, sid, people[2].member_id)


async def test_who_went_home_takes_no_place_on_stage(world: World) -> None:
    sid = await world.live()
    people = [await world.come(who, sid) for who in ("bob", "carol", "dave")]
    for person in people[:2]:
        await world.stage.bring(ALICE, sid, person.member_id)
    await world.see(sid, people[0].identity, "participant_left")
    await world.stage.bring(ALICE, sid, people[2].member_id)
    assert (await world.join("bob", sid)).can_publish


async def test_two_moderators_do_not_overfill_the_stage(world: World) -> None:
    sid = await world.live()
    await world.come("mod", sid, "co_host")
    people = [await world.come(f"guest{n}", sid) for n in range(6)]
    done = await asyncio.gather(
        *(
            world.stage.bring(browser(("alice", "mod")[n % 2]), sid, person.member_id)
            for n, person in enumerate(people)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(d, WrongState) for d in done) == 4
    assert sum(m.on_stage for m in await world.moderation.members(ALICE, sid)) == 2


async def test_the_time_on_stage_runs_out(world: World) -> None:
    sid = await world.live()
    bob, carol = await world.come("bob", sid), await world.come("carol", sid)
    await world.stage.bring(ALICE, sid, bob.member_id, seconds=60)
    await world.stage.bring(ALICE, sid, carol.member_id)
    world.clock.pass_seconds(59)
    assert await world.stage.expire() == 0
    world.clock.pass_seconds(1)
    assert await world.stage.expire() == 1
    assert (sources(world, sid, bob), sources(world, sid, carol)) == (set(), {"camera", "microphone"})
    last = (await world.moderation.log(ALICE, sid))[0]
    assert (last.actor_name, last.act, last.target_name, last.detail) == (
        "",
        "off stage",
        "Bob",
        "time is up",
    )


async def test_more_time_may_be_given(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    await world.stage.bring(ALICE, sid, bob.member_id, seconds=60)
    world.clock.pass_seconds(50)
    done = await world.stage.bring(ALICE, sid, bob.member_id, seconds=60)
    assert done.stage_until is not None
    assert (done.stage_until - world.clock()).total_seconds() == 60
    world.clock.pass_seconds(59)
    assert await world.stage.expire() == 0


@pytest.mark.parametrize("seconds", [-1, 86401, "60", None, True, 1.5])
async def test_a_time_that_is_none(world: World, seconds: object) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    with pytest.raises(BadInput):
        await world.stage.bring(ALICE, sid, bob.member_id, seconds=seconds)


async def test_one_steps_down_oneself_but_takes_nobody_else_off(world: World) -> None:
    sid = await world.live()
    bob, carol = await world.come("bob", sid), await world.come("carol", sid)
    for person in (bob, carol):
        await world.stage.bring(ALICE, sid, person.member_id)
    with pytest.raises(NotAllowed):
        await world.stage.take_off(BOB, sid, carol.member_id)
    world.clock.pass_seconds(1)
    assert not (await world.stage.take_off(BOB, sid, bob.member_id)).on_stage
    assert not (await world.stage.take_off(BOB, sid, bob.member_id)).on_stage, "twice is fine"
    assert (await world.log(sid))[-1] == ("Bob", "off stage", "Bob")


async def test_who_speaks_anyway_and_who_was_removed_are_not_brought(world: World) -> None:
    sid = await world.live()
    sam, bob = await world.come("sam", sid, "speaker"), await world.come("bob", sid)
    await world.moderation.remove(ALICE, sid, bob.member_id)
    for person in (sam, bob):
        with pytest.raises(WrongState):
            await world.stage.bring(ALICE, sid, person.member_id)


async def test_the_stage_ends_with_another_role_and_with_removal(world: World) -> None:
    sid = await world.live()
    bob, carol = await world.come("bob", sid), await world.come("carol", sid)
    for person in (bob, carol):
        await world.stage.bring(ALICE, sid, person.member_id, seconds=60)
    await world.moderation.set_role(ALICE, sid, bob.member_id, role="speaker")
    await world.moderation.remove(ALICE, sid, carol.member_id)
    await world.moderation.lift_ban(ALICE, sid, carol.member_id)
    assert not any(m.on_stage for m in await world.moderation.members(ALICE, sid))
    world.clock.pass_seconds(60)
    assert await world.stage.expire() == 0
    assert "microphone" in sources(world, sid, bob)
