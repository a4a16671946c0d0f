"""Forms for signing in, for a new password and for the first admin, when there is nothing for them to do."""

import pytest
from playwright.sync_api import expect

from tests.browser.looks import look
from tests.browser.test_accounts import (
    NEW,
    PASSWORD,
    Somebody,
    fill,
    new_email,
    sign_in,
    sign_up,
    signed_in_as,
)

pytestmark = [pytest.mark.browser, pytest.mark.livekit]


def test_who_is_signed_in_already_is_told_so_and_led_on(person: Somebody) -> None:
    ada, email = person(), new_email()
    sign_up(ada, "Ada L", email)
    for path in ("/sign-in?next=/account", "/sign-up?next=/account"):
        ada.page.goto(ada.base + path)
        expect(ada.page.get_by_role("heading", name="You are signed in")).to_be_visible()
        expect(ada.page.get_by_text(f"As Ada L, {email}.")).to_be_visible()
        expect(ada.label("E-mail")).to_have_count(0)
    look(ada.page, "signed-in-already")
    ada.page.get_by_role("link", name="Go on").click()
    ada.page.wait_for_url("**/account")
    ada.page.goto(f"{ada.base}/sign-in")
    expect(ada.page.get_by_role("link", name="Go on")).to_have_attribute("href", "/live")
    ada.button("Sign out").click()
    expect(ada.page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    sign_in(ada, email)
    signed_in_as(ada, "Ada L")


def test_a_link_that_is_not_valid_any_more_leads_to_a_new_one(person: Somebody) -> None:
    ada = person()
    ada.page.goto(f"{ada.base}/reset#key=used")
    fill(ada, New_password=NEW)
    ada.button("Set password").click()
    ada.is_told("This link is not valid any more. Ask for a new one.")
    ada.page.get_by_role("link", name="Ask for a new one").click()
    ada.page.wait_for_url("**/reset")
    expect(ada.label("New password")).to_be_hidden()
    expect(ada.page.locator(".without-key")).to_be_visible()


def test_setup_without_its_key_says_where_the_link_is(person: Somebody) -> None:
    one = person()
    one.page.goto(f"{one.base}/setup")
    one.is_told("Where there is an admin already, ask him to make you one.")
    expect(one.page.get_by_text("each start of the app prints one")).to_be_visible()
    expect(one.button("Become the admin")).to_have_count(0)
    expect(one.label("Password")).to_have_count(0)
    one.page.goto(f"{one.base}/setup#key=x")  # in the same tab nothing is loaded anew
    expect(one.page.get_by_text("each start of the app prints one")).to_be_hidden()
    fill(one, **{"Name": "Mallory", "E-mail": new_email(), "Password": PASSWORD})
    one.button("Become the admin").click()
    expect(one.page.get_by_role("alert")).to_contain_text("This link is not valid any more.")
    expect(one.button("Become the admin")).to_be_visible()
