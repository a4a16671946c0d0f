"""Firefox as the system has it, by WebDriver BiDi: what somebody in it does and sees.

Playwright drives only a Firefox of its own making, which cannot be had from the system's packages.
"""

import base64
import itertools
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from websocket import WebSocket, WebSocketException, create_connection

from tests.browser.person import HEARD, WATCH

# How many videos are shown, and how many pictures came for all of them: a video does not tell it here.
PICTURES = """async () => {
  const videos = [...document.querySelectorAll(".room:not([hidden]) video")];
  const shown = videos.filter((v) => v.videoWidth && !v.paused);
  let came = 0;
  for (const connection of window.connections) for (const s of (await connection.getStats()).values())
    if (s.type === "inbound-rtp" && s.kind === "video") came += s.framesDecoded ?? 0;
  return JSON.stringify([shown.length, came]);
}"""

# Fake devices without a question, and no request of its own to anybody.
PREFERENCES: dict[str, Any] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
}


def find_firefox() -> str:
    """Path of the system's Firefox; "" without one."""
    mac = "/Applications/Firefox.app/Contents/MacOS/firefox"
    found = [shutil.which("firefox-esr"), shutil.which("firefox"), mac]
    return next((path for path in found if path and os.path.exists(path)), "")


class Fox:
    """One tab. folder: for its profile and log."""

    def __init__(self, folder: Path, port: int) -> None:
        lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items())
        (folder / "user.js").write_text("\n".join(lines))
        command = [find_firefox(), "--headless", "--no-remote", "--profile", str(folder)]
        with (folder / "firefox.log").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, f"--remote-debugging-port={port}", "about:blank"],
                stdout=log,
                stderr=log,
                env={**os.environ, "HOME": str(folder)},
            )
        self._numbers = itertools.count(1)
        try:
            self._socket = self._connected(f"ws://127.0.0.1:{port}/session")
        except BaseException:
            self._process.kill()
            raise
        self._do("session.new", capabilities={})
        self._tab = self._do("browsingContext.getTree")["contexts"][0]["context"]
        self._do("script.addPreloadScript", functionDeclaration=f"() => {{ {WATCH} }}")

    @staticmethod
    def _connected(url: str, seconds: float = 60) -> WebSocket:
        end = time.monotonic() + seconds
        while True:
            try:
                return create_connection(url, suppress_origin=True, timeout=60)
            except (OSError, WebSocketException):
                assert time.monotonic() < end, "Firefox did not start"
                time.sleep(0.2)

    def _do(self, method: str, **given: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": given}))
        while (answer := json.loads(self._socket.recv())).get("id") != number:
            pass  # what happened meanwhile
        assert answer["type"] == "success", answer
        result: dict[str, Any] = answer["result"]
        return result

    def goes_to(self, url: str) -> None:
        self._do("browsingContext.navigate", context=self._tab, url=url, wait="interactive")

    def js(self, expression: str) -> Any:
        told = self._do(
            "script.evaluate", expression=expression, target={"context": self._tab}, awaitPromise=True
        )
        assert told["type"] == "success", told
        return json.loads(told["result"].get("value", "null"))

    def found(self, role: str, name: str) -> list[Any]:
        locator = {"type": "accessibility", "value": {"role": role, "name": name}}
        told = self._do("browsingContext.locateNodes", context=self._tab, locator=locator)
        nodes: list[Any] = told["nodes"]
        return nodes

    def presses(self, name: str, role: str = "button") -> None:
        self.until(lambda: self.found(role, name), f"{role} {name}")
        node = {"type": "element", "element": {"sharedId": self.found(role, name)[0]["sharedId"]}}
        steps = [{"type": "pointerMove", "x": 0, "y": 0, "origin": node}]
        steps += [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        self._act({"type": "pointer", "id": "mouse", "actions": steps})

    def writes(self, field: str, text: str) -> None:
        self.presses(field, "textbox")
        keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keys", "actions": keys})

    def _act(self, source: dict[str, Any]) -> None:
        self._do("input.performActions", context=self._tab, actions=[source])

    def sees(self, role: str, name: str) -> None:
        self.until(lambda: self.found(role, name), f"{role} {name}")

    def sees_pictures(self, count: int) -> None:
        """That many videos, and new pictures between two looks."""
        before = -1

        def moved() -> bool:
            nonlocal before
            shown, came = self.js(f"({PICTURES})()")
            last, before = before, came
            return bool(shown == count and 0 < last < came)

        self.until(moved, f"{count} moving pictures")

    def hears(self) -> None:
        self.until(lambda: self.js(f"({HEARD})().then(JSON.stringify)") > 0, "sound")

    def until(self, holds: Any, what: str, seconds: float = 40) -> None:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                text = self.js("JSON.stringify(document.body.innerText)")
                raise AssertionError(f"no {what} after {seconds} s in Firefox, but: {text[:600]}")
            time.sleep(0.2)

    def looks(self, path: Path) -> None:
        told = self._do("browsingContext.captureScreenshot", context=self._tab)
        path.write_bytes(base64.b64decode(told["data"]))

    def stop(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(20)
