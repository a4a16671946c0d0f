"""What our livekit-server is told, for a machine alone, for a network and behind a proxy."""

from pathlib import Path
from typing import Any

import pytest

from donfra_live.livekit_server import config
from donfra_live.livekit_server.keys import Keys
from donfra_live.settings import Settings
from tests.livekit_server.conftest import new_settings

KEYS = Keys("key", "s" * 40)


def built(settings: Settings) -> dict[str, Any]:
    network = config.network_of(settings)
    return config.build(settings, KEYS, network, config.wanted_ports(settings, network))


def test_on_this_machine_all_but_media_is_loopback(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Firefox sends media to no loopback address: docs/decisions/005-media-for-firefox.md."""
    monkeypatch.setattr(config, "lan_address", lambda: "10.1.2.3")
    made = built(new_settings(folder))
    assert made["bind_addresses"] == ["127.0.0.1"]
    assert made["rtc"]["tcp_port"] == 0
    assert "node_ip" not in made["rtc"], "browsers would be told of it alone"
    assert made["rtc"]["ips"] == {"includes": ["127.0.0.0/8", "10.1.2.3/32"]}


@pytest.mark.parametrize(("network", "given"), [("127.0.0.1", ""), ("10.1.2.3", "127.0.0.1")])
def test_without_a_network_or_where_told_so_all_is_loopback(
    folder: Path, monkeypatch: pytest.MonkeyPatch, network: str, given: str
) -> None:
    monkeypatch.setattr(config, "lan_address", lambda: network)
    made = built(new_settings(folder, livekit_node_ip=given))
    assert made["bind_addresses"] == ["127.0.0.1"]
    assert made["rtc"]["tcp_port"] == 0
    assert made["rtc"]["node_ip"] == "127.0.0.1"
    assert made["rtc"]["ips"] == {"includes": ["127.0.0.0/8"]}


def test_for_a_network_it_listens_everywhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "lan_address", lambda: "10.1.2.3")
    made = built(new_settings(folder, host="0.0.0.0"))
    assert made["bind_addresses"] == [""]
    assert made["rtc"]["node_ip"] == "10.1.2.3"
    assert made["rtc"]["tcp_port"] == 7881
    assert "ips" not in made["rtc"]


def test_a_given_node_address_is_used(folder: Path) -> None:
    assert (
        built(new_settings(folder, host="0.0.0.0", livekit_node_ip="10.9.9.9"))["rtc"]["node_ip"]
        == "10.9.9.9"
    )


@pytest.mark.parametrize(
    "value", [{"public_url": "https://live.example.org"}, {"livekit_node_ip": "10.9.9.9"}]
)
def test_behind_a_proxy_here_media_is_open_and_signalling_is_not(folder: Path, value: dict[str, str]) -> None:
    made = built(new_settings(folder, **value))
    assert made["bind_addresses"] == ["127.0.0.1"]
    assert made["rtc"]["tcp_port"] == 7881


def test_one_address_of_many_is_kept_beside_loopback(folder: Path) -> None:
    made = built(new_settings(folder, host="10.0.0.5", livekit_node_ip="10.0.0.5"))
    assert made["bind_addresses"] == ["127.0.0.1", "10.0.0.5"]
    assert made["webhook"]["urls"] == ["http://10.0.0.5:8080/api/livekit/webhook"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_events_come_to_the_app(folder: Path, host: str) -> None:
    webhook = built(new_settings(folder, host=host, port=8123))["webhook"]
    assert webhook == {"api_key": "key", "urls": ["http://127.0.0.1:8123/api/livekit/webhook"]}


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_no_stun_server_of_others_and_never_the_media_port(folder: Path, host: str) -> None:
    rtc = built(new_settings(folder, host=host))["rtc"]
    assert rtc["stun_servers"] == [f"{config.network_of(new_settings(folder, host=host)).node_ip}:7880"]
    assert rtc["udp_port"] == 7882


def test_a_missed_keyframe_comes_again_soon(folder: Path) -> None:
    throttle = built(new_settings(folder))["rtc"]["pli_throttle"]
    assert [int(time.removesuffix("ms")) <= 400 for time in throttle.values()] == [True] * 3


def test_rooms_are_made_by_the_app_alone_and_wait_for_people(folder: Path) -> None:
    room = built(new_settings(folder))["room"]
    assert room["auto_create"] is False
    assert room["empty_timeout"] >= 3600
    assert room["departure_timeout"] >= 300


def test_the_digest_tells_servers_apart_and_gives_no_secret_away(folder: Path) -> None:
    settings = new_settings(folder)
    digest = config.digest(settings, KEYS)
    assert digest == config.digest(new_settings(folder, creates_per_minute=5), KEYS)
    assert digest != config.digest(new_settings(folder, livekit_port=7999), KEYS)
    assert digest != config.digest(new_settings(folder, port=8123), KEYS)
    assert digest != config.digest(settings, Keys("key", "t" * 40))
    assert KEYS.secret not in digest


def test_the_address_of_the_app(folder: Path) -> None:
    assert config.network_of(new_settings(folder)).url == "http://127.0.0.1"
    assert config.network_of(new_settings(folder, host="0.0.0.0")).url == "http://127.0.0.1"
