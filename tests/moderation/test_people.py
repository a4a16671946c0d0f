"""Roles, muting, removing, hand-over, and the log of it all."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from donfra_live.errors import (
    BadInput,
    MediaServerAway,
    NotAllowed,
    NotFound,
    WrongState,
)
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.views import Actor, Joined
from tests.world import STRANGER, World, browser

ALICE, BOB, CAROL = browser("alice"), browser("bob"), browser("carol")


async def facts(world: World, sid: str, member_id: str) -> Any:
    return next(m for m in await world.moderation.members(ALICE, sid) if m.id == member_id)


def sources(world: World, sid: str, joined: Joined) -> set[str]:
    return set(world.rooms.connected[sid][joined.identity].sources)


async def test_promoted_and_demoted_on_the_same_connection(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    steps = {
        "speaker": {"camera", "microphone", "screen_share", "screen_share_audio"},
        "co_host": {"camera", "microphone", "screen_share", "screen_share_audio"},
        "viewer": set(),
    }
    for role, may_send in steps.items():
        done = await world.moderation.set_role(ALICE, sid, bob.member_id, role=role)
        assert (done.role, done.present) == (Role(role), True)
        assert sources(world, sid, bob) == may_send
        assert world.rooms.connected[sid][bob.identity].attributes["role"] == role
        assert (await world.join("bob", sid)).role == Role(role), "a reload keeps it"
    assert world.rooms.removed == []
    details = [a.detail for a in await world.moderation.log(ALICE, sid) if a.act == "role"]
    assert sorted(details) == ["co_host to viewer", "speaker to co_host", "viewer to speaker"]


async def test_every_connection_of_a_person_changes(world: World) -> None:
    sid = await world.live()
    first, second = await world.come("bob", sid), await world.join("bob", sid)
    await world.moderation.set_role(ALICE, sid, first.member_id, role="speaker")
    assert sources(world, sid, first) == sources(world, sid, second) != set()


async def test_a_role_is_kept_although_the_media_server_is_away(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    world.rooms.away = True
    await world.moderation.set_role(ALICE, sid, bob.member_id, role="speaker")
    world.rooms.away = False
    assert sources(world, sid, bob) == set()
    await world.presence.reconcile()
    assert "microphone" in sources(world, sid, bob)


@pytest.mark.parametrize("role", ["boss", "", None, 3, ["viewer"]])
async def test_a_role_that_is_none(world: World, role: object) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    with pytest.raises(BadInput):
        await world.moderation.set_role(ALICE, sid, bob.member_id, role=role)


async def test_only_those_below_are_moved(world: World) -> None:
    sid = await world.live()
    carol, dave = await world.come("carol", sid, "co_host"), await world.come("dave", sid, "co_host")
    alice = await world.join("alice", sid)
    for member_id, role in (
        (alice.member_id, "viewer"),
        (dave.member_id, "viewer"),
        (carol.member_id, "host"),
        (dave.member_id, "host"),
    ):
        with pytest.raises(NotAllowed):
            await world.moderation.set_role(CAROL, sid, member_id, role=role)
    with pytest.raises(NotAllowed):
        await world.moderation.set_role(ALICE, sid, dave.member_id, role="host")  # by hand-over only


async def test_a_member_of_another_session_is_nobody_here(world: World) -> None:
    sid, other = await world.live(), await world.live("oscar")
    bob = await world.come("bob", sid)
    oscar, m = browser("oscar"), world.moderation
    for refused in (
        m.set_role(oscar, other, bob.member_id, role="speaker"),
        m.remove(oscar, other, bob.member_id),
        m.mute(oscar, other, bob.member_id, source="camera"),
        m.hand_over(oscar, other, bob.member_id),
        world.stage.bring(oscar, other, bob.member_id),
        m.remove(oscar, other, None),
    ):
        with pytest.raises(NotFound):
            await refused


async def test_hand_over(world: World) -> None:
    sid = await world.live()
    alice, bob = await world.join("alice", sid), await world.come("bob", sid)
    done = await world.moderation.hand_over(ALICE, sid, bob.member_id)
    assert done.role == Role.HOST
    assert (await facts(world, sid, alice.member_id)).role == Role.CO_HOST
    with pytest.raises(NotAllowed):
        await world.sessions.end(ALICE, sid)
    await world.sessions.end(BOB, sid)


async def test_a_deputy_is_host_beside_the_host(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    await world.moderation.hand_over(ALICE, sid, bob.member_id, keep=True)
    roles = {m.name: m.role for m in await world.moderation.members(ALICE, sid)}
    assert roles == {"Alice": Role.HOST, "Bob": Role.HOST}
    with pytest.raises(NotAllowed):
        await world.moderation.set_role(ALICE, sid, bob.member_id, role="viewer")


async def test_hand_over_to_somebody_absent_and_not_to_somebody_removed(world: World) -> None:
    sid = await world.live()
    bob, carol = await world.come("bob", sid), await world.come("carol", sid)
    await world.see(sid, bob.identity, "participant_left")
    await world.moderation.remove(ALICE, sid, carol.member_id)
    with pytest.raises(WrongState):
        await world.moderation.hand_over(ALICE, sid, carol.member_id)
    assert (await facts(world, sid, carol.member_id)).role == Role.VIEWER
    await world.moderation.hand_over(ALICE, sid, bob.member_id)
    assert (await world.join("bob", sid)).can_end, "he is host when he is back"


async def test_a_new_host_has_nothing_withheld_that_nobody_could_give_back(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid, "speaker")
    await world.moderation.mute(ALICE, sid, bob.member_id, source="microphone", hold=True)
    await world.moderation.hand_over(ALICE, sid, bob.member_id)
    assert "microphone" in sources(world, sid, bob)


@pytest.mark.parametrize("seen_by", ["event", "comparison"])
async def test_a_host_token_used_after_the_hand_over_does_not_stay(world: World, seen_by: str) -> None:
    created, host = await world.admissions.create_on_air(ALICE, title="T", owner_name="Alice")
    sid = created.facts.id
    bob = await world.come("bob", sid)
    await world.moderation.hand_over(ALICE, sid, bob.member_id)
    world.rooms.removed.clear()
    world.rooms.connect(sid, host.identity)
    if seen_by == "event":
        await world.see(sid, host.identity)
    else:
        await world.presence.reconcile()
    assert world.rooms.removed == [host.identity]
    page = await world.join("alice", sid)
    await world.see(sid, page.identity)
    assert world.rooms.removed == [host.identity], "an ordinary connection of the same person stays"


async def test_who_stops_being_host_loses_connections_that_administer_the_room(world: World) -> None:
    created, host = await world.admissions.create_on_air(STRANGER, title="T", owner_name="Alice")
    sid = created.facts.id
    world.rooms.connect(sid, host.identity)
    bob = await world.join("bob", sid)
    await world.moderation.hand_over(Actor(key=created.host_key), sid, bob.member_id)
    assert world.rooms.removed == [host.identity]


async def test_a_page_that_names_the_administering_connection_as_its_own_does_not_keep_it(
    world: World,
) -> None:
    sid = await world.live()
    rest = await world.join("alice", sid, api_client=True)
    assert rest.token.endswith("|admin")
    await world.see(sid, rest.identity)
    bob = await world.come("bob", sid)
    page = await world.join("alice", sid, identity=rest.identity)
    assert page.identity == rest.identity
    await world.moderation.hand_over(ALICE, sid, bob.member_id)
    assert world.rooms.removed == [rest.identity]


async def test_two_hand_overs_at_once_leave_a_host(world: World) -> None:
    sid = await world.live()
    people = [await world.come(who, sid) for who in ("bob", "carol")]
    await asyncio.gather(
        *(world.moderation.hand_over(ALICE, sid, p.member_id) for p in people), return_exceptions=True
    )
    roles = sorted(str(m.role) for m in await world.moderation.members(BOB, sid))
    assert roles.count("host") == 1


async def test_succession_and_the_first_host_back(world: World) -> None:
    sid = await world.live()
    alice = await world.join("alice", sid)
    await world.see(sid, alice.identity)
    first = await world.come("carol", sid, "co_host")
    world.clock.pass_seconds(5)
    await world.come("dave", sid, "co_host")
    assert await world.house.find_hosts() == 0
    await world.see(sid, alice.identity, "participant_left")
    for seconds, made in ((0, 0), (119, 0), (1, 1), (500, 0)):
        world.clock.pass_seconds(seconds)
        assert await world.house.find_hosts() == made
    assert (await facts(world, sid, first.member_id)).role == Role.HOST
    assert world.rooms.connected[sid][first.identity].attributes["role"] == "host"
    back = await world.join("alice", sid)
    assert (back.role, back.can_end) == (Role.HOST, True)
    assert ("Carol", "took over as host", "Carol") in await world.log(sid)


async def test_the_time_without_a_host_counts_while_nobody_is_there(world: World) -> None:
    sid = await world.live()
    assert await world.house.find_hosts() == 0
    world.clock.pass_seconds(60)
    assert await world.house.find_hosts() == 0
    world.clock.pass_seconds(60)
    carol = await world.come("carol", sid, "co_host")
    assert await world.house.find_hosts() == 1
    assert (await facts(world, sid, carol.member_id)).role == Role.HOST


async def test_a_host_who_is_back_in_time_keeps_the_others_what_they_are(world: World) -> None:
    sid = await world.live()
    await world.come("carol", sid, "co_host")
    await world.house.find_hosts()
    world.clock.pass_seconds(100)
    alice = await world.join("alice", sid)
    await world.see(sid, alice.identity)
    await world.house.find_hosts()
    await world.see(sid, alice.identity, "participant_left")
    world.clock.pass_seconds(100)
    assert await world.house.find_hosts() == 0, "the time counts anew"


async def test_viewers_speakers_and_the_removed_do_not_succeed(world: World) -> None:
    sid = await world.live()
    await world.come("bob", sid)
    await world.come("sam", sid, "speaker")
    carol = await world.come("carol", sid, "co_host")
    await world.moderation.remove(ALICE, sid, carol.member_id)
    world.rooms.connect(sid, carol.identity)
    await world.presence.reconcile()
    await world.house.find_hosts()
    world.clock.pass_seconds(1000)
    assert await world.house.find_hosts() == 0


@pytest.mark.parametrize(
    ("source", "silenced"),
    [
        ("microphone", ["microphone"]),
        ("camera", ["camera"]),
        ("screen_share", ["screen_share", "screen_share_audio"]),
    ],
)
async def test_mute_without_hold_takes_no_right(world: World, source: str, silenced: list[str]) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid, "speaker")
    before = sources(world, sid, bob)
    await world.moderation.mute(ALICE, sid, bob.member_id, source=source)
    assert world.rooms.muted == [(bob.identity, s) for s in silenced]
    assert sources(world, sid, bob) == before


async def test_held_until_allowed(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid, "speaker")
    everything = sources(world, sid, bob)
    held = await world.moderation.mute(ALICE, sid, bob.member_id, source="microphone", hold=True)
    assert held.withheld == ("microphone",)
    assert sources(world, sid, bob) == {"camera", "screen_share"}, "nor a voice as a share's sound"
    again = await world.join("bob", sid)
    await world.see(sid, again.identity)
    assert sources(world, sid, again) == {"camera", "screen_share"}, "a reload does not give it back"
    await world.moderation.mute(ALICE, sid, bob.member_id, source="screen_share", hold=True)
    await world.moderation.allow(ALICE, sid, bob.member_id, source="microphone")
    assert sources(world, sid, bob) == {"camera", "microphone"}
    await world.moderation.allow(ALICE, sid, bob.member_id, source="screen_share")
    assert sources(world, sid, bob) == everything


@pytest.mark.parametrize("source", ["", "voice", None, 5, "screen_share_audio"])
async def test_a_source_that_is_none(world: World, source: object) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    for call in (world.moderation.mute, world.moderation.allow):
        with pytest.raises(BadInput):
            await call(ALICE, sid, bob.member_id, source=source)
    with pytest.raises(BadInput):
        await world.moderation.mute_all(ALICE, sid, source=source)


async def test_mute_all_reaches_those_below_who_may_publish(world: World) -> None:
    sid = await world.live()
    alice = await world.join("alice", sid)
    carol, dave = await world.come("carol", sid, "co_host"), await world.come("dave", sid, "co_host")
    sam, bob = await world.come("sam", sid, "speaker"), await world.come("bob", sid)
    await world.stage.bring(ALICE, sid, bob.member_id)
    assert await world.moderation.mute_all(CAROL, sid) == 2
    assert {identity for identity, _ in world.rooms.muted} == {sam.identity, bob.identity}
    assert await world.moderation.mute_all(ALICE, sid, hold=True) == 4
    for joined in (carol, dave, sam, bob):
        assert "microphone" not in sources(world, sid, joined)
    assert alice.identity not in {identity for identity, _ in world.rooms.muted}
    viewer = await world.come("vera", sid)
    await world.stage.bring(ALICE, sid, viewer.member_id)
    assert "microphone" in sources(world, sid, viewer)


async def test_who_is_away_for_a_moment_is_held_as_well(world: World) -> None:
    sid = await world.live()
    sam = await world.come("sam", sid, "speaker")
    await world.see(sid, sam.identity, "participant_left")
    await world.moderation.mute_all(ALICE, sid, hold=True)
    back = await world.join("sam", sid)
    await world.see(sid, back.identity)
    assert "microphone" not in sources(world, sid, back)


async def test_a_mute_that_was_not_heard_says_so(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid, "speaker")
    world.rooms.away = True
    with pytest.raises(MediaServerAway):
        await world.moderation.mute(ALICE, sid, bob.member_id, source="camera", hold=True)
    world.rooms.away = False
    await world.presence.reconcile()
    assert "camera" not in sources(world, sid, bob)


async def test_two_acts_at_once_both_hold(world: World) -> None:
    sid = await world.live()
    await world.come("carol", sid, "co_host")
    for n in range(5):
        sam = await world.come(f"sam{n}", sid, "speaker")
        await asyncio.gather(
            world.moderation.mute(ALICE, sid, sam.member_id, source="camera", hold=True),
            world.moderation.mute(CAROL, sid, sam.member_id, source="microphone", hold=True),
        )
        assert (await facts(world, sid, sam.member_id)).withheld == ("camera", "microphone")
        assert sources(world, sid, sam) == {"screen_share"}


async def test_what_is_shown_last_is_what_is_stored(world: World) -> None:
    """The slower of two acts must not put back what the quicker one has changed since."""
    sid = await world.live()
    bob = await world.come("bob", sid)
    show, slow = world.rooms.show, asyncio.Event()

    async def late(session_id: str, identity: str, projection: Any) -> bool:
        if "microphone" in projection.grants.sources and not slow.is_set():
            slow.set()
            await world.moderation.set_role(ALICE, sid, bob.member_id, role="viewer")
        return await show(session_id, identity, projection)

    world.rooms.show = late  # type: ignore[method-assign]
    await world.moderation.set_role(ALICE, sid, bob.member_id, role="speaker")
    assert slow.is_set()
    assert sources(world, sid, bob) == set()


async def test_the_list_says_whose_microphone_is_on(world: World) -> None:
    sid = await world.live()
    people = {who: await world.come(who, sid, "speaker") for who in ("bob", "carol")}
    await world.invite(sid)
    gone = await world.come("dora", sid)
    await world.see(sid, gone.identity, "participant_left")
    world.rooms.connected[sid].pop(gone.identity)
    there = world.rooms.connected[sid]
    there[people["bob"].identity] = replace(there[people["bob"].identity], sending=("microphone", "camera"))
    there[people["carol"].identity] = replace(there[people["carol"].identity], sending=("camera",))
    tab = await world.join("carol", sid)  # a second one, in which it is on
    there[tab.identity] = replace(there[tab.identity], sending=("microphone",))

    async def heard() -> dict[str, bool | None]:
        return {m.name: m.microphone for m in await world.moderation.members(browser("alice"), sid)}

    assert await heard() == {"Alice": None, "Bob": True, "Carol": True, "Dora": None}
    there.pop(tab.identity)
    assert (await heard())["Carol"] is False
    world.rooms.away = True
    assert set((await heard()).values()) == {None}, "not known while the media server is away"
