"""Links to a recording in real browsers: made by the host, watched by a stranger, revoked."""

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
from tests.browser.test_recording import DRAWN, PLAYED, recordings

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(240)]
Somebody = Callable[..., Person]
SOME_SECONDS = re.compile(r"Recording 00:(0[2-9]|[1-5]\d)")


def records(host: Person) -> None:
    """Some seconds with a mark in them."""
    side = manage(host).get_by_role("region", name="Recording")
    side.get_by_role("button", name="Record", exact=True).click()
    expect(side.get_by_role("status").first).to_contain_text(SOME_SECONDS, timeout=40_000)
    side.get_by_label("Mark this moment").fill("Questions")
    side.get_by_role("button", name="Mark", exact=True).click()
    expect(side.get_by_text(re.compile(r"Marked at \d\d:\d\d\."))).to_be_visible()
    side.get_by_role("button", name="Stop recording").click()
    expect(side.get_by_text("You find it on the session's page after the end.")).to_be_visible(timeout=40_000)


def link_by_rest(host: Person, session_id: str) -> str:
    """While the session is on air its page has no list of recordings."""
    found = host.context.request.get(f"{host.base}/api/live/{session_id}/recordings").json()
    own = f"{host.base}/api/recordings/{found['recordings'][0]['recording_id']}"
    return str(host.context.request.post(f"{own}/links", data={"days": 0}).json()["url"])


def sees_the_film(eve: Person, session_id: str) -> Any:
    """It plays, and nothing of the session but its title is there."""
    expect(eve.page.get_by_role("heading", name="For those who are ill")).to_be_visible(timeout=20_000)
    expect(eve.page).to_have_url(f"{eve.base}/live/{session_id}")
    film = eve.page.get_by_role("region", name="Recording", exact=True)
    seconds, _, width, _ = film.locator("video").evaluate(PLAYED)
    assert (width, seconds > 1) == (1280, True)
    assert "Grace" not in eve.page.locator("#content").inner_text()
    chapters = film.get_by_role("navigation", name="Chapters").get_by_role("button")
    expect(chapters).to_have_count(1)
    expect(chapters).to_contain_text("Questions")
    pictures = film.get_by_role("list", name="Pictures").locator("img")
    eve.until(lambda: pictures.evaluate_all(DRAWN), "the link shows the pictures too")
    expect(eve.page.get_by_role("region", name="Voices and pictures")).to_have_count(0)
    film.get_by_label("Speed").select_option("2")
    assert film.locator("video").evaluate("(player) => player.playbackRate") == 2
    assert "donfra_watch" not in eve.page.evaluate("document.cookie")
    return film


def watches_while_it_is_on_air(host: Person, eve: Person, session_id: str) -> None:
    eve.page.goto(link_by_rest(host, session_id))
    sees_the_film(eve, session_id)
    expect(eve.button("Join")).to_have_count(0)
    assert eve.page.evaluate("window.connections.length") == 0, "who watches a film is not in the room"
    eve.button("Open the session's page").click()
    expect(eve.button("Join")).to_be_visible()
    eve.page.reload()
    expect(eve.button("Join")).to_be_visible()


def makes_a_link(host: Person, session_id: str) -> str:
    host.page.goto(f"{host.base}/live/{session_id}")
    part = recordings(host)
    part.get_by_text("Title, who may watch, captions").click()
    part.get_by_label("A link for anyone, valid for").select_option(label="1 day")
    part.get_by_role("button", name="Make link").click()
    link: str = part.get_by_label("The new link").input_value()
    expect(part.get_by_text("it cannot be shown again")).to_be_visible()
    part.get_by_role("button", name="Copy link").click()
    expect(part.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    assert host.page.evaluate("navigator.clipboard.readText()") == link
    expect(part.get_by_role("list", name="Links").get_by_role("listitem")).to_have_count(2)
    look(host.page, "recording-links")
    return link


def its_file_goes_and_comes_back(eve: Person, folder: Path) -> None:
    (file,) = folder.rglob("recording.mp4")
    away = file.rename(file.with_suffix(".away"))
    eve.page.reload()
    said = eve.page.get_by_role("alert").filter(visible=True)
    expect(said).to_contain_text("The file of this recording is missing.")
    expect(eve.page.locator("video")).to_have_count(0)
    look(eve.page, "film-missing")
    away.rename(file)
    expect(eve.page.locator("video")).to_be_visible(timeout=25_000)


def revokes_it(host: Person) -> None:
    host.page.reload()
    part = recordings(host)
    part.get_by_text("Title, who may watch, captions").click()
    newest = part.get_by_role("list", name="Links").get_by_role("listitem").first
    expect(newest).to_contain_text("By Grace on")
    expect(newest).to_contain_text("Opened once.")
    expect(part.get_by_label("The new link")).to_have_count(0)
    newest.get_by_role("button", name=re.compile("Revoke")).click()
    expect(newest.get_by_role("button", name="Keep it")).to_be_focused()
    look(host.page, "recording-link-revoke")
    newest.get_by_role("button", name="Revoke link").click()
    expect(newest).to_contain_text("revoked")


def test_anybody_with_a_link_watches_until_it_is_revoked(person: Somebody, serving: Serving) -> None:
    host, eve = person(), person()
    host.context.grant_permissions(["clipboard-read", "clipboard-write"])
    session_id = host.create("For those who are ill", "Grace")
    host.go_live()
    records(host)
    watches_while_it_is_on_air(host, eve, session_id)
    host.button("End for everyone").click()
    host.button("End session").click()
    host.is_told("The session has ended")

    link = makes_a_link(host, session_id)
    eve.page.goto("about:blank")
    eve.page.goto(link)
    sees_the_film(eve, session_id)
    look(eve.page, "film-of-a-link")
    its_file_goes_and_comes_back(eve, serving.folder / "data" / "recordings" / session_id)
    eve.page.reload()
    film = sees_the_film(eve, session_id)
    revokes_it(host)
    film.locator("video").evaluate("(player) => { player.currentTime = 0; }")
    expect(eve.page.get_by_role("alert").filter(visible=True)).to_contain_text(
        "This link was revoked.", timeout=25_000
    )
    expect(eve.page.locator("video")).to_have_count(0)
    look(eve.page, "link-revoked")
    eve.page.goto("about:blank")
    eve.page.goto(link)
    expect(eve.page.get_by_role("alert").filter(visible=True)).to_contain_text("This link was revoked.")

    host.page.goto(link)
    expect(recordings(host)).to_be_visible()
    expect(host.page).to_have_url(f"{host.base}/live/{session_id}")
    expect(host.page.get_by_text("Somebody with a link").first).to_be_visible()
