"""A session with one person of each kind in it, and things to act upon.

Made by the services once a run, then copied: six hundred questions are asked in it.
"""

import copy
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import make_url

from donfra_live.browser_key import hash_of
from donfra_live.live_sessions.views import Actor, Joined, Waiting
from tests.matrix.table import KINDS
from tests.world import World


def browser_key(who: str) -> str:
    """As long as a real one, so that it may come as a cookie."""
    return who.ljust(43, "x")


def browser_of(who: str) -> Actor:
    return Actor(browser=hash_of(browser_key(who)), address="127.0.0.1")


@dataclass
class Scene:
    """bearers: what each kind proves himself with over REST. ids: what acts act upon."""

    session_id: str
    host_key: str
    bearers: dict[str, str]
    ids: dict[str, str]

    def actor(self, kind: str) -> Actor:
        return Actor(bearer=self.bearers[kind], address="127.0.0.1")

    def fill(self, text: str) -> str:
        for name, value in self.ids.items():
            text = text.replace(f"{{{name}}}", value)
        return text


async def join(world: World, sid: str, who: str, **given: object) -> Joined:
    joined = await world.admissions.join(browser_of(who), sid, name=who.title(), **given)
    assert isinstance(joined, Joined)
    world.rooms.connect(sid, joined.identity)
    return joined


async def wait(world: World, sid: str, who: str) -> Waiting:
    waiting = await world.admissions.join(browser_of(who), sid, name=who.title())
    assert isinstance(waiting, Waiting)
    return waiting


@dataclass
class Kept:
    """rooms: what the fake of the media server knows. database: a copy in memory."""

    scene: Scene
    rooms: dict[str, Any]
    database: sqlite3.Connection


_kept: list[Kept] = []


async def set_scene(world: World) -> Scene:
    """The scene as it was made, whatever has been done in this world before."""
    path = make_url(world.db._settings.database_url).database
    assert path, "the scene is kept as a file of SQLite"
    if not _kept:
        _kept.append(Kept(await _make(world), _rooms_of(world), sqlite3.connect(":memory:")))
        with closing(sqlite3.connect(path)) as made:
            made.backup(_kept[0].database)
    kept = _kept[0]
    with closing(sqlite3.connect(path)) as mine:
        kept.database.backup(mine)
    vars(world.rooms).update(copy.deepcopy(kept.rooms))
    return copy.deepcopy(kept.scene)


def _rooms_of(world: World) -> dict[str, Any]:
    known = {name: value for name, value in vars(world.rooms).items() if name != "clock"}
    return copy.deepcopy(known)


async def _make(world: World) -> Scene:
    host = browser_of("host")
    created = await world.sessions.create(host, title="Algebra", owner_name="Host", on_air=True)
    sid = created.facts.id
    bearers, ids = {"stranger": ""}, {}
    for kind in ("co_host", "speaker", "removed"):
        role = "speaker" if kind == "removed" else kind
        invite = await world.invites.create(host, sid, role=role)
        bearers[kind] = (await join(world, sid, kind, invite=invite.token)).token
        ids["invite"] = invite.id
    for kind in ("host", "viewer", "on_stage"):
        joined = await join(world, sid, kind)
        bearers[kind] = joined.token
    await world.stage.bring(host, sid, joined.member_id)
    tom, ben = await join(world, sid, "tom"), await join(world, sid, "ben")
    await world.stage.raise_hand(browser_of("tom"), sid)
    message = await world.chat.post(browser_of("tom"), sid, text="hello")
    await world.moderation.remove(host, sid, ben.member_id)
    removed = await world.admissions.seat(browser_of("removed"), sid)
    assert removed is not None
    await world.moderation.remove(host, sid, removed.member_id)
    await world.house.change(host, sid, {"lobby": True})
    wanda, will = await wait(world, sid, "waiting"), await wait(world, sid, "will")
    bearers["waiting"] = wanda.key
    ids |= {"tom": tom.member_id, "ben": ben.member_id, "message": message.id}
    ids |= {"will": will.waiting_id, "wanda": wanda.waiting_id}
    assert set(bearers) == set(KINDS)
    return Scene(sid, created.host_key, bearers, ids)
