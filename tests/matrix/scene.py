"""A session with one person of each kind in it, accounts with their things, and what to act upon.

Made by the services once a run, then copied: a thousand questions are asked in it.
"""

import copy
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import make_url

from donfra_live.accounts import login_cookie
from donfra_live.browser_key import COOKIE, hash_of
from donfra_live.live_sessions.views import Actor, Joined, Waiting
from donfra_live.models import Recording
from donfra_live.recordings.ports import RecordingFacts, Track
from donfra_live.recordings.rules import RecordingStatus
from tests.matrix.table import KINDS, PEOPLE_OF_PLACE, Act
from tests.world import PASSWORD, World

VOICES = (Track("voice-01.m4a", "Tom", 12),)
# What a recording must be for an act upon it.
RECORDINGS = {
    "pause": RecordingStatus.RECORDING,
    "resume": RecordingStatus.PAUSED,
    "stop": RecordingStatus.PAUSED,
    "consent": RecordingStatus.RECORDING,
}


def browser_key(who: str) -> str:
    """As long as a real one, so that it may come as a cookie."""
    return who.ljust(43, "x")


def browser_of(who: str) -> Actor:
    return Actor(browser=hash_of(browser_key(who)), address="127.0.0.1")


@dataclass
class Scene:
    """bearers: what each kind proves himself with over REST. logins: keys of who is signed in instead.

    accounts: those, as services know them. ids: what acts act upon.
    """

    session_id: str
    host_key: str
    bearers: dict[str, str]
    ids: dict[str, str]
    logins: dict[str, str]
    accounts: dict[str, Actor]

    def actor(self, kind: str) -> Actor:
        return self.accounts.get(kind) or Actor(bearer=self.bearers[kind], address="127.0.0.1")

    def cookie(self, kind: str) -> str:
        """What this person's browser sends with every request."""
        login = f"; {login_cookie.COOKIE}={self.logins[kind]}" if kind in self.logins else ""
        return f"{COOKIE}={browser_key(kind)}{login}"

    def headers(self, kind: str) -> dict[str, str]:
        """What he sends by REST: a token, or his login's cookie; no browser's, which would be a seat too."""
        if kind in self.logins:
            return {"Cookie": f"{login_cookie.COOKIE}={self.logins[kind]}"}
        bearer = self.bearers[kind]
        return {"Authorization": f"Bearer {bearer}"} if bearer else {}

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
    world.recorder.known[kept.scene.ids["recording"]] = RecordingFacts(RecordingStatus.READY)
    return copy.deepcopy(kept.scene)


async def prepare(world: World, act: Act) -> Scene:
    """The scene, with what this act needs to be possible."""
    scene = await set_scene(world)
    if act.permission == "speak_in_chat":
        await world.house.change(scene.actor("host"), scene.session_id, {"chat": "speakers"})
    word = act.path.rpartition("/")[2]
    if act.path.startswith("/api/recordings/") and word in RECORDINGS:
        await record_anew(world, scene, RECORDINGS[word])
    if word in {"file", "1", "poster", "captions"}:
        await _files(world, scene)
    return scene


async def _files(world: World, scene: Scene) -> None:
    recording = scene.ids["recording"]
    world.recorder.is_ready(scene.session_id, recording, b"film")
    folder = world.data_dir / "recordings" / scene.session_id / recording
    for name in ("poster.jpg", "small-01.jpg", "voice-01.m4a"):
        (folder / name).write_bytes(name.encode())
    await world.library.put_captions(
        scene.actor("host"), recording, b"WEBVTT\n\n00:00.000 --> 00:01.000\nA\n"
    )


async def record_anew(world: World, scene: Scene, status: RecordingStatus) -> None:
    world.recorder.known[scene.ids["recording"]] = RecordingFacts(status)
    async with world.db.transaction() as db:
        recording = await db.get_one(Recording, scene.ids["recording"])
        recording.status, recording.by_consent = status, True


def _rooms_of(world: World) -> dict[str, Any]:
    known = {name: value for name, value in vars(world.rooms).items() if name != "clock"}
    return copy.deepcopy(known)


async def enter(world: World, who: str) -> tuple[str, Actor]:
    """Signs in: the key in his cookie, and who he is then."""
    entered = await world.accounts.own.sign_in(
        browser_of(who), email=f"{who}@example.org", password=PASSWORD, user_agent="Firefox/1 Linux"
    )
    return entered.key, await world.again(browser_of(who), entered.key)


async def _accounts(world: World, scene: Scene) -> None:
    """A member and an admin without a seat in the session, what is theirs, and another's account."""
    await world.account("admin", admin=True)
    await world.account("account")
    for kind in ("account", "admin"):
        scene.logins[kind], scene.accounts[kind] = await enter(world, kind)
        token = await world.accounts.tokens.create(scene.accounts[kind], "script")
        scene.bearers |= {kind: "", PEOPLE_OF_PLACE[kind]: token.token}
    ada, root = scene.accounts["account"], scene.accounts["admin"]
    eve = await world.account("eve")
    _, hers = await enter(world, "eve")
    spare = await world.accounts.tokens.create(hers, "hers")
    hook = await world.webhooks.create(root, url="https://lms.example.org/hook")
    made = await world.series(actor=ada)
    await world.sessions.go_live(ada, made.facts.id)
    await world.sessions.end(ada, made.facts.id)
    (delivery, *_) = await world.webhooks.deliveries(root, hook.id)
    feed = await world.scheduling.calendars.make_feed(ada)
    scene.ids |= {"eve": eve.id, "login": hers.login, "token": spare.id, "hook": hook.id}
    scene.ids["root"] = root.account
    scene.ids |= {"delivery": delivery.id, "series": made.facts.series_id}
    scene.ids |= {"feed": feed.rpartition("/")[2].removesuffix(".ics")}


async def _record(world: World, host: Actor, sid: str) -> str:
    """A recording that is ready."""
    made = await world.recordings.start(host, sid)
    world.recorder.becomes(
        made.id, RecordingStatus.READY, file="recording.mp4", bytes=4, seconds=2.5, tracks=VOICES
    )
    await world.recordings.follow()
    return made.id


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
    ids |= {"will": will.waiting_id, "wanda": wanda.waiting_id, "recording": await _record(world, host, sid)}
    ids["mark"] = (await world.library.mark(host, ids["recording"], at=0.5)).id
    link = await world.links.create(host, ids["recording"])
    ids |= {"link": link.id, "watch": link.token}
    scene = Scene(sid, created.host_key, bearers, ids, {}, {})
    await _accounts(world, scene)
    assert set(bearers) == {*KINDS, *PEOPLE_OF_PLACE.values()}
    return scene
