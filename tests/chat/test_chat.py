"""Chat: members only, numbered without gaps, repeated sends seen, stored before it is sent."""

import asyncio

import pytest

from donfra_live.chat.rules import clean_text
from donfra_live.errors import BadInput, NoProof, NotAllowed, SessionEnded
from donfra_live.live_sessions.views import Actor
from tests.world import STRANGER, World, browser


@pytest.mark.parametrize(
    "text", [None, 5, "", "  \n ", "x" * 2001, "a\x00b", "\u200b\n\u3164", "a" + "\u0301" * 50, {"a": 1}]
)
def test_a_text_that_cannot_be_shown_is_refused(text: object) -> None:
    with pytest.raises(BadInput):
        clean_text(text)


def test_line_breaks_stay() -> None:
    assert clean_text(" a\r\nb ") == "a\nb"


@pytest.mark.parametrize("actor", [STRANGER, browser("mallory"), Actor(key="wrong"), Actor(bearer="x")])
async def test_only_members_write_and_read(world: World, actor: Actor) -> None:
    sid = await world.live()
    with pytest.raises((NoProof, NotAllowed)):
        await world.chat.post(actor, sid, text="hello")
    with pytest.raises((NoProof, NotAllowed)):
        await world.chat.history(actor, sid)


async def test_a_message_is_stored_and_sent_to_members_by_name(world: World) -> None:
    sid = await world.live()
    bob = await world.join("bob", sid)
    arrival = await world.admissions.arrive(browser("carol"), sid)
    sent = await world.chat.post(browser("bob"), sid, text="hello", client_id="c1")
    assert (sent.number, sent.author_name) == (1, "Bob")
    identities, topic, payload = world.rooms.sent[0]
    assert (identities, topic, payload["text"]) == ((bob.identity,), "chat", "hello")
    assert arrival.identity not in identities


async def test_a_repeated_send_is_one_message(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    first = await world.chat.post(browser("bob"), sid, text="hello", client_id="c1")
    again = await world.chat.post(browser("bob"), sid, text="hello", client_id="c1")
    assert first == again
    assert len(await world.chat.history(browser("bob"), sid)) == 1


async def test_twenty_at_once_are_numbered_without_gaps(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    await asyncio.gather(*(world.chat.post(browser("bob"), sid, text=f"m{n}") for n in range(20)))
    history = await world.chat.history(browser("bob"), sid)
    assert [m.number for m in history] == list(range(1, 21))


async def test_who_comes_later_reads_what_was_written_before(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    await world.chat.post(browser("bob"), sid, text="one")
    await world.chat.post(browser("bob"), sid, text="two")
    await world.join("carol", sid)
    assert [m.text for m in await world.chat.history(browser("carol"), sid)] == ["one", "two"]
    assert [m.text for m in await world.chat.history(browser("carol"), sid, after=1)] == ["two"]


async def test_a_message_is_kept_although_the_media_server_is_away(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    world.rooms.away = True
    await world.chat.post(browser("bob"), sid, text="hello")
    assert [m.text for m in await world.chat.history(browser("bob"), sid)] == ["hello"]


async def test_nothing_is_written_after_the_end_but_members_still_read(world: World) -> None:
    sid = await world.live()
    await world.join("bob", sid)
    await world.chat.post(browser("bob"), sid, text="hello")
    await world.sessions.end(browser("alice"), sid)
    with pytest.raises(SessionEnded):
        await world.chat.post(browser("bob"), sid, text="late")
    assert len(await world.chat.history(browser("bob"), sid)) == 1
