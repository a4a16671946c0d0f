"""Before the room: early typing and pressing, keyboard, wrong links, the lists, devices that are refused."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, WebSocketRoute, expect

from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
# When the page could be used, and when each file of the room was asked for.
NOTE_ALIVE = """
let early, alive = false;
const noted = {
  get: () => alive, set: (value) => { if (value) window.aliveAt ??= performance.now(); alive = value; },
};
Object.defineProperty(window, "donfraEarly", {
  get: () => early, set: (value) => { early = value; Object.defineProperty(early, "alive", noted); },
});
"""
ROOM_ASKED = """performance.getEntriesByType("resource")
  .filter((file) => /inside-.+[.]js/.test(file.name)).map((file) => file.startTime)"""
# Files that only hosts need.
OF_HOSTS = re.compile(r"(publish|media|manage|moderate|recording|deputy)-")
# The pauses between the tries of Join; half a minute together.
QUICK_PAUSES = """
const real = window.setTimeout, pauses = [500, 1000, 2000, 4000, 8000, 16000];
window.setTimeout = (what, after, ...rest) => real(what, pauses.includes(after) ? 20 : after, ...rest);
"""


class HeldBack:
    """A page whose own script does not come before it is released."""

    def __init__(self, one: Person) -> None:
        self.one = one
        self.held: list[Route] = []
        self.released = False
        one.page.route("**/assets/entry.client-*.js", self._hold)

    def _hold(self, route: Route) -> None:
        if self.released:
            route.continue_()
        else:
            self.held.append(route)

    def release(self) -> None:
        assert not self.one.page.evaluate("window.donfraEarly.alive"), "the page was alive before the press"
        self.one.until(lambda: bool(self.held), "start of the page")
        self.released = True
        for route in self.held:
            route.continue_()


def test_typed_and_pressed_before_the_page_is_alive(person: Somebody, serving: Serving) -> None:
    viewer = person()
    page = HeldBack(viewer)
    session_id = serving.create()["session_id"]
    viewer.page.goto(f"{serving.url}/live?session_id={session_id}&role=viewer", wait_until="commit")
    viewer.label("Your name").fill("Early Bird")
    viewer.button("Join").click()
    viewer.sees_room()
    page.release()
    viewer.page.wait_for_url(f"**/live/{session_id}")
    viewer.button("People").click()
    expect(viewer.page.get_by_text("Early Bird (you)")).to_be_visible()


def test_a_session_is_created_by_a_press_before_the_page_is_alive(person: Somebody) -> None:
    host = person()
    page = HeldBack(host)
    host.page.goto(f"{host.base}/live", wait_until="commit")
    host.label("Title").fill("Early class")
    host.label("Your name").fill("Early Bird")
    host.button("Create session").click()
    page.release()
    host.page.wait_for_url(re.compile(r"/live/[0-9a-f-]{36}$"))
    expect(host.page.get_by_role("heading", name="Early class")).to_be_visible()
    host.go_live()
    expect(host.page.get_by_role("figure")).to_contain_text("Early Bird (you)")


def test_a_links_form_needs_neither_page_nor_websocket(person: Somebody, serving: Serving) -> None:
    viewer = person()
    viewer.page.route("**/assets/entry.client-*.js", lambda route: route.abort())
    viewer.join(f"/live/{serving.create()['session_id']}", "Ada")
    viewer.sees_room()
    viewer.complaints.clear()  # the page that was not let through


def test_a_first_picture_needs_270_kb_of_scripts_at_most(person: Somebody, serving: Serving) -> None:
    host, viewer = person(), person()
    session_id = host.create("Small", "Grace")
    host.go_live()
    asked: dict[str, float] = {}  # request -> seconds since 1970
    urls: list[str] = []
    page_began: list[float] = []
    scripts: dict[str, int] = {}  # request -> bytes on the wire, headers included
    names: dict[str, str] = {}
    session = viewer.context.new_cdp_session(viewer.page)

    def answered(event: dict[str, Any]) -> None:
        if "javascript" in event["response"]["mimeType"]:
            scripts[event["requestId"]] = 0
            names[event["requestId"]] = event["response"]["url"].rpartition("/")[2]

    def ended(event: dict[str, Any]) -> None:
        if event["requestId"] in scripts:
            scripts[event["requestId"]] = int(event["encodedDataLength"])

    def began(event: dict[str, Any]) -> None:
        urls.append(event["request"]["url"])
        asked[event["requestId"]] = event["wallTime"]
        if "/assets/entry.client-" in event["request"]["url"]:
            page_began.append(event["wallTime"])

    session.on("Network.requestWillBeSent", began)
    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", ended)
    viewer.page.add_init_script(
        "document.addEventListener('playing', () => { window.firstPicture ??= Date.now() / 1000; }, true);"
    )
    session.send("Network.enable")
    viewer.page.route("**/assets/entry.client-*.js", lambda route: route.abort())
    viewer.join(f"/live/{session_id}", "Ada")
    viewer.sees_pictures(1)
    # the page's own scripts come behind the picture, or all at once before it when it takes seconds
    until = min([viewer.page.evaluate("window.firstPicture"), *(at - 0.1 for at in page_began)])
    needed = {names[request]: size for request, size in scripts.items() if asked[request] <= until}
    print(f"{len(needed)} scripts, {sum(needed.values()) / 1000:.1f} kB")  # noqa: T201
    assert not [url for url in urls if "early.js" in url]  # it comes with the page
    assert 3 < len(needed) <= 6  # what a browser asks one server for at a time
    assert sum(needed.values()) <= 270_000
    assert [name for name in needed if OF_HOSTS.match(name)] == []
    viewer.complaints.clear()  # the page that was not let through


def test_a_refusal_before_the_page_is_alive_is_shown(person: Somebody, serving: Serving) -> None:
    viewer = person()
    viewer.join(f"/live/{serving.create(password='sesame open')['session_id']}", "Ada")
    expect(viewer.label("Password")).to_be_visible()
    assert viewer.label("Your name").input_value() == "Ada"
    viewer.label("Password").fill("sesame open")
    viewer.button("Join").click()
    viewer.sees_room()
    viewer.complaints.clear()  # Chrome's word for the 401


@pytest.mark.parametrize("address", ["/live?session_id={}&role=host", "/live/{}?role=host&is_host=true"])
def test_a_role_in_the_address_grants_nothing(person: Somebody, serving: Serving, address: str) -> None:
    one = person()
    one.join(address.format(serving.create()["session_id"]), "Mallory")
    one.sees_room()
    for name in ("End for everyone", "Microphone", "Camera", "Share screen", "Manage"):
        expect(one.button(name)).to_have_count(0)
    assert one.was_asked_for() == []


def test_the_app_is_away_when_join_is_pressed(person: Somebody, serving: Serving) -> None:
    one = person()
    one.page.add_init_script(QUICK_PAUSES)
    one.page.route("**/api/live/enter", lambda route: route.abort("connectionrefused"))
    one.join(f"/live/{serving.create()['session_id']}", "Ada")
    one.is_told("The app does not answer. Check your connection and try again.")
    assert one.label("Your name").input_value() == "Ada"
    one.page.unroute("**/api/live/enter")
    one.button("Join").click()
    one.sees_room()


def test_what_is_shown_while_the_server_is_not_heard_of(person: Somebody, serving: Serving) -> None:
    """The websocket is held back: the page says that it loads, its form is there all the same."""
    one, held, released = person(), [], []

    def hold(socket: WebSocketRoute) -> None:
        if released:
            socket.connect_to_server()
        else:
            held.append(socket)

    one.page.route_web_socket(re.compile("/_event"), hold)
    one.page.goto(f"{serving.url}/live")
    one.until(lambda: bool(held), "try of the page's websocket")
    for name in ("My sessions", "Public sessions"):
        expect(one.page.get_by_role("region", name=name).get_by_text("Loading…")).to_be_visible()
    one.page.goto(f"{serving.url}/live/{serving.create(title='Patience')['session_id']}")
    expect(one.page.get_by_role("status", name="Loading the session")).to_be_visible()
    expect(one.button("Join")).to_be_visible()
    released.append(True)
    one.page.reload()
    expect(one.page.get_by_role("heading", name="Patience")).to_be_visible()
    expect(one.page.get_by_text("Hosted by Rest Host")).to_be_visible()
    one.is_told("On air")


def test_live_loads_nothing_of_the_room_before_it_is_usable(person: Somebody, serving: Serving) -> None:
    one = person()
    one.page.add_init_script(NOTE_ALIVE)
    one.page.goto(f"{serving.url}/live")
    one.until(lambda: bool(one.page.evaluate(ROOM_ASKED)), "the room's files")
    assert one.page.evaluate(ROOM_ASKED)[0] > one.page.evaluate("aliveAt") > 0


def test_pages_fit_a_narrow_phone(person: Somebody, serving: Serving) -> None:
    one = person(viewport={"width": 360, "height": 740})
    session = serving.create(title="A title that is much longer than any telephone is wide " * 3, listed=True)
    one.page.goto(f"{serving.url}/live")
    one.page.get_by_role("navigation", name="Main").get_by_role("link", name="Help").click()
    expect(one.page.get_by_role("heading", name="To watch")).to_be_visible()
    assert one.page.evaluate("document.documentElement.scrollWidth") == 360
    for address in ("/live", "/live?role=viewer", f"/live/{session['session_id']}"):
        one.page.goto(serving.url + address)
        expect(one.page.get_by_text("A title that is much longer").first).to_be_visible()
        assert one.page.evaluate("document.documentElement.scrollWidth") == 360, address
    serving.end(session)
    expect(one.page.get_by_text("This session has ended.")).to_be_visible()
    assert one.page.evaluate("document.documentElement.scrollWidth") == 360


def test_join_by_keyboard(person: Somebody, serving: Serving) -> None:
    viewer = person()
    viewer.page.goto(f"{serving.url}/live/{serving.create()['session_id']}")
    field = viewer.label("Your name")
    expect(field).to_be_visible()
    for _ in range(10):
        viewer.page.keyboard.press("Tab")
        if field.evaluate("e => e === document.activeElement"):
            break
    viewer.page.keyboard.press("Enter")
    expect(field).to_be_focused()
    viewer.page.keyboard.type("Keys only")
    viewer.page.keyboard.press("Tab")
    viewer.page.keyboard.press("Enter")
    viewer.sees_room()
    assert viewer.was_asked_for() == []


def test_tabs_by_keyboard(person: Somebody, serving: Serving) -> None:
    one = person()
    one.page.goto(f"{serving.url}/live")
    tab = one.page.get_by_role("tab", name="Create", exact=True)
    tab.focus()
    one.page.keyboard.press("ArrowRight")
    expect(one.page.get_by_role("tab", name="Join", exact=True)).to_have_attribute("aria-selected", "true")
    expect(one.label("Session ID")).to_be_visible()


@pytest.mark.parametrize("bad", ["not-an-id", "8c2e5b0e-3a52-4a52-9d2a-0d5b44a1f6ff"])
def test_unknown_session(person: Somebody, serving: Serving, bad: str) -> None:
    one = person()
    one.page.goto(f"{serving.url}/live/{bad}")
    one.is_told("There is no session with this ID. Check the link.")
    one.join("/live?session_id=" + bad, "Ada")
    one.is_told("There is no session with this ID. Check the link.")


def test_ended_session(person: Somebody, serving: Serving) -> None:
    created = serving.create()
    serving.end(created)
    one = person()
    one.page.goto(f"{serving.url}/live/{created['session_id']}")
    expect(one.page.get_by_text("This session has ended.")).to_be_visible()
    expect(one.button("Join")).to_have_count(0)


def test_lists_change_by_themselves(person: Somebody, serving: Serving) -> None:
    one = person()
    one.page.goto(f"{serving.url}/live")
    public = one.page.get_by_role("region", name="Public sessions")
    expect(public.get_by_text("No public session right now.")).to_be_visible()
    created = serving.create(title="Open to all", listed=True)
    expect(public.get_by_role("link", name="Open to all")).to_be_visible()
    serving.end(created)
    expect(public.get_by_role("link", name="Open to all")).to_have_count(0)

    other = one.context.new_page()
    other.goto(f"{serving.url}/live")
    one.create("Mine alone", "Grace")
    mine = other.get_by_role("region", name="My sessions")
    expect(mine.get_by_role("link", name="Mine alone")).to_be_visible()


def test_host_without_devices(launch: Callable[[list[str]], Browser], serving: Serving) -> None:
    browser = launch([])
    host = Person(browser.new_context(), serving.url)
    host.create("Slides only", "Grace")
    expect(host.page.get_by_role("alert").get_by_text("camera")).to_be_visible()
    host.go_live()
    expect(host.button("Share screen")).to_be_visible()


def test_room_fits_a_phone(person: Somebody, serving: Serving) -> None:
    host = person(viewport={"width": 360, "height": 740})
    host.create("A title that is much longer than any telephone is wide " * 3, "Grace")
    host.go_live()
    for name in ("Microphone", "Camera", "Chat", "People", "Leave", "End for everyone", "Copy link"):
        expect(host.button(name)).to_be_in_viewport(ratio=1)


def test_a_hosts_link_that_is_not_valid_says_so(person: Somebody, serving: Serving) -> None:
    created, viewer = serving.create(), person()
    viewer.page.goto(f"{serving.url}/live/{created['session_id']}#host_key={'x' * 43}")
    said = viewer.page.get_by_role("alert").filter(has_text="This host link is not valid.")
    expect(said).to_be_visible(timeout=30_000)
    look(viewer.page, "host-link-refused")
    viewer.page.goto("about:blank")
    viewer.page.goto(created["host_url"])
    expect(viewer.button("Go live")).to_be_visible(timeout=30_000)
    expect(said).to_have_count(0)
