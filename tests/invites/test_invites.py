"""Invites: role, uses, expiry, revoking, who used which; nobody gives away more than he has."""

import asyncio
from datetime import timedelta

import pytest

from donfra_live.browser_key import hash_of
from donfra_live.errors import BadInput, Denied, DonfraError, InviteNeeded, NotAllowed, NotFound, SessionEnded
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.views import Actor, Joined, Waiting
from tests.world import World, browser


@pytest.mark.parametrize("role", ["co_host", "speaker", "viewer"])
async def test_an_invite_gives_its_role(world: World, role: str) -> None:
    sid = await world.private(access="invited")
    joined = await world.join("bob", sid, invite=await world.invite(sid, role))
    assert joined.role == Role(role)


async def test_nobody_gives_a_role_that_is_not_below_his_own(world: World) -> None:
    sid = await world.live()
    await world.come("carol", sid, "co_host")
    await world.come("sam", sid, "speaker")
    for giver, role in (("alice", "host"), ("carol", "host"), ("carol", "co_host"), ("sam", "viewer")):
        with pytest.raises(NotAllowed):
            await world.invite(sid, role, giver)
    assert await world.invite(sid, "speaker", "carol")


@pytest.mark.parametrize(
    "wrong",
    [{"role": "boss"}, {"role": None}, {"uses": -1}, {"uses": True}, {"uses": "3"}, {"expires_at": "soon"}],
)
async def test_a_wrong_invite_is_refused(world: World, wrong: dict[str, object]) -> None:
    sid = await world.live()
    with pytest.raises(BadInput):
        await world.invite(sid, **{"role": "viewer", **wrong})  # type: ignore[arg-type]


async def test_an_expiry_in_the_past_is_refused(world: World) -> None:
    with pytest.raises(BadInput):
        await world.invite(await world.live(), expires_at=world.clock() - timedelta(seconds=1))


async def test_uses_run_out(world: World) -> None:
    sid = await world.private(access="invited")
    token = await world.invite(sid, uses=2)
    for who in ("one", "two"):
        await world.join(who, sid, invite=token)
        world.clock.pass_seconds(1)
    with pytest.raises(InviteNeeded):
        await world.join("three", sid, invite=token)
    assert (await world.join("one", sid, invite=token)).role == Role.VIEWER, "a reload is no second use"
    (facts,) = await world.invites.list(browser("alice"), sid)
    assert (facts.uses, facts.used, facts.used_by, facts.token) == (2, 2, ("One", "Two"), "")


async def test_the_last_use_goes_to_one_of_many_who_come_at_once(world: World) -> None:
    sid = await world.private(access="invited")
    token = await world.invite(sid, uses=1)
    came = await asyncio.gather(
        *(world.knock(f"guest{n}", sid, invite=token) for n in range(5)), return_exceptions=True
    )
    assert sum(isinstance(c, Joined) for c in came) == 1
    assert sum(isinstance(c, InviteNeeded) for c in came) == 4
    people = await world.moderation.members(browser("alice"), sid)
    assert len(people) == 2, "who was refused left nothing behind"


async def test_an_invite_ends_at_its_time(world: World) -> None:
    sid = await world.private(access="invited")
    token = await world.invite(sid, expires_at=world.clock() + timedelta(minutes=5))
    await world.join("early", sid, invite=token)
    world.clock.pass_seconds(300)
    with pytest.raises(InviteNeeded):
        await world.join("late", sid, invite=token)
    await world.join("early", sid)


async def test_an_invite_is_of_one_session(world: World) -> None:
    one, other = await world.private(access="invited"), await world.private("oscar", access="invited")
    token = await world.invite(one, "co_host")
    for sid, invite in ((other, token), (one, "rubbish"), (one, hash_of(token))):
        with pytest.raises(InviteNeeded):
            await world.join("bob", sid, invite=invite)


async def test_a_revoked_invite_keeps_out_who_has_not_joined(world: World) -> None:
    sid = await world.private(access="invited")
    token = await world.invite(sid)
    await world.join("bob", sid, invite=token)
    (facts,) = await world.invites.list(browser("alice"), sid)
    world.clock.pass_seconds(1)
    for _ in range(2):
        assert (await world.invites.revoke(browser("alice"), sid, facts.id)).revoked_at
    with pytest.raises(InviteNeeded):
        await world.join("carol", sid, invite=token)
    assert (await world.join("bob", sid)).role == Role.VIEWER, "who is in stays"
    assert [act for _, act, _ in await world.log(sid)] == ["invite", "revoke invite"]


async def test_revoking_denies_who_waits_with_it(world: World) -> None:
    sid = await world.private(access="invited", lobby=True)
    token, other = await world.invite(sid), await world.invite(sid)
    for who, invite in (("bob", token), ("carol", other)):
        assert isinstance(await world.knock(who, sid, invite=invite), Waiting)
    first = (await world.invites.list(browser("alice"), sid))[0]
    await world.invites.revoke(browser("alice"), sid, first.id)
    assert [w.name for w in await world.lobby.list(browser("alice"), sid)] == ["Carol"]
    with pytest.raises(Denied):
        await world.knock("bob", sid, invite=token)
    assert isinstance(await world.knock("bob", sid, invite=other), Waiting), "another invite is a new chance"


@pytest.mark.parametrize("invite_id", ["nothing", "", None, 5])
async def test_revoking_what_is_not_there(world: World, invite_id: object) -> None:
    with pytest.raises(NotFound):
        await world.invites.revoke(browser("alice"), await world.live(), invite_id)


async def test_an_invite_of_another_session_cannot_be_revoked(world: World) -> None:
    one, other = await world.live(), await world.live("oscar")
    await world.invite(one)
    (facts,) = await world.invites.list(browser("alice"), one)
    with pytest.raises(NotFound):
        await world.invites.revoke(browser("oscar"), other, facts.id)


async def test_a_better_invite_raises_a_seat_and_a_lower_one_changes_nothing(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    viewer, speaker = await world.invite(sid), await world.invite(sid, "speaker", uses=1)
    for token, role in ((viewer, Role.VIEWER), (speaker, Role.SPEAKER), (viewer, Role.SPEAKER)):
        assert (await world.join("bob", sid, invite=token)).role == role
    facts = {f.role: f for f in await world.invites.list(browser("alice"), sid)}
    assert (facts[Role.SPEAKER].used_by, facts[Role.VIEWER].used) == (("Bob",), 0)


async def test_the_invites_of_somebody_removed_end_with_him(world: World) -> None:
    sid = await world.private(access="invited")
    carol = await world.come("carol", sid, "co_host")
    token = await world.invite(sid, "speaker", "carol")
    await world.moderation.remove(browser("alice"), sid, carol.member_id)
    with pytest.raises(InviteNeeded):
        await world.join("carols-phone", sid, invite=token)


async def test_no_invites_in_an_ended_session(world: World) -> None:
    sid = await world.live()
    await world.invite(sid)
    (facts,) = await world.invites.list(browser("alice"), sid)
    await world.sessions.end(browser("alice"), sid)
    with pytest.raises(SessionEnded):
        await world.invite(sid)
    with pytest.raises(SessionEnded):
        await world.invites.revoke(browser("alice"), sid, facts.id)


async def test_access_link_members_invited(world: World) -> None:
    signed_in = await world.with_account("ada")
    link, members = await world.live(), await world.private(access="members")
    invited = await world.private(access="invited")

    async def may_come(sid: str, actor: Actor, **given: object) -> str:
        try:
            await world.admissions.join(actor, sid, name="Somebody", **given)
        except DonfraError as refused:
            return refused.code
        return "in"

    assert await may_come(link, browser("a")) == "in"
    assert await may_come(members, browser("b")) == "not_signed_in"
    assert await may_come(members, signed_in) == "in"
    assert await may_come(members, browser("c"), invite=await world.invite(members)) == "in"
    assert await may_come(invited, browser("d")) == "invite_needed"
    assert await may_come(invited, signed_in) == "invite_needed"
    assert await may_come(invited, signed_in, invite=await world.invite(invited)) == "in"


async def test_a_password_right_wrong_and_changed_meanwhile(world: World) -> None:
    sid = await world.private(password="sesame")
    for wrong in ("", "Sesame", "x" * 199):
        with pytest.raises(DonfraError) as refused:
            await world.knock("bob", sid, password=wrong)
        assert refused.value.code == "password_needed"
    await world.join("bob", sid, password="sesame")
    await world.house.change(browser("alice"), sid, {"password": "thistle"})
    with pytest.raises(DonfraError):
        await world.knock("carol", sid, password="sesame")
    await world.join("carol", sid, password="thistle")
    await world.join("bob", sid)  # a seat is kept
    await world.join("dave", sid, invite=await world.invite(sid))
    await world.house.change(browser("alice"), sid, {"password": ""})
    await world.join("erin", sid)
    log = str(await world.moderation.log(browser("alice"), sid))
    assert "password changed" in log
    assert "sesame" not in log
    assert "thistle" not in log


async def test_a_password_that_changes_between_check_and_entry_does_not_fit(world: World) -> None:
    sid = await world.private(password="sesame")
    fits = world.passwords.fits

    async def fits_and_changes(password: str, hashed: str) -> bool:
        good = await fits(password, hashed)
        await world.house.change(browser("alice"), sid, {"password": "changed"})
        return good

    world.passwords.fits = fits_and_changes  # type: ignore[method-assign]
    with pytest.raises(DonfraError) as refused:
        await world.knock("bob", sid, password="sesame")
    assert refused.value.code == "password_needed"
