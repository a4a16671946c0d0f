"""What is written down when something happens in a session, and in whose transaction."""

import json

import pytest
from sqlalchemy.exc import IntegrityError

from donfra_live.live_sessions.views import Actor
from donfra_live.models import Connection, LiveSession, OutgoingEvent
from donfra_live.outgoing import outbox
from donfra_live.outgoing.rules import EventKind
from tests.rows import rows_of
from tests.world import World, browser


async def told(world: World) -> list[tuple[str, str]]:
    """(kind, who) of what is to be told, in the order in which it was written."""
    rows = await rows_of(world.db, OutgoingEvent)
    found = [(row.created_at, json.loads(row.body)) for row in rows]
    found.sort(key=lambda pair: pair[0])
    return [(body["type"].split(".")[1], body["data"].get("member", {}).get("name", "")) for _, body in found]


async def test_nobody_listens_so_nothing_is_written(world: World) -> None:
    sid = await world.live()
    await world.come("bob", sid)
    await world.sessions.end(browser("alice"), sid)
    assert await told(world) == []


async def test_the_life_of_a_session(world: World, hook: str) -> None:
    alice = browser("alice")
    created = await world.sessions.create(alice, title="Algebra", owner_name="Alice")
    sid = created.facts.id
    for step in (
        lambda: world.sessions.go_live(alice, sid),
        lambda: world.sessions.go_live(alice, sid),  # on air already
        lambda: world.come("bob", sid),
        lambda: world.come("carol", sid),
    ):
        world.clock.pass_seconds(1)
        await step()
    bob = await world.join("bob", sid)  # a second tab
    await world.see(sid, bob.identity)
    await world.see(sid, bob.identity, "participant_left")
    world.clock.pass_seconds(1)
    await world.moderation.remove(alice, sid, (await world.join("carol", sid)).member_id)
    world.clock.pass_seconds(1)
    await world.sessions.end(alice, sid)
    assert await told(world) == [
        ("created", ""),
        ("started", ""),
        ("joined", "Bob"),
        ("joined", "Carol"),
        ("left", "Carol"),
        ("left", "Bob"),
        ("ended", ""),
    ]


async def test_each_date_of_a_series_is_told_of(world: World, hook: str) -> None:
    created = await world.series("FREQ=DAILY;COUNT=3")
    dates = (await world.scheduling.series.facts(created.facts.series_id)).coming
    assert await told(world) == [("created", "")] * len(dates)


async def test_what_an_event_says(world: World, hook: str) -> None:
    ada = await world.with_account("ada")
    sid = await world.live()
    joined = await world.admissions.join(ada, sid, name="Ada")
    await world.see(sid, joined.identity)  # type: ignore[union-attr]
    (row,) = [r for r in await rows_of(world.db, OutgoingEvent) if r.kind == EventKind.JOINED]
    body = json.loads(row.body)
    assert row.id.startswith("msg_")
    assert (body["type"], body["timestamp"]) == ("session.joined", "2026-11-24T10:00:00.000Z")
    assert body["data"] == {
        "session_id": sid,
        "title": "Algebra",
        "owner_name": "Alice",
        "status": "live",
        "created_at": "2026-11-24T10:00:00.000Z",
        "live_at": "2026-11-24T10:00:00.000Z",
        "ended_at": None,
        "member": {
            "member_id": joined.member_id,  # type: ignore[union-attr]
            "name": "Ada",
            "role": "viewer",
            "account_id": ada.account,
        },
    }


async def test_a_lost_webhook_of_the_media_server_is_made_up_for(world: World, hook: str) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    await world.presence.reconcile()
    await world.presence.reconcile()
    assert await told(world) == [("created", ""), ("started", ""), ("joined", "Bob")]
    world.clock.pass_seconds(1)
    world.rooms.connected[sid].pop(bob.identity)
    await world.presence.reconcile()
    await world.presence.reconcile()
    assert (await told(world))[3:] == [("left", "Bob")]


async def test_two_tabs_that_go_at_once_are_one_who_left(world: World, hook: str) -> None:
    sid = await world.live()
    tabs = [await world.join("bob", sid) for _ in range(2)]
    await world.presence.reconcile()
    for tab in tabs:
        world.rooms.connected[sid].pop(tab.identity)
    world.clock.pass_seconds(1)
    for _ in range(3):
        await world.presence.reconcile()
    assert [one for one in await told(world) if one[1]] == [("joined", "Bob"), ("left", "Bob")]


async def test_an_arrival_that_is_shown_has_joined(world: World, hook: str) -> None:
    sid = await world.live()
    arrival = await world.admissions.arrive(browser("bob"), sid)
    world.rooms.connect(sid, arrival.identity, hidden=True)
    await world.see(sid, arrival.identity)
    assert ("joined", "Bob") not in await told(world), "nobody has joined who only looks"
    await world.join("bob", sid, identity=arrival.identity)
    assert await told(world) == [("created", ""), ("started", ""), ("joined", "Bob")]


async def test_only_what_was_asked_for(world: World, admin: Actor, hook: str) -> None:
    await world.webhooks.change(admin, hook, events=["ended"])
    sid = await world.live()
    await world.sessions.end(browser("alice"), sid)
    assert await told(world) == [("ended", "")]
    await world.webhooks.change(admin, hook, enabled=False)
    await world.live()
    assert await told(world) == [("ended", "")]


async def test_what_did_not_happen_is_not_told(world: World, hook: str) -> None:
    """The event is in the transaction of what happened: one that fails takes it along."""
    sid = await world.live()

    async def fails() -> None:
        async with world.db.transaction() as db:
            session = await db.get_one(LiveSession, sid)
            await outbox.record(db, EventKind.ENDED, session, world.clock())
            db.add(Connection(id="p-1", session_id="no such session"))

    with pytest.raises(IntegrityError):
        await fails()
    assert await told(world) == [("created", ""), ("started", "")]
