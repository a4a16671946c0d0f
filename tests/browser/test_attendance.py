"""Four browsers, a killed media server, events that get lost: the table is right all the same."""

import os
import signal
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.browser.person import Person
from tests.browser.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(240)]
Somebody = Callable[..., Person]
# LiveKit's events count whole seconds, and this machine has other things to do.
EXACT, LOOP, UNKNOWN = 2.0, 2.0, 30.0


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def comes(one: Person, session_id: str, name: str) -> tuple[float, float]:
    """Between which times he came in."""
    one.page.goto(f"{one.base}/live/{session_id}")
    one.label("Your name").fill(name)
    before = time.time()
    one.button("Join").click()
    one.sees_room()
    return before, time.time()


def attendance(host: Person, session_id: str) -> dict[str, dict[str, Any]]:
    answer = host.page.request.get(f"{host.base}/api/live/{session_id}/attendance")
    assert answer.ok, answer.text()
    return {one["name"]: one for one in answer.json()}


def dies(serving: Serving, watchers: list[Person]) -> float:
    """The media server is killed and everybody comes back by himself; when."""
    before = [one.page.evaluate("connections.length") for one in watchers]
    killed = time.time()
    os.kill(serving.media_pid, signal.SIGKILL)
    for one, count in zip(watchers, before, strict=True):
        one.until(lambda o=one, c=count: bool(o.page.evaluate("connections.length") > c), "connecting again")  # type: ignore[misc]
        one.sees_pictures(1)
    return killed


def test_attendance_of_four_browsers_through_everything_that_dies(person: Somebody, serving: Serving) -> None:
    host, ada, bob, cleo = people = [person() for _ in range(4)]
    session_id = host.create("Algebra", "Grace")
    host.go_live()
    came = {name: comes(one, session_id, name) for name, one in (("Ada", ada), ("Bob", bob), ("Cleo", cleo))}
    ada.sees_pictures(1)
    time.sleep(3)  # so long they are there, and nothing happens
    cleo.button("Leave").click()
    cleo.is_told("You have left")
    cleo_left = time.time()
    killed = dies(serving, [ada, bob])
    back = time.time()

    # The app is deaf for longer than the media server tries; meanwhile Bob's browser is closed.
    time.sleep(LOOP + 1)
    assert serving.process is not None
    os.killpg(serving.process.pid, signal.SIGSTOP)
    bob.context.close()
    bob_left = time.time()
    time.sleep(17)
    os.killpg(serving.process.pid, signal.SIGCONT)

    host.until(lambda: not attendance(host, session_id)["Bob"]["here"], "Bob's leaving", 30)
    host.button("End for everyone").click()
    host.button("End session").click()
    ada.is_told("The session has ended")
    ended = time.time()

    found = attendance(host, session_id)
    assert set(found) == {"Grace", "Ada", "Bob", "Cleo"}
    assert not any(one["here"] for one in found.values())
    for name, (before, after) in came.items():
        assert before - EXACT <= seconds(found[name]["first_in"]) <= after + EXACT, name
    assert abs(seconds(found["Cleo"]["last_out"]) - cleo_left) <= EXACT
    assert abs(found["Cleo"]["seconds_present"] - (cleo_left - came["Cleo"][1])) <= 2 * EXACT
    assert abs(seconds(found["Ada"]["last_out"]) - ended) <= EXACT
    assert bob_left - UNKNOWN <= seconds(found["Bob"]["last_out"]) <= bob_left + EXACT
    away = (killed, back)
    for name in ("Grace", "Ada"):
        assert found[name]["reconnects"] == 1, (name, found[name])
    whole = ended - came["Ada"][1]
    assert whole - (away[1] - away[0]) - LOOP - 2 * EXACT <= found["Ada"]["seconds_present"] <= whole + EXACT
    for one in people:
        one.complaints.clear()  # the client says at length what it lost
