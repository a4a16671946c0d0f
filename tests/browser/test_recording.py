"""A recording in real browsers: begun, seen by all, told before joining, stopped, watched afterwards."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.test_people import opens

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(240)]
Somebody = Callable[..., Person]
TOLD = "This session is being recorded"
PLAYED = """async (player) => {
  const heard = (what) => new Promise((resolve) => player.addEventListener(what, resolve, { once: true }));
  if (!player.videoWidth) await heard("loadeddata");
  player.currentTime = player.duration * 0.75;
  await heard("seeked");
  return [player.duration, player.currentTime, player.videoWidth, player.videoHeight];
}"""


def is_told_before_joining(bob: Person, session_id: str) -> None:
    """On the link that he has open, and where he has the session's ID only."""
    note = bob.page.get_by_role("note")
    expect(note).to_contain_text(TOLD)
    look(bob.page, "recorded-before-joining")
    bob.page.goto(f"{bob.base}/live?session_id={session_id}")
    expect(note).to_contain_text(TOLD)
    bob.label("Session ID").fill("")
    expect(note).to_have_count(0)
    bob.label("Session ID").fill(session_id)
    expect(note).to_contain_text(TOLD)


def is_watched_and_deleted(host: Person) -> None:
    part = host.page.get_by_role("region", name="Recordings")
    expect(part.get_by_text("by Grace.")).to_be_visible()
    seconds, at, width, height = part.locator("video").evaluate(PLAYED)
    assert (width, height) == (1280, 720)
    assert seconds > 2
    assert at == pytest.approx(seconds * 0.75, abs=0.2)
    look(host.page, "recording-after")
    with host.page.expect_download() as waiting:
        part.get_by_role("link", name="Download recording").click()
    assert waiting.value.suggested_filename == "For-those-who-are-ill.mp4"
    part.get_by_role("button", name="Delete recording").click()
    expect(part.get_by_role("button", name="Keep it")).to_be_focused()
    part.get_by_role("button", name="Delete for good").click()
    expect(part).to_have_count(0)


def test_a_session_is_recorded_and_watched_after_its_end(person: Somebody) -> None:
    host, ada, bob = person(), person(), person()
    session_id = host.create("For those who are ill", "Grace")
    host.go_live()
    ada.join(f"/live/{session_id}", "Ada")
    ada.sees_pictures(1)
    bob.page.goto(f"{bob.base}/live/{session_id}")
    expect(bob.button("Join")).to_be_visible()
    expect(bob.page.get_by_text(TOLD)).to_have_count(0)
    expect(ada.button("Manage")).to_have_count(0)

    side = opens(host, "Manage", "Manage the session").get_by_role("region", name="Recording")
    side.get_by_role("button", name="Record", exact=True).click()
    for one in (host, ada):
        expect(one.page.locator(".room-recorded")).to_have_text("Recording")
    is_told_before_joining(bob, session_id)
    expect(side.get_by_role("status")).to_contain_text(re.compile(r"Recording \d\d:\d\d"), timeout=20_000)
    bob.label("Your name").fill("Bob")
    bob.button("Join").click()
    bob.sees_pictures(1)
    expect(bob.page.locator(".room-recorded")).to_have_text("Recording")
    side.get_by_role("button", name="Pause recording").click()
    expect(side.get_by_role("status")).to_contain_text("Paused")
    side.get_by_role("button", name="Go on recording").click()
    expect(side.get_by_role("status")).to_contain_text("Recording")
    look(host.page, "recording-panel")
    side.get_by_role("button", name="Stop recording").click()
    for one in (host, ada, bob):
        expect(one.page.locator(".room-recorded")).to_have_count(0)
    expect(side.get_by_text("You find it on the session's page after the end.")).to_be_visible(timeout=30_000)

    host.button("End for everyone").click()
    host.button("End session").click()
    host.is_told("The session has ended")
    for one in (host, ada):
        one.page.goto(f"{one.base}/live/{session_id}")
        expect(one.page.get_by_text("How long")).to_be_visible()
    expect(ada.page.get_by_role("region", name="Recordings")).to_have_count(0)
    is_watched_and_deleted(host)
