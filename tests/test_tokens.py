"""Tokens made by hand say what LiveKit's own library would have them say; and that of a recorder."""

import time
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from livekit import api

from donfra_live.live_sessions.projection import HIDDEN, Projection
from donfra_live.live_sessions.roles import Role, grants_of
from donfra_live.livekit_gateway.client import Endpoint
from donfra_live.livekit_gateway.tokens import LiveKitTokens
from donfra_live.settings import Settings
from donfra_live.wiring import Wiring

KEY, SECRET = "APIkey", "a secret that is as long as secrets have to be"
LIFE = timedelta(minutes=10)
ATTRIBUTES = {"role": "host", "member": "m", "stage": "", "hand": ""}
HOST = Projection("Ada Löve", grants_of(Role.HOST), ATTRIBUTES)
VIEWER = Projection("Bob", grants_of(Role.VIEWER), {"role": "viewer"})
WITHHELD = Projection("Eve", grants_of(Role.SPEAKER, withheld={"camera"}), {"role": "speaker"})


def by_the_library(projection: Projection, *, admin: bool) -> str:
    grants = projection.grants
    token = api.AccessToken(KEY, SECRET).with_identity("p-1").with_name(projection.name)
    if shown := {key: value for key, value in projection.attributes.items() if value}:
        token = token.with_attributes(shown)
    video = api.VideoGrants(
        room_join=True,
        room="s-1",
        room_admin=True if admin else None,
        can_publish=grants.can_publish,
        can_subscribe=grants.can_subscribe,
        can_publish_data=grants.can_publish_data,
        can_publish_sources=list(grants.sources) or None,
        can_update_own_metadata=False,
        hidden=True if grants.hidden else None,
    )
    return token.with_grants(video).with_ttl(LIFE).to_jwt()


@pytest.mark.parametrize("admin", [False, True])
@pytest.mark.parametrize("projection", [HOST, VIEWER, WITHHELD, HIDDEN])
def test_a_token_says_what_the_librarys_would(projection: Projection, admin: bool) -> None:
    tokens = LiveKitTokens(lambda: Endpoint("", KEY, SECRET), life=LIFE, public_url="", managed=True)
    ours = tokens.issue("s-1", "p-1", projection, admin=admin)
    theirs = by_the_library(projection, admin=admin)
    claims, wanted = (jwt.decode(one, SECRET, algorithms=["HS256"], issuer=KEY) for one in (ours, theirs))
    assert claims["exp"] - claims["nbf"] == wanted["exp"] - wanted["nbf"] == LIFE.total_seconds()
    assert abs(claims.pop("nbf") - wanted.pop("nbf")) < 60
    assert abs(claims.pop("exp") - wanted.pop("exp")) < 60
    assert claims == wanted
    assert jwt.get_unverified_header(ours) == jwt.get_unverified_header(theirs)


def test_without_a_secret_no_token_is_made() -> None:
    tokens = LiveKitTokens(lambda: Endpoint("", KEY, ""), life=LIFE, public_url="", managed=True)
    with pytest.raises(ValueError, match="no secret"):
        tokens.issue("s-1", "p-1", VIEWER)


def test_a_recorder_sees_and_hears_all_as_long_as_its_recording_may_last_and_is_not_seen() -> None:
    there = Endpoint("http://127.0.0.1:7880", KEY, SECRET)
    tokens = LiveKitTokens(lambda: there, life=LIFE, public_url="https://live.test", managed=True)
    url, token = tokens.for_recorder("s-1", "recorder-1", 43_200.0)
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], issuer=KEY)
    assert url == "ws://127.0.0.1:7880"
    assert claims["exp"] - time.time() == pytest.approx(43_200, abs=60)
    assert (claims["sub"], claims["kind"]) == ("recorder-1", "egress")
    said = claims["video"]
    assert (said["room"], said["roomJoin"], said["canSubscribe"], said["hidden"]) == ("s-1", True, True, True)
    assert not any(said.get(right) for right in ("canPublish", "canPublishData", "roomAdmin", "roomRecord"))


@pytest.mark.parametrize(
    ("came_by", "told"),
    [
        ("http://localhost:8080", "ws://127.0.0.1:7899"),
        ("http://127.0.0.1:8080", "ws://127.0.0.1:7899"),
        ("http://[::1]:8080", "ws://127.0.0.1:7899"),
        ("http://10.1.2.3:8080", "ws://10.1.2.3:7899"),
        ("http://[2001:db8::5]:8080", "ws://[2001:db8::5]:7899"),
        ("http://live.example.org", "ws://live.example.org:7899"),
        ("https://live.example.org", "wss://live.example.org"),
        ("https://live.example.org:8443", "wss://live.example.org:8443"),
    ],
)
def test_browsers_are_told_of_our_server_at_the_address_they_came_by(came_by: str, told: str) -> None:
    ours = Endpoint("http://127.0.0.1:7899", KEY, SECRET, port=7899)
    assert LiveKitTokens(lambda: ours, life=LIFE, public_url="", managed=True).server_url(came_by) == told


def test_browsers_are_told_of_another_server_where_it_is_or_what_the_operator_says() -> None:
    other = Endpoint("https://media.example.org", KEY, SECRET)
    for public_url, told in (
        ("", "wss://media.example.org"),
        ("wss://rtc.example.org", "wss://rtc.example.org"),
        ("https://rtc.example.org", "wss://rtc.example.org"),
        ("wss://http.example.org", "wss://http.example.org"),
    ):
        tokens = LiveKitTokens(lambda: other, life=LIFE, public_url=public_url, managed=False)
        assert tokens.server_url("http://localhost:8080") == told


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("ws://news.example.org:7880", "http://news.example.org:7880"),
        ("wss://media.example.org", "https://media.example.org"),
        ("http://news.example.org:7880", "http://news.example.org:7880"),
    ],
)
def test_another_server_is_asked_under_its_own_name(
    given: str, asked: str, defaults: Settings, tmp_path: Path
) -> None:
    settings = defaults.model_copy(update={"livekit_server_url": given, "donfra_data_dir": tmp_path})
    assert Wiring(settings).endpoint().url == asked
