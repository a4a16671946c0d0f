"""Links to a recording: who makes them, who watches by one, and what ends it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from donfra_live.errors import BadInput, LinkNotValid, NoProof, NotAllowed, NotFound, Removed, WrongState
from donfra_live.live_sessions.views import Actor
from donfra_live.models import RecordingLink
from donfra_live.recordings.ports import Scene
from donfra_live.recordings.rules import RecordingStatus as S
from tests.recordings.films import ready
from tests.recordings.storing import content_of
from tests.rows import rows_of
from tests.world import World, browser

ALICE, BOB, EVE = browser("alice"), browser("bob"), browser("eve")


def with_link(token: str, who: Actor = EVE) -> Actor:
    """With the cookie that opening the link gave."""
    return replace(who, watch=token)


async def by_link(world: World, sid: str) -> list[str]:
    return [who for who, act, _ in await world.log(sid) if act == "watch by link"]


async def test_anybody_with_a_link_watches(world: World) -> None:
    sid, rid = await ready(world)
    await world.library.change(ALICE, rid, title="Fractions")
    await world.library.mark(ALICE, rid, at=1, title="Questions")
    made = await world.links.create(ALICE, rid, days=7)
    assert (made.made_by, made.opened) == ("Alice", 0)
    assert made.expires_at == world.clock() + timedelta(days=7)
    opened = await world.links.open(EVE, made.token)
    assert (opened.recording_id, opened.session_id, opened.own) == (rid, sid, False)
    eve = with_link(made.token)
    film = await world.links.watching(eve, rid)
    assert (film.session_title, film.recording.title) == ("Algebra", "Fractions")
    assert [mark.title for mark in film.recording.markers] == ["Questions"]
    assert (await world.library.file(eve, rid)).content.read_bytes() == b"film"
    with pytest.raises(NotAllowed, match="for watching only"):
        await world.library.file(eve, rid, keep=True)
    with pytest.raises(Exception, match="Join the session first"):
        await world.library.one(eve, rid)  # tells more than a link does
    (listed,) = await world.links.list(ALICE, rid)
    assert (listed.id, listed.token, listed.opened) == (made.id, "", 1)


async def test_it_is_told_when_the_file_is_missing(world: World) -> None:
    sid, rid = await ready(world)
    eve = with_link((await world.links.create(ALICE, rid)).token)
    assert not (await world.links.watching(eve, rid)).recording.missing
    (world.data_dir / "recordings" / sid / rid / "recording.mp4").unlink()
    assert (await world.links.watching(eve, rid)).recording.missing


async def test_names_of_people_are_not_told(world: World) -> None:
    _, rid = await ready(world)
    world.recorder.becomes(rid, S.READY, scenes=(Scene(0.0, "Bob"),))
    made = await world.links.create(ALICE, rid)
    assert (await world.links.watching(with_link(made.token), rid)).recording.scenes == ()


async def test_a_link_ends_when_it_is_revoked_or_its_time_is_up(world: World) -> None:
    _, rid = await ready(world)
    short, ever = [await world.links.create(ALICE, rid, days=days) for days in (1, 0)]
    assert ever.expires_at is None
    world.clock.time += timedelta(days=1)
    for ask in (world.library.file, world.library.poster, world.library.captions, world.links.watching):
        with pytest.raises(LinkNotValid, match="valid until 25 November 2026 at 10:00 UTC"):
            await ask(with_link(short.token), rid)
    with pytest.raises(LinkNotValid, match="valid until"):
        await world.links.open(EVE, short.token)
    world.clock.time += timedelta(days=900)
    await world.library.file(with_link(ever.token), rid)
    for _ in range(2):
        await world.links.revoke(ALICE, rid, ever.id)
    with pytest.raises(LinkNotValid, match="revoked"):
        await world.library.file(with_link(ever.token), rid)
    with pytest.raises(LinkNotValid, match="revoked"):
        await world.links.open(EVE, ever.token)
    assert {link.id: link.revoked for link in await world.links.list(ALICE, rid)} == {
        short.id: False,
        ever.id: True,
    }


@pytest.mark.parametrize("token", ["", "x" * 43, 5, None, "\ud800", "é" * 43])
async def test_a_link_that_was_never_made(world: World, token: object) -> None:
    await ready(world)
    with pytest.raises(LinkNotValid, match="leads to no recording"):
        await world.links.open(EVE, token)


async def test_a_link_is_for_its_own_recording(world: World) -> None:
    _, rid = await ready(world)
    _, other = await ready(world)
    made = await world.links.create(ALICE, other)
    with pytest.raises(LinkNotValid):
        await world.library.file(with_link(made.token), rid)
    with pytest.raises(NotFound, match="no such link"):
        await world.links.revoke(ALICE, rid, made.id)
    await world.library.file(with_link(made.token), other)


async def test_hosts_and_members_use_their_own_right(world: World) -> None:
    sid, rid = await ready(world)
    made = await world.links.create(ALICE, rid)
    assert (await world.links.open(ALICE, made.token)).own
    assert not (await world.links.open(BOB, made.token)).own, "the hosts have not given it to members"
    await world.library.file(with_link(made.token, BOB), rid)
    await world.library.change(ALICE, rid, audience="members")
    assert (await world.links.open(BOB, made.token)).own
    await world.library.file(with_link(made.token, BOB), rid)
    assert ("Bob", "watch recording", "") in await world.log(sid)
    await world.links.revoke(ALICE, rid, made.id)
    await world.library.file(with_link(made.token, BOB), rid)
    for who in (BOB, EVE):
        with pytest.raises(Exception, match=r"Only hosts|Join the session"):
            await world.links.create(who, rid)


async def test_who_was_removed_is_refused_with_a_link_too(world: World) -> None:
    sid, rid = await ready(world)
    seat = await world.admissions.seat(BOB, sid)
    assert seat is not None
    made = await world.links.create(ALICE, rid)
    await world.library.file(with_link(made.token, BOB), rid)
    await world.moderation.remove(ALICE, sid, seat.member_id)
    with pytest.raises(Removed):
        await world.links.open(BOB, made.token)
    with pytest.raises(Removed):
        await world.library.file(with_link(made.token, BOB), rid)


async def test_links_of_a_co_host_end_when_he_is_removed(world: World) -> None:
    sid, rid = await ready(world)
    carol = await world.come("carol", sid, "co_host")
    made = await world.links.create(browser("carol"), rid)
    await world.library.file(with_link(made.token), rid)
    await world.moderation.remove(ALICE, sid, carol.member_id)
    with pytest.raises(LinkNotValid, match="revoked"):
        await world.library.file(with_link(made.token), rid)


async def test_what_is_not_ready_gets_no_link(world: World) -> None:
    sid = await world.live()
    rid = (await world.recordings.start(ALICE, sid)).id
    with pytest.raises(WrongState, match="not ready"):
        await world.links.create(ALICE, rid)
    for wrong in (2, -1, "7", True, None):
        with pytest.raises(BadInput):
            await world.links.create(ALICE, rid, days=wrong)


async def test_the_log_tells_of_links_once_in_six_hours_for_each_browser(world: World) -> None:
    sid, rid = await ready(world)
    made = await world.links.create(ALICE, rid)
    for who in (EVE, EVE, browser("mallory"), EVE):
        await world.library.file(with_link(made.token, who), rid)
    assert await by_link(world, sid) == ["Somebody with a link"] * 2
    world.clock.time += timedelta(hours=7)
    await world.library.file(with_link(made.token), rid)
    assert len(await by_link(world, sid)) == 3
    await world.links.revoke(ALICE, rid, made.id)
    acts = [act for _, act, _ in await world.log(sid)]
    assert (acts.count("make link"), acts.count("end link")) == (1, 1)


async def test_links_go_with_the_recording_and_leave_without_their_secret(world: World) -> None:
    sid, rid = await ready(world)
    made = await world.links.create(ALICE, rid)
    (row,) = await rows_of(world.db, RecordingLink)
    files = await world.export(ALICE, sid)
    assert b'"made_by": "Alice"' in files["recording_link.json"]
    assert not any(
        secret.encode() in text for text in files.values() for secret in (made.token, row.token_hash)
    )
    assert made.token not in str(row)
    await world.library.delete(ALICE, rid)
    assert await rows_of(world.db, RecordingLink) == []
    with pytest.raises(LinkNotValid, match="may have been deleted"):
        await world.links.open(EVE, made.token)
    with pytest.raises(NotFound):
        await world.library.file(with_link(made.token), rid)


async def test_small_pictures_are_for_whom_the_film_is(world: World) -> None:
    sid, rid = await ready(world)
    (world.data_dir / "recordings" / sid / rid / "small-03.jpg").write_bytes(b"picture")
    link = await world.links.create(ALICE, rid)
    for who in (ALICE, with_link(link.token)):
        assert await content_of(await world.library.picture(who, rid, 3)) == b"picture"
    for who, refusal in ((BOB, NotAllowed), (EVE, NoProof), (with_link("x" * 43), LinkNotValid)):
        with pytest.raises(refusal):
            await world.library.picture(who, rid, 3)
    with pytest.raises(NotFound, match="no such picture"):
        await world.library.picture(ALICE, rid, 4)
    await world.links.revoke(ALICE, rid, link.id)
    with pytest.raises(LinkNotValid):
        await world.library.picture(with_link(link.token), rid, 3)
