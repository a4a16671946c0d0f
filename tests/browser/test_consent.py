"""Consent to be recorded in real browsers: everybody is asked and may change his mind; hosts see answers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.looks import ROOM, look
from tests.browser.panels import manage
from tests.browser.person import Person
from tests.browser.test_recording import recordings

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(240)]
Somebody = Callable[..., Person]
QUESTION = "This session is recorded. May you be seen and heard in the recording?"


def question(one: Person) -> Any:
    return one.page.get_by_role("dialog", name=QUESTION)


def answers(one: Person, word: str, then: str) -> None:
    question(one).get_by_role("button", name=word, exact=True).click()
    expect(one.page.get_by_text(then, exact=True)).to_be_visible()
    expect(question(one)).to_have_count(0)


def creates_with_consent(host: Person) -> str:
    host.page.goto(f"{host.base}/live")
    host.label("Title").fill("Class 4b")
    host.label("Your name").fill("Grace")
    host.label("Ask everybody for consent to be recorded").check()
    look(host.page, "create-with-consent")
    host.button("Create session").click()
    host.page.wait_for_url(re.compile(r"/live/[0-9a-f-]{36}$"))
    return host.page.url.rsplit("/", 1)[1]


def sees_who_said_what(host: Person, session_id: str) -> None:
    """After the end, on the session's page."""
    host.page.goto(f"{host.base}/live/{session_id}")
    part = recordings(host)
    part.get_by_text("Who may be seen and heard").click()
    said = part.get_by_role("list", name="Answers").get_by_role("listitem")
    expect(said).to_have_count(3)
    for row, text in zip(said.all(), ("Ada: yes", "Bob: no", "Grace: yes"), strict=True):
        expect(row).to_contain_text(text)
    look(host.page, "who-consented")


def test_everybody_is_asked_whether_he_may_be_recorded(person: Somebody) -> None:
    host, ada, bob = person(), person(), person()
    session_id = creates_with_consent(host)
    host.go_live()
    ada.join(f"/live/{session_id}", "Ada")
    ada.sees_pictures(1)
    side = manage(host).get_by_role("region", name="Recording")
    expect(manage(host).get_by_label("Ask everybody for consent to be recorded")).to_be_checked()
    side.get_by_role("button", name="Record", exact=True).click()
    expect(question(ada)).to_be_visible(timeout=30_000)
    expect(host.page.get_by_text("You are in the recording.", exact=True)).to_be_visible()
    expect(side.get_by_text("1 yes, 0 no, 1 without an answer")).to_be_visible()
    look(ada.page, "asked-for-consent", ways=ROOM)
    ada.opens_chat()  # nothing is held up by the question
    ada.writes("I read it first")
    answers(ada, "No", "You are left out of the recording.")
    expect(side.get_by_text("1 yes, 1 no, 0 without an answer")).to_be_visible()
    look(host.page, "consent-panel", ways=ROOM)
    ada.page.reload()
    expect(ada.page.get_by_text("You are left out of the recording.", exact=True)).to_be_visible(
        timeout=30_000
    )
    ada.button("Change").click()
    expect(question(ada).get_by_role("button", name="No", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    answers(ada, "Yes", "You are in the recording.")
    look(ada.page, "consent-given", ways=ROOM)

    bob.page.goto(f"{bob.base}/live/{session_id}")
    expect(bob.page.get_by_role("note")).to_contain_text(
        "You are asked whether you may be seen and heard in it."
    )
    bob.label("Your name").fill("Bob")
    bob.button("Join").click()
    expect(question(bob)).to_be_visible(timeout=30_000)
    answers(bob, "No", "You are left out of the recording.")
    side.get_by_role("button", name="Stop recording").click()
    for one in (host, ada, bob):
        expect(one.page.get_by_text(re.compile("You are (in|left out of) the recording"))).to_have_count(0)
    expect(side.get_by_text("You find it on the session's page after the end.")).to_be_visible(timeout=40_000)
    host.button("End for everyone").click()
    host.button("End session").click()
    host.is_told("The session has ended")

    sees_who_said_what(host, session_id)
