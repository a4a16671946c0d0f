"""What a page asked for over the network and how many bytes came, as Chromium itself counts them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession

OWN_HOSTS = {"127.0.0.1", "127.0.0.2", "localhost", "::1"}


@dataclass
class Asked:
    url: str
    at: float
    kind: str = ""
    encoding: str = ""
    size: int = 0


class Wire:
    """Bytes are those of the answers with their headers, compressed as they came."""

    def __init__(self) -> None:
        self._asked: dict[str, Asked] = {}
        self.sockets: list[str] = []

    async def watch(self, session: CDPSession) -> None:
        session.on("Network.requestWillBeSent", self._on_request)
        session.on("Network.responseReceived", self._on_answer)
        session.on("Network.loadingFinished", self._on_end)
        session.on("Network.webSocketCreated", lambda e: self.sockets.append(e["url"]))
        await session.send("Network.enable")

    def _on_request(self, event: dict[str, Any]) -> None:
        self._asked[event["requestId"]] = Asked(event["request"]["url"], event["wallTime"])

    def _on_answer(self, event: dict[str, Any]) -> None:
        if asked := self._asked.get(event["requestId"]):
            asked.kind = event["response"]["mimeType"]
            headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
            asked.encoding = headers.get("content-encoding", "")

    def _on_end(self, event: dict[str, Any]) -> None:
        if asked := self._asked.get(event["requestId"]):
            asked.size = int(event["encodedDataLength"])

    def scripts(self, until: float) -> list[Asked]:
        """Those asked for before this moment (seconds since 1970)."""
        return [a for a in self._asked.values() if "javascript" in a.kind and a.at <= until]

    def others(self) -> set[str]:
        """Hosts that are not ours."""
        urls = [a.url for a in self._asked.values()] + self.sockets
        parts = [urlsplit(u) for u in urls]
        return {p.hostname or "" for p in parts if p.scheme in {"http", "https", "ws", "wss"}} - OWN_HOSTS
