"""A demotion sticks: no invite from before it leads back up."""

import pytest

from donfra_live.errors import InviteNeeded
from donfra_live.live_sessions.roles import Role
from tests.world import World, browser

ALICE = browser("alice")


@pytest.mark.parametrize("whose", ["the one he came by", "another he was given", "one he made"])
async def test_an_invite_is_no_way_back_up(world: World, whose: str) -> None:
    sid = await world.live()
    token = await world.invite(sid, "co_host")
    bob = await world.join("bob", sid, invite=token)
    if whose == "another he was given":
        token = await world.invite(sid, "speaker")
    elif whose == "one he made":
        token = await world.invite(sid, "speaker", "bob")
    world.clock.pass_seconds(1)
    await world.moderation.set_role(ALICE, sid, bob.member_id, role="viewer")
    assert (await world.join("bob", sid, invite=token)).role == Role.VIEWER
    world.clock.pass_seconds(1)
    fresh = await world.invite(sid, "speaker")
    assert (await world.join("bob", sid, invite=fresh)).role == Role.SPEAKER, "a later invite counts"


async def test_a_demoted_givers_invites_end_where_they_are_not_below_him(world: World) -> None:
    sid = await world.private(access="invited")
    bob = await world.come("bob", sid, "co_host")
    speaker, viewer = await world.invite(sid, "speaker", "bob"), await world.invite(sid, "viewer", "bob")
    await world.moderation.set_role(ALICE, sid, bob.member_id, role="speaker")
    with pytest.raises(InviteNeeded):
        await world.join("bobs-phone", sid, invite=speaker)
    await world.join("carol", sid, invite=viewer)
    await world.moderation.set_role(ALICE, sid, bob.member_id, role="viewer")
    with pytest.raises(InviteNeeded):
        await world.join("dave", sid, invite=viewer)


async def test_a_host_who_hands_over_leaves_no_invites_for_co_hosts(world: World) -> None:
    sid = await world.private(access="invited")
    bob = await world.come("bob", sid)
    co_host, speaker = await world.invite(sid, "co_host"), await world.invite(sid, "speaker")
    await world.moderation.hand_over(ALICE, sid, bob.member_id, keep=True)
    await world.join("dora", sid, invite=co_host)
    await world.moderation.hand_over(ALICE, sid, bob.member_id)
    with pytest.raises(InviteNeeded):
        await world.join("carol", sid, invite=co_host)
    await world.join("carol", sid, invite=speaker)
