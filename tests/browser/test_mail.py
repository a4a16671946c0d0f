"""What comes by e-mail, with a real server for it: a new password, reminders of a session."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.browser.test_accounts import fill, new_email, sign_in, sign_out, sign_up, signed_in_as
from tests.browser.test_scheduling import plan
from tests.inbox import Inbox, running

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
NEW = "a new and longer one"
# A reminder goes out so long before the start, so this test waits about ten seconds for it.
REMINDS = timedelta(seconds=60)


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    with running() as inbox:
        yield inbox


@pytest.fixture(scope="module")
def mailing(tmp_path_factory: pytest.TempPathFactory, serving: Serving, inbox: Inbox) -> Iterator[Serving]:
    """An app with e-mail."""
    # after the other, so that the pages are built once
    settings = {**inbox.settings, "REMIND_BEFORE_SECONDS": str(int(REMINDS.total_seconds()))}
    with Serving.running(tmp_path_factory.mktemp("mailing"), **settings) as app:
        yield app


def comes_to(person: Person, inbox: Inbox, email: str, words: str) -> str:
    """The text of the e-mail whose subject has these words."""

    def found() -> list[str]:
        return [text for subject, text in inbox.to(email) if words in subject]

    person.until(lambda: bool(found()), f"an e-mail about {words}", seconds=40)
    [text] = found()
    return text


def test_a_forgotten_password_is_set_anew_by_e_mail(person: Somebody, mailing: Serving, inbox: Inbox) -> None:
    ada, email = person(), new_email()
    ada.base = mailing.url
    sign_up(ada, "Ada", email)
    sign_out(ada, "Ada")
    ada.page.goto(f"{ada.base}/sign-in")
    ada.page.get_by_role("link", name=re.compile("forgot", re.IGNORECASE)).click()
    fill(ada, **{"E-mail": email})
    ada.button("Send me a link").click()
    ada.is_told("If there is an account with this address, a link is on its way to it.")
    text = comes_to(ada, inbox, email, "password")
    [link] = re.findall(r"http://\S+/reset#key=\S+", text)
    assert link.startswith(mailing.url), "the link leads to where people find us"
    ada.page.goto(link)
    fill(ada, **{"New password": NEW})
    ada.button("Set password").click()
    ada.is_told("Your password is changed.")
    sign_out(ada, "Ada")
    sign_in(ada, email, NEW)
    signed_in_as(ada, "Ada")


def test_who_asks_is_reminded_and_who_takes_it_back_is_not(
    person: Somebody, mailing: Serving, inbox: Inbox
) -> None:
    people = {name: (person(), new_email()) for name in ("Ada", "Bob")}
    created = plan(mailing, REMINDS + timedelta(seconds=20), title="Geometry")
    for name, (one, email) in people.items():
        one.base = mailing.url
        sign_up(one, name, email)
        one.page.goto(f"{mailing.url}/live/{created['session_id']}")
        one.button("Remind me").click()
        expect(one.button("You are reminded")).to_have_attribute("aria-pressed", "true")
    ada, bob = people["Ada"], people["Bob"]
    bob[0].button("You are reminded").click()
    expect(bob[0].button("Remind me")).to_have_attribute("aria-pressed", "false")
    ada[0].page.reload()
    expect(ada[0].button("You are reminded")).to_be_visible()
    text = comes_to(ada[0], inbox, ada[1], "Soon: Geometry")
    assert f"{mailing.url}/live/{created['session_id']}" in text
    assert inbox.to(bob[1]) == []


def test_who_has_no_account_is_offered_the_calendar_only(person: Somebody, mailing: Serving) -> None:
    guest = person()
    created = plan(mailing, timedelta(days=2))
    guest.page.goto(f"{mailing.url}/live/{created['session_id']}")
    expect(guest.page.get_by_role("link", name="Add to calendar")).to_be_visible()
    expect(guest.button("Remind me")).to_have_count(0)
