"""Who may write when, slow mode, deleting, reactions."""

import asyncio

import pytest
from sqlalchemy import text

from donfra_live.errors import BadInput, DonfraError, NotAllowed, NotFound, NotOnAir, Removed, TooManyRequests
from tests.world import World, browser

ALICE, BOB, SAM = browser("alice"), browser("bob"), browser("sam")


async def may_write(world: World, who: str, sid: str) -> bool:
    answers = []
    for call in (world.chat.post(browser(who), sid, text="hello"), world.chat.react(browser(who), sid, "👍")):
        try:
            await call
            answers.append(True)
        except NotAllowed:
            answers.append(False)
    assert answers[0] == answers[1], "reactions go with the chat"
    return answers[0]


async def test_everyone_speakers_off(world: World) -> None:
    sid = await world.live()
    await world.join("alice", sid)
    for who, role in (("carol", "co_host"), ("sam", "speaker"), ("bob", "viewer"), ("vera", "viewer")):
        await world.come(who, sid, role)
    vera = next(m.id for m in await world.moderation.members(ALICE, sid) if m.name == "Vera")
    await world.stage.bring(ALICE, sid, vera)
    speaking = {"alice", "carol", "sam", "vera"}
    for mode, allowed in (("everyone", speaking | {"bob"}), ("speakers", speaking), ("off", set())):
        await world.house.change(ALICE, sid, {"chat": mode})
        assert {w for w in (*speaking, "bob") if await may_write(world, w, sid)} == allowed, mode
        assert await world.chat.history(BOB, sid), "all may read"


async def test_slow_mode_is_for_those_who_do_not_speak(world: World) -> None:
    sid = await world.live()
    await world.come("bob", sid)
    await world.come("sam", sid, "speaker")
    await world.house.change(ALICE, sid, {"slow_mode_seconds": 30})
    await world.chat.post(BOB, sid, text="one")
    world.clock.pass_seconds(20)
    with pytest.raises(TooManyRequests) as refused:
        await world.chat.post(BOB, sid, text="two")
    assert refused.value.retry_after == 10
    for n in range(3):
        await world.chat.post(SAM, sid, text=f"sam {n}")
    world.clock.pass_seconds(10)
    await world.chat.post(BOB, sid, text="two")
    numbers = [m.number for m in await world.chat.history(BOB, sid)]
    assert numbers == list(range(1, 6)), "a refused message leaves no gap"


async def test_slow_mode_holds_for_messages_sent_at_once(world: World) -> None:
    sid = await world.live()
    await world.come("bob", sid)
    await world.house.change(ALICE, sid, {"slow_mode_seconds": 30})
    sent = await asyncio.gather(
        *(world.chat.post(BOB, sid, text=f"m{n}") for n in range(5)), return_exceptions=True
    )
    assert sum(isinstance(s, TooManyRequests) for s in sent) == 4


async def test_author_and_moderator_delete_others_do_not(world: World) -> None:
    sid = await world.live()
    await world.come("bob", sid)
    await world.come("sam", sid, "speaker")
    first, second = [await world.chat.post(BOB, sid, text=t) for t in ("mine", "rude")]
    with pytest.raises(NotAllowed):
        await world.chat.delete(SAM, sid, first.id)
    await world.chat.delete(BOB, sid, first.id)
    for _ in range(2):
        gone = await world.chat.delete(ALICE, sid, second.id)
    assert (gone.deleted, gone.text, gone.number) == (True, "", 2)
    history = await world.chat.history(SAM, sid)
    assert [(m.text, m.deleted) for m in history] == [("", True), ("", True)]
    assert (world.rooms.sent[-1][1], world.rooms.sent[-1][2]["deleted"]) == ("chat", True)
    assert [a for a in await world.log(sid) if a[1] == "delete message"] == [
        ("Alice", "delete message", "Bob")
    ]
    async with world.db.reading() as db:
        kept = str((await db.execute(text("SELECT * FROM chat_message"))).all())
    assert "rude" not in kept
    assert "mine" not in kept


@pytest.mark.parametrize("message_id", ["nothing", "", None, 5])
async def test_a_message_that_is_not_there(world: World, message_id: object) -> None:
    with pytest.raises(NotFound):
        await world.chat.delete(ALICE, await world.live(), message_id)


async def test_a_message_of_another_session_is_out_of_reach(world: World) -> None:
    sid, other = await world.live(), await world.live("oscar")
    sent = await world.chat.post(ALICE, sid, text="hello")
    with pytest.raises(NotFound):
        await world.chat.delete(browser("oscar"), other, sent.id)


async def test_a_message_can_be_deleted_after_the_end(world: World) -> None:
    sid = await world.live()
    await world.come("bob", sid)
    sent = await world.chat.post(BOB, sid, text="rude")
    await world.sessions.end(ALICE, sid)
    assert (await world.chat.delete(ALICE, sid, sent.id)).deleted, "the chat outlives the session"


async def test_reactions_are_shown_and_leave_no_trace(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)

    async def everything() -> str:
        async with world.db.reading() as db:
            tables = ("chat_message", "session_log", "live_session", "member")
            return str([(await db.execute(text(f"SELECT * FROM {t}"))).all() for t in tables])  # noqa: S608

    before = await everything()
    await world.chat.react(BOB, sid, "🎉")
    to, topic, shown = world.rooms.sent[-1]
    assert (to, topic) == ((bob.identity,), "reaction")
    assert shown == {"reaction": "🎉", "member_id": bob.member_id, "name": "Bob"}
    assert await everything() == before
    assert await world.chat.history(BOB, sid) == []


@pytest.mark.parametrize("reaction", ["", "💩", "hello", None, 5, ["👍"]])
async def test_a_reaction_that_is_none(world: World, reaction: object) -> None:
    sid = await world.live()
    await world.come("bob", sid)
    with pytest.raises(BadInput):
        await world.chat.react(BOB, sid, reaction)


async def test_no_reactions_before_the_session_is_on_air(world: World) -> None:
    created = await world.sessions.create(ALICE, title="T", owner_name="Alice")
    with pytest.raises(NotOnAir):
        await world.chat.react(ALICE, created.facts.id, "👍")


async def test_who_is_removed_while_he_writes_is_not_heard(world: World) -> None:
    sid = await world.live()
    bob = await world.come("bob", sid)

    class RemovesHim:
        async def message(self, *_: str) -> None:
            await world.moderation.remove(ALICE, sid, bob.member_id)

    object.__setattr__(world.chat._ports, "limits", RemovesHim())
    with pytest.raises((Removed, DonfraError)):
        await world.chat.post(BOB, sid, text="last word")
    assert await world.chat.history(ALICE, sid) == []
