"""Events and the comparing loop: lost, repeated, late ones; vanished rooms; people in ended sessions."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from donfra_live.errors import MediaServerAway
from donfra_live.live_sessions.ports import MediaEvent, ParticipantFacts
from donfra_live.live_sessions.rules import SessionStatus
from donfra_live.models import WebhookEvent
from tests.rows import rows_of
from tests.world import World, browser


def event(kind: str, session_id: str, identity: str, sid: str, number: int = 1) -> MediaEvent:
    body = f'{{"room":{{"name":"{session_id}"}},"participant":{{"identity":"{identity}","sid":"{sid}"}}}}'
    return MediaEvent(f"EV_{kind}_{sid}_{number}", kind, session_id, identity, sid, body)


async def people(world: World, session_id: str) -> int:
    return (await world.sessions.facts(session_id)).people


async def test_joined_and_left_are_counted(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await world.presence.apply(event("participant_joined", sid, bob.identity, "PA_1"))
    assert await people(world, sid) == 1
    await world.presence.apply(event("participant_left", sid, bob.identity, "PA_1"))
    assert await people(world, sid) == 0


async def test_two_tabs_of_one_person_count_once(world: World) -> None:
    sid = await world.live()
    for n in (1, 2):
        bob = await world.join("bob", sid)
        await world.presence.apply(event("participant_joined", sid, bob.identity, f"PA_{n}"))
    assert await people(world, sid) == 1


async def test_an_event_that_comes_again_is_seen(world: World) -> None:
    sid = await world.live()
    once = event("participant_joined", sid, "nobody", "PA_1")
    assert await world.presence.store(once)
    assert not await world.presence.store(once)


async def test_an_event_that_comes_to_several_workers_at_once_is_stored_by_one(world: World) -> None:
    for n in range(20):
        once = event("participant_joined", "any", "nobody", f"PA_{n}")
        stored = await asyncio.gather(*(world.presence.store(once) for _ in range(3)))
        assert sorted(stored) == [False, False, True]


async def test_the_old_connections_leaving_does_not_close_the_new_one(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await world.presence.apply(event("participant_joined", sid, bob.identity, "PA_1"))
    await world.presence.apply(event("participant_joined", sid, bob.identity, "PA_2"))
    await world.presence.apply(event("participant_left", sid, bob.identity, "PA_1"))
    assert await people(world, sid) == 1


@pytest.mark.parametrize("seen_by", ["event", "loop"])
async def test_a_token_used_minutes_later_still_counts(world: World, seen_by: str) -> None:
    sid = await world.live()
    bob = await world.admissions.join(browser("bob"), sid, name="Bob")
    for _ in range(3):
        world.clock.pass_seconds(100)
        await world.presence.reconcile()
    world.rooms.connect(sid, bob.identity)
    if seen_by == "event":
        await world.presence.apply(event("participant_joined", sid, bob.identity, "PA_1"))
    else:
        await world.presence.reconcile()
    assert await people(world, sid) == 1
    await world.join("carol", sid)
    await world.chat.post(browser("carol"), sid, text="hello")
    assert bob.identity in world.rooms.sent[-1][0]


async def test_a_room_that_is_deleted_during_its_session_is_made_again_at_once(world: World) -> None:
    live, ended = await world.live(), await world.live()
    await world.sessions.end(browser("alice"), ended)
    for sid in (live, ended):
        await world.rooms.close(sid)
        await world.presence.apply(event("room_finished", sid, "", ""))
    assert world.rooms.open_rooms == {live}


async def test_a_room_that_cannot_be_made_again_now_is_left_to_the_loop(world: World) -> None:
    sid = await world.live()
    await world.rooms.close(sid)
    world.rooms.away = True
    await world.presence.apply(event("room_finished", sid, "", ""))
    world.rooms.away = False
    await world.presence.reconcile()
    assert world.rooms.open_rooms == {sid}


async def test_a_late_event_about_somebody_who_left_counts_for_nothing(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await world.presence.apply(event("participant_left", sid, bob.identity, "PA_1"))
    await world.presence.apply(event("participant_joined", sid, bob.identity, "PA_1"))
    assert await people(world, sid) == 0


async def test_a_late_event_of_an_ended_session_counts_for_nothing(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await world.sessions.end(browser("alice"), sid)
    await world.presence.apply(event("participant_joined", sid, bob.identity, "PA_1"))
    assert await people(world, sid) == 0


@pytest.mark.parametrize("whose", ["member", "stranger"])
async def test_who_comes_into_an_ended_session_is_put_out_at_once(world: World, whose: str) -> None:
    """A media server that is not ours may make the room again for an old token."""
    sid = await world.live()
    bob = await world.join("bob", sid)
    await world.sessions.end(browser("alice"), sid)
    world.rooms.open_rooms.add(sid)
    identity = bob.identity if whose == "member" else "p-of-nobody"
    await world.presence.apply(event("participant_joined", sid, identity, "PA_2"))
    assert world.rooms.open_rooms == set()
    assert await people(world, sid) == 0


async def test_of_a_deleted_session_no_late_event_is_kept(world: World) -> None:
    """The media server tells of its end when the session and all that names people are gone already."""
    sid = await world.live()
    joined = await world.come("bob", sid)
    await world.sessions.end(browser("alice"), sid)
    await world.retention.delete(browser("alice"), sid)
    late = event("participant_left", sid, joined.identity, "PA_late", 9)
    assert await world.presence.store(late)
    await world.presence.apply(late)
    assert await rows_of(world.db, WebhookEvent) == []
    await world.presence.apply(late)  # once more, as after a crash


async def test_an_event_that_changes_nothing_is_done_when_it_is_stored(world: World) -> None:
    sid, gone = await world.live(), "00000000-0000-4000-8000-000000000000"
    idle, not_ours = event("room_started", sid, "", ""), event("room_started", gone, "", "", 2)
    assert not await world.presence.store(idle)
    assert not await world.presence.store(idle), "nor once more"
    assert not await world.presence.store(not_ours)
    (stored,) = await rows_of(world.db, WebhookEvent)
    assert stored.id == idle.id, "of a session that is not ours nothing is kept"
    assert stored.processed_at is not None


async def test_a_stored_event_is_worked_in_after_a_crash(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await world.presence.store(event("participant_joined", sid, bob.identity, "PA_1"))
    assert await people(world, sid) == 0
    await world.presence.apply_leftovers()
    assert await people(world, sid) == 1


async def test_an_event_that_cannot_be_worked_in_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor the comparing of all sessions, which comes after the events."""
    sid, whole = await world.live(), world.presence.apply
    bob, carol = await world.join("bob", sid), await world.join("carol", sid)
    for number, who in enumerate((bob, carol)):
        await world.presence.store(event("participant_joined", sid, who.identity, f"PA_{number}"))

    async def apply(one: MediaEvent) -> None:
        if one.identity == bob.identity:
            raise RuntimeError("nobody has thought of this")
        await whole(one)

    monkeypatch.setattr(world.presence, "apply", apply)
    await world.presence.apply_leftovers()
    assert await people(world, sid) == 1
    monkeypatch.setattr(world.presence, "apply", whole)
    await world.presence.apply_leftovers()
    assert await people(world, sid) == 2


async def test_an_arrival_counts_for_nothing(world: World) -> None:
    sid = await world.live()
    arrival = await world.admissions.arrive(browser("bob"), sid)
    world.rooms.connect(sid, arrival.identity, hidden=True)
    await world.presence.apply(event("participant_joined", sid, arrival.identity, "PA_1"))
    await world.presence.reconcile()
    assert await people(world, sid) == 0


async def test_lost_events_are_made_up_for(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await world.presence.reconcile()
    assert await people(world, sid) == 1
    await world.rooms.remove(sid, bob.identity)
    await world.presence.reconcile()
    assert await people(world, sid) == 1, "one poll without him may be a reconnect"
    await world.presence.reconcile()
    assert await people(world, sid) == 0


async def test_a_vanished_room_of_a_live_session_is_made_again(world: World) -> None:
    sid = await world.live()
    world.rooms.open_rooms.clear()
    await world.presence.reconcile()
    assert world.rooms.open_rooms == {sid}


async def test_rooms_that_are_not_ours_are_left_alone(world: World) -> None:
    world.rooms.open_rooms.add("somebody-elses")
    await world.presence.reconcile()
    assert world.rooms.open_rooms == {"somebody-elses"}


async def test_a_room_of_an_ended_session_is_closed(world: World) -> None:
    sid = await world.live()
    await world.sessions.end(browser("alice"), sid)
    world.rooms.open_rooms.add(sid)
    await world.presence.reconcile()
    assert world.rooms.open_rooms == set()


async def test_who_was_shown_stays_shown(world: World) -> None:
    sid = await world.live()
    arrival = await world.admissions.arrive(browser("bob"), sid)
    world.rooms.connect(sid, arrival.identity, hidden=True)
    await world.admissions.join(browser("bob"), sid, name="Bob", identity=arrival.identity)
    world.rooms.connect(sid, arrival.identity, hidden=True)
    await world.presence.reconcile()
    assert not world.rooms.connected[sid][arrival.identity].hidden


async def test_an_arrival_that_never_joins_is_put_out(world: World) -> None:
    sid = await world.live()
    arrival = await world.admissions.arrive(browser("bob"), sid)
    world.rooms.connect(sid, arrival.identity, hidden=True)
    world.clock.pass_seconds(120)
    await world.presence.reconcile()
    assert world.rooms.removed == [arrival.identity]


async def test_a_doubled_identity_is_put_out_and_a_recorder_stays(world: World) -> None:
    sid = await world.live()
    for identity in ("eve#abc", "recorder"):
        world.rooms.connect(sid, identity)
    await world.presence.reconcile()
    assert world.rooms.removed == ["eve#abc"]


async def test_a_session_with_nobody_for_an_hour_ends(world: World) -> None:
    sid = await world.live()
    world.clock.pass_seconds(3599)
    await world.presence.reconcile()
    assert (await world.sessions.facts(sid)).status == SessionStatus.LIVE
    world.clock.pass_seconds(2)
    await world.presence.reconcile()
    assert (await world.sessions.facts(sid)).status == SessionStatus.ENDED


async def test_a_session_with_somebody_in_it_goes_on(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    world.clock.pass_seconds(7200)
    await world.presence.reconcile()
    assert (await world.sessions.facts(sid)).status == SessionStatus.LIVE


async def test_after_a_restart_of_the_media_server_live_rooms_come_first(world: World) -> None:
    live, ended = await world.live(), await world.live()
    await world.sessions.end(browser("alice"), ended)
    world.rooms.open_rooms.clear()
    await world.presence.reopen_rooms()
    assert world.rooms.open_rooms == {live}


async def test_comparing_without_a_media_server_says_so(world: World) -> None:
    world.rooms.away = True
    with pytest.raises(MediaServerAway):
        await world.presence.reconcile()


@pytest.mark.parametrize(
    "wrong",
    [
        {"sources": ("microphone",)},
        {"attributes": {"role": "host"}},
        {"can_subscribe": False},
        {"can_publish_data": False},
        {"hidden": True},
    ],
)
async def test_rights_that_differ_from_the_table_are_put_right(world: World, wrong: dict[str, Any]) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)
    right = world.rooms.connected[sid][bob.identity]
    world.rooms.connected[sid][bob.identity] = replace(right, **wrong)
    await world.presence.reconcile()
    assert world.rooms.connected[sid][bob.identity] == right
    shown = len(world.rooms.shown)
    await world.presence.reconcile()
    assert len(world.rooms.shown) == shown, "what is right is left alone"


async def test_a_session_that_cannot_be_put_right_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one whose host, who administers his room, has filled somebody's attributes."""
    ids = [await world.live(host) for host in ("alice", "zoe", "carl")]
    there = {sid: (await world.join("bob", sid)).identity for sid in ids}
    for sid, identity in there.items():
        facts = world.rooms.connected[sid][identity]
        world.rooms.connected[sid][identity] = replace(facts, can_subscribe=False)
    show = world.rooms.show

    async def refuse(session_id: str, *given: Any) -> bool:
        if session_id == ids[0]:
            raise RuntimeError("attributes are too large")
        return await show(session_id, *given)

    monkeypatch.setattr(world.rooms, "show", refuse)
    await world.presence.reconcile()
    assert [world.rooms.connected[sid][there[sid]].can_subscribe for sid in ids] == [False, True, True]


@pytest.mark.parametrize("seen_by", ["event", "loop"])
async def test_a_picture_named_microphone_puts_its_sender_out(world: World, seen_by: str) -> None:
    """LiveKit checks a track's label only, so a camera that was taken away could come back under another."""
    sid = await world.live()
    sam = await world.come("sam", sid, "speaker")
    if seen_by == "event":
        named = event("track_published", sid, sam.identity, f"PA_{sam.identity[-8:]}")
        await world.presence.apply(named)
        assert world.rooms.removed == []
        await world.presence.apply(replace(named, id="EV_2", misfit=True))
    else:
        there = world.rooms.connected[sid]
        there[sam.identity] = replace(there[sam.identity], misfit=True)
        await world.presence.reconcile()
    assert world.rooms.removed == [sam.identity]


async def test_a_session_with_nobody_in_it_is_not_compared(world: World) -> None:
    empty, busy, unused = await world.live(), await world.live(), await world.live()
    await world.join("bob", busy)
    await world.admissions.arrive(browser("carol"), unused)
    asked, listed = [], world.rooms.participants

    async def asking(session_id: str) -> list[ParticipantFacts]:
        asked.append(session_id)
        return await listed(session_id)

    world.rooms.participants = asking  # type: ignore[method-assign]
    await world.presence.reconcile()
    assert asked == [busy]
    world.clock.pass_seconds(100)
    asked.clear()
    await world.presence.reconcile()
    assert set(asked) == {busy, unused}, "a connection that was never used is given up in time"
    asked.clear()
    world.rooms.connect(empty, "somebody")
    await world.presence.reconcile()
    assert empty in asked


async def test_who_has_vanished_with_the_room_is_given_up(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    await world.presence.reconcile()
    await world.rooms.close(sid)
    for _ in range(2):
        await world.presence.reconcile()
    assert await people(world, sid) == 0
