"""The lobby: who waits has no token, and comes in by himself once he is let in."""

import asyncio

import pytest
from sqlalchemy import text

from donfra_live.errors import (
    BadInput,
    Denied,
    DonfraError,
    NoProof,
    NotAllowed,
    NotFound,
    Removed,
    SessionEnded,
    WrongState,
)
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.rules import Decision
from donfra_live.live_sessions.views import Actor, Joined, Waiting
from donfra_live.lobby.service import WaitingFacts
from tests.world import STRANGER, World, browser

ALICE = browser("alice")


async def waits(world: World, who: str, sid: str, **given: object) -> Waiting:
    waiting = await world.knock(who, sid, **given)
    assert isinstance(waiting, Waiting)
    return waiting


async def waiting_client(world: World, sid: str, name: str = "Bob") -> Waiting:
    """A REST client without cookies."""
    waiting = await world.admissions.join(STRANGER, sid, name=name, api_client=True)
    assert isinstance(waiting, Waiting)
    return waiting


async def lobby(world: World, sid: str) -> list[WaitingFacts]:
    return await world.lobby.list(ALICE, sid)


async def names(world: World, sid: str) -> list[str]:
    return [w.name for w in await lobby(world, sid)]


async def test_who_waits_has_no_token_of_any_kind(world: World) -> None:
    sid = await world.private(lobby=True)
    await waits(world, "bob", sid)
    with pytest.raises(NotAllowed):
        await world.admissions.arrive(browser("bob"), sid)
    assert await world.admissions.seat(browser("bob"), sid) is None
    with pytest.raises(NoProof):
        await world.chat.history(browser("bob"), sid)
    async with world.db.reading() as db:
        assert (await db.execute(text("SELECT count(*) FROM connection"))).scalar_one() == 0
    assert (await world.sessions.facts(sid)).people == 0


async def test_hosts_co_hosts_and_speakers_do_not_wait(world: World) -> None:
    sid = await world.private(lobby=True)
    assert (await world.join("alice", sid)).role == Role.HOST
    for role in ("co_host", "speaker"):
        assert (await world.join(role, sid, invite=await world.invite(sid, role))).role == Role(role)
    await waits(world, "carl", sid, invite=await world.invite(sid))


async def test_admitted_he_enters_by_himself(world: World) -> None:
    sid = await world.private(lobby=True)
    waiting = await waits(world, "bob", sid)
    assert await world.lobby.standing(browser("bob"), sid) == Decision.WAITING
    await world.lobby.decide(ALICE, sid, waiting.waiting_id, decision="admit")
    assert await world.lobby.standing(browser("bob"), sid) == Decision.ADMITTED
    joined = await world.join("bob", sid)
    assert (joined.role, joined.name) == (Role.VIEWER, "Bob")
    assert await names(world, sid) == []


async def test_a_client_asks_with_his_waiting_key_until_he_is_in(world: World) -> None:
    sid = await world.private(lobby=True)
    waiting = await waiting_client(world, sid)
    asks = Actor(bearer=waiting.key, address="127.0.0.1")
    assert await world.lobby.ask(asks, sid, waiting.waiting_id) == (Decision.WAITING, None)
    await world.lobby.decide(ALICE, sid, waiting.waiting_id, decision="admit")
    decision, joined = await world.lobby.ask(asks, sid, waiting.waiting_id)
    assert decision == Decision.ADMITTED
    assert joined is not None
    assert joined.token
    again = await world.admissions.join(Actor(key=waiting.key), sid, name="Bob")
    assert isinstance(again, Joined)
    assert again.member_id == joined.member_id, "the waiting key is his member key from now on"


@pytest.mark.parametrize("admitted", [False, True])
async def test_who_knows_only_the_id_gets_nothing(world: World, admitted: bool) -> None:
    sid = await world.private(lobby=True)
    created = await world.sessions.create(ALICE, title="T", owner_name="Alice", on_air=True, lobby=True)
    waiting, other = await waiting_client(world, sid), await waiting_client(world, sid, "Carol")
    if admitted:
        await world.lobby.decide(ALICE, sid, waiting.waiting_id, decision="admit")
    keys = ("", other.key, created.host_key, waiting.waiting_id)
    for actor in (ALICE, browser("mallory"), *(Actor(bearer=key) for key in keys)):
        with pytest.raises(NoProof):
            await world.lobby.ask(actor, sid, waiting.waiting_id)


async def test_denied_stays_denied_until_he_is_let_in_after_all(world: World) -> None:
    sid = await world.private(lobby=True)
    waiting, client = await waits(world, "bob", sid), await waiting_client(world, sid)
    for person in (waiting, client):
        await world.lobby.decide(ALICE, sid, person.waiting_id, decision="deny")
    for _ in range(2):
        with pytest.raises(Denied):
            await world.knock("bob", sid)
    asks = Actor(bearer=client.key)
    assert await world.lobby.ask(asks, sid, client.waiting_id) == (Decision.DENIED, None)
    listed = await world.lobby.list(ALICE, sid, denied=True)
    assert {(d.id, d.decision) for d in listed} == {
        (person.waiting_id, Decision.DENIED) for person in (waiting, client)
    }
    assert await lobby(world, sid) == []
    for person in (waiting, client):
        await world.lobby.decide(ALICE, sid, person.waiting_id, decision="admit")
    await world.join("bob", sid)
    assert (await world.lobby.ask(asks, sid, client.waiting_id))[0] == Decision.ADMITTED
    assert await world.lobby.list(ALICE, sid, denied=True) == []
    acts = [(act, whom) for _, act, whom in await world.log(sid)]
    assert sorted(acts) == [("admit", "Bob")] * 2 + [("deny", "Bob")] * 2


async def test_admit_all(world: World) -> None:
    sid = await world.private(lobby=True)
    for who in ("one", "two", "three"):
        await waits(world, who, sid)
    denied = next(w for w in await lobby(world, sid) if w.name == "Two")
    await world.lobby.decide(ALICE, sid, denied.id, decision="deny")
    assert await world.lobby.admit_all(ALICE, sid) == 2
    for who in ("one", "three"):
        await world.join(who, sid)
    with pytest.raises(Denied):
        await world.knock("two", sid)
    assert await world.lobby.admit_all(ALICE, sid) == 0


async def test_who_became_host_while_he_waited_stays_host_when_he_lets_all_in(world: World) -> None:
    created = await world.sessions.create(ALICE, title="T", owner_name="Alice", lobby=True, on_air=True)
    sid = created.facts.id
    await waits(world, "laptop", sid)
    await waits(world, "bob", sid)
    await world.admissions.redeem(browser("laptop"), sid, created.host_key)
    await world.lobby.admit_all(browser("laptop"), sid)
    seat = await world.admissions.seat(browser("laptop"), sid)
    assert seat is not None
    assert seat.role == Role.HOST
    assert (await world.join("bob", sid)).role == Role.VIEWER


async def test_first_come_first_in_the_list(world: World) -> None:
    sid = await world.private(lobby=True)
    for who in ("one", "two", "three"):
        await waits(world, who, sid)
        world.clock.pass_seconds(1)
    await waits(world, "one", sid)
    assert await names(world, sid) == ["One", "Two", "Three"]


async def test_one_browser_that_knocks_twice_is_one_person(world: World) -> None:
    sid = await world.private(lobby=True)
    first, second = await waits(world, "bob", sid), await waits(world, "bob", sid)
    assert first.waiting_id == second.waiting_id
    assert first.key
    assert not second.key, "a key is handed out once"
    assert await names(world, sid) == ["Bob"]


async def test_two_tabs_at_once_are_one_person(world: World) -> None:
    sid = await world.private(lobby=True)
    came = await asyncio.gather(*(waits(world, "bob", sid) for _ in range(4)))
    assert len({w.waiting_id for w in came}) == 1


async def test_another_person_cannot_take_a_place_in_the_lobby(world: World) -> None:
    sid = await world.private(lobby=True)
    bob = await waits(world, "bob", sid)
    mallory = await world.admissions.join(browser("mallory"), sid, name="Bob")
    assert isinstance(mallory, Waiting)
    assert mallory.waiting_id != bob.waiting_id
    await world.lobby.decide(ALICE, sid, bob.waiting_id, decision="admit")
    assert isinstance(await world.knock("mallory", sid), Waiting)
    with pytest.raises(NoProof):
        await world.lobby.ask(Actor(bearer=mallory.key), sid, bob.waiting_id)


async def test_switched_on_in_the_middle_it_holds_newcomers_only(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    await world.house.change(ALICE, sid, {"lobby": True})
    assert (await world.join("bob", sid)).role == Role.VIEWER
    await waits(world, "carol", sid)
    assert await names(world, sid) == ["Carol"]


async def test_switched_off_it_lets_in_who_waits(world: World) -> None:
    sid = await world.private(lobby=True)
    client = await waiting_client(world, sid)
    await waits(world, "bob", sid)
    await world.house.change(ALICE, sid, {"lobby": False})
    assert await names(world, sid) == []
    await world.join("bob", sid)
    decision, joined = await world.lobby.ask(Actor(bearer=client.key), sid, client.waiting_id)
    assert decision == Decision.ADMITTED
    assert joined is not None


async def test_waiting_before_the_session_has_begun(world: World) -> None:
    created = await world.sessions.create(ALICE, title="T", owner_name="Alice", lobby=True)
    sid = created.facts.id
    client = await waiting_client(world, sid)
    asks = Actor(bearer=client.key)
    assert await names(world, sid) == ["Bob"]
    await world.lobby.admit_all(ALICE, sid)
    assert await world.lobby.ask(asks, sid, client.waiting_id) == (Decision.WAITING, None), "not on air yet"
    await world.sessions.go_live(ALICE, sid)
    assert (await world.lobby.ask(asks, sid, client.waiting_id))[0] == Decision.ADMITTED


async def test_who_does_not_ask_any_more_has_gone_and_can_come_back(world: World) -> None:
    sid = await world.private(lobby=True)
    bob = await waits(world, "bob", sid)
    world.clock.pass_seconds(64)
    assert await names(world, sid) == ["Bob"]
    world.clock.pass_seconds(1)
    assert await names(world, sid) == []
    assert await world.lobby.admit_all(ALICE, sid) == 0
    assert (await waits(world, "bob", sid)).waiting_id == bob.waiting_id
    assert await names(world, sid) == ["Bob"]


@pytest.mark.parametrize("how", ["page", "client"])
async def test_asking_keeps_ones_place(world: World, how: str) -> None:
    sid = await world.private(lobby=True)
    person = await waits(world, "bob", sid) if how == "page" else await waiting_client(world, sid)
    for _ in range(15):  # five minutes
        world.clock.pass_seconds(20)
        if how == "page":
            await world.lobby.standing(browser("bob"), sid)
        else:
            await world.lobby.ask(Actor(bearer=person.key), sid, person.waiting_id)
    assert await names(world, sid) == ["Bob"]


async def test_a_better_invite_lets_in_who_waits(world: World) -> None:
    sid = await world.private(lobby=True)
    await waits(world, "bob", sid)
    same = await world.invite(sid)
    await waits(world, "bob", sid, invite=same)
    joined = await world.join("bob", sid, invite=await world.invite(sid, "speaker"))
    assert joined.role == Role.SPEAKER
    assert await names(world, sid) == []


async def test_two_moderators_who_decide_at_once_admit_once(world: World) -> None:
    sid = await world.private(lobby=True)
    await world.come("carol", sid, "co_host")
    bob = await waits(world, "bob", sid)
    done = await asyncio.gather(
        world.lobby.decide(ALICE, sid, bob.waiting_id, decision="admit"),
        world.lobby.decide(browser("carol"), sid, bob.waiting_id, decision="admit"),
        world.lobby.admit_all(ALICE, sid),
        return_exceptions=True,
    )
    assert all(isinstance(d, WrongState | WaitingFacts | int) for d in done), done
    members = [m.name for m in await world.moderation.members(ALICE, sid)]
    assert sorted(members) == ["Alice", "Bob", "Carol"]


async def test_admitted_and_then_removed_he_does_not_come_in(world: World) -> None:
    sid = await world.private(lobby=True)
    client = await waiting_client(world, sid)
    await world.lobby.decide(ALICE, sid, client.waiting_id, decision="admit")
    member = next(m for m in await world.moderation.members(ALICE, sid) if m.name == "Bob")
    await world.moderation.remove(ALICE, sid, member.id)
    with pytest.raises(Removed):
        await world.lobby.ask(Actor(bearer=client.key), sid, client.waiting_id)


@pytest.mark.parametrize("decision", ["", "yes", None, 1, "waiting"])
async def test_a_wrong_decision(world: World, decision: object) -> None:
    sid = await world.private(lobby=True)
    bob = await waits(world, "bob", sid)
    with pytest.raises(BadInput):
        await world.lobby.decide(ALICE, sid, bob.waiting_id, decision=decision)


@pytest.mark.parametrize("waiting_id", ["nobody", "", None, 7])
async def test_nobody_waits_under_this_id(world: World, waiting_id: object) -> None:
    with pytest.raises(NotFound):
        await world.lobby.decide(ALICE, await world.live(), waiting_id, decision="admit")


async def test_a_moderator_of_another_session_decides_nothing_here(world: World) -> None:
    sid, other = await world.private(lobby=True), await world.live("oscar")
    bob = await waits(world, "bob", sid)
    with pytest.raises(NotFound):
        await world.lobby.decide(browser("oscar"), other, bob.waiting_id, decision="admit")
    with pytest.raises(NoProof):
        await world.lobby.decide(browser("oscar"), sid, bob.waiting_id, decision="admit")


async def test_after_the_end_nobody_waits_any_more(world: World) -> None:
    sid = await world.private(lobby=True)
    client = await waiting_client(world, sid)
    await world.sessions.end(ALICE, sid)
    for refused in (
        world.lobby.ask(Actor(bearer=client.key), sid, client.waiting_id),
        world.lobby.decide(ALICE, sid, client.waiting_id, decision="admit"),
        world.lobby.admit_all(ALICE, sid),
        world.knock("late", sid),
    ):
        with pytest.raises(SessionEnded):
            await refused


async def test_the_door_asks_before_the_lobby(world: World) -> None:
    sid = await world.private(lobby=True, password="sesame")
    with pytest.raises(DonfraError) as refused:
        await world.knock("bob", sid)
    assert refused.value.code == "password_needed"
    await waits(world, "bob", sid, password="sesame")
    await waits(world, "bob", sid)  # he has said it already


@pytest.mark.parametrize("how", ["browser", "key"])
async def test_who_stops_waiting_is_off_the_list_at_once(world: World, how: str) -> None:
    sid = await world.private(lobby=True)
    await world.join("alice", sid)
    if how == "browser":
        await waits(world, "bob", sid)
        bob = browser("bob")
    else:
        bob = Actor(bearer=(await waiting_client(world, sid)).key)
    assert await names(world, sid) == ["Bob"]
    told = len(world.rooms.sent)
    await world.lobby.leave(bob, sid)
    assert await names(world, sid) == []
    assert [topic for _, topic, _ in world.rooms.sent[told:]] == ["lobby"]
    assert await world.lobby.standing(browser("bob"), sid) is None, "his open page does not wait for him"
    assert await names(world, sid) == []
    await world.house.change(ALICE, sid, {"lobby": False})
    assert len(await world.moderation.members(ALICE, sid)) == 1, "nobody lets him in who has gone"


async def test_who_stopped_waiting_may_knock_again_with_the_same_invite(world: World) -> None:
    sid = await world.private(lobby=True)
    token = await world.invite(sid, uses=1)
    await waits(world, "bob", sid, invite=token)
    await world.lobby.leave(browser("bob"), sid)
    await waits(world, "bob", sid, invite=token)
    assert await names(world, sid) == ["Bob"]


async def test_a_closed_page_that_is_opened_again_goes_on_waiting(world: World) -> None:
    sid = await world.private(lobby=True)
    await world.join("alice", sid)
    await waits(world, "bob", sid)
    await world.lobby.leave(browser("bob"), sid, for_good=False)
    assert await names(world, sid) == []
    told = len(world.rooms.sent)
    assert await world.lobby.standing(browser("bob"), sid) == Decision.WAITING
    assert await names(world, sid) == ["Bob"]
    assert [topic for _, topic, _ in world.rooms.sent[told:]] == ["lobby"], "the hosts hear that he is back"


async def test_nobody_else_is_taken_off_the_list(world: World) -> None:
    sid = await world.private(lobby=True)
    await waits(world, "bob", sid)
    for other in (STRANGER, browser("eve"), ALICE, Actor(bearer="x"), Actor(key="x")):
        await world.lobby.leave(other, sid)
    assert await names(world, sid) == ["Bob"]
    with pytest.raises(NotFound):
        await world.lobby.leave(browser("bob"), "00000000-0000-0000-0000-000000000000")


async def test_who_is_in_or_denied_is_not_changed_by_leaving(world: World) -> None:
    sid = await world.private(lobby=True)
    for who, decision in (("bob", "admit"), ("ben", "deny")):
        person = await waits(world, who, sid)
        await world.lobby.decide(ALICE, sid, person.waiting_id, decision=decision)
        await world.lobby.leave(browser(who), sid)
    assert await world.lobby.standing(browser("bob"), sid) == Decision.ADMITTED
    with pytest.raises(Denied):
        await world.knock("ben", sid)
