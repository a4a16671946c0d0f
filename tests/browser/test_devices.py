"""Camera and microphone: refused, busy, missing, not to be had without https; and changed during the call."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.person import Person
from tests.browser.serving import NAMED_ELSEWHERE, Serving

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
# Real devices for the browser, but nobody there to allow them: what is not granted is refused.
ASKS = "--use-fake-device-for-media-stream"
# Of three fake cameras the second gives depth pictures, which nothing can send.
THREE_CAMERAS = "--use-fake-device-for-media-stream=device-count=3"
ALLOWS = "--use-fake-ui-for-media-stream"
BUSY = """
navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException("Could not start video source", "NotReadableError"));
"""
ALLOW_STEPS = "Click the symbol at the left of the address bar, allow it, then try again."
SENT = """() => {
  const kinds = {};
  for (const connection of connections) for (const sender of connection.getSenders())
    if (sender.track?.readyState === "live") kinds[sender.track.kind] = sender.track.getSettings().deviceId;
  return kinds;
}"""


@pytest.fixture
def host(launch: Callable[[list[str]], Browser], serving: Serving) -> Callable[..., Person]:
    """A host whose browser has these switches."""

    def somebody(*switches: str, **options: Any) -> Person:
        return Person(launch(list(switches)).new_context(**options), serving.url)

    return somebody


def helped(one: Person, *sentences: str) -> None:
    expect(one.page.get_by_role("alert").locator(".help")).to_have_text(list(sentences))


def test_everything_refused_then_allowed(host: Somebody) -> None:
    one = host(ASKS, permissions=[])
    one.create("Refused", "Grace")
    helped(one, f"The browser may not use the camera and microphone. {ALLOW_STEPS}")
    one.is_told("You start without camera and microphone. You can share your screen.")
    one.context.grant_permissions(["camera", "microphone"])
    one.button("Try the devices again").click()
    one.is_told("You start with picture and sound.")
    helped(one)
    one.until(lambda: bool(one.page.evaluate("document.querySelector('.desk video').videoWidth")), "picture")


def test_camera_refused_goes_live_with_sound(host: Somebody, person: Somebody) -> None:
    one, viewer = host(ASKS, permissions=["microphone"]), person()
    session_id = one.create("Sound only", "Grace")
    helped(one, f"The browser may not use the camera. {ALLOW_STEPS}")
    one.is_told("You start with sound only. Camera and screen can follow.")
    one.go_live()
    viewer.join(f"/live/{session_id}", "Ada")
    viewer.hears()
    viewer.sees_pictures(0)
    one.button("Camera").click()
    one.is_told(f"The browser may not use the camera. {ALLOW_STEPS}")
    one.context.grant_permissions(["camera", "microphone"])
    one.button("Camera").click()
    viewer.sees_pictures(1)


def test_devices_busy_goes_live_with_the_screen(host: Somebody, person: Somebody) -> None:
    one, viewer = host(ASKS, ALLOWS), person()
    one.page.add_init_script(BUSY)
    session_id = one.create("Screen only", "Grace")
    helped(one, "Another program seems to use the camera and microphone. Close it and try again.")
    one.go_live()
    one.button("Microphone").click()
    one.is_told("Another program seems to use the microphone. Close it and try again.")
    viewer.join(f"/live/{session_id}", "Ada")
    one.button("Share screen").click()
    viewer.sees_pictures(1)
    expect(viewer.page.get_by_label("Screen of Grace")).to_be_visible()


def test_no_device_at_all(host: Somebody) -> None:
    one = host()
    one.create("Slides only", "Grace")
    helped(one, "No camera and no microphone was found. Plug one in and try again, or go on without it.")
    expect(one.page.get_by_role("combobox", name="Camera", exact=True)).to_have_text("None found")
    one.go_live()
    expect(one.button("Share screen")).to_be_visible()
    expect(one.page.get_by_role("figure").get_by_label("Microphone off")).to_be_visible()


def test_the_preparation_shows_the_level_and_what_is_picked_goes_live(
    host: Somebody, person: Somebody
) -> None:
    one, viewer = host(THREE_CAMERAS, ALLOWS), person()
    session_id = one.create("Picked before", "Grace")
    meter = one.page.get_by_role("meter", name="Microphone level")
    one.until(lambda: float(meter.evaluate("m => m.value")) > 0.01, "level of the microphone")  # it beeps
    expect(one.page.get_by_label("Your own camera")).to_be_visible()
    select = one.page.get_by_role("combobox", name="Camera", exact=True)
    other = select.locator("option").last.get_attribute("value")
    assert other != select.input_value()
    select.select_option(other)
    picture = "document.querySelector('.desk video').srcObject?.getVideoTracks()[0]?.getSettings().deviceId"
    one.until(lambda: one.page.evaluate(picture) == other, "the picked camera's picture")
    one.page.get_by_role("checkbox", name="Start with the microphone on").uncheck()
    one.is_told("You start with the picture only. The microphone can follow.")
    one.go_live()
    viewer.join(f"/live/{session_id}", "Ada")
    viewer.sees_pictures(1)
    assert one.page.evaluate(SENT) == {"video": other}
    expect(one.button("Microphone")).to_have_attribute("aria-pressed", "false")


def test_without_https(host: Somebody, serving: Serving) -> None:
    one = host(ASKS, NAMED_ELSEWHERE)
    one.base = serving.elsewhere
    one.create("From elsewhere", "Grace")
    assert not one.page.evaluate("isSecureContext")
    needs_https = (
        "This page needs https: without it browsers give out no camera, microphone or screen. "
        "Ask whoever runs this place for an https address."
    )
    helped(one, needs_https)
    expect(one.button("Try the devices again")).to_have_count(0)
    one.go_live()
    one.button("Microphone").click()
    one.is_told(needs_https)
    one.writes("Chat works without https")


def test_camera_and_microphone_change_in_the_call(host: Somebody, person: Somebody) -> None:
    one, viewer = host(THREE_CAMERAS, ALLOWS), person()
    session_id = one.create("Two cameras", "Grace")
    one.go_live()
    viewer.join(f"/live/{session_id}", "Ada")
    viewer.sees_pictures(1)
    before = one.page.evaluate(SENT)
    one.button("Devices").click()
    for name, kind in (("Camera", "video"), ("Microphone", "audio")):
        select = one.page.get_by_role("dialog").get_by_role("combobox", name=name, exact=True)
        expect(select).to_have_value(before[kind])
        other = select.locator("option").last.get_attribute("value")
        assert other != before[kind]
        select.select_option(other)
        one.until(lambda o=other, k=kind: one.page.evaluate(SENT).get(k) == o, f"another {kind} device")  # type: ignore[misc]
        expect(select).to_have_value(other)
    one.button("Done").click()
    expect(one.button("Devices")).to_be_focused()
    viewer.sees_pictures(1)
    viewer.hears()
