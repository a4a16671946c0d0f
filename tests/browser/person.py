"""Somebody at a browser of his own: what he does, what he sees, what his browser complained of."""

import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Error, Page, TimeoutError, expect

# Said by browser or client while somebody is put out of a room, or while a server is away on purpose.
HARMLESS = re.compile(
    r"could not createOffer with closed peer connection|data channel|DataChannel"
    r"|AudioContext was not allowed to start|signal disconnected"
    # a room that ends closes its sockets before a busy client has read that it ends
    r"|WS closed unexpectedly with code 1006"
    # a media server that was killed is not back at the first try, or no longer knows who comes
    r"|Failed to fetch \{room: |Received leave request while trying to \(re\)connect"
    r"|requested room does not exist"
    # we drop a hidden connection that is no longer wanted
    r"|Abort connection attempt due to user initiated"
    r"|status of (401|403|404|409|422|429|503)|ERR_CONNECTION_REFUSED|ERR_SOCKET_NOT_CONNECTED"
    r"|WebSocket connection to .* failed"
)
WATCH = """
window.asked = [];
const media = navigator.mediaDevices;
for (const name of ["getUserMedia", "getDisplayMedia"]) {
  const real = media?.[name]?.bind(media);
  if (real) media[name] = (...given) => { window.asked.push(name); return real(...given); };
}
const Real = window.RTCPeerConnection;
window.connections = [];
window.RTCPeerConnection = class extends Real {
  constructor(...given) {
    super(...given);
    window.connections.push(this);
    window.iceServers = given[0]?.iceServers;
  }
};
"""
PICTURES = """() => [...document.querySelectorAll(".room:not([hidden]) video")]
  .filter((v) => v.videoWidth).map((v) => v.getVideoPlaybackQuality().totalVideoFrames)"""
HEARD = """async () => {
  let heard = 0;
  for (const connection of window.connections) for (const s of (await connection.getStats()).values())
    if (s.type === "inbound-rtp" && s.kind === "audio") heard += s.totalAudioEnergy ?? 0;
  return heard;
}"""


@dataclass
class Person:
    """`page` is his only tab."""

    context: BrowserContext
    base: str
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.context.add_init_script(WATCH)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda m: self._heard(m.type, m.text))
        self.page.on("pageerror", lambda e: self._note(str(e)))
        self.page.on("request", lambda r: self.hosts.add(urlsplit(r.url).hostname or "localhost"))

    def _heard(self, kind: str, text: str) -> None:
        """Errors of anybody and warnings that are not the LiveKit client's own log, which names its room."""
        if kind == "error" or (kind == "warning" and "{room: " not in text):
            self._note(text)

    def _note(self, text: str) -> None:
        if not HARMLESS.search(text):
            self.complaints.append(text)

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True).filter(visible=True).first

    def label(self, name: str) -> Any:
        return self.page.get_by_label(name, exact=True).filter(visible=True).first

    def create(self, title: str, name: str) -> str:
        self.page.goto(f"{self.base}/live")
        self.label("Title").fill(title)
        self.label("Your name").fill(name)
        self.button("Create session").click()
        self.page.wait_for_url(re.compile(r"/live/[0-9a-f-]{36}$"))
        return self.page.url.rsplit("/", 1)[1]

    def go_live(self) -> None:
        self.button("Go live").click()
        self.sees_room()

    def join(self, address: str, name: str) -> None:
        self.page.goto(f"{self.base}{address}")
        self.label("Your name").fill(name)
        self.button("Join").click()

    def sees_room(self) -> None:
        expect(self.page.get_by_role("region", name="Session", exact=True)).to_be_visible(timeout=20_000)
        expect(self.button("Leave")).to_be_visible()

    def sees_pictures(self, count: int = 1) -> None:
        """That many videos, each with new frames between two looks."""
        before: list[int] = []

        def moved() -> bool:
            nonlocal before
            now = self.page.evaluate(PICTURES)
            if (
                len(now) == count
                and len(before) == count
                and all(a > b for a, b in zip(now, before, strict=True))
            ):
                return True
            before = now
            return False

        self.until(moved, f"{count} moving pictures")

    def counts(self, people: int) -> None:
        room = self.page.get_by_role("region", name="Session", exact=True)
        expect(room.get_by_text(f"{people} people here")).to_be_visible(timeout=15_000)

    def heard(self) -> float:
        """How much sound has come since the page was loaded; 0.0 for silence."""
        return float(self.page.evaluate(HEARD))

    def hears(self) -> None:
        """After a reload there was no press, so the browser may hold the sound back until there is one."""

        def heard() -> bool:
            if self.button("Turn on sound").is_visible():
                with contextlib.suppress(TimeoutError):  # gone meanwhile: the sound came by itself
                    self.button("Turn on sound").click(timeout=1000)
            return self.heard() > 0

        self.until(heard, "sound")

    def still_hears(self) -> None:
        """More sound comes than has come so far."""
        before = self.heard()
        self.until(lambda: self.heard() > before, "more sound")

    def dies(self) -> None:
        """As a laptop that is switched off: nothing of the page runs any more, nobody is told."""
        with contextlib.suppress(Error):
            self.page.goto("chrome://crash")

    def until(self, holds: Callable[[], bool], what: str, seconds: float = 25) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"no {what} after {seconds} s"
            self.page.wait_for_timeout(150)

    def opens_chat(self) -> None:
        if self.button("Chat").get_attribute("aria-expanded") != "true":
            self.button("Chat").click()

    def writes(self, text: str) -> None:
        self.opens_chat()
        self.label("Message").fill(text)
        self.button("Send").click()
        self.reads(text)

    def reads(self, text: str) -> None:
        self.opens_chat()
        expect(self.page.get_by_role("log").get_by_text(text, exact=True)).to_be_visible()

    def is_told(self, text: str) -> None:
        expect(self.page.get_by_text(text, exact=True).filter(visible=True).first).to_be_visible(
            timeout=15_000
        )

    def was_asked_for(self) -> list[str]:
        asked: list[str] = self.page.evaluate("window.asked")
        return asked
