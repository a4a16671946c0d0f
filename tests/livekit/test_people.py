"""Roles, stage, muting and removing on a real media server: what others see and hear, and who stays out."""

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from livekit import api, rtc

from tests import app_process
from tests.livekit.peer import Peer, connected
from tests.livekit.people import SOURCES, Class, may_publish, tracks_of, until

pytestmark = pytest.mark.livekit
# Shown by `pytest --log-cli-level=INFO`.
figures = logging.getLogger("figures")
STAGE, SPEAKER = {"camera", "microphone"}, {"camera", "microphone", "screen_share", "screen_share_audio"}
RECONCILE = 5


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[app_process.RestApp]:
    """It compares seldom, so that what is seen within two seconds is the event's work."""
    limits = {"CREATES_PER_MINUTE": "1000", "JOINS_PER_MINUTE": "5000", "REQUESTS_PER_BROWSER": "1000"}
    more = {"RECONCILE_SECONDS": str(RECONCILE), "OBSERVERS": "true", "HOST_GRACE_SECONDS": "2"}
    with app_process.running(tmp_path_factory.mktemp("people"), **limits, **more) as app:
        yield app


@pytest.fixture
async def room(own_app: app_process.RestApp) -> AsyncIterator[Class]:
    async with httpx.AsyncClient(base_url=own_app.url, timeout=15) as client:
        made = await client.post("/api/live/create", json={"title": "Algebra", "owner_name": "Alice"})
        yield Class(client, made.json())


def sid_of(peer: Peer) -> str:
    return str(peer.room.local_participant.sid)


async def test_promoted_and_demoted_without_a_reconnect(room: Class) -> None:
    bob = await room.join("Bob")
    async with room.enter(room.created) as host, room.enter(bob) as peer:
        sid = sid_of(peer)
        await room.host("PATCH", f"/members/{bob['member_id']}", role="speaker")
        took = await until("he may publish", lambda: may_publish(peer) == SPEAKER, 2)
        figures.info("promoted: right to publish %.0f ms after the answer", took * 1000)
        await peer.publish_sound()
        await until("the host hears him", lambda: "microphone" in tracks_of(host, peer))
        assert (await room.member(bob["member_id"]))["microphone"] is True
        again = await room.join("Bob", member_key=bob["member_key"])
        assert (again["role"], again["can_publish"]) == ("speaker", True), "a reload keeps it"
        await room.host("PATCH", f"/members/{bob['member_id']}", role="viewer")
        await until("he may not publish", lambda: may_publish(peer) == set(), 2)
        took = await until("his track is gone", lambda: not tracks_of(host, peer), 2)
        assert (await room.member(bob["member_id"]))["microphone"] is False
        figures.info("demoted: track gone for others %.0f ms after that", took * 1000)
        with pytest.raises(rtc.participant.PublishTrackError):
            await peer.publish_sound()
        assert sid_of(peer) == sid
        assert not [e for e in peer.events if e[0] in {"disconnected", "reconnected"}]


async def test_on_stage_for_a_time_and_off_by_itself(room: Class) -> None:
    bob = await room.join("Bob")
    async with room.enter(room.created) as host, room.enter(bob) as peer:
        await room.host("PUT", f"/stage/{bob['member_id']}", seconds=3)
        await until("he may publish", lambda: may_publish(peer) == STAGE, 2)
        await peer.publish_picture()
        await peer.publish_sound()
        await until("the host sees and hears him", lambda: set(tracks_of(host, peer)) == STAGE, 2)
        reload = await room.join("Bob", member_key=bob["member_key"])
        async with room.enter(reload) as second:
            await until("the reloaded page is on stage", lambda: may_publish(second) == STAGE, 2)
            took = await until("his time is up", lambda: may_publish(second) == set(), 5)
            await until("the first page too", lambda: may_publish(peer) == set(), 2)
            assert took > 0.5
        await until("picture and sound are gone", lambda: not tracks_of(host, peer), 2)
        assert not (await room.member(bob["member_id"]))["on_stage"]


@pytest.mark.parametrize("source", ["microphone", "camera", "screen_share"])
async def test_what_runs_is_stopped_for_others_and_can_be_begun_again(room: Class, source: str) -> None:
    bob = await room.join("Bob", "speaker")
    async with room.enter(room.created) as host, room.enter(bob) as peer:
        if source == "microphone":
            await peer.publish_sound()
        else:
            kinds = {word: kind for kind, word in SOURCES.items()}
            await peer.publish_picture(kinds[source])
        await until("his track", lambda: source in tracks_of(host, peer))
        assert not tracks_of(host, peer)[source].muted
        await room.host("POST", f"/members/{bob['member_id']}/mute", source=source)
        took = await until("stopped for others", lambda: tracks_of(host, peer)[source].muted, 2)
        figures.info("%s stopped for others %.0f ms after the answer", source, took * 1000)
        (own,) = peer.room.local_participant.track_publications.values()
        await until("he knows", lambda: own.muted, 2)
        own.track.unmute()  # type: ignore[union-attr]
        await until("he has begun again", lambda: not tracks_of(host, peer)[source].muted, 2)


async def test_held_back_he_cannot_speak_before_he_is_allowed(room: Class) -> None:
    bob = await room.join("Bob", "speaker")
    async with room.enter(room.created) as host, room.enter(bob) as peer:
        await peer.publish_sound()
        await until("his track", lambda: "microphone" in tracks_of(host, peer))
        await room.host("POST", f"/members/{bob['member_id']}/mute", source="microphone", hold=True)
        await until("the right is gone", lambda: may_publish(peer) == {"camera", "screen_share"}, 2)
        await until("nothing is heard", lambda: "microphone" not in tracks_of(host, peer), 2)
        for own in peer.room.local_participant.track_publications.values():
            own.track.unmute()  # type: ignore[union-attr]
        with pytest.raises(rtc.participant.PublishTrackError):
            await peer.publish_sound()
        assert "microphone" not in tracks_of(host, peer)
        reload = await room.join("Bob", member_key=bob["member_key"])
        async with room.enter(reload) as second:
            await until("held after a reload", lambda: may_publish(second) == {"camera", "screen_share"}, 2)
        await room.host("DELETE", f"/members/{bob['member_id']}/mute?source=microphone")
        await until("he may again", lambda: may_publish(peer) == SPEAKER, 2)
        await peer.publish_sound()
        await until("he is heard", lambda: "microphone" in tracks_of(host, peer), 2)


async def test_mute_all(room: Class) -> None:
    people = [await room.join(name, "speaker") for name in ("Bob", "Carol")]
    async with contextlib.AsyncExitStack() as stack:
        host = await stack.enter_async_context(room.enter(room.created))
        peers = [await stack.enter_async_context(room.enter(p)) for p in people]
        for peer in (host, *peers):
            await peer.publish_sound()
        await until("all are heard", lambda: all("microphone" in tracks_of(host, p) for p in peers))
        assert (await room.host("POST", "/members/mute"))["changed"] == 2
        await until("all are muted", lambda: all(tracks_of(host, p)["microphone"].muted for p in peers), 2)
        assert not tracks_of(peers[0], host)["microphone"].muted


async def stays_out(room: Class, url: str, token: str, what: str) -> float:
    """Cannot come in with this token, or is put out within two seconds; how long he was in."""
    peer = Peer()
    began = time.monotonic()
    try:
        await asyncio.wait_for(peer.room.connect(url, token), 10)
    except rtc.ConnectError:
        return 0.0
    try:
        inside = time.monotonic()
        await peer.until("disconnected", seconds=2)
        figures.info("%s: in for %.0f ms, connect %.0f ms", what, *(1000 * t for t in _spans(began, inside)))
        return time.monotonic() - inside
    finally:
        await peer.close()


def _spans(began: float, inside: float) -> tuple[float, float]:
    return time.monotonic() - inside, inside - began


async def test_removed_is_removed(room: Class, own_app: app_process.RestApp) -> None:
    browser = {"Cookie": f"donfra_browser={'b' * 43}"}
    bob = await room.join("Bob", headers=browser)
    second = await room.join("Bob", headers=browser)
    who = bob["member_id"]
    async with room.enter(room.created) as host, room.enter(bob) as one, room.enter(second) as two:
        await until("both tabs are seen", lambda: len(host.room.remote_participants) == 2)
        await until("LiveKit renews the token", lambda: one.room._token != bob["access_token"])
        renewed = str(one.room._token)
        await room.host("DELETE", f"/members/{who}")
        for peer in (one, two):
            assert await peer.until("disconnected", seconds=2) == "PARTICIPANT_REMOVED"
        proofs: list[dict[str, Any]] = [
            {"headers": browser},
            {"member_key": bob["member_key"]},
            {"headers": {"Authorization": f"Bearer {bob['member_key']}"}},
            {"headers": {"Authorization": f"Bearer {second['access_token']}"}},
            {"headers": {"Authorization": f"Bearer {renewed}"}},
        ]
        for proof in proofs:
            answer = await room.knock("Robert", **proof)
            assert (answer.status_code, answer.json()["error"]) == (403, "removed"), proof
            written = await room.client.post(
                f"/api/live/{room.id}/messages",
                json={
                    "text": "hello",
                    **({"member_key": proof["member_key"]} if "member_key" in proof else {}),
                },
                headers=proof.get("headers"),
            )
            assert written.status_code == 403
        url = bob["server_url"]
        for what, token in (
            ("the first token", bob["access_token"]),
            ("the second tab's token", second["access_token"]),
            ("the renewed token", renewed),
        ):
            await stays_out(room, url, token, what)
        assert (await room.member(who))["present"] is False
        # LiveKit tells the others of people without tracks in rounds of three seconds.
        await until("nobody but the host", lambda: not host.room.remote_participants, 5)
        await room.host("DELETE", f"/bans/{who}")
        back = await room.join("Bob", headers=browser)
        assert (back["member_id"], back["role"]) == (who, "viewer")
        async with room.enter(back):
            await until("he is back", lambda: len(host.room.remote_participants) == 1)


async def test_a_removed_account_stays_out_with_every_browser(room: Class) -> None:
    login = await sign_in(room.client, "ada@example.org")
    ada = await room.join("Ada", headers=login)
    async with room.enter(ada) as peer:
        await room.host("DELETE", f"/members/{ada['member_id']}")
        await peer.until("disconnected", seconds=2)
    for headers in (login, {"Cookie": f"{login['Cookie']}; donfra_browser={'c' * 43}"}):
        answer = await room.knock("Ada", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (403, "removed")


async def sign_in(client: httpx.AsyncClient, email: str) -> dict[str, str]:
    """A new account's Cookie header; this client itself stays without."""
    secret = {"email": email, "password": "correct horse battery"}
    made = await client.post("/api/accounts", json={**secret, "name": "Ada"})
    assert made.status_code == 201, made.text
    entered = await client.post("/api/accounts/login", json=secret)
    assert entered.status_code == 200, entered.text
    cookie = entered.headers["set-cookie"].partition(";")[0]
    client.cookies.clear()
    return {"Cookie": cookie}


async def test_who_waits_has_no_token_and_comes_in_when_he_is_let_in(room: Class) -> None:
    await room.host("PATCH", "", lobby=True)
    waits = await room.knock("Bob")
    assert waits.status_code == 202
    told = waits.json()
    assert not [key for key in told if "token" in key]
    path = f"/api/live/{room.id}/waiting/{told['waiting_id']}"
    key = {"Authorization": f"Bearer {told['waiting_key']}"}
    assert (await room.client.get(path, headers=key)).json()["status"] == "waiting"
    host_asks = await room.client.get(path, headers={"Authorization": f"Bearer {room.key}"})
    assert (host_asks.status_code, "access_token" in host_asks.json()) == (401, False)
    with pytest.raises(rtc.ConnectError):
        async with connected(room.created["server_url"], told["waiting_key"]):
            pass
    await room.host("POST", f"/waiting/{told['waiting_id']}", decision="admit")
    joined = (await room.client.get(path, headers=key)).json()
    assert joined["status"] == "admitted"
    async with room.enter(room.created) as host, room.enter(joined):
        await until("he is seen", lambda: len(host.room.remote_participants) == 1)


async def test_closing_the_door_drops_who_has_not_joined(room: Class) -> None:
    browser = {"Cookie": f"donfra_browser={'d' * 43}"}

    async def arrival() -> dict[str, Any]:
        answer = await room.client.post("/api/live/arrival", json={"session_id": room.id}, headers=browser)
        assert answer.status_code == 200, answer.text
        arrived: dict[str, Any] = answer.json()
        return arrived

    first, unused = await arrival(), await arrival()
    async with room.enter(first) as hidden:
        await room.host("PATCH", "", access="invited")
        assert await hidden.until("disconnected", seconds=2) == "PARTICIPANT_REMOVED"
    await stays_out(
        room, unused["server_url"], unused["access_token"], "an arrival after the door was closed"
    )
    answer = await room.client.post("/api/live/arrival", json={"session_id": room.id}, headers=browser)
    assert answer.status_code == 403


@contextlib.asynccontextmanager
async def livekit(app: app_process.RestApp) -> AsyncIterator[api.LiveKitAPI]:
    """Behind the app's back."""
    key, secret = (app.data / "livekit" / "keys").read_text().split(": ")
    async with api.LiveKitAPI(f"http://127.0.0.1:{app.livekit_port}", key.strip(), secret.strip()) as client:
        yield client


async def test_rights_changed_behind_the_apps_back_are_put_right(
    room: Class, own_app: app_process.RestApp
) -> None:
    bob = await room.join("Bob")
    async with room.enter(bob) as peer, livekit(own_app) as behind:
        await until("he is known", lambda: _present(room, bob["member_id"]))
        meddling = api.UpdateParticipantRequest(
            room=room.id,
            identity=peer.room.local_participant.identity,
            attributes={"role": "host"},
            permission=api.ParticipantPermission(can_publish=True, can_subscribe=True),
        )

        async def meddled() -> bool:
            """Again, should the app have been about to say his rights, as it does after every arrival."""
            await behind.room.update_participant(meddling)
            await asyncio.sleep(0.1)
            return bool(peer.room.local_participant.permissions.can_publish)

        await until("he may publish", meddled, 2)
        await until(
            "put right", lambda: not peer.room.local_participant.permissions.can_publish, RECONCILE + 5
        )
        await until("his role too", lambda: peer.room.local_participant.attributes.get("role") == "viewer", 5)
        assert peer.room.local_participant.permissions.can_publish_data
        assert not [e for e in peer.events if e[0] == "disconnected"]


async def _present(room: Class, member_id: str) -> bool:
    return bool((await room.member(member_id))["present"])


async def test_a_picture_named_microphone_is_put_out(room: Class) -> None:
    bob = await room.join("Bob", "speaker")
    async with room.enter(bob) as peer:
        await room.host("POST", f"/members/{bob['member_id']}/mute", source="camera", hold=True)
        await until("no camera", lambda: "camera" not in may_publish(peer), 2)
        source = rtc.VideoSource(320, 180)
        track = rtc.LocalVideoTrack.create_video_track("sound", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE, simulcast=False)
        with contextlib.suppress(rtc.participant.PublishTrackError):
            await peer.room.local_participant.publish_track(track, options)
        assert await peer.until("disconnected", seconds=3) == "PARTICIPANT_REMOVED"


async def test_the_host_hands_over_and_a_co_host_takes_over(room: Class) -> None:
    carol, bob = await room.join("Carol", "co_host"), await room.join("Bob")
    async with room.enter(carol) as peer:
        async with room.enter(room.created):
            await until("the host is known", lambda: _present(room, room.created["member_id"]))
        me = peer.room.local_participant
        await until("Carol is host", lambda: me.attributes.get("role") == "host", 3 * RECONCILE + 5)
        again = await room.join("Alice", host_key=room.key, is_host=True)
        assert again["role"] == "host", "the first host is still one"
        done = await room.client.post(
            f"/api/live/{room.id}/host",
            json={"member_id": bob["member_id"], "member_key": carol["member_key"]},
        )
        assert (done.status_code, done.json()["role"]) == (200, "host")
        await until(
            "and Carol a co-host", lambda: peer.room.local_participant.attributes.get("role") == "co_host", 2
        )


async def test_of_two_co_hosts_the_one_who_is_there_longer_takes_over(room: Class) -> None:
    """Who came in later had his seat first, so a seat's age decides nothing."""
    late, early = await room.join("Late", "co_host"), await room.join("Early", "co_host")
    async with room.enter(early) as first:
        await until("the first is known", lambda: _present(room, early["member_id"]))
        async with room.enter(late) as second:
            await until("the second is known", lambda: _present(room, late["member_id"]))
            async with room.enter(room.created):
                await until("the host is known", lambda: _present(room, room.created["member_id"]))
            me, other = first.room.local_participant, second.room.local_participant
            await until("the first is host", lambda: me.attributes.get("role") == "host", 6 * RECONCILE + 5)
            assert other.attributes.get("role") == "co_host"
            assert (await room.member(late["member_id"]))["role"] == "co_host"


async def test_an_admin_watches_unseen_and_the_moderators_know(
    room: Class, own_app: app_process.RestApp
) -> None:
    login = await sign_in(room.client, "root@example.org")
    path = f"/api/live/{room.id}/observe"
    assert (await room.client.post(path)).status_code == 401
    assert (await room.client.post(path, headers=login)).status_code == 403
    make_admin(own_app.data, "root@example.org")
    viewer = await room.join("Bob")
    async with room.enter(room.created) as host, room.enter(viewer) as bob:
        await host.publish_sound()
        watch = (await room.client.post(path, headers=login)).json()
        async with room.enter(watch) as observer:
            _, told, sender = await host.until("data", lambda d: d[0] == "observer")
            assert (told, sender) == (b'{"observers": 1}', None)
            await observer.until("track")
            assert (await room.host("GET", "/members"))["observers"] == 1
            assert (await room.client.get(f"/api/live/{room.id}")).json()["people"] == 2
            await asyncio.sleep(RECONCILE + 1)  # a comparison goes by, and he is left alone
            assert observer.room.isconnected()
            assert len(bob.room.remote_participants) == len(host.room.remote_participants) == 1
            await observer.room.local_participant.publish_data(b"boo", topic="chat")
            with pytest.raises(rtc.participant.PublishTrackError):
                await observer.publish_sound()
        await host.until("data", lambda d: d[:2] == ("observer", b'{"observers": 0}'))
        assert not [e for e in (*bob.events, *host.events) if e[0] == "data" and b"boo" in e[1][1]]
        assert not [e for e in bob.events if e[0] == "data"], "only moderators are told"
    log = (await room.host("GET", "/log"))["log"]
    assert [(line["actor_name"], line["act"]) for line in log] == [("Ada", "observe")]


def make_admin(data: Path, email: str) -> None:
    with contextlib.closing(sqlite3.connect(data / "donfra.db")) as db, db:
        assert db.execute("UPDATE account SET role = 'admin' WHERE email = ?", (email,)).rowcount == 1
