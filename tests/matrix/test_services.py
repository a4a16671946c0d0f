"""Every kind of person times every act, against the services; and the table against code and docs."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from donfra_live.errors import (
    DonfraError,
    NoProof,
    NotAllowed,
    NotSignedIn,
    Removed,
    StillLive,
    WrongState,
)
from donfra_live.live_sessions.roles import PERMISSIONS, Permission, Role
from donfra_live.live_sessions.views import Actor
from donfra_live.settings import Settings
from tests.matrix.scene import prepare, set_scene
from tests.matrix.table import ACTS, KINDS, MAY, MEMBERS, OTHERS, RIGHTS, Act
from tests.world import World

Call = Callable[[World, Actor, str, dict[str, str]], Awaitable[object]]
Expected = Mapping[str, type[DonfraError] | None]
REFUSALS: dict[str, type[DonfraError]] = {
    "stranger": NoProof,
    "removed": Removed,
    "account": NoProof,
    "admin": NoProof,
}
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
    "ask for consent": lambda w, a, s, i: w.house.change(a, s, {"ask_consent": True}),
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
    "see how much can be recorded": lambda w, a, s, i: w.space.of_session(a, s),
    "look at a recording": lambda w, a, s, i: w.library.one(a, i["recording"]),
    "pause a recording": lambda w, a, s, i: w.recordings.pause(a, i["recording"]),
    "go on recording": lambda w, a, s, i: w.recordings.resume(a, i["recording"]),
    "stop a recording": lambda w, a, s, i: w.recordings.stop(a, i["recording"]),
    "get the file of a recording": lambda w, a, s, i: w.library.file(a, i["recording"]),
    "get a voice of a recording": lambda w, a, s, i: w.library.track(a, i["recording"], 1),
    "see the picture of a recording": lambda w, a, s, i: w.library.poster(a, i["recording"]),
    "see a small picture of a recording": lambda w, a, s, i: w.library.picture(a, i["recording"], 1),
    "see the captions of a recording": lambda w, a, s, i: w.library.captions(a, i["recording"]),
    "take captions away": lambda w, a, s, i: w.library.put_captions(a, i["recording"], b""),
    "name a recording": lambda w, a, s, i: w.library.change(a, i["recording"], title="Fractions"),
    "give a recording": lambda w, a, s, i: w.library.change(a, i["recording"], audience="members"),
    "mark a moment": lambda w, a, s, i: w.library.mark(a, i["recording"], at=1.5),
    "take a mark away": lambda w, a, s, i: w.library.unmark(a, i["recording"], i["mark"]),
    "look at the film of a recording": lambda w, a, s, i: w.links.watching(a, i["recording"]),
    "make a link to a recording": lambda w, a, s, i: w.links.create(a, i["recording"]),
    "see the links to a recording": lambda w, a, s, i: w.links.list(a, i["recording"]),
    "end a link to a recording": lambda w, a, s, i: w.links.revoke(a, i["recording"], i["link"]),
    "see whether one is asked for consent": lambda w, a, s, i: w.consents.asked(a, s),
    "answer for consent": lambda w, a, s, i: w.consents.answer(a, i["recording"], False),
    "see who agreed to a recording": lambda w, a, s, i: w.consents.list(a, i["recording"]),
    "delete a recording": lambda w, a, s, i: w.library.delete(a, i["recording"]),
    "say how long it is kept": lambda w, a, s, i: w.house.change(a, s, {"keep_days": 7}),
    "export everything": lambda w, a, s, i: w.export(a, s),
}


# Where more than a role decides, or none: what each kind is answered, None is no refusal.
_OK: Expected = dict.fromkeys(KINDS)
_SEAT: Expected = {**dict.fromkeys(OTHERS, NoProof), "waiting": NotAllowed, "removed": Removed}
_MEMBERS: Expected = {**dict.fromkeys(MEMBERS), **_SEAT}
_HOST: Expected = {**dict.fromkeys(MEMBERS, NotAllowed), **_SEAT, "host": None}
_KEPT_OUT: Expected = {"waiting": NotAllowed, "removed": Removed}
_ASKS: Expected = {**dict.fromkeys(KINDS, NoProof), "waiting": None}
MORE: dict[str, tuple[Call, Expected]] = {
    "create": (lambda w, a, s, i: w.sessions.create(a, title="T", owner_name="X"), _OK),
    "make": (lambda w, a, s, i: w.sessions.make(a, title="T", owner_name="X"), _OK),
    "create on air": (lambda w, a, s, i: w.admissions.create_on_air(a, title="T", owner_name="X"), _OK),
    "plan": (
        lambda w, a, s, i: w.scheduling.plan(
            a, wishes={"starts_at": "2026-11-26T10:00Z"}, title="T", owner_name="X"
        ),
        _OK,
    ),
    "look at": (lambda w, a, s, i: w.sessions.facts(s), _OK),
    "list": (lambda w, a, s, i: w.sessions.lists(a), _OK),
    "begin": (lambda w, a, s, i: w.sessions.go_live(a, s), _HOST),
    "begin and come in": (lambda w, a, s, i: w.admissions.go_live(a, s, name="X"), _HOST),
    "end": (lambda w, a, s, i: w.sessions.end(a, s), _HOST),
    "delete one's own message": (lambda w, a, s, i: w.chat.delete(a, s, i["own message"]), _MEMBERS),
    "step down": (lambda w, a, s, i: w.stage.take_off(a, s, i["own seat"]), _MEMBERS),
    "list members for programs": (lambda w, a, s, i: w.moderation.members(a, s), _MEMBERS),
    "watch unseen": (
        lambda w, a, s, i: w.observing.observe(a, s),
        {**dict.fromkeys(KINDS, NotSignedIn), "account": NotAllowed, "admin": None},
    ),
    "ask what became of one": (lambda w, a, s, i: w.lobby.ask(a, s, i["wanda"]), _ASKS),
    "how one's browser stands": (lambda w, a, s, i: w.lobby.standing(a, s), _OK),
    "stop waiting": (lambda w, a, s, i: w.lobby.leave(a, s), _OK),
    "arrive": (
        lambda w, a, s, i: w.admissions.arrive(a, s),
        {**_OK, **dict.fromkeys(OTHERS, NotAllowed), "removed": Removed},
    ),
    "join": (lambda w, a, s, i: w.admissions.join(a, s, name="X"), {**_OK, **_KEPT_OUT}),
    "find one's seat": (lambda w, a, s, i: w.admissions.seat(a, s), {**_OK, **_KEPT_OUT}),
    # the host's key is the proof, in a browser that is not kept out
    "redeem the host's key": (
        lambda w, a, s, i: w.admissions.redeem(a, s, i["host key"]),
        {**dict.fromkeys(KINDS, NoProof), "account": None, "admin": None},
    ),
    # on air, so its host is told to end it
    "cancel": (lambda w, a, s, i: w.scheduling.dates.cancel(a, s), {**_HOST, "host": WrongState}),
    "delete": (
        lambda w, a, s, i: w.retention.delete(a, s),
        {**_HOST, "host": StillLive, "admin": StillLive},
    ),
    "what there is of it": (lambda w, a, s, i: w.retention.holdings(a, s), {**_HOST, "admin": None}),
    "get one's own data": (lambda w, a, s, i: w.export_seat(a, s), _MEMBERS),
    "people by date": (
        lambda w, a, s, i: w.attendance.series(a, [s]),
        {**_HOST, "co_host": None, "admin": None},
    ),
    # the link's secret is the proof, except for who was removed
    "open a link to a recording": (
        lambda w, a, s, i: w.links.open(a, i["watch"]),
        {**_OK, "removed": Removed},
    ),
    "look back": (lambda w, a, s, i: w.history.of(a, s), _OK),
}
# Words of the test world for methods whose answer is a file to be closed.
WORLDS = {"export": "retention.export", "export_seat": "retention.export_seat"}
_BY_ITSELF = "the app's own, asked by nobody"
_BY_REST = "rows of rest.py ask it by its route"
_NO_ACT = "says what is the same for everybody"
# Services' methods that no row calls: with the reason.
EXCEPTIONS = {
    **dict.fromkeys(
        (
            *("sessions.begin_by_rule", "sessions.end_by_rule", "house.find_hosts", "stage.expire"),
            *("scheduling.keeping.run", "scheduling.reminders.send_due", "scheduling.series.make"),
            *(
                "scheduling.series.make_due",
                "recordings.follow",
                "recordings.as_it_is",
                "recordings.is_ours",
                "attendance.may_see",
                "attendance.held",
            ),
            *("attendance.report_of", "accounts.links.offer_setup", "accounts.links.sent"),
            *(f"updates.{name}" for name in ("close", "listen", "publish", "publish_own", "subscribe")),
            *("updates.subscribe_own", "updates.subscribe_past", "updates.publish_past"),
            *("updates.publish_everything", "stats.settle_due", "health.report", "accounts.proving.prove"),
            *(f"asking.{name}" for name in ("actor", "came_by", "guest")),
        ),
        _BY_ITSELF,
    ),
    **dict.fromkeys(
        (
            *(f"accounts.own.{name}" for name in ("change_password", "create", "end_login", "logins", "me")),
            *(f"accounts.own.{name}" for name in ("rename", "sign_in", "sign_out")),
            *(f"accounts.tokens.{name}" for name in ("create", "delete", "list")),
            *(f"accounts.people.{name}" for name in ("add", "change", "delete", "reset_link", "search")),
            *(f"webhooks.{name}" for name in ("change", "create", "delete", "deliveries", "list")),
            *("webhooks.send_again", "retention.export_own", "retention.export_person"),
            *(f"scheduling.series.{name}" for name in ("plan", "cancel", "change", "facts")),
            *(f"scheduling.calendars.{name}" for name in ("feed", "of_series", "of_session", "has_feed")),
            *(f"scheduling.calendars.{name}" for name in ("make_feed", "drop_feed")),
            *("scheduling.reminders.ask", "scheduling.reminders.wish", "scheduling.dates.plan"),
            *("library.own", "attendance.of_series", "stats.of_series", "stats.of_period", "stats.report"),
        ),
        _BY_REST,
    ),
    **dict.fromkeys(
        (
            *("accounts.own.sign_up", "accounts.links.setup", "accounts.links.reset"),
            *("accounts.links.ask_for_reset", "accounts.elsewhere.begin", "accounts.elsewhere.finish"),
        ),
        "for who is nobody yet; a secret or a password is the proof: tests/accounts",
    ),
    **dict.fromkeys(("observing.may", "sessions.why_not_create"), _NO_ACT),
}


def methods_of(service: object, path: str) -> Iterator[str]:
    """Public methods, also of the services inside of it."""
    if is_dataclass(service):
        for part in fields(service):
            yield from methods_of(getattr(service, part.name), f"{path}{part.name}.")
    for name in dir(service):
        if not name.startswith("_") and callable(getattr(service, name)):
            yield path + name


def test_every_method_of_every_service_has_a_row_or_a_reason(world: World, settings: Settings) -> None:
    calls = [*CALLS.values(), *(call for call, _ in MORE.values())]
    # what a row calls is the only thing that it names
    rows = {".".join(call.__code__.co_names) for call in calls} - {*WORLDS} | set(WORLDS.values())
    services = set(methods_of(world.services(settings), ""))
    assert services - set(EXCEPTIONS) == rows
    assert set(EXCEPTIONS) <= services


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


@pytest.mark.parametrize("act", list(MORE))
async def test_acts_for_which_more_than_a_role_decides(world: World, act: str) -> None:
    call, expected = MORE[act]
    world.admissions._arrivals_per_session = 100
    scene = await set_scene(world)
    for kind in KINDS:
        actor, ids = scene.actor(kind), {**scene.ids, "host key": scene.host_key}
        ids |= {"own message": ids["message"], "own seat": ids["tom"]}
        if kind in MEMBERS:
            seat = await world.admissions.seat(actor, scene.session_id)
            assert seat is not None
            own = await world.chat.post(actor, scene.session_id, text="mine")
            ids |= {"own message": own.id, "own seat": seat.member_id}
        if (refusal := expected[kind]) is not None:
            with pytest.raises(refusal):
                await call(world, actor, scene.session_id, ids)
            continue
        await call(world, actor, scene.session_id, ids)
        scene = await set_scene(world)


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
