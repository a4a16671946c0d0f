"""The main job from start to end: create, go live, watch, share, chat, reload, end; host and two viewers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
HOLD_SOUND_BACK = """
addEventListener("pointerdown", (event) => {
  if (event.target.closest(".sound")) window.soundAllowed = true;
}, true);
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  if (this instanceof HTMLAudioElement && !window.soundAllowed)
    return Promise.reject(new DOMException("no press yet", "NotAllowedError"));
  return play.call(this);
};
"""


def test_story(person: Somebody) -> None:
    host, ada, bob = person(), person(), person()
    session_id = host.create("Algebra for everyone", "Grace")

    ada.join(f"/live/{session_id}", "Ada")
    ada.is_told("Waiting for the host to go live. You come in by yourself.")
    host.go_live()
    ada.sees_room()
    ada.sees_pictures(1)
    ada.hears()

    host.button("Share screen").click()
    ada.sees_pictures(2)
    expect(ada.page.get_by_label("Screen of Grace")).to_be_visible()

    ada.writes("Hello from Ada")
    expect(host.button("Chat").locator(".count")).to_have_text("1")
    host.reads("Hello from Ada")

    bob.join(f"/live?session_id={session_id}&role=viewer", "Bob")
    bob.sees_room()
    bob.page.wait_for_url(f"**/live/{session_id}")
    bob.sees_pictures(2)
    bob.reads("Hello from Ada")
    bob.writes("Hello from Bob")
    ada.reads("Hello from Bob")
    host.button("People").click()
    expect(
        host.page.get_by_role("complementary", name="People in the session").get_by_role("listitem")
    ).to_have_text(["Grace (you)Microphone onHost", "Ada", "Bob"])

    for one in (host, ada, bob):
        one.page.reload()
        one.sees_room()
    ada.sees_pictures(1)
    ada.hears()
    bob.reads("Hello from Ada")

    host.button("End for everyone").click()
    host.button("End session").click()
    for one in (host, ada, bob):
        one.is_told("The session has ended")
    assert ada.was_asked_for() == bob.was_asked_for() == []
    assert not ada.page.evaluate("window.iceServers?.length"), "a STUN or TURN server was handed out"


def test_turn_on_sound(person: Somebody, serving: Serving) -> None:
    """A browser that holds sound back: Chromium does it by its own lights, so here play() is refused."""
    host, viewer = person(), person()
    session_id = host.create("Loud", "Grace")
    host.go_live()
    viewer.page.add_init_script(HOLD_SOUND_BACK)
    viewer.join(f"/live/{session_id}", "Ada")
    expect(viewer.button("Turn on sound")).to_be_visible(timeout=20_000)
    viewer.button("Turn on sound").click()
    expect(viewer.button("Turn on sound")).to_have_count(0)
    viewer.hears()
    viewer.complaints.clear()  # of the refused play()


def test_two_of_the_same_name(person: Somebody, serving: Serving) -> None:
    session_id = serving.create()["session_id"]
    first, second = person(), person()
    for one in (first, second):
        one.join(f"/live/{session_id}", "Anna")
        one.sees_room()
    first.page.wait_for_timeout(500)
    first.sees_room()
    second.counts(2)


def test_leave_and_come_back(person: Somebody, serving: Serving) -> None:
    viewer = person()
    viewer.join(f"/live/{serving.create()['session_id']}", "Ada")
    viewer.sees_room()
    viewer.button("Leave").click()
    viewer.is_told("You have left")
    viewer.page.reload()
    expect(viewer.label("Your name")).to_have_value("Ada")
    viewer.button("Join").click()
    viewer.sees_room()


def test_host_link_of_a_session_made_by_rest(person: Somebody, serving: Serving) -> None:
    created = serving.create(title="Made by REST")
    host, viewer = person(), person()
    host.page.goto(f"{serving.url}/live/{created['session_id']}#host_key={created['host_key']}")
    host.go_live()
    assert "host_key" not in host.page.url
    viewer.join(f"/live/{created['session_id']}", "Ada")
    viewer.sees_pictures(1)
    expect(viewer.button("End for everyone")).to_have_count(0)


def test_copy_link(person: Somebody, serving: Serving) -> None:
    host = person(permissions=["clipboard-read", "clipboard-write"])
    host.join(f"/live/{serving.create()['session_id']}", "Ada")
    host.sees_room()
    host.button("Copy link").click()
    host.is_told("The link is copied")
    expect(host.button("Copy link")).to_have_text("Copied")
    assert host.page.evaluate("navigator.clipboard.readText()") == host.page.url
    expect(host.button("Copy link")).to_have_text("Copy link")


def test_the_host_copies_the_link_before_going_live(person: Somebody) -> None:
    host = person(permissions=["clipboard-read", "clipboard-write"])
    session_id = host.create("Algebra", "Grace")
    host.button("Copy link").click()
    expect(host.button("Link copied")).to_be_visible()
    expect(host.page.get_by_role("status").filter(has_text="The link is copied")).to_have_count(1)
    assert host.page.evaluate("navigator.clipboard.readText()") == f"{host.base}/live/{session_id}"
    look(host.page, "desk-link-copied")
    host.button("Go live").click()
    host.sees_room()
    expect(host.button("Copy link")).to_have_count(1)


def test_copy_link_where_the_clipboard_is_refused(person: Somebody, serving: Serving) -> None:
    viewer = person()
    viewer.page.add_init_script(
        "navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));"
    )
    viewer.join(f"/live/{serving.create()['session_id']}", "Ada")
    viewer.sees_room()
    viewer.button("Copy link").click()
    expect(viewer.label("Link")).to_be_focused()
    assert viewer.page.evaluate("getSelection().toString()") == viewer.page.url
    viewer.page.keyboard.press("Escape")
    expect(viewer.button("Copy link")).to_be_focused()
    viewer.page.keyboard.press("Enter")
    expect(viewer.label("Link")).to_be_focused()
