"""A page whose websocket does not come says so, goes on trying, and is whole as soon as it comes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
Somebody = Callable[..., Person]
TOLD = "This place cannot be reached right now."
# What each page shows once it has its server; the addresses with an id are of a session that there is.
PAGES = {
    "/live": "No public session right now.",
    "/live/{id}": "Hosted by Rest Host",
    "/dashboard": "No sessions in the last 30 days.",
    "/dashboard/{id}": "These figures are for hosts and co-hosts",
    "/account": "This page is for people with an account.",
    "/admin": "This page is for people with an account.",
    "/help": "To watch",
    "/sign-in": "Forgot your password?",
}


def said(page: Page) -> Locator:
    return page.get_by_role("alert").filter(has_text=TOLD)


@pytest.mark.parametrize("closed", [True, False], ids=["refused", "without an answer"])
def test_every_page_says_that_it_is_not_heard(person: Somebody, serving: Serving, closed: bool) -> None:
    one, released = person(), []

    def hold(socket: WebSocketRoute) -> None:
        if released:
            socket.connect_to_server()
        elif closed:
            socket.close()

    one.context.route_web_socket(re.compile("/_event"), hold)
    session_id = serving.create()["session_id"]
    pages = {}
    for path in PAGES:
        pages[path] = one.context.new_page()
        pages[path].goto(serving.url + path.format(id=session_id))
        expect(said(pages[path])).to_be_hidden()
    for path, page in pages.items():
        expect(said(page), path).to_be_visible(timeout=15_000)
    expect(pages["/account"].get_by_text("Loading…")).to_have_count(2)
    expect(pages["/account"].get_by_role("button", name="Save name")).to_have_count(0)
    expect(pages["/admin"].get_by_text("Anyone can make an account here.")).to_have_count(0)
    if closed:
        for path in ("/live", "/live/{id}", "/dashboard", "/account", "/admin"):
            look(pages[path], f"away{path.replace('/', '-').replace('{id}', 'id')}")
    released.append(True)
    for path, page in pages.items():
        expect(said(page), path).to_be_hidden(timeout=45_000)
        expect(page.get_by_text(PAGES[path]).first, path).to_be_visible()


def test_a_page_that_loses_its_app_says_so(person: Somebody, serving: Serving) -> None:
    one = person()
    one.page.goto(f"{serving.url}/live")
    one.is_told("Sessions that you create, host or join stand here.")
    serving.kill()
    try:
        expect(said(one.page)).to_be_visible(timeout=30_000)
    finally:
        serving.start()
    expect(said(one.page)).to_be_hidden(timeout=30_000)
