"""The configuration of our livekit-server, as a pure function of settings, keys and ports.

Written as JSON, which is YAML too. LiveKit refuses unknown words, so every one here was run.
"""

import hashlib
import ipaddress
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from donfra_live.livekit_server.keys import Keys
from donfra_live.livekit_server.ports import Ports
from donfra_live.settings import Settings, host_in_url, lan_address

VERSION = "1.13.5"
EMPTY_SECONDS = 3600
DEPARTURE_SECONDS = 600
METADATA_BYTES = 16_384


@dataclass(frozen=True)
class Network:
    """Where livekit-server listens and is reached.

    media_hosts: the addresses that media goes to; "" is every address.
    """

    bind: tuple[str, ...]
    node_ip: str
    media_hosts: tuple[str, ...] = ("",)

    @property
    def media_is_local(self) -> bool:
        return "" not in self.media_hosts

    @property
    def media_networks(self) -> list[str]:
        return [f"{h}/32" if h != "127.0.0.1" else "127.0.0.0/8" for h in self.media_hosts]

    @property
    def url(self) -> str:
        """Scheme and host of the address that the app itself uses; a port follows."""
        return f"http://{host_in_url(self.bind[0] or '127.0.0.1')}"


def _is_loopback(host: str) -> bool:
    return host == "localhost" or _is(host, "is_loopback")


def _is_every_address(host: str) -> bool:
    return _is(host, "is_unspecified")


def _is(host: str, what: str) -> bool:
    try:
        return bool(getattr(ipaddress.ip_address(host), what))
    except ValueError:
        return False


def network_of(settings: Settings) -> Network:
    """Loopback only while everything is: HOST, the public address and the given node address."""
    public_host = urlsplit(settings.public_url).hostname or "localhost"
    local = (
        settings.is_local
        and _is_loopback(public_host)
        and _is_loopback(settings.livekit_node_ip or "localhost")
    )
    node_ip = settings.livekit_node_ip or ("127.0.0.1" if local else lan_address())
    # Firefox sends no media to a loopback address, see docs/decisions/005-media-for-firefox.md.
    alone = settings.livekit_node_ip or _is_loopback(lan_address())
    own = ("127.0.0.1",) if alone else ("127.0.0.1", lan_address())
    media = own if local else ("",)
    if settings.is_local:
        bind: tuple[str, ...] = ("127.0.0.1",)
    else:
        bind = ("",) if _is_every_address(settings.host) else ("127.0.0.1", settings.host)
    return Network(bind, node_ip, media)


def wanted_ports(settings: Settings, network: Network) -> Ports:
    """The ports of the settings; none for media over TCP on loopback, where LiveKit would open it to all."""
    tcp = 0 if network.media_is_local else settings.livekit_tcp_port
    return Ports(settings.livekit_port, tcp, settings.livekit_udp_port)


def build(settings: Settings, keys: Keys, network: Network, ports: Ports) -> dict[str, Any]:
    """The whole configuration of livekit-server."""
    return {
        "port": ports.signal,
        "bind_addresses": list(network.bind),
        "rtc": _rtc(network, ports),
        "keys": {keys.key: keys.secret},
        "room": {
            "auto_create": False,
            "empty_timeout": EMPTY_SECONDS,
            "departure_timeout": DEPARTURE_SECONDS,
        },
        "webhook": {"api_key": keys.key, "urls": [_webhook(settings)]},
        "limit": {"max_metadata_size": METADATA_BYTES, "max_attributes_size": METADATA_BYTES},
        "logging": {"level": "warn", "json": False},
    }


# The keyframe that a viewer's coming asks for may pass by before his browser is ready for it. The next one is
# not sent before this time is over, 500 to 1000 ms if we do not say so: that long he would see nothing.
PLI_THROTTLE = {"low_quality": "150ms", "mid_quality": "250ms", "high_quality": "400ms"}


def _rtc(network: Network, ports: Ports) -> dict[str, Any]:
    rtc: dict[str, Any] = {
        "udp_port": ports.udp,
        "tcp_port": ports.tcp,
        "node_ip": network.node_ip,
        "pli_throttle": PLI_THROTTLE,
        "use_external_ip": False,
        # An empty list would hand everybody Google's and Twilio's servers. Nobody answers here, which is
        # well; the media port must not stand here, libwebrtc then drops what comes from it.
        "stun_servers": [f"{host_in_url(network.node_ip)}:{ports.signal}"],
    }
    if network.media_is_local:
        # bind_addresses is about signalling only; without these media ports take every address.
        rtc |= {
            "use_ice_lite": True,
            "enable_loopback_candidate": True,
            "ips": {"includes": network.media_networks},
        }
        if len(network.media_hosts) > 1:
            del rtc["node_ip"]  # browsers would be told of it alone
    return rtc


def _webhook(settings: Settings) -> str:
    host = settings.host
    if _is_every_address(host) or host == "localhost":
        host = "127.0.0.1"
    return f"http://{host_in_url(host)}:{settings.port}/api/livekit/webhook"


def digest(settings: Settings, keys: Keys) -> str:
    """Equal for two apps that would run the same server; says nothing about the secret."""
    network = network_of(settings)
    config = build(settings, keys, network, wanted_ports(settings, network))
    text = json.dumps([VERSION, settings.livekit_server_bin, config], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
