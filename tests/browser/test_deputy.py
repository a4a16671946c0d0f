"""The last host leaves and names who carries on; both keep what they are."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]


def class_of_three(person: Somebody) -> tuple[Person, Person, Person]:
    """Grace hosts, Ada and Bob watch, and everybody is seen."""
    host, ada, bob = person(), person(), person()
    session_id = host.create("Deputies", "Grace")
    host.go_live()
    for one, name in ((ada, "Ada"), (bob, "Bob")):
        one.join(f"/live/{session_id}", name)
        one.sees_room()
    expect(host.page.locator(".room-count")).to_have_text("3 people here")
    return host, ada, bob


def test_a_deputy_carries_on_and_the_host_comes_back(person: Somebody) -> None:
    host, ada, bob = class_of_three(person)
    expect(ada.button("End for everyone")).to_have_count(0)

    host.button("Leave").click()
    dialog = host.page.get_by_role("dialog", name="Who carries on as host?")
    expect(dialog).to_be_visible()
    found = Axe().run(host.page, context=".room-dialog")
    assert found.violations_count == 0, found.generate_report()
    dialog.get_by_role("button", name="Stay").click()
    expect(dialog).to_have_count(0)
    expect(host.button("End for everyone")).to_be_visible()

    host.button("Leave").click()
    dialog.get_by_label("Deputy").select_option(label="Bob")
    dialog.get_by_role("button", name="Name and leave").click()
    expect(host.page.get_by_role("heading", name="You have left")).to_be_visible()
    expect(bob.button("End for everyone")).to_be_visible()
    expect(ada.button("End for everyone")).to_have_count(0)

    host.button("Join again").click()
    host.go_live()
    host.sees_room()
    expect(host.button("End for everyone")).to_be_visible()
    bob.page.reload()
    bob.sees_room()
    expect(bob.button("End for everyone")).to_be_visible()
    expect(bob.page.locator(".room-count")).to_have_text("3 people here")
    bob.button("Leave").click()
    expect(bob.page.get_by_role("heading", name="You have left")).to_be_visible()


def test_a_name_that_could_not_be_given_keeps_the_host_in(person: Somebody) -> None:
    host, _, _ = class_of_three(person)
    host.button("Leave").click()
    dialog = host.page.get_by_role("dialog", name="Who carries on as host?")
    dialog.get_by_label("Deputy").select_option(label="Ada")
    host.page.route("**/api/live/*/host", lambda route: route.abort())
    dialog.get_by_role("button", name="Name and leave").click()
    expect(dialog.get_by_role("alert")).to_have_text("The server does not answer. Try again in a moment.")
    host.page.unroute("**/api/live/*/host")
    dialog.get_by_role("button", name="Just leave").click()
    expect(host.page.get_by_role("heading", name="You have left")).to_be_visible()
    host.complaints.clear()  # of the request that was not let through
