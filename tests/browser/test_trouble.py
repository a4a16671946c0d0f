"""What people are told when the network is blocked, a server is away, they are put out, a room is lost."""

import contextlib
import os
import re
import signal
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, WebSocketRoute, expect

from donfra_live.errors import MediaServerAway
from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import ELSEWHERE, Serving

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"
# A clock that jumps would also make the LiveKit client believe that its server is away.
QUICK_MINUTE = """
const real = window.setTimeout;
window.setTimeout = (what, after, ...rest) => real(what, after === 60000 ? 1000 : after, ...rest);
"""


def people_in(serving: Serving, session: dict[str, Any]) -> list[dict[str, Any]]:
    """As the media server has them, hidden ones too."""
    answer = serving.ask_room("ListParticipants", session["host_token"], room=session["session_id"])
    people: list[dict[str, Any]] = answer.get("participants", [])
    return people


def test_media_ports_blocked(launch: Callable[[list[str]], Browser], serving: Serving) -> None:
    browser = launch([NO_UDP])
    viewer = Person(browser.new_context(), serving.url)
    viewer.page.clock.install()
    viewer.join(f"/live/{serving.create()['session_id']}", "Ada")
    viewer.until(lambda: bool(viewer.page.evaluate("connections.some((c) => c.remoteDescription)")), "a try")
    viewer.page.clock.fast_forward(16_000)
    viewer.is_told(
        "The media server answers, but sound and picture do not get through. "
        f"A firewall may block UDP port {serving.ports[2]}."
    )


def test_media_server_cannot_be_reached(launch: Callable[[list[str]], Browser], serving: Serving) -> None:
    port = serving.ports[0]
    browser = launch([f"--host-resolver-rules=MAP {ELSEWHERE}:{port} 127.0.0.1:1, MAP {ELSEWHERE} 127.0.0.1"])
    viewer = Person(browser.new_context(), serving.elsewhere)
    viewer.join(f"/live/{serving.create()['session_id']}", "Ada")
    viewer.is_told(
        f"The media server at {ELSEWHERE}:{port} does not answer. "
        f"If this stays so, a firewall may block TCP port {port}."
    )
    expect(viewer.button("Leave")).to_be_visible()


def test_leaving_before_the_connection_is_there(person: Somebody, serving: Serving) -> None:
    viewer, answers = person(), []

    def signalling(socket: WebSocketRoute) -> None:
        if answers:
            socket.connect_to_server()

    viewer.page.route_web_socket(re.compile(r"/rtc"), signalling)
    # with a password there is no connection before Join
    viewer.page.goto(f"{viewer.base}/live/{serving.create(password='sesame')['session_id']}")
    viewer.label("Your name").fill("Ada")
    viewer.label("Password").fill("sesame")
    viewer.button("Join").click()
    viewer.is_told("Joining…")
    viewer.button("Leave").click()
    viewer.is_told("You have left")
    answers.append("from now on")
    viewer.button("Join again").click()
    viewer.sees_room()
    viewer.is_told("Nobody is on the stage yet. Picture and sound come by themselves.")


def test_go_live_while_the_media_server_hangs(person: Somebody, serving: Serving) -> None:
    host = person()
    host.create("Not yet", "Grace")
    pid = serving.media_pid
    os.kill(pid, signal.SIGSTOP)
    try:
        host.button("Go live").click()
        host.is_told(MediaServerAway.sentence)
    finally:
        with contextlib.suppress(ProcessLookupError):  # a server that hangs is killed after a while
            os.kill(pid, signal.SIGCONT)
    host.go_live()


def test_join_while_the_media_server_hangs(person: Somebody, serving: Serving) -> None:
    """It is started again meanwhile; nothing has to be pressed a second time."""
    # with a password there is no connection before Join
    viewer, session = person(), serving.create(password="sesame")
    viewer.page.goto(f"{viewer.base}/live/{session['session_id']}")
    viewer.label("Your name").fill("Ada")
    viewer.label("Password").fill("sesame")
    os.kill(serving.media_pid, signal.SIGSTOP)
    viewer.button("Join").click()
    viewer.is_told("Joining…")
    inside = viewer.page.get_by_text("Nobody is on the stage yet. Picture and sound come by themselves.")
    expect(inside).to_be_visible(timeout=90_000)
    viewer.complaints.clear()  # the client says at length what did not answer


def test_removed_by_the_host(person: Somebody, serving: Serving) -> None:
    session = serving.create()
    viewer = person()
    viewer.join(f"/live/{session['session_id']}", "Ada")
    viewer.sees_room()
    viewer.until(lambda: [p["name"] for p in people_in(serving, session)] == ["Ada"], "Ada in the room")
    person_id = people_in(serving, session)[0]["identity"]
    room = session["session_id"]
    serving.ask_room("RemoveParticipant", session["host_token"], room=room, identity=person_id)
    viewer.is_told("You are no longer in the session")
    expect(viewer.page.get_by_role("heading", name="You are no longer in the session")).to_be_focused()
    look(viewer.page, "removed")
    viewer.page.reload()
    expect(viewer.button("Join")).to_be_visible()  # nobody comes back in by a reload
    viewer.button("Join").click()
    viewer.sees_room()


def test_room_deleted_while_the_session_goes_on(person: Somebody, serving: Serving) -> None:
    host, viewer = person(), person()
    session_id = host.create("Goes on", "Grace")
    host.go_live()
    viewer.join(f"/live/{session_id}", "Ada")
    viewer.sees_pictures(1)
    before = viewer.page.evaluate("connections.length")
    serving.delete_room(session_id)
    viewer.until(lambda: viewer.page.evaluate("connections.length") > before, "connecting again")
    viewer.sees_pictures(1)
    host.counts(2)


def test_media_server_shut_down(person: Somebody, serving: Serving) -> None:
    host, viewer = person(), person()
    session_id = host.create("Update of the server", "Grace")
    host.go_live()
    viewer.join(f"/live/{session_id}", "Ada")
    viewer.sees_pictures(1)
    before = viewer.page.evaluate("connections.length")
    pid = serving.media_pid

    def told_to_go() -> bool:
        """Told once it waits until everybody has left; told again it tells them to go."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        return bool(viewer.page.evaluate("connections.length") > before)

    viewer.until(told_to_go, "connecting again")
    viewer.sees_pictures(1)
    for one in (host, viewer):
        one.complaints.clear()  # the client says at length what it lost


def test_a_hidden_arrival_is_dropped_after_a_minute(person: Somebody, serving: Serving) -> None:
    session = serving.create()
    viewer = person()
    viewer.page.add_init_script(QUICK_MINUTE)
    viewer.page.goto(f"{serving.url}/live/{session['session_id']}")
    viewer.until(lambda: len(people_in(serving, session)) == 1, "the hidden connection")
    viewer.until(lambda: people_in(serving, session) == [], "the drop")
    viewer.label("Your name").fill("Late Ada")
    viewer.button("Join").click()
    viewer.sees_room()
    viewer.until(lambda: [p["name"] for p in people_in(serving, session)] == ["Late Ada"], "Late Ada")
