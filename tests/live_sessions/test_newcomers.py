"""Somebody who brings only a name comes in by a shorter way, with the same rows as by the long one."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from donfra_live.errors import PasswordNeeded
from donfra_live.live_sessions.joining import Request
from donfra_live.live_sessions.views import Actor, Joined
from donfra_live.models import Connection, Member, MemberBrowser
from tests.world import STRANGER, World, browser

RANDOM = {"id", "key_hash", "member_id"}


async def rows_of(world: World, joined: Joined) -> list[dict[str, Any]]:
    async with world.db.reading() as db:
        rows = [await db.get_one(Member, joined.member_id), await db.get_one(Connection, joined.identity)]
        seats = await db.scalars(
            select(MemberBrowser).where(col(MemberBrowser.member_id) == joined.member_id)
        )
        return [row.model_dump(exclude=RANDOM, warnings=False) for row in (*rows, *seats)]


@pytest.mark.parametrize("actor", [STRANGER, browser("bob")])
async def test_both_ways_store_and_answer_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch, actor: Actor
) -> None:
    sid = await world.live()
    short = await world.admissions.join(actor, sid, name="Bob", api_client=True)
    seated = await rows_of(world, short)
    monkeypatch.setattr(Request, "is_newcomer", False)
    other = replace(actor, browser=browser("carol").browser if actor.browser else "")
    long = await world.admissions.join(other, sid, name="Bob", api_client=True)
    assert isinstance(short, Joined)
    assert isinstance(long, Joined)
    wanted = await rows_of(world, long)
    for row in (*seated, *wanted):
        row.pop("browser_hash", None)
    assert seated == wanted
    assert len(seated) == (3 if actor.browser else 2)
    own = {"identity": "", "token": "", "member_id": "", "member_key": ""}
    assert replace(short, **own) == replace(long, **own)
    assert len(short.member_key) == len(long.member_key) == 43


async def test_a_newcomer_with_a_key_of_his_own_finds_his_seat_again(world: World) -> None:
    sid = await world.live()
    first = await world.admissions.join(STRANGER, sid, name="Bob")
    assert isinstance(first, Joined)
    again = await world.admissions.join(Actor(key=first.member_key), sid, name="Robert")
    assert isinstance(again, Joined)
    assert (again.member_id, again.name) == (first.member_id, "Robert")


async def test_a_password_counts_for_newcomers(world: World) -> None:
    created, _ = await world.admissions.create_on_air(
        STRANGER, title="T", owner_name="Alice", listed=False, password="open sesame"
    )
    sid = created.facts.id
    for given in ("", "wrong"):
        with pytest.raises(PasswordNeeded):
            await world.admissions.join(STRANGER, sid, name="Bob", password=given)
    assert isinstance(await world.admissions.join(STRANGER, sid, name="Bob", password="open sesame"), Joined)
