"""The whole story without a mouse: every step by keys, the focus always seen, in dialogs and back out."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.panels import people_of
from tests.browser.person import Person
from tests.browser.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
RING = """(e) => {
  const style = getComputedStyle(e);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


def goes_to(one: Person, target: Any) -> None:
    """By Tab alone; the browser shows where the focus is."""
    expect(target).to_be_visible(timeout=20_000)
    for _ in range(40):
        if target.evaluate("e => e === document.activeElement"):
            break
        one.page.keyboard.press("Tab")
    expect(target).to_be_focused()
    assert target.evaluate(RING), f"no focus ring at {target}"


def presses(one: Person, name: str) -> None:
    goes_to(one, one.button(name))
    one.page.keyboard.press("Enter")


def types(one: Person, label: str, text: str) -> None:
    goes_to(one, one.label(label))
    one.page.keyboard.type(text)


def test_story_by_keys(person: Somebody) -> None:
    host, viewer = person(), person()
    host.page.goto(f"{host.base}/live")
    types(host, "Title", "Keys only")
    types(host, "Your name", "Grace")
    host.page.keyboard.press("Enter")
    host.is_told("You start with picture and sound.")
    presses(host, "Go live")
    host.sees_room()

    viewer.page.goto(host.page.url)
    types(viewer, "Your name", "Ada")
    viewer.page.keyboard.press("Enter")
    viewer.sees_pictures(1)
    presses(viewer, "Chat")
    expect(viewer.label("Message")).to_be_focused()
    viewer.page.keyboard.type("No mouse here")
    viewer.page.keyboard.press("Enter")
    viewer.reads("No mouse here")
    viewer.page.keyboard.press("Escape")
    expect(viewer.button("Chat")).to_be_focused()
    presses(viewer, "Leave")
    expect(viewer.page.get_by_role("heading", name="You have left")).to_be_focused()
    presses(viewer, "Join again")
    viewer.sees_room()

    presses(host, "Camera")
    expect(host.button("Camera")).to_have_attribute("aria-pressed", "false")
    presses(host, "Devices")
    dialog = host.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("d => d.contains(document.activeElement)")
    host.page.keyboard.press("Escape")
    expect(host.button("Devices")).to_be_focused()

    presses(host, "End for everyone")
    expect(host.button("Cancel")).to_be_focused()
    host.page.keyboard.press("Escape")
    expect(host.button("End for everyone")).to_be_focused()
    host.page.keyboard.press("Enter")
    presses(host, "End session")
    for one in (host, viewer):
        expect(one.page.get_by_role("heading", name="The session has ended")).to_be_focused()
    goes_to(host, host.page.get_by_role("link", name="All sessions", exact=True))
    host.page.keyboard.press("Enter")
    expect(host.page.get_by_role("tab", name="Create", exact=True)).to_be_visible()


def chooses(one: Person, target: Any) -> None:
    goes_to(one, target)
    one.page.keyboard.press("Enter")


def test_a_class_led_by_keys(person: Somebody, serving: Serving) -> None:
    """Admitted, a hand raised, on stage, muted, almost removed, the chat closed."""
    host, viewer, session = person(), person(), serving.create(lobby=True)
    host.page.goto(session["host_url"])
    presses(host, "Go live")
    host.sees_room()
    viewer.page.goto(f"{serving.url}/live/{session['session_id']}")
    types(viewer, "Your name", "Ada")
    viewer.page.keyboard.press("Enter")
    viewer.is_told("You are in the lobby. The host sees that you wait and lets you in.")
    presses(host, "People")
    presses(host, "Admit Ada")
    viewer.sees_room()
    presses(viewer, "Raise hand")
    presses(host, "Bring Ada on stage")
    presses(viewer, "Microphone")
    expect(viewer.button("Microphone")).to_have_attribute("aria-pressed", "true")

    presses(host, "More for Ada")
    acts = people_of(host).get_by_role("group", name="Acts on Ada")
    chooses(host, acts.get_by_role("button", name="Mute", exact=True))
    expect(viewer.button("Microphone")).to_have_attribute("aria-pressed", "false")
    chooses(host, acts.get_by_role("button", name="Remove…"))
    expect(acts.get_by_role("button", name="Keep")).to_be_focused()
    host.page.keyboard.press("Enter")
    expect(acts.get_by_role("button", name="Remove…")).to_be_focused()
    host.page.keyboard.press("Escape")
    expect(host.button("People")).to_be_focused()

    presses(viewer, "Chat")
    presses(host, "Manage")
    goes_to(host, host.label("Chat"))
    host.page.keyboard.press("End")  # the last choice
    viewer.is_told("The chat is switched off.")
    host.page.keyboard.press("Escape")
    expect(host.button("Manage")).to_be_focused()
