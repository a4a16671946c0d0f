"""Every kind of person times every act, against the services; and the table against code and docs."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from donfra_live.errors import DonfraError, NoProof, NotAllowed, Removed
from donfra_live.live_sessions.roles import PERMISSIONS, Permission, Role
from donfra_live.live_sessions.views import Actor
from tests.matrix.scene import Scene, set_scene
from tests.matrix.table import ABOVE, ACTS, KINDS, MAY, MEMBERS, RIGHTS, Act
from tests.world import World, browser

Call = Callable[[World, Actor, str, dict[str, str]], Awaitable[object]]
REFUSALS: dict[str, type[DonfraError]] = {"stranger": NoProof, "removed": Removed}
ROLES = [role.value for role in Role]

CALLS: dict[str, Call] = {
    "read the list of members": lambda w, a, s, i: w.moderation.people(a, s),
    "see the raised hands": lambda w, a, s, i: w.stage.hands(a, s),
    "read the chat": lambda w, a, s, i: w.chat.history(a, s),
    "search the chat": lambda w, a, s, i: w.chat.archive(a, s, search="hello"),
    "write": lambda w, a, s, i: w.chat.post(a, s, text="hello"),
    "write while only speakers may": lambda w, a, s, i: w.chat.post(a, s, text="hello"),
    "react": lambda w, a, s, i: w.chat.react(a, s, "👍"),
    "delete another's message": lambda w, a, s, i: w.chat.delete(a, s, i["message"]),
    "raise the hand": lambda w, a, s, i: w.stage.raise_hand(a, s),
    "lower the own hand": lambda w, a, s, i: w.stage.lower_hand(a, s),
    "lower all hands": lambda w, a, s, i: w.stage.clear_hands(a, s),
    "lower another's hand": lambda w, a, s, i: w.stage.clear_hands(a, s, i["tom"]),
    "change who may write": lambda w, a, s, i: w.house.change(a, s, {"chat": "off"}),
    "slow the chat": lambda w, a, s, i: w.house.change(a, s, {"slow_mode_seconds": 5}),
    "switch the lobby": lambda w, a, s, i: w.house.change(a, s, {"lobby": False}),
    "change the access": lambda w, a, s, i: w.house.change(a, s, {"access": "invited"}),
    "change the password": lambda w, a, s, i: w.house.change(a, s, {"password": "sesame"}),
    "invite": lambda w, a, s, i: w.invites.create(a, s, role="viewer"),
    "see the invites": lambda w, a, s, i: w.invites.list(a, s),
    "revoke an invite": lambda w, a, s, i: w.invites.revoke(a, s, i["invite"]),
    "see who waits": lambda w, a, s, i: w.lobby.list(a, s),
    "let one in": lambda w, a, s, i: w.lobby.decide(a, s, i["will"], decision="admit"),
    "deny one": lambda w, a, s, i: w.lobby.decide(a, s, i["will"], decision="deny"),
    "let all in": lambda w, a, s, i: w.lobby.admit_all(a, s),
    "set a role": lambda w, a, s, i: w.moderation.set_role(a, s, i["tom"], role="speaker"),
    "mute one": lambda w, a, s, i: w.moderation.mute(a, s, i["tom"], source="microphone"),
    "give back what is held": lambda w, a, s, i: w.moderation.allow(a, s, i["tom"], source="microphone"),
    "mute all": lambda w, a, s, i: w.moderation.mute_all(a, s),
    "remove": lambda w, a, s, i: w.moderation.remove(a, s, i["tom"]),
    "lift a ban": lambda w, a, s, i: w.moderation.lift_ban(a, s, i["ben"]),
    "bring on stage": lambda w, a, s, i: w.stage.bring(a, s, i["tom"]),
    "take another off the stage": lambda w, a, s, i: w.stage.take_off(a, s, i["tom"]),
    "hand over": lambda w, a, s, i: w.moderation.hand_over(a, s, i["tom"]),
    "change the title": lambda w, a, s, i: w.scheduling.dates.change(a, s, {"title": "Geometry"}),
    "read the log": lambda w, a, s, i: w.moderation.log(a, s),
    "see who was there": lambda w, a, s, i: w.attendance.report(a, s),
    "say who was expected": lambda w, a, s, i: w.attendance.put_roster(a, s, b"Tom"),
    "see the figures": lambda w, a, s, i: w.stats.of_session(a, s),
    "record": lambda w, a, s, i: w.recordings.start(a, s),
    "see the recordings that he may watch": lambda w, a, s, i: w.library.of_session(a, s),
    "say how long it is kept": lambda w, a, s, i: w.house.change(a, s, {"keep_days": 7}),
    "export everything": lambda w, a, s, i: w.export(a, s),
}


async def prepare(world: World, act: Act) -> Scene:
    scene = await set_scene(world)
    if act.permission == "speak_in_chat":
        host = scene.actor("host")
        await world.house.change(host, scene.session_id, {"chat": "speakers"})
    return scene


def test_every_permission_and_every_act_has_a_row() -> None:
    assert set(MAY) == {p.value for p in Permission}
    assert {act.permission for act in ACTS} | RIGHTS | {"end", "delete"} == set(MAY)
    assert [act.name for act in ACTS] == list(CALLS)


def test_the_codes_table_is_this_one() -> None:
    written = {role: {p for p, row in MAY.items() if row[role] == "yes"} for role in ROLES}
    assert {role.value: {p.value for p in may} for role, may in PERMISSIONS.items()} == written


def test_the_documents_table_is_this_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "features" / "roles.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \|(.*)\|$", page, re.MULTILINE)
    written = {name: [cell.strip() or "no" for cell in cells.split("|")] for name, cells in rows}
    assert written == {name: [row[role] for role in ROLES] for name, row in MAY.items()}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
async def test_the_service_refuses_whom_the_table_does_not_name(world: World, act: Act) -> None:
    scene = await prepare(world, act)
    for kind in set(KINDS) - set(act.allowed()):
        with pytest.raises(REFUSALS.get(kind, NotAllowed)) as refused:
            await CALLS[act.name](world, scene.actor(kind), scene.session_id, scene.ids)
        if kind in MEMBERS and act.permission != "speak_in_chat":
            assert refused.value.sentence.startswith("Only "), "says who may"


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
async def test_the_service_lets_whom_the_table_names(world: World, act: Act) -> None:
    for kind in act.allowed():
        scene = await prepare(world, act)
        await CALLS[act.name](world, scene.actor(kind), scene.session_id, scene.ids)


@pytest.mark.parametrize("kind", KINDS)
async def test_only_the_host_begins_and_ends(world: World, kind: str) -> None:
    for call in (world.sessions.go_live, world.sessions.end):
        scene = await set_scene(world)
        if kind in MEMBERS and MAY["end"][kind] == "yes":
            await call(scene.actor(kind), scene.session_id)
            continue
        with pytest.raises(REFUSALS.get(kind, NotAllowed)):
            await call(scene.actor(kind), scene.session_id)


@pytest.mark.parametrize("kind", MEMBERS)
async def test_rights_in_the_room(world: World, kind: str) -> None:
    scene = await set_scene(world)
    identity = scene.bearers[kind].split("|")[1]
    await world.see(scene.session_id, identity)
    there = world.rooms.connected[scene.session_id][identity]
    assert {
        "watch": there.can_subscribe,
        "send_data": there.can_publish_data,
        "publish": {"camera", "microphone"} <= set(there.sources),
        "share_screen": {"screen_share", "screen_share_audio"} <= set(there.sources),
    } == {right: MAY[right][kind] == "yes" for right in RIGHTS}


@pytest.mark.parametrize("target", ROLES)
@pytest.mark.parametrize("actor", ["host", "co_host"])
async def test_over_whom(world: World, actor: str, target: str) -> None:
    """Role times role, for every act that needs a higher rank."""
    sid = await world.live("alice")
    me = browser("alice")
    if actor == "co_host":
        await world.come("carol", sid, "co_host")
        me = browser("carol")
    person = await (world.join("alice", sid) if target == "host" else world.come("tom", sid, target))
    who, m = person.member_id, world.moderation
    for act in (
        lambda: m.mute(me, sid, who, source="camera", hold=True),
        lambda: m.allow(me, sid, who, source="camera"),
        lambda: m.set_role(me, sid, who, role=target if target != "host" else "viewer"),
        lambda: m.remove(me, sid, who),
        lambda: m.lift_ban(me, sid, who),
    ):
        if target in ABOVE[actor]:
            await act()
        else:
            with pytest.raises(NotAllowed):
                await act()


@pytest.mark.parametrize("given", ROLES)
@pytest.mark.parametrize("actor", ["host", "co_host"])
async def test_which_roles_are_given_away(world: World, actor: str, given: str) -> None:
    sid = await world.live("alice")
    me = browser("alice")
    if actor == "co_host":
        await world.come("carol", sid, "co_host")
        me = browser("carol")
    tom = await world.come("tom", sid)
    for act in (
        lambda: world.moderation.set_role(me, sid, tom.member_id, role=given),
        lambda: world.invites.create(me, sid, role=given),
    ):
        if given in ABOVE[actor]:
            tom_is = await act()
            assert tom_is.role == given  # type: ignore[attr-defined]
            await world.moderation.set_role(browser("alice"), sid, tom.member_id, role="viewer")
        else:
            with pytest.raises(NotAllowed):
                await act()
