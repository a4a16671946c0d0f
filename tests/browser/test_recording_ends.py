"""Recordings that end by themselves in real browsers: with the session, and when the host's space is used up.

What hosts are told of it, why none begins after that, and what they watch and delete while they are on air.
"""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.looks import ROOM, look
from tests.browser.panels import manage
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.browser.test_recording import EVERYBODY_IS_TOLD, PLAYED, TOLD, recordings

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(300)]
Somebody = Callable[..., Person]
USED_UP = "It was stopped: the recordings of this host take up all the space that they may."
LENGTH = """async (player) => {
  const known = (go) => player.addEventListener("loadedmetadata", go, { once: true });
  if (!player.duration) await new Promise(known);
  return player.duration;
}"""


@pytest.fixture
def tight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """An app in which each host's recordings may take up some seconds of film."""
    folder = tmp_path_factory.mktemp("tight")
    with Serving.running(folder, RECORDING_QUOTA_BYTES="1000000") as app:
        yield app


def part_of(host: Person) -> Any:
    return manage(host).get_by_role("region", name="Recording")


def records(host: Person) -> None:
    side = part_of(host)
    side.get_by_role("button", name="Record", exact=True).click()
    expect(side.get_by_role("status").first).to_contain_text(
        re.compile(r"Recording \d\d:\d\d"), timeout=40_000
    )


def test_whoever_comes_is_told_and_the_end_of_the_session_brings_the_file_to_its_page(
    person: Somebody, serving: Serving
) -> None:
    host, elsewhere, eve = person(), person(), person()
    created = serving.create(title="Poems", owner_name="Grace", lobby=True)
    address = f"{serving.url}/live/{created['session_id']}"
    host.page.goto(created["host_url"])
    expect(host.button("Go live")).to_be_visible()
    expect(host.page.get_by_text(TOLD)).to_have_count(0)
    host.go_live()
    expect(part_of(host)).to_contain_text(EVERYBODY_IS_TOLD)
    part_of(host).get_by_label("What is recorded").select_option(label="The sound only")
    expect(part_of(host).get_by_label("Each voice in a file of its own as well")).to_be_visible()
    expect(part_of(host)).to_contain_text("Space for more than 100 hours (")
    look(host.page, "recording-what", ways=ROOM)
    records(host)
    expect(part_of(host)).to_contain_text(f"{EVERYBODY_IS_TOLD} Space for more than 100 hours (")

    eve.join(f"/live/{created['session_id']}", "Eve")
    waiting = eve.page.get_by_role("region", name="Waiting")
    expect(waiting.get_by_role("note")).to_contain_text(TOLD)
    look(eve.page, "recorded-while-waiting")
    elsewhere.page.goto(created["host_url"])
    expect(elsewhere.button("Go live")).to_be_visible()
    expect(elsewhere.page.get_by_role("note")).to_contain_text(TOLD)
    look(elsewhere.page, "recorded-at-the-desk")

    host.button("End for everyone").click()
    host.button("End session").click()
    ended = time.monotonic()
    host.is_told("The session has ended")
    host.page.get_by_role("link", name="Recording, chat and times").click()
    host.page.wait_for_url(address)
    sound = recordings(host).locator("audio")
    expect(sound).to_be_visible(timeout=40_000)  # without a reload
    print(f"{time.monotonic() - ended:.1f} s from the end to the file on the page")  # noqa: T201
    assert sound.evaluate(LENGTH) > 1
    with host.page.expect_download() as file:
        recordings(host).get_by_role("link", name="Download recording").click()
    assert file.value.suggested_filename == "Poems.m4a"
    look(host.page, "recording-of-sound")


def watches_on_air(host: Person) -> None:
    """Over the room, with the chat beside it; Escape leads back to where it was opened."""
    opener = part_of(host).get_by_role("button", name="Watch recording")
    opener.click()
    films = host.page.get_by_role("dialog", name="Recordings of this session")
    assert films.locator("video").evaluate(PLAYED)[2:] == [1280, 720]
    expect(films.get_by_role("list", name="Chat at this moment")).to_contain_text("Said while it ran")
    expect(films).to_contain_text(USED_UP)
    look(host.page, "recordings-on-air")
    host.page.keyboard.press("Escape")
    expect(films).to_have_count(0)
    expect(opener).to_be_focused()


def deletes_on_air(host: Person) -> None:
    part_of(host).get_by_role("button", name="Watch recording").click()
    films = host.page.get_by_role("dialog", name="Recordings of this session")
    films.get_by_role("button", name="Delete recording").click()
    films.get_by_role("button", name="Delete for good").click()
    expect(films).to_contain_text("There is no recording of this session any more.")
    films.get_by_role("button", name="Back to the room").click()
    expect(films).to_have_count(0)
    expect(part_of(host).get_by_role("button", name="Watch recording")).to_have_count(0)


def test_hosts_are_told_that_it_stopped_and_why_no_other_begins(person: Somebody, tight: Serving) -> None:
    host, ada = person(), person()
    host.base = ada.base = tight.url
    session_id = host.create("Algebra", "Grace")
    host.go_live()
    ada.join(f"/live/{session_id}", "Ada")
    expect(part_of(host)).to_contain_text("Space for under two minutes (1.0 MB).")
    records(host)
    host.writes("Said while it ran")  # in the chat's panel: that of recordings is shut
    told = host.page.get_by_role("alert").filter(has_text=f"The recording has ended. {USED_UP}")
    expect(told).to_be_visible(timeout=120_000)
    expect(host.page.locator(".room-recorded")).to_have_count(0)
    expect(ada.page.get_by_text(USED_UP)).to_have_count(0)
    look(host.page, "recording-ended-by-itself", ways=ROOM)
    told.get_by_role("button", name="Close").click()
    expect(told).to_have_count(0)

    side = part_of(host)
    expect(side.get_by_role("button", name="Watch recording")).to_be_visible(timeout=40_000)
    side.get_by_role("button", name="Record", exact=True).click()
    refused = side.get_by_role("alert").filter(has_text="Delete some under")
    expect(refused).to_contain_text(re.compile(r"The recordings of this host take up 0\.00\d of 0\.001 GB\."))
    look(host.page, "recording-refused", ways=ROOM)
    watches_on_air(host)
    deletes_on_air(host)
    records(host)
    side.get_by_role("button", name="Stop recording").click()
    expect(side.get_by_role("button", name="Watch recording")).to_be_visible(timeout=40_000)
