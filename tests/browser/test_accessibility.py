"""axe-core on every page and every state of the room, light and dark: it finds nothing."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.bun import BUN

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
FOLDER = Path(__file__).parent / "axe"
RUN = """async () => (await axe.run()).violations.flatMap((v) =>
  v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 200)} ${n.failureSummary}`))"""


@pytest.fixture(scope="session")
def axe() -> str:
    """The script, pinned by bun.lock and fetched once by the front end's own tool."""
    script = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        subprocess.run([BUN, "install", "--frozen-lockfile"], cwd=FOLDER, check=True, timeout=60)
    return script.read_text(encoding="utf-8")


class Inspector:
    """Goes where people go and notes what axe finds there."""

    def __init__(self, axe: str) -> None:
        self.axe = axe
        self.found: list[str] = []

    def looks(self, one: Person, where: str) -> None:
        if not one.page.evaluate("Boolean(window.axe)"):
            one.page.evaluate(self.axe)
        self.found += [f"{where}: {line}" for line in one.page.evaluate(RUN)]


@pytest.fixture
def inspector(axe: str) -> Inspector:
    return Inspector(axe)


SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@SCHEMES
def test_pages(person: Somebody, serving: Serving, inspector: Inspector, scheme: str) -> None:
    listed = serving.create(title="In the public list", listed=True)
    one = person(color_scheme=scheme, reduced_motion="reduce")
    one.page.goto(f"{serving.url}/live")
    expect(one.page.get_by_role("region", name="Public sessions").get_by_role("link").first).to_be_visible()
    inspector.looks(one, "/live, Create")
    one.page.get_by_role("tab", name="Join", exact=True).click()
    inspector.looks(one, "/live, Join")
    for path, words in (
        ("/help", "Camera or microphone are refused"),
        ("/nowhere", "There is nothing here"),
        ("/live/not-an-id", "There is no session with this ID. Check the link."),
    ):
        one.page.goto(serving.url + path)
        one.is_told(words)
        inspector.looks(one, path)
    ended = serving.create(title="Over")
    one.page.goto(f"{serving.url}/live/{ended['session_id']}")
    expect(one.page.get_by_role("heading", name="Over")).to_be_visible()
    inspector.looks(one, "/live/{id} before joining")
    serving.end(ended)
    expect(one.page.get_by_text("This session has ended.")).to_be_visible()
    inspector.looks(one, "/live/{id} ended")
    serving.end(listed)
    assert inspector.found == []


@SCHEMES
def test_room(person: Somebody, inspector: Inspector, scheme: str) -> None:
    host = person(color_scheme=scheme, reduced_motion="reduce")
    viewer = person(color_scheme=scheme, reduced_motion="reduce")
    session_id = host.create("Algebra", "Grace")
    host.is_told("You start with picture and sound.")
    inspector.looks(host, "preparation")
    viewer.join(f"/live/{session_id}", "Ada")
    viewer.is_told("Waiting for the host to go live. You come in by yourself.")
    inspector.looks(viewer, "waiting")
    host.go_live()
    viewer.sees_pictures(1)
    inspector.looks(host, "host's room")
    inspector.looks(viewer, "viewer's room")
    viewer.writes("Hello")
    host.reads("Hello")
    for one, who in ((host, "host"), (viewer, "viewer")):
        inspector.looks(one, f"{who}'s chat")
        one.button("People").click()
        expect(one.page.get_by_role("complementary", name="People in the session")).to_be_visible()
        inspector.looks(one, f"{who}'s people")
    host.button("Manage").click()
    inspector.looks(host, "manage")
    host.button("Devices").click()
    inspector.looks(host, "devices")
    host.button("Done").click()
    host.button("Share screen").click()
    viewer.sees_pictures(2)
    inspector.looks(viewer, "screen share")
    viewer.button("Leave").click()
    viewer.is_told("You have left")
    inspector.looks(viewer, "left")
    host.button("End for everyone").click()
    expect(host.button("End session")).to_be_visible()
    inspector.looks(host, "end dialog")
    host.button("End session").click()
    host.is_told("The session has ended")
    inspector.looks(host, "ended")
    host.page.get_by_role("link", name="Chat and times").click()
    expect(host.page.get_by_role("table", name="Who was there")).to_be_visible(timeout=15_000)
    host.page.get_by_text("Upload the list of who was expected").click()
    host.button("Upload list").click()
    host.is_told("Choose a file first.")
    inspector.looks(host, "history")
    assert inspector.found == []


@SCHEMES
def test_figures(person: Somebody, serving: Serving, inspector: Inspector, scheme: str) -> None:
    created = serving.create(title="Figures")
    serving.end(created)
    host = person(color_scheme=scheme, reduced_motion="reduce")
    host.page.goto(f"{serving.url}/live/{created['session_id']}#host_key={created['host_key']}")
    expect(host.page.get_by_role("region", name="Figures", exact=True)).to_be_visible(timeout=15_000)
    inspector.looks(host, "/live/{id} with figures")
    for path in ("/dashboard", f"/dashboard/{created['session_id']}"):
        host.page.goto(serving.url + path)
        expect(host.page.locator(".totals")).to_be_visible(timeout=15_000)
        for summary in host.page.get_by_text("Show as table").all():
            summary.click()
        inspector.looks(host, path)
    stranger = person(color_scheme=scheme, reduced_motion="reduce")
    for path in ("/dashboard", f"/dashboard/{created['session_id']}"):
        stranger.page.goto(serving.url + path)
        expect(stranger.page.locator(".notice-text")).to_be_visible(timeout=15_000)
        inspector.looks(stranger, f"{path}, nothing to see")
    assert inspector.found == []
