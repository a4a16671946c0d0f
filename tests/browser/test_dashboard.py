"""Figures after a real session: pages, tables and files say what happened, and only to those who may know."""

import csv
import io
import json
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Request, Response, expect

from donfra_live.ui.stats.state import NOT_YOURS
from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
KINDS = ("excellent", "good", "poor", "lost")


@dataclass
class Beacon:
    """What one browser tells of its connection, as it goes over the wire, and what the app says to it."""

    told: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def listen(self, one: Person) -> "Beacon":
        one.page.on("request", self._asked)
        one.page.on("response", self._answered)
        return self

    def _asked(self, request: Request) -> None:
        if request.url.endswith("/quality"):
            self.told.append(json.loads(request.post_data or ""))

    def _answered(self, response: Response) -> None:
        if response.url.endswith("/quality"):
            self.answers.append(response.status)

    @property
    def seconds(self) -> int:
        return sum(sum(one["seconds"].values()) for one in self.told)

    @property
    def pictures(self) -> list[int]:
        return [one["first_picture_ms"] for one in self.told if "first_picture_ms" in one]


def section(one: Person, name: str) -> Any:
    return one.page.get_by_role("region", name=name, exact=True)


def total(one: Person, name: str) -> Any:
    named = one.page.get_by_role("term").filter(has_text=name)
    return one.page.locator(".total").filter(has=named).get_by_role("definition")


def is_total(one: Person, name: str, value: str) -> None:
    expect(total(one, name)).to_contain_text(value)


def table_of(one: Person, chart: str) -> list[list[str]]:
    """Opened by its words, then read: a list of rows, each without its first column."""
    part = section(one, chart)
    summary = part.get_by_text("Show as table", exact=True)
    if not part.get_by_role("table").is_visible():
        summary.click()
    rows = part.get_by_role("table").locator("tbody tr")
    expect(rows.first).to_be_visible()
    return [row.get_by_role("cell").all_inner_texts() for row in rows.all()]


def csv_of(one: Person, chart: str) -> list[dict[str, str]]:
    with one.page.expect_download() as download:
        section(one, chart).get_by_role("link", name=f"CSV: {chart}").click()
    return list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))


def pick(one: Person, choice: str) -> None:
    one.page.get_by_text(choice, exact=True).click()
    expect(one.page.get_by_role("radio", name=choice)).to_be_checked()


def lesson(host: Person, viewers: list[Person], beacons: list[Beacon]) -> str:
    """Host and viewers see each other until every browser has told how its connection was."""
    session_id = host.create("Algebra", "Grace")
    host.go_live()
    host.sees_pictures(1)  # who comes before there is a picture reports none
    for n, viewer in enumerate(viewers):
        viewer.join(f"/live/{session_id}", f"Viewer {n}")
        viewer.sees_pictures(1)
    viewers[0].writes("Hello")
    viewers[1].writes("Good morning")
    viewers[0].button("Raise hand").click()
    expect(viewers[0].button("Raise hand")).to_have_attribute("aria-pressed", "true")
    for one, beacon in zip([host, *viewers], beacons, strict=True):
        one.until(lambda beacon=beacon: beacon.seconds > 0, "report of the connection", seconds=50)  # type: ignore[misc]
    return session_id


def looks_at_figures_so_far(host: Person) -> None:
    """In a tab of its own: the call goes on."""
    host.button("Manage").click()
    link = host.page.get_by_role("link", name="Figures so far")
    with host.context.expect_page() as opened:
        link.click()
    now = opened.value
    expect(now.get_by_role("heading", name="Algebra")).to_be_visible(timeout=15_000)
    expect(now.get_by_text("on air now")).to_be_visible()
    now.close()
    host.sees_room()


def end(host: Person) -> None:
    host.button("End for everyone").click()
    host.button("End session").click()
    host.is_told("The session has ended")


def test_a_sessions_figures_are_what_happened(person: Somebody, serving: Serving) -> None:
    host, *viewers, stranger = people = [person() for _ in range(4)]
    beacons = [Beacon().listen(one) for one in people[:3]]
    loaded: list[str] = []
    for one in people:
        one.page.on("request", lambda request: loaded.append(request.url))
    session_id = lesson(host, viewers, beacons)

    looks_at_figures_so_far(host)
    end(host)
    for one, beacon in zip(people[:3], beacons, strict=True):
        one.is_told("The session has ended")
        one.until(lambda beacon=beacon: len(beacon.answers) == len(beacon.told), "answers")  # type: ignore[misc]
        assert set(beacon.answers) == {204}
    assert beacons[0].pictures == [], "the host only shows pictures"
    first = [beacon.pictures for beacon in beacons[1:]]
    assert all(len(one) == 1 and 0 < one[0] < 30_000 for one in first), first
    assert not any("/assets/bars-" in url for url in loaded), "the room has loaded charts"

    host.page.get_by_role("link", name="Chat and times").click()
    figures = section(host, "Figures")
    expect(figures).to_be_visible(timeout=15_000)
    is_total(host, "People", "3")
    is_total(host, "Most at once", "3")
    is_total(host, "Drop-outs", "0")
    is_total(host, "Good connection", "%")
    is_total(host, "First picture", " s")
    expect(section(host, "People over time")).to_contain_text("3 people came in, 3 at one time at most")
    expect(section(host, "Chat and hands over time")).to_contain_text("2 messages and 1 raised hand.")
    expect(figures.locator("svg.recharts-surface").first).to_be_attached()
    host.until(lambda: any("/assets/bars-" in url for url in loaded), "chart library, for the figures")

    moves, file = table_of(host, "People over time"), csv_of(host, "People over time")
    assert moves == [[row["People"], row["Came"], row["Left"]] for row in file]
    assert max(int(row[0]) for row in moves) == 3
    assert sum(int(row[1]) for row in moves) >= 3
    words = table_of(host, "Chat and hands over time")
    assert [sum(int(row[n]) for row in words) for n in (0, 1)] == [2, 1]
    quality = table_of(host, "Connection quality over time")
    assert quality == [[row[f"{kind.title()} (s)"] for kind in KINDS] for row in file]
    for n, kind in enumerate(KINDS):
        told = sum(one["seconds"][kind] for beacon in beacons for one in beacon.told)
        assert sum(int(row[n]) for row in quality) == told, kind

    stats = host.context.request.get(f"{serving.url}/api/live/{session_id}/stats").json()
    assert (stats["joined"], stats["peak"], stats["messages"], stats["hands"]) == (3, 3, 2, 1)
    assert stats["first_picture"]["count"] == 2
    looks_at_its_own_page(host, session_id)
    sees_nothing(stranger, viewers[0], serving, session_id)


def looks_at_its_own_page(host: Person, session_id: str) -> None:
    host.page.goto(f"{host.base}/dashboard/{session_id}")
    expect(section(host, "People over time")).to_be_visible(timeout=15_000)
    look(host.page, "dashboard-session")
    host.page.goto(f"{host.base}/dashboard")
    expect(section(host, "Connection quality per day")).to_contain_text(
        "good or excellent for", timeout=15_000
    )
    expect(section(host, "Time to first picture per day")).to_contain_text(
        "Half of 2 connections had it within"
    )
    look(host.page, "dashboard-mine")


def sees_nothing(stranger: Person, viewer: Person, serving: Serving, session_id: str) -> None:
    for one in (stranger, viewer):
        one.page.goto(f"{serving.url}/dashboard/{session_id}")
        expect(section(one, "Problem").get_by_role("alert")).to_have_text(NOT_YOURS)
        expect(one.button("Try again")).to_have_count(0)
        expect(one.page.get_by_text("Algebra")).to_have_count(0)
        one.page.goto(f"{serving.url}/dashboard")
        one.is_told("No sessions in the last 30 days. Plan or start one.")
        one.page.goto(f"{serving.url}/live/{session_id}")
        expect(one.page.get_by_text("Ended", exact=True)).to_be_visible()
        expect(section(one, "Figures")).to_have_count(0)


def hosted(one: Person, serving: Serving, title: str) -> str:
    """A session that is over and this browser's own."""
    created = serving.create(title=title)
    serving.end(created)
    one.page.goto(f"{serving.url}/live/{created['session_id']}#host_key={created['host_key']}")
    expect(section(one, "Who was there")).to_be_visible(timeout=15_000)
    return str(created["session_id"])


def date_back(serving: Serving, session_id: str, days: int) -> None:
    with closing(sqlite3.connect(serving.folder / "data" / "donfra.db", timeout=20)) as db, db:
        changed = db.execute(
            "UPDATE live_session SET live_at = datetime(live_at, ?), ended_at = datetime(ended_at, ?) "
            "WHERE id IN (?, ?)",
            (f"-{days} days", f"-{days} days", session_id, session_id.replace("-", "")),
        )
        assert changed.rowcount == 1


def test_the_last_7_30_and_90_days(person: Somebody, serving: Serving) -> None:
    host = person()
    recent, older, old = (hosted(host, serving, title) for title in ("Recent", "Older", "Old"))
    date_back(serving, older, 20)
    date_back(serving, old, 60)
    host.page.goto(f"{serving.url}/live")
    section(host, "My sessions").get_by_role("link", name="Dashboard").click()
    expect(host.page.get_by_role("radio", name="30 days")).to_be_checked()
    latest = section(host, "Latest sessions").get_by_role("rowheader")
    for choice, there in (
        ("30 days", ["Recent", "Older"]),
        ("7 days", ["Recent"]),
        ("90 days", ["Recent", "Older", "Old"]),
    ):
        pick(host, choice)
        is_total(host, "Sessions", str(len(there)))
        expect(latest).to_have_count(len(there))
        for row, title in zip(latest.all(), there, strict=True):
            expect(row.get_by_role("link")).to_have_text(title)
        days = int(choice.split()[0])
        rows, file = table_of(host, "People per day"), csv_of(host, "People per day")
        assert rows == [[row["Sessions"], row["People"], row["Most at once"]] for row in file]
        assert len(rows) == days
        assert sum(int(row[0]) for row in rows) == len(there)
    host.page.reload()
    expect(host.page.get_by_role("radio", name="90 days")).to_be_checked()
    date_back(serving, recent, 120)
    pick(host, "7 days")
    host.is_told("No sessions in the last 7 days. Plan or start one.")
    pick(host, "90 days")
    latest.first.get_by_role("link").click()
    expect(host.page.get_by_role("heading", name="Older")).to_be_visible(timeout=15_000)
    host.page.get_by_role("link", name="Session page").click()
    host.page.wait_for_url(f"**/live/{older}")


def test_figures_of_no_session_lead_back(person: Somebody, serving: Serving) -> None:
    one = person()
    unknown = uuid.uuid4()
    for path, told in (
        (f"/dashboard/{unknown}", "There is no session with this ID. Check the link."),
        ("/dashboard/nonsense", "There is no session with this ID. Check the link."),
        (f"/dashboard/series/{unknown}", "There is no series with this ID. Check the link."),
    ):
        one.page.goto(serving.url + path)
        expect(section(one, "Problem").get_by_role("alert")).to_have_text(told)
        expect(one.button("Try again")).to_have_count(0)
        look(one.page, f"dashboard-unknown{path.count('/')}")
        section(one, "Problem").get_by_role("link", name="Back to the dashboard").click()
        expect(one.page.get_by_role("heading", name="Dashboard")).to_be_visible()


def test_the_dashboard_by_keyboard(person: Somebody, serving: Serving) -> None:
    host = person(reduced_motion="reduce")
    hosted(host, serving, "By keys")
    host.page.goto(f"{serving.url}/dashboard")
    expect(section(host, "Latest sessions")).to_be_visible(timeout=15_000)
    host.page.get_by_role("radio", name="30 days").focus()
    host.page.keyboard.press("ArrowRight")
    expect(host.page.get_by_role("radio", name="90 days")).to_be_checked()
    expect(host.page.get_by_role("radio", name="90 days")).to_be_focused()
    expect(section(host, "People per day")).to_contain_text("1 session")
    host.page.keyboard.press("Tab")
    summary = section(host, "People per day").get_by_text("Show as table")
    expect(summary).to_be_focused()
    host.page.keyboard.press("Enter")
    scrolled = section(host, "Table: People per day")
    expect(scrolled.get_by_role("row")).to_have_count(91)
    host.page.keyboard.press("Tab")
    expect(scrolled).to_be_focused()
    host.page.keyboard.press("Tab")
    expect(host.page.get_by_role("link", name="CSV: People per day")).to_be_focused()


def test_without_the_chart_library_the_figures_are_there(person: Somebody, serving: Serving) -> None:
    host = person()
    hosted(host, serving, "No charts")
    host.page.route("**/assets/bars-*.js", lambda route: route.abort())
    host.page.goto(f"{serving.url}/dashboard")
    is_total(host, "Sessions", "1")
    expect(section(host, "People per day")).to_contain_text("The chart could not be loaded.")
    assert len(table_of(host, "People per day")) == 30
    host.complaints.clear()  # of the part that was kept from it


@pytest.mark.parametrize("width", [360, 390])
def test_the_pages_fit_a_phone(person: Somebody, serving: Serving, width: int) -> None:
    host = person(viewport={"width": width, "height": 800})
    session_id = hosted(host, serving, "A title that is much too long for one line on a phone " * 2)
    for path in ("/dashboard", f"/dashboard/{session_id}", f"/live/{session_id}"):
        host.page.goto(serving.url + path)
        expect(host.page.locator(".totals")).to_be_visible(timeout=15_000)
        assert host.page.evaluate("document.documentElement.scrollWidth") <= width, path
