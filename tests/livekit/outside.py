"""A session on the real app in a network of its own, and what its processes send off this machine meanwhile.

`unshare --net --mount python -m tests.livekit.outside FOLDER` prints the packets as JSON. All that is not for
this machine, names asked for included, goes through an interface whose other end is this program. Needs root.
"""

import asyncio
import contextlib
import fcntl
import ipaddress
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from tests.browser.serving import Serving
from tests.livekit.peer import connected
from tests.livekit.people import until

HERE, NAME_SERVER, STRANGER = "198.18.0.2", "198.18.0.53", ("203.0.113.9", 9)
_TUNSETIFF, _TUN_WITHOUT_INFO = 0x400454CA, 0x1001
_PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp"}
_PORTS = {6, 17}


class Outside:
    """The interface's other end; `seen`: like 'udp 198.18.0.53:53', each once."""

    def __init__(self, folder: Path) -> None:
        self.seen: set[str] = set()
        self._file = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self._file, _TUNSETIFF, struct.pack("16sH", b"outside", _TUN_WITHOUT_INFO))
        names = folder / "resolv.conf"
        names.write_text(f"nameserver {NAME_SERVER}\noptions timeout:1 attempts:1\n")
        for command in (
            "ip link set lo up",
            f"ip address add {HERE}/24 dev outside",
            "ip link set outside up",
            "ip route add default via 198.18.0.1",
            f"mount --bind {names} /etc/resolv.conf",
        ):
            subprocess.run(command.split(), check=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while packet := os.read(self._file, 65536):
            if packet[0] >> 4 == 4:  # the kernel's own announcements are IPv6; so is nothing else here
                self.seen.add(_described(packet))


def _described(packet: bytes) -> str:
    kind, start = packet[9], (packet[0] & 15) * 4
    port = f":{struct.unpack_from('!H', packet, start + 2)[0]}" if kind in _PORTS else ""
    return f"{_PROTOCOLS.get(kind, kind)} {ipaddress.ip_address(packet[16:20])}{port}"


def _control() -> set[str]:
    """What is sent to see that it would be seen; as `Outside.seen` has it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", STRANGER)
    with contextlib.suppress(OSError):
        socket.getaddrinfo("example.org", 443)
    return {f"udp {STRANGER[0]}:{STRANGER[1]}", f"udp {NAME_SERVER}:53"}


async def story(url: str) -> None:
    """Created, joined, seen, written, recorded, ended."""
    async with httpx.AsyncClient(base_url=f"{url}/api", timeout=20) as client:

        async def post(path: str, **body: object) -> dict[str, Any]:
            answer = await client.post(path, json=body)
            assert answer.is_success, answer.text
            given: dict[str, Any] = answer.json()
            return given

        created = await post("/live/create", title="Alone", owner_name="Ada", listed=True)
        session = f"/live/{created['session_id']}"
        joined = await post("/live/join", session_id=created["session_id"], user_name="Bob")
        assert HERE in created["server_url"], created["server_url"]
        async with (
            connected(created["server_url"], created["host_token"]) as host,
            connected(joined["server_url"], joined["access_token"]) as viewer,
        ):
            await host.publish_picture()
            await host.publish_sound()
            await viewer.until("picture")
            await post(f"{session}/messages", text="hello", member_key=joined["member_key"])
            client.headers["Authorization"] = f"Bearer {created['host_key']}"
            film = f"/recordings/{(await post(f'{session}/recordings', layout='stage'))['recording_id']}"

            async def is_in(status: str) -> bool:
                return (await client.get(film)).json()["status"] == status

            await until("it records", lambda: is_in("recording"), 20)
            await post(f"{film}/stop")
            await until("the film is ready", lambda: is_in("ready"), 30)
            await post("/live/end", session_id=created["session_id"])
            await viewer.until("disconnected")


def main(folder: Path) -> None:
    outside = Outside(folder)
    with Serving.running(folder, HOST="0.0.0.0", LIVEKIT_NODE_IP="", WHO_MAY_CREATE="anyone") as app:
        asyncio.run(story(f"http://{HERE}:{app.port}"))
        time.sleep(3)  # a round of everything that comes back every two seconds
    during = sorted(outside.seen)
    control = _control()
    end = time.monotonic() + 5
    while not control <= outside.seen and time.monotonic() < end:
        time.sleep(0.02)
    sys.stdout.write(json.dumps({"during": during, "control_seen": control <= outside.seen}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
