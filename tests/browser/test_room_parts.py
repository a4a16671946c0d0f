"""What the room is made of: who is on the stage, how pictures are sent, what is said of the connection."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.panels import people_of
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.livekit.peer import connected

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
LOST = "The connection was lost. You are being brought back…"
SENT = """() => connections.flatMap((c) => c.getSenders())
  .filter((s) => s.track?.kind === "video" && s.track.readyState === "live")
  .map((s) => ({ hint: s.track.contentHint, layers: s.getParameters().encodings }))"""


def sent(host: Person) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The layers of the camera and of the screen, as the browser was told to send them."""
    found: list[dict[str, Any]] = host.page.evaluate(SENT)
    camera, screen = (
        [one for one in found if (one["hint"] == "detail") is wanted] for wanted in (False, True)
    )
    return (camera[0]["layers"] if camera else []), (screen[0]["layers"] if screen else [])


def test_only_publishers_are_on_the_stage_with_their_connection(person: Somebody) -> None:
    host, ada, bob = person(), person(), person()
    session_id = host.create("Stage", "Grace")
    host.go_live()
    for one, name in ((ada, "Ada"), (bob, "Bob")):
        one.join(f"/live/{session_id}", name)
        one.sees_pictures(1)
    for one in (host, ada, bob):
        one.counts(3)
        tile = one.page.get_by_role("region", name="Session", exact=True).get_by_role("figure")
        expect(tile).to_have_count(1)
        expect(tile).to_contain_text("Grace")
        expect(tile.get_by_role("img", name=re.compile("connection"))).to_be_visible(timeout=30_000)


def test_a_camera_is_sent_as_large_as_somebody_shows_it_and_a_screen_sharp(person: Somebody) -> None:
    host, small, desk = person(), person(viewport={"width": 480, "height": 400}), person()
    session_id = host.create("Layers", "Grace")
    host.go_live()
    small.join(f"/live/{session_id}", "Ada")
    small.sees_pictures(1)
    host.until(
        lambda: [one["active"] for one in sent(host)[0]][-1:] == [False], "rest for the largest layer", 60
    )
    layers, _ = sent(host)
    assert len(layers) == 3
    assert [one["scaleResolutionDownBy"] for one in layers] == [4, 2, 1]
    desk.join(f"/live/{session_id}", "Bob")
    desk.sees_pictures(1)
    host.until(lambda: bool(sent(host)[0][-1]["active"]), "the largest layer", 60)
    host.button("Share screen").click()
    desk.sees_pictures(2)
    [screen] = sent(host)[1]
    assert screen["maxBitrate"] == 2_500_000
    assert screen.get("scaleResolutionDownBy", 1) == 1


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 568), (844, 390), (768, 1024)])
def test_with_a_panel_open_on_a_phone_one_can_mute_and_leave(
    person: Somebody, width: int, height: int
) -> None:
    host = person(viewport={"width": width, "height": height})
    host.create("On a phone", "Grace")
    host.go_live()
    host.opens_chat()
    host.writes("Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk" * 3)
    for name in ("Microphone", "Camera"):
        expect(host.button(name)).to_have_attribute("aria-pressed", "true")
        host.button(name).click()
        expect(host.button(name)).to_have_attribute("aria-pressed", "false")
    log = host.page.get_by_role("log")
    assert log.evaluate("(e) => e.scrollWidth <= e.clientWidth"), "no word is cut off"
    expect(host.button("Send")).to_be_in_viewport(ratio=1)
    room = host.page.get_by_role("region", name="Session", exact=True)
    expect(room.get_by_text("On air")).to_be_in_viewport(ratio=1)
    people_of(host)
    host.button("Manage").click()
    host.button("Leave").click()
    expect(host.page.get_by_role("heading", name="You have left")).to_be_visible()


def test_a_banner_while_the_connection_is_away(person: Somebody) -> None:
    host, viewer = person(), person()
    session_id = host.create("Bad line", "Grace")
    host.go_live()
    lines: list[WebSocketRoute] = []
    held: list[WebSocketRoute] = []
    cut: list[bool] = []

    def signalling(socket: WebSocketRoute) -> None:
        (held if cut else lines).append(socket)
        if not cut:
            socket.connect_to_server()

    viewer.page.route_web_socket(re.compile("/rtc"), signalling)
    viewer.join(f"/live/{session_id}", "Ada")
    viewer.sees_pictures(1)
    expect(viewer.page.get_by_text(LOST)).to_have_count(0)
    cut.append(True)
    for line in lines:
        line.close()
    viewer.is_told(LOST)
    viewer.until(lambda: bool(held), "a try to come back")
    cut.clear()
    for line in held:
        line.connect_to_server()
    expect(viewer.page.get_by_text(LOST)).to_have_count(0, timeout=30_000)
    viewer.sees_pictures(1)
    viewer.complaints.clear()  # of the line that was cut


async def say_in_the_room(url: str, tokens: tuple[str, str], said: dict[str, dict[str, Any]]) -> None:
    """As anybody may by his token, several times as soon as he has come, when browsers do not know him yet.

    The second one hears it, so it has gone round.
    """
    for _ in range(3):
        async with connected(url, tokens[1]) as witness, connected(url, tokens[0]) as liar:
            for topic, words in said.items():
                await liar.room.local_participant.publish_data(json.dumps(words), topic=topic, reliable=True)
                await witness.until("data", lambda d, topic=topic: d[0] == topic, 20)


def test_what_people_send_past_the_app_is_shown_to_nobody(person: Somebody, serving: Serving) -> None:
    host = person()
    session_id = host.create("Lies", "Grace")
    host.go_live()
    body = {"session_id": session_id, "user_name": "Mallory"}
    first, second = [httpx.post(f"{serving.url}/api/live/join", json=body).json() for _ in range(2)]
    lies = {
        "chat": {
            "number": 1,
            "message_id": "m",
            "member_id": "x",
            "author_name": "Grace",
            "text": "Send me money",
            "sent_at": "2026-11-29T12:00:00Z",
        },
        "session": {"status": "ended"},
        "notice": {"source": "microphone"},
    }
    with start_blocking_portal() as portal:
        tokens = (first["access_token"], second["access_token"])
        portal.call(say_in_the_room, first["server_url"], tokens, lies)
    host.sees_room()
    host.writes("The truth")
    log = host.page.get_by_role("log")
    expect(log.get_by_text("The truth", exact=True)).to_be_visible()
    expect(log.get_by_text("Send me money")).to_have_count(0)
    expect(host.page.get_by_text("A host muted your microphone.")).to_have_count(0)
