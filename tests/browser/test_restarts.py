"""A call outlives the app's server and comes back by itself after the media server's death."""

import os
import re
import signal
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import ConsoleMessage

from tests.browser.person import Person
from tests.browser.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]


def times_of_connections_made_anew(one: Person) -> list[float]:
    """In seconds, from here on, as livekit-client tells them to the console."""
    began: list[float] = []
    took: list[float] = []

    def heard(message: ConsoleMessage) -> None:
        # by itself, or where it has given up by us
        if re.search(r"-> (re)?connecting", message.text):
            began.append(time.monotonic())
        elif re.search(r"\b(re)?connecting -> connected", message.text) and began:
            took.append(time.monotonic() - began[-1])

    one.page.on("console", heard)
    return took


def test_app_killed_in_the_middle(person: Somebody, serving: Serving) -> None:
    host, viewer = person(), person()
    session_id = host.create("Goes on", "Grace")
    host.go_live()
    viewer.join(f"/live?session_id={session_id}&role=viewer", "Ada")
    viewer.sees_pictures(1)
    viewer.hears()
    # a script on its way while the app dies would be a complaint of the browser's
    viewer.until(lambda: bool(viewer.page.evaluate("window.donfraEarly.alive")), "page behind the room")
    built = serving.log.count("Building the pages")
    serving.kill()
    viewer.sees_pictures(1)
    viewer.still_hears()
    serving.start()
    assert serving.log.count("Building the pages") == built, "nothing has changed, so nothing is built"
    viewer.sees_pictures(1)
    viewer.still_hears()
    viewer.writes("Still here")
    host.reads("Still here")
    host.button("End for everyone").click()
    host.button("End session").click()
    viewer.is_told("The session has ended")


def test_media_server_killed_in_the_middle(person: Somebody, serving: Serving) -> None:
    host, viewer = person(), person()
    session_id = host.create("Comes back", "Grace")
    host.go_live()
    viewer.join(f"/live/{session_id}", "Ada")
    viewer.sees_pictures(1)
    before = viewer.page.evaluate("connections.length")
    anew = [times_of_connections_made_anew(one) for one in (host, viewer)]
    killed = time.monotonic()
    os.kill(serving.media_pid, signal.SIGKILL)
    viewer.until(lambda: viewer.page.evaluate("connections.length") > before, "connecting again")
    viewer.sees_pictures(1)
    took = time.monotonic() - killed
    print(f"picture again {took:.2f} s after the media server was killed")  # noqa: T201
    assert took < 5
    host.counts(2)
    viewer.still_hears()
    assert min(seconds for one in anew for seconds in one) < 2, (
        "livekit-client's own wait of two seconds is back: see come_back.js"
    )
    for one in (host, viewer):
        one.complaints.clear()  # the client says at length what it lost
