"""A recording in real browsers: begun, seen by all, told before joining, stopped, watched afterwards."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.looks import look
from tests.browser.panels import manage
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.recorder.film import lengths

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(240)]
Somebody = Callable[..., Person]
VTT = b"WEBVTT\n\n00:00.000 --> 09:00.000\nHello\n"
CAPTIONS = "(player) => [...(player.textTracks[0]?.cues ?? [])].map((cue) => cue.text)"
TOLD = "This session is being recorded"
EVERYBODY_IS_TOLD = "Everybody in the session sees that it is recorded, and who comes is told before."
DRAWN = "(all) => all.every((one) => one.complete && one.naturalWidth === 320)"
ON_TOP = """(mark) => {
  const { x, y, width, height } = mark.getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2) === mark;
}"""
PLAYED = """async (player) => {
  const heard = (what) => new Promise((resolve) => player.addEventListener(what, resolve, { once: true }));
  if (!player.videoWidth) await heard("loadeddata");
  player.currentTime = player.duration * 0.75;
  await heard("seeked");
  return [player.duration, player.currentTime, player.videoWidth, player.videoHeight];
}"""


def recordings(one: Person) -> Any:
    return one.page.get_by_role("region", name="Recordings")


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


def is_watched(host: Person) -> None:
    part = recordings(host)
    expect(part.get_by_text("by Grace.")).to_be_visible()
    seconds, at, width, height = part.locator("video").evaluate(PLAYED)
    assert (width, height) == (1280, 720)
    assert seconds > 2
    assert at == pytest.approx(seconds * 0.75, abs=0.2)
    part.get_by_label("Speed").select_option("1.5")
    assert part.locator("video").evaluate("(player) => player.playbackRate") == 1.5
    has_tracks(host)


def has_tracks(host: Person) -> None:
    tracks = recordings(host).get_by_role("region", name="Voices and pictures")
    expect(tracks.get_by_role("listitem")).to_contain_text(["Voice Grace", "Camera Grace"])
    for what, name, kind in (("voice", "voice-01-Grace.m4a", 1), ("camera", "camera-01-Grace.mp4", 0)):
        with host.page.expect_download() as waiting:
            tracks.get_by_role("link", name=f"Download the {what} of Grace").click()
        assert waiting.value.suggested_filename == f"For-those-who-are-ill-{name}"
        both = lengths(Path(waiting.value.path()))
        assert both[kind] > 2
        assert both[1 - kind] == 0


def jumps_by_pictures(one: Person) -> None:
    """With the keyboard; each picture is there."""
    part, video = recordings(one), recordings(one).locator("video")
    pictures = part.get_by_role("list", name="Pictures").get_by_role("button")
    expect(pictures).to_have_count(12)
    expect(pictures.last).to_have_accessible_name(re.compile(r"Jump to \d\d:\d\d"))
    one.until(lambda: pictures.locator("img").evaluate_all(DRAWN), "all pictures are drawn")
    pictures.last.press("Enter")
    expect(pictures.last).to_have_attribute("aria-current", "true")
    seconds, at = video.evaluate("(player) => [player.duration, player.currentTime]")
    assert at == pytest.approx(seconds * 11.5 / 12, abs=0.2)


def jumps_by_chapters_and_chat(host: Person) -> None:
    """To what was marked, and to what was written; the others are where they were."""
    part, video = recordings(host), recordings(host).locator("video")
    chapters = part.get_by_role("navigation", name="Chapters")
    expect(chapters.get_by_role("button", name=re.compile("Grace"))).to_be_visible()
    mark = chapters.get_by_role("button", name=re.compile(r"\d\d:\d\d Questions"))
    mark.click()
    expect(mark).to_have_attribute("aria-current", "true")
    marked = video.evaluate("(player) => player.currentTime")
    assert marked > 0.5
    chat = part.get_by_role("list", name="Chat at this moment")
    before, after = chat.get_by_role("listitem").all()
    expect(before).to_contain_text("Ada Said before the mark")
    expect(after).to_contain_text("Ada Said after it")
    after.get_by_role("button").click()
    written = video.evaluate("(player) => player.currentTime")
    assert written > marked
    expect(after).to_have_attribute("aria-current", "true")
    before.get_by_role("button").click()
    expect(before).to_have_attribute("aria-current", "true")
    assert video.evaluate("(player) => player.currentTime") < marked


def is_named_given_and_captioned(host: Person, ada: Person) -> None:
    part = recordings(host)
    part.get_by_text("Title, who may watch, captions").click()
    part.get_by_label("Title of the recording").fill("Fractions")
    part.get_by_role("button", name="Save title").click()
    expect(part.get_by_role("heading", name="Fractions")).to_be_visible()
    captions = part.get_by_label("Captions (a WebVTT file)")
    captions.set_input_files([{"name": "a.vtt", "mimeType": "text/vtt", "buffer": b"1\n00:00"}])
    expect(part.get_by_role("alert")).to_contain_text("These are no captions.")
    captions.set_input_files([{"name": "b.vtt", "mimeType": "text/vtt", "buffer": VTT}])
    expect(part.get_by_text("Captions added.")).to_be_visible()
    host.until(lambda: part.locator("video").evaluate(CAPTIONS) == ["Hello"], "captions in the player")
    part.get_by_role("button", name="Remove captions").click()
    expect(part.get_by_role("button", name="Keep it")).to_be_focused()
    part.get_by_role("button", name="Remove for good").click()
    expect(part.get_by_text("Captions removed.")).to_be_visible()
    host.until(lambda: part.locator("video").evaluate(CAPTIONS) == [], "player without captions")
    captions.set_input_files([{"name": "b.vtt", "mimeType": "text/vtt", "buffer": VTT}])
    host.until(lambda: part.locator("video").evaluate(CAPTIONS) == ["Hello"], "captions in the player again")
    look(host.page, "recording-after")
    part.get_by_label("Who may watch").select_option("members")
    expect(part.get_by_text("Everybody who was there may watch it.")).to_be_visible()
    ada.page.reload()
    expect(recordings(ada).get_by_role("heading", name="Fractions")).to_be_visible()
    assert recordings(ada).locator("video").evaluate(PLAYED)[2] == 1280
    expect(recordings(ada).get_by_role("button", name="Delete recording")).to_have_count(0)
    expect(recordings(ada).get_by_text("Title, who may watch, captions")).to_have_count(0)
    expect(recordings(ada).get_by_role("region", name="Voices and pictures")).to_have_count(0)
    jumps_by_pictures(ada)
    look(ada.page, "recording-of-a-viewer")


def is_on_the_dashboard(host: Person, session_id: str) -> None:
    host.page.goto(f"{host.base}/dashboard")
    shelf = host.page.get_by_role("region", name="My recordings")
    expect(shelf.get_by_role("listitem").first).to_contain_text("for everybody who was there")
    expect(shelf).to_contain_text(re.compile(r"MB in all; your own sessions take up [\d.]+ MB of 20.0 GB"))
    look(host.page, "recordings-of-mine")
    shelf.get_by_role("link", name="Fractions").click()
    host.page.wait_for_url(f"**/live/{session_id}")


def is_in_the_log(host: Person) -> None:
    log = host.page.get_by_role("region", name="What was done")
    expect(log.get_by_role("heading", name="What was done")).to_be_visible()
    for line in ("Grace began to record", "Grace watched the recording", "Ada watched the recording"):
        expect(log).to_contain_text(line)


def says_that_it_is_missing(part: Any) -> None:
    """Neither a player nor a file is offered."""
    expect(part.get_by_text("The file of this recording is missing.")).to_be_visible()
    expect(part.locator("video")).to_have_count(0)
    expect(part.get_by_role("link", name="Download recording")).to_have_count(0)


def is_missing(host: Person, folder: Path) -> None:
    """As when somebody has emptied the folder by hand."""
    part = recordings(host)
    (film,) = folder.rglob("recording.mp4")
    (voice,) = folder.rglob("voice-01.m4a")
    film.unlink()
    voice.unlink()
    host.page.reload()
    says_that_it_is_missing(part)
    expect(part.get_by_role("link", name="Download the voice of Grace")).to_have_count(0)
    expect(part.get_by_text("Its file is missing.")).to_be_visible()
    expect(part.get_by_role("link", name="Download the camera of Grace")).to_be_visible()
    look(host.page, "recording-missing")
    host.page.goto(f"{host.base}/dashboard")
    shelf = host.page.get_by_role("region", name="My recordings")
    expect(shelf.get_by_role("listitem").first).to_contain_text("its file is missing")
    shelf.get_by_role("link", name="Fractions").click()
    says_that_it_is_missing(part)


def is_downloaded(host: Person) -> None:
    with host.page.expect_download() as waiting:
        recordings(host).get_by_role("link", name="Download recording").click()
    assert waiting.value.suggested_filename == "Fractions.mp4"


def is_deleted(host: Person) -> None:
    part = recordings(host)
    part.get_by_role("button", name="Delete recording").click()
    expect(part.get_by_role("button", name="Keep it")).to_be_focused()
    part.get_by_role("button", name="Keep it").click()
    expect(part.get_by_role("button", name="Delete recording")).to_be_focused()
    part.get_by_role("button", name="Delete recording").click()
    part.get_by_role("button", name="Delete for good").click()
    expect(part).to_have_count(0)


def is_marked_on_a_phone(one: Person) -> None:
    """Also while a panel fills the screen."""
    one.page.set_viewport_size({"width": 390, "height": 844})
    one.opens_chat()
    one.until(lambda: one.page.locator(".room-recorded").evaluate(ON_TOP), "red mark over the panel")
    one.page.set_viewport_size({"width": 1280, "height": 720})


def marks_between_two_messages(host: Person, ada: Person, side: Any) -> None:
    ada.writes("Said before the mark")
    host.page.wait_for_timeout(1500)  # so that they are apart in the film
    side.get_by_label("Mark this moment").fill("Questions")
    side.get_by_role("button", name="Mark", exact=True).click()
    expect(side.get_by_text(re.compile(r"Marked at \d\d:\d\d\."))).to_be_visible()
    host.page.wait_for_timeout(1500)
    ada.writes("Said after it")


def knows_before_what_it_takes(host: Person) -> Any:
    side = manage(host).get_by_role("region", name="Recording")
    expect(side).to_contain_text(EVERYBODY_IS_TOLD)
    expect(side).to_contain_text(re.compile(r"Space for .+ \([\d.]+ GB\)\. .* take up .* of 20.0 GB\."))
    look(host.page, "recording-space")
    return side


def pauses_and_goes_on(host: Person, side: Any) -> None:
    side.get_by_role("button", name="Pause recording").click()
    expect(side.get_by_role("status").first).to_contain_text("Paused")
    side.get_by_role("button", name="Go on recording").click()
    expect(side.get_by_role("status").first).to_contain_text("Recording")
    look(host.page, "recording-panel")


def test_a_session_is_recorded_and_watched_after_its_end(person: Somebody, serving: Serving) -> None:
    host, ada, bob = person(), person(), person()
    session_id = host.create("For those who are ill", "Grace")
    host.go_live()
    ada.join(f"/live/{session_id}", "Ada")
    ada.sees_pictures(1)
    bob.page.goto(f"{bob.base}/live/{session_id}")
    expect(bob.button("Join")).to_be_visible()
    expect(bob.page.get_by_text(TOLD)).to_have_count(0)
    expect(ada.button("Manage")).to_have_count(0)

    side = knows_before_what_it_takes(host)
    side.get_by_label("Each voice and picture in a file of its own as well").check()
    side.get_by_role("button", name="Record", exact=True).click()
    for one in (host, ada):
        expect(one.page.locator(".room-recorded")).to_have_text("Recording")
    is_told_before_joining(bob, session_id)
    expect(side.get_by_role("status").first).to_contain_text(
        re.compile(r"Recording \d\d:\d\d"), timeout=20_000
    )
    expect(side).to_contain_text(EVERYBODY_IS_TOLD)
    expect(side).to_contain_text("Space for")
    bob.label("Your name").fill("Bob")
    bob.button("Join").click()
    bob.sees_pictures(1)
    expect(bob.page.locator(".room-recorded")).to_have_text("Recording")
    marks_between_two_messages(host, ada, side)
    is_marked_on_a_phone(ada)
    pauses_and_goes_on(host, side)
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
    is_watched(host)
    jumps_by_pictures(host)
    jumps_by_chapters_and_chat(host)
    is_named_given_and_captioned(host, ada)
    is_on_the_dashboard(host, session_id)
    is_in_the_log(host)
    is_downloaded(host)
    is_missing(host, serving.folder / "data" / "recordings" / session_id)
    is_deleted(host)
