"""A series on its pages: planned, changed and called off as a whole; who came to which date; all sessions."""

import csv
import io
import re
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from playwright.sync_api import Locator, expect

from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.browser.test_accounts import operator  # noqa: F401  (a fixture: the admin on /admin)
from tests.browser.test_dashboard import csv_of, is_total, section, table_of

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
ALL = "All coming dates of the series"
CONSENT = "Ask everybody for consent to be recorded"


def plan_weekly(host: Person) -> str:
    """Its next date's id; the form is looked at before it is sent."""
    page = host.page
    page.goto(f"{host.base}/live")
    host.label("Title").fill("Weekly")
    host.label("Your name").fill("Grace")
    page.get_by_text("Plan for later", exact=True).click()
    host.label("Date").fill((datetime.now(UTC) + timedelta(days=3)).date().isoformat())
    host.label("Start").fill("10:00")
    host.label("Time zone").select_option("UTC")
    host.label("Repeats").select_option(label="Every week")
    host.label("Description").fill("Bring a ruler.")
    look(page, "create-planned")
    host.button("Create session").click()
    page.wait_for_url(re.compile(r"/live/[0-9a-f-]{36}$"))
    return page.url.rsplit("/", 1)[1]


def series_of(host: Person, session_id: str) -> dict[str, Any]:
    series_id = httpx.get(f"{host.base}/api/live/{session_id}").raise_for_status().json()["series_id"]
    found: dict[str, Any] = httpx.get(f"{host.base}/api/series/{series_id}").raise_for_status().json()
    return found


def days(series: dict[str, Any]) -> list[str]:
    return [one["starts_at"][:10] for one in series["coming"]]


def saves(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)


def now_asks(dialog: Locator, *, before: bool) -> None:
    """For consent to be recorded, or no more."""
    consent = dialog.get_by_label(CONSENT)
    expect(consent).to_be_checked(checked=before)
    consent.set_checked(not before)


def calls_off_all(host: Person) -> None:
    dialog = host.page.get_by_role("dialog")
    host.button("Cancel session").click()
    dialog.get_by_label(ALL).check()
    look(host.page, "cancel-series")
    dialog.get_by_role("button", name="Cancel session").click()


def test_all_dates_of_a_series_are_changed_and_called_off(person: Somebody, serving: Serving) -> None:
    host, viewer = person(), person()
    first = plan_weekly(host)
    expect(host.page.get_by_role("timer")).to_contain_text("Starts in")
    look(host.page, "planned")
    with host.page.expect_download() as download:
        host.page.get_by_role("link", name="All dates to calendar").click()
    [event] = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")
    assert event["rrule"]["FREQ"] == ["WEEKLY"]
    viewer.page.goto(f"{serving.url}/live/{first}")
    before = days(series_of(host, first))

    dialog = host.page.get_by_role("dialog")
    host.button("Edit").click()
    expect(dialog.get_by_label("Date", exact=True)).to_be_visible()
    look(host.page, "edit-one")
    dialog.get_by_label(ALL).check()
    expect(dialog.get_by_label("Date", exact=True)).to_have_count(0)
    dialog.get_by_label("Title").fill("Geometry")
    dialog.get_by_label("Start").fill("11:30")
    left_out = dialog.get_by_role("group", name="Dates to leave out").get_by_role("checkbox")
    expect(left_out).to_have_count(len(before))
    left_out.nth(1).check()
    now_asks(dialog, before=False)
    look(host.page, "edit-series")
    saves(dialog)
    expect(viewer.page.get_by_role("heading", name="Geometry")).to_be_visible()
    after = series_of(host, first)
    assert after["exceptions"] == [before[1]]
    assert days(after) == [before[0], *before[2:]]
    seen = {(one["title"], one["starts_at"][11:16], one["ask_consent"]) for one in after["coming"]}
    assert seen == {("Geometry", "11:30", True)}

    host.button("Edit").click()
    dialog.get_by_label(ALL).check()
    expect(dialog.get_by_label("Repeats")).to_have_value("FREQ=WEEKLY")
    now_asks(dialog, before=True)
    dialog.get_by_label("Repeats").select_option(label="Every two weeks")
    dialog.get_by_label("Last day").fill(before[4])
    saves(dialog)
    after = series_of(host, first)
    assert days(after) == [before[0], before[2], before[4]]
    assert {one["ask_consent"] for one in after["coming"]} == {False}
    assert after["exceptions"] == [before[1]]

    calls_off_all(host)
    viewer.is_told("This session was cancelled. Its host has called it off.")
    look(viewer.page, "cancelled")
    after = series_of(host, first)
    assert (after["cancelled"], after["coming"]) == (True, [])


def held(host: Person, address: str, *, writes: str = "", early: bool = False) -> None:
    """The host goes on air here and ends it. early: before people may come."""
    host.page.goto(address)
    if early:
        host.button("Start it now instead").click()
    host.go_live()
    facts = address.partition("#")[0].replace("/live/", "/api/live/")
    host.until(lambda: bool(httpx.get(facts).json()["people"] == 1), "host, as the server sees it")
    if writes:
        host.writes(writes)
    host.button("End for everyone").click()
    host.button("End session").click()
    host.is_told("The session has ended")


def saved(one: Person, region: Any, name: str) -> Path:
    with one.page.expect_download() as download:
        region.get_by_role("link", name=name).click()
    return Path(download.value.path())


@pytest.fixture
def course(person: Somebody, serving: Serving) -> tuple[Person, dict[str, Any]]:
    """Its host, and a series of which two dates were on air; he wrote in the first."""
    start = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    created = serving.create(title="Course", starts_at=start, rrule="FREQ=DAILY;COUNT=4")
    host = person()
    held(host, created["host_url"], writes="Hello")
    second = series_of(host, created["session_id"])["current"]["session_id"]
    held(host, f"{serving.url}/live/{second}#host_key={created['host_key']}", early=True)
    return host, created


def copied(db: sqlite3.Connection, table: str, column: str, of: str, **changes: Any) -> None:
    """The row of which this column says so, once more."""
    names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    query = f"SELECT * FROM {table} WHERE {column} = ?"  # noqa: S608  # the test's own words
    row = db.execute(query, (of,)).fetchone()
    values = dict(zip(names, row, strict=True)) | changes
    places = f"({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
    db.execute(f"INSERT INTO {table} {places}", list(values.values()))


def database(serving: Serving) -> sqlite3.Connection:
    return sqlite3.connect(serving.folder / "data" / "donfra.db", timeout=20)


def earlier_dates(serving: Serving, session_id: str, many: int) -> None:
    """Dates of the same series as this one, each a day earlier, with the same host."""
    with closing(database(serving)) as db, db:
        for n in range(many):
            sid, member = str(uuid.uuid4()), str(uuid.uuid4())
            start = (datetime.now(UTC) - timedelta(days=n + 1)).strftime("%Y-%m-%d %H:%M:%S")
            when = {"live_at": start, "ended_at": start, "occurrence": start[:10]}
            copied(db, "live_session", "id", session_id, id=sid, title="An earlier date", **when)
            copied(db, "member", "session_id", session_id, id=member, session_id=sid, key_hash=member)
            copied(db, "member_browser", "session_id", session_id, id=sid, session_id=sid, member_id=member)
            stay = {"id": sid, "session_id": sid, "member_id": member, "participant_sid": f"PA_{n}"}
            copied(db, "presence_interval", "session_id", session_id, **stay)


def not_counted_yet(serving: Serving, session_id: str, many: int) -> None:
    """So many sessions like this one, as an update may find them: without figures."""
    with closing(database(serving)) as db, db:
        for _ in range(many):
            copied(
                db, "live_session", "id", session_id, id=str(uuid.uuid4()), series_id=None, occurrence=None
            )


def test_a_series_and_all_sessions_on_the_dashboard(
    course: tuple[Person, dict[str, Any]],
    operator: Person,  # noqa: F811
    serving: Serving,
) -> None:
    host, created = course
    host.page.goto(f"{serving.url}/dashboard/series/{created['series_id']}")
    by_date = section(host, "People by date")
    row = by_date.get_by_role("row").filter(has=host.page.get_by_role("rowheader", name="Rest Host"))
    minutes = re.compile(r"^(<1|\d+)$")
    expect(row.get_by_role("cell")).to_have_text([minutes, minutes, "2"], timeout=15_000)
    expect(by_date.get_by_role("columnheader")).to_have_count(4)
    is_total(host, "Sessions", "2")
    lines = list(csv.reader(io.StringIO(saved(host, by_date, "Download as CSV").read_text("utf-8-sig"))))
    assert [lines[0][0], lines[0][-1], lines[1][0], lines[1][-1]] == ["Name", "Sessions", "Rest Host", "2"]
    excel = io.BytesIO(saved(host, by_date, "Download as Excel").read_bytes())
    sheet = load_workbook(excel).active
    assert (sheet["A2"].value, sheet.max_column) == ("Rest Host", 4)
    rows, file = table_of(host, "People per date"), csv_of(host, "People per date")
    assert rows == [[line["People"], line["Most at once"]] for line in file]
    assert len(rows) == 2
    said = table_of(host, "Chat and hands per date")
    assert [line[0] for line in said] == ["1", "0"]
    assert [line["Messages"] for line in csv_of(host, "Chat and hands per date")] == ["1", "0"]
    expect(section(host, "Drop-outs per date")).to_contain_text("Nobody left early.")
    expect(section(host, "Time to first picture per date")).to_contain_text("No browser has reported")
    assert len(csv_of(host, "Dates")) == 2
    earlier_dates(serving, created["session_id"], 12)
    host.page.reload()
    expect(by_date.get_by_role("columnheader")).to_have_count(16, timeout=15_000)
    expect(row.get_by_role("cell").last).to_have_text("14")
    name = row.get_by_role("rowheader").bounding_box()
    assert name, "it is not shown"
    assert name["width"] > 100, "beside many dates the names have no room"
    look(host.page, "dashboard-series")

    operator.page.goto(f"{serving.url}/dashboard")
    operator.page.get_by_text("All sessions", exact=True).click()
    latest = section(operator, "Latest sessions")
    expect(latest.get_by_role("link", name="Course")).to_have_count(2, timeout=15_000)
    look(operator.page, "dashboard-all")
    assert [line["Session"] for line in csv_of(operator, "Latest sessions")].count("Course") == 2
    people = csv_of(operator, "People per day")
    assert len(people) == 30
    assert int(people[-1]["Sessions"]) >= 2
    assert table_of(operator, "Chat and hands per day")[-1][0] == people[-1]["Messages"]
    not_counted_yet(serving, created["session_id"], 200)
    operator.page.reload()
    told = operator.page.get_by_role("status").filter(has_text="still to be counted")
    expect(told).to_contain_text(re.compile(r"^\d+ sessions are still to be counted"), timeout=15_000)
