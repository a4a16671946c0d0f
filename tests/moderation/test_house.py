"""The house rules while a session runs, and admins who watch unseen."""

from dataclasses import replace

import pytest

from donfra_live.errors import (
    BadInput,
    NoProof,
    NotAllowed,
    NotOnAir,
    NotSignedIn,
    SessionEnded,
    TooManyRequests,
)
from donfra_live.limits import RateLimits
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Account
from donfra_live.moderation.observing import Observing
from donfra_live.settings import Settings
from tests.fakes import NoLimits
from tests.world import STRANGER, World, browser

ALICE, BOB, CAROL = browser("alice"), browser("bob"), browser("carol")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"title": "New"},
        {"chat": "loud"},
        {"chat": None},
        {"lobby": "yes"},
        {"access": "nobody"},
        {"password": 5},
        {"password": "x" * 201},
        {"slow_mode_seconds": -1},
        {"slow_mode_seconds": "5"},
        {"slow_mode_seconds": 3601},
    ],
)
async def test_a_change_that_is_none(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        await world.house.change(ALICE, await world.live(), wrong)


async def test_a_change_of_which_one_part_is_refused_changes_nothing(world: World) -> None:
    sid = await world.live()
    await world.come("carol", sid, "co_host")
    with pytest.raises(NotAllowed):
        await world.house.change(CAROL, sid, {"chat": "off", "password": "sesame"})
    facts = await world.sessions.facts(sid)
    assert (facts.chat, facts.has_password) == ("everyone", False)


async def test_a_password_is_hashed_for_nobody_who_may_not_set_it(world: World) -> None:
    """Hashing is slow: whoever could ask for it would keep everybody's sign-ins waiting."""
    sid = await world.live()
    await world.come("carol", sid, "co_host")
    hashed: list[str] = []

    async def hash_slowly(password: str) -> str:
        hashed.append(password)
        return f"plain:{password}"

    world.passwords.hash = hash_slowly  # type: ignore[method-assign]
    for actor in (CAROL, browser("mallory"), STRANGER):
        with pytest.raises((NotAllowed, NoProof)):
            await world.house.change(actor, sid, {"password": "sesame"})
    assert hashed == []
    await world.house.change(ALICE, sid, {"password": "sesame"})
    assert hashed == ["sesame"]


async def test_a_host_does_not_hash_without_limit(world: World) -> None:
    sid = await world.live()
    world.house._ports = replace(world.house._ports, limits=RateLimits(Settings(passwords_per_minute=2)))
    for word in ("one", "two"):
        await world.house.change(ALICE, sid, {"password": word})
    with pytest.raises(TooManyRequests):
        await world.house.change(ALICE, sid, {"password": "three"})


@pytest.mark.parametrize("change", [{"access": "invited"}, {"password": "sesame"}, {"lobby": True}])
async def test_closing_the_door_drops_who_has_not_joined(world: World, change: dict[str, object]) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    there = await world.admissions.arrive(CAROL, sid)
    world.rooms.connect(sid, there.identity, hidden=True)
    await world.house.change(ALICE, sid, change)
    assert there.identity not in world.rooms.connected[sid]
    assert bob.identity in world.rooms.connected[sid]
    again = await world.admissions.arrive(BOB, sid)
    world.rooms.connect(sid, again.identity, hidden=True)
    await world.see(sid, again.identity)
    assert again.identity in world.rooms.connected[sid], "who has a seat may arrive"
    with pytest.raises(NotAllowed):
        await world.admissions.arrive(CAROL, sid)


@pytest.mark.parametrize("seen_by", ["event", "loop"])
async def test_a_token_from_before_the_door_was_closed_does_not_stay(world: World, seen_by: str) -> None:
    sid = await world.live()
    arrival = await world.admissions.arrive(CAROL, sid)
    await world.house.change(ALICE, sid, {"access": "invited"})
    world.rooms.connect(sid, arrival.identity, hidden=True)
    if seen_by == "event":
        await world.see(sid, arrival.identity)
    else:
        await world.presence.reconcile()
    assert arrival.identity not in world.rooms.connected[sid]


async def test_seats_are_kept_when_the_door_changes(world: World) -> None:
    sid = await world.live()
    await world.come("bob", sid)
    await world.house.change(ALICE, sid, {"access": "invited", "password": "sesame", "lobby": True})
    assert (await world.join("bob", sid)).role == Role.VIEWER


async def test_an_ended_session_refuses_every_act(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    await world.sessions.end(ALICE, sid)
    m, who = world.moderation, bob.member_id
    for refused in (
        m.set_role(ALICE, sid, who, role="speaker"),
        m.hand_over(ALICE, sid, who),
        m.mute(ALICE, sid, who, source="camera"),
        m.allow(ALICE, sid, who, source="camera"),
        m.mute_all(ALICE, sid),
        m.remove(ALICE, sid, who),
        m.lift_ban(ALICE, sid, who),
        world.stage.raise_hand(BOB, sid),
        world.stage.lower_hand(BOB, sid),
        world.stage.clear_hands(ALICE, sid),
        world.stage.bring(ALICE, sid, who),
        world.stage.take_off(ALICE, sid, who),
        world.house.change(ALICE, sid, {"lobby": True}),
        world.chat.react(BOB, sid, "👍"),
        world.sessions.go_live(ALICE, sid),
        world.admissions.arrive(BOB, sid),
        world.knock("bob", sid),
    ):
        with pytest.raises(SessionEnded):
            await refused
    assert await world.house.find_hosts() == 0


async def admin(world: World) -> Actor:
    return await world.with_account("root", admin=True)


async def test_an_admin_watches_and_counts_nowhere(world: World) -> None:
    sid = await world.live()
    alice = await world.join("alice", sid)
    await world.see(sid, alice.identity)
    bob = await world.come("bob", sid)
    watch = await world.observing.observe(await admin(world), sid)
    assert watch.token.split("|")[2:] == ["", "none", "watch", "plain"]
    world.rooms.connect(sid, watch.identity, hidden=True)
    await world.see(sid, watch.identity)
    for _ in range(3):
        world.clock.pass_seconds(200)  # far longer than an arrival may stay
        await world.presence.reconcile()
    assert watch.identity in world.rooms.connected[sid]
    assert (await world.sessions.facts(sid)).people == 2
    assert (await world.moderation.people(ALICE, sid)).observers == 1
    assert (await world.moderation.people(BOB, sid)).observers is None
    assert len(await world.moderation.members(ALICE, sid)) == 2
    assert ("Root", "observe", "") in await world.log(sid)
    told = [(to, data) for to, topic, data in world.rooms.sent if topic == "observer"]
    assert told == [((alice.identity,), {"observers": 1})]
    await world.chat.post(BOB, sid, text="hello")
    assert set(world.rooms.sent[-1][0]) == {alice.identity, bob.identity}
    await world.see(sid, watch.identity, "participant_left")
    assert (await world.moderation.people(ALICE, sid)).observers == 0
    assert world.rooms.sent[-1][2] == {"observers": 0}


async def test_an_observers_token_proves_nobody(world: World) -> None:
    sid = await world.live()
    watch = await world.observing.observe(await admin(world), sid)
    for call in (world.chat.history, world.moderation.members, world.stage.raise_hand):
        with pytest.raises(NotAllowed):
            await call(Actor(bearer=watch.token), sid)
    joined = await world.knock("bob", sid, identity=watch.identity)
    assert joined.identity != watch.identity  # type: ignore[union-attr]


async def test_who_may_not_watch_unseen(world: World) -> None:
    sid = await world.live()
    await world.join("alice", sid)
    member = await world.with_account("ada")
    for actor in (STRANGER, ALICE, BOB):
        with pytest.raises(NotSignedIn):
            await world.observing.observe(actor, sid)
    for actor in (member, replace(member, is_admin=True)):
        with pytest.raises(NotAllowed):
            await world.observing.observe(actor, sid)
    off = Observing(world.db, replace(world.sessions._ports, limits=NoLimits()), allowed=False)
    with pytest.raises(NotAllowed, match="OBSERVERS"):
        await off.observe(await admin(world), sid)


async def test_only_a_session_on_air_is_watched(world: World) -> None:
    created = await world.sessions.create(ALICE, title="T", owner_name="Alice")
    root = await admin(world)
    with pytest.raises(NotOnAir):
        await world.observing.observe(root, created.facts.id)
    sid = await world.live()
    await world.sessions.end(ALICE, sid)
    with pytest.raises(SessionEnded):
        await world.observing.observe(root, sid)


@pytest.mark.parametrize("how", ["no admin any more", "disabled", "switched off"])
async def test_who_may_not_watch_any_more_is_put_out(world: World, how: str) -> None:
    sid, root = await world.live(), await admin(world)
    watch = await world.observing.observe(root, sid)
    world.rooms.connect(sid, watch.identity, hidden=True)
    await world.presence.reconcile()
    assert watch.identity in world.rooms.connected[sid]
    async with world.db.transaction() as db:
        account = await db.get_one(Account, root.account)
        account.disabled = how == "disabled"
        account.role = "member" if how == "no admin any more" else account.role  # type: ignore[assignment]
    world.presence._observers = how != "switched off"
    await world.presence.reconcile()
    assert world.rooms.removed == [watch.identity]


async def test_an_observer_with_other_rights_is_put_right(world: World) -> None:
    sid = await world.live()
    watch = await world.observing.observe(await admin(world), sid)
    world.rooms.connect(sid, watch.identity)  # visible, as it must not be
    await world.presence.reconcile()
    assert world.rooms.connected[sid][watch.identity].hidden
