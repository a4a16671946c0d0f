"""Planned sessions in real browsers: dates in the viewer's zone, changes that come by themselves, series."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.browser.test_accounts import new_email, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
DOOR = timedelta(minutes=15)  # OPEN_BEFORE_SECONDS


def plan(serving: Serving, starts_in: timedelta, **fields: object) -> dict[str, str]:
    """A planned session made by REST."""
    start = datetime.now(UTC) + starts_in
    body = {"title": "Planned", "owner_name": "Grace", "starts_at": start.isoformat(), **fields}
    answer = httpx.post(f"{serving.url}/api/live/create", json=body)
    assert answer.status_code == 201, answer.text
    created: dict[str, str] = answer.json()
    return created


def ask(serving: Serving, method: str, path: str, created: dict[str, str], **body: object) -> None:
    given = {"host_key": created["host_key"], **body}
    httpx.request(method, f"{serving.url}{path}", json=given).raise_for_status()


def plans_for_later(host: Person, title: str, date: str, time: str, zone: str, repeats: str = "") -> str:
    page = host.page
    page.goto(f"{host.base}/live")
    host.label("Title").fill(title)
    host.label("Your name").fill("Grace")
    page.get_by_text("Plan for later", exact=True).click()
    host.label("Date").fill(date)
    host.label("Start").fill(time)
    host.label("Time zone").select_option(zone)
    host.label("Length").select_option(label="45 minutes")
    host.label("Description").fill("Bring a ruler.\nAnd compasses.")
    if repeats:
        host.label("Repeats").select_option(label=repeats)
    host.button("Create session").click()
    page.wait_for_url(re.compile(r"/live/[0-9a-f-]{36}$"))
    return page.url.rsplit("/", 1)[1]


def next_july() -> str:
    """A day on which Berlin and New York have summer time, whatever the season is now."""
    now = datetime.now(UTC)
    return f"{now.year + (now.month >= 6)}-07-15"


def test_a_date_is_shown_in_each_viewers_zone_and_follows_its_host(
    person: Somebody, serving: Serving
) -> None:
    host = person(timezone_id="Europe/Berlin", locale="en-GB")
    viewer = person(timezone_id="America/New_York", locale="en-US")
    sid = plans_for_later(host, "Algebra", next_july(), "10:00", "Europe/Berlin")
    date = host.page.get_by_role("region", name="Date")
    expect(date).to_contain_text(re.compile(r"15 July .*10:00.10:45.*CEST"))
    expect(date).to_contain_text("Bring a ruler.")

    viewer.page.goto(f"{serving.url}/live/{sid}")
    date = viewer.page.get_by_role("region", name="Date")
    expect(date).to_contain_text(re.compile(r"July 15, .*4:00.*4:45\s*AM\s*EDT"))
    expect(date).to_contain_text("10:00")  # and what its host planned
    expect(date).to_contain_text("in Europe/Berlin")
    expect(viewer.page.get_by_role("timer")).to_contain_text(re.compile(r"Starts in \d+ days"))
    expect(viewer.button("Join")).to_have_count(0)
    expect(viewer.button("Edit")).to_have_count(0)

    host.button("Edit").click()
    host.label("Start").fill("11:30")
    host.page.get_by_role("dialog").get_by_label("Title").fill("Geometry")
    host.button("Save").click()
    expect(viewer.page.get_by_role("heading", name="Geometry")).to_be_visible()
    expect(date).to_contain_text(re.compile(r"5:30.*6:15\s*AM\s*EDT"))

    host.button("Cancel session").click()
    host.page.get_by_role("dialog").get_by_role("button", name="Cancel session").click()
    viewer.is_told("This session was cancelled. Its host has called it off.")
    expect(viewer.page.get_by_text("Cancelled", exact=True)).to_be_visible()
    expect(viewer.page.get_by_role("timer")).to_have_count(0)


def test_the_door_opens_by_itself_and_the_host_begins(person: Somebody, serving: Serving) -> None:
    created = plan(serving, DOOR + timedelta(seconds=12))
    viewer, path = person(), f"/live/{created['session_id']}"
    early = httpx.post(
        f"{serving.url}/api/live/join", json={"session_id": created["session_id"], "user_name": "Eve"}
    )
    assert (early.status_code, early.json()["error"]) == (409, "not_open_yet")
    opens_at = datetime.fromisoformat(early.json()["opens_at"])
    assert abs(datetime.fromisoformat(created["starts_at"]) - DOOR - opens_at) <= timedelta(seconds=1)
    viewer.page.goto(serving.url + path)
    expect(viewer.page.get_by_text(re.compile("You can come in (from|on)"))).to_be_visible()
    expect(viewer.button("Join")).to_be_visible(timeout=25_000)
    viewer.label("Your name").fill("Ada")
    viewer.button("Join").click()
    viewer.is_told("Waiting for the host to go live. You come in by yourself.")
    ask(serving, "POST", f"/api{path}/start", created)
    viewer.sees_room()
    serving.end(created)


def test_it_goes_on_air_by_itself(person: Somebody, serving: Serving) -> None:
    viewer = person()
    created = plan(serving, timedelta(seconds=12), starts_itself=True)
    viewer.join(f"/live/{created['session_id']}", "Ada")
    viewer.is_told("Waiting for the host to go live. You come in by yourself.")
    viewer.sees_room()
    serving.end(created)


def test_the_link_of_a_series_leads_to_its_next_date(person: Somebody, serving: Serving) -> None:
    host, viewer = person(), person()
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    first = plans_for_later(host, "Weekly", day, "10:00", "UTC", repeats="Every week")
    host.button("Copy series link").click()
    link = host.page.get_by_role("link", name="The link of the series").get_attribute("href")
    assert link is not None
    viewer.page.goto(serving.url + link)
    viewer.page.wait_for_url(f"**/live/{first}")
    expect(viewer.page.get_by_role("region", name="Date")).to_contain_text("It repeats.")

    host.button("Cancel session").click()
    expect(host.label("This date only")).to_be_checked()
    host.page.get_by_role("dialog").get_by_role("button", name="Cancel session").click()
    viewer.is_told("This session was cancelled. Its host has called it off.")
    viewer.page.get_by_role("link", name="Go to the next date").click()
    viewer.page.wait_for_url(lambda url: "/live/" in url and first not in url)
    expect(viewer.page.get_by_role("timer")).to_contain_text("Starts in")

    host.page.goto(f"{serving.url}/live")
    mine = host.page.get_by_role("region", name="My sessions")
    expect(mine.get_by_role("listitem").filter(has_text="Planned")).to_have_count(1)
    expect(mine.get_by_role("listitem").first.locator("time")).to_be_visible()


def test_it_goes_into_ones_calendar(person: Somebody, serving: Serving) -> None:
    viewer = person()
    created = plan(serving, timedelta(days=2), duration_minutes=30, timezone="Asia/Tokyo")
    viewer.page.goto(f"{serving.url}/live/{created['session_id']}")
    expect(viewer.page.get_by_text(re.compile(r"You can come in on \w{3}.* 20\d\d from \d"))).to_be_visible()
    with viewer.page.expect_download() as download:
        viewer.page.get_by_role("link", name="Add to calendar").click()
    [event] = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")
    start = datetime.fromisoformat(created["starts_at"])
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (start, start + timedelta(minutes=30))
    assert str(event["url"]).endswith(f"/live/{created['session_id']}")


def test_an_accounts_calendar_address_works_until_it_is_renewed(person: Somebody, serving: Serving) -> None:
    ada = person()
    sign_up(ada, "Ada", new_email())
    day = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    plans_for_later(ada, "Algebra", day, "10:00", "UTC", repeats="Every week")
    ada.page.goto(f"{serving.url}/account")
    ada.button("Make an address").click()
    field = ada.label("Your address. Copy it now: it is shown only once.")
    expect(field).to_have_value(re.compile(r"/api/calendar/[\w-]{43}\.ics$"))
    look(ada.page, "calendar-address")
    old = field.input_value()
    [event] = Calendar.from_ical(httpx.get(old).raise_for_status().content).walk("VEVENT")
    assert (str(event["summary"]), "rrule" in event) == ("Algebra", True)
    ada.button("Make a new address").click()
    part = ada.page.get_by_role("region", name="Calendar", exact=True)
    expect(part).to_contain_text("The old address ends: your calendar programs show no new dates")
    look(ada.page, "calendar-renew")
    ada.button("Keep: your calendar address").click()
    assert httpx.get(old).status_code == 200, "kept"
    ada.button("Make a new address").click()
    ada.button("Make a new address: your calendar address").click()
    expect(field).not_to_have_value(old)
    assert httpx.get(field.input_value()).status_code == 200
    assert httpx.get(old).status_code == 404
    ada.button("End the address").click()
    ada.button("End the address: your calendar address").click()
    expect(ada.button("Make an address")).to_be_visible()


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_about_dates_shuts_anybody_out(person: Somebody, serving: Serving, scheme: str) -> None:
    host = person(color_scheme=scheme, reduced_motion="reduce")
    host.page.goto(f"{serving.url}/live")
    host.page.get_by_text("Plan for later", exact=True).click()
    host.label("Repeats").select_option(label="Every day")
    expect(host.label("Last day")).to_be_visible()
    found = {"create": violations(host.page)}
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    plans_for_later(host, "Daily", day, "10:00", "UTC", repeats="Every day")
    expect(host.button("Edit")).to_be_visible()
    found["planned"] = violations(host.page)
    for name, keep in (("Edit", "Keep as it is"), ("Cancel session", "Keep it")):
        host.button(name).click()
        expect(host.page.get_by_role("dialog")).to_be_visible()
        found[name] = violations(host.page)
        host.button(keep).click()
    host.button("Cancel session").click()
    host.page.get_by_role("dialog").get_by_role("button", name="Cancel session").click()
    host.is_told("This session was cancelled. Its host has called it off.")
    found["cancelled"] = violations(host.page)
    host.page.goto(f"{serving.url}/series/5b7f7c1e-0d46-4b7c-9e3a-0a8f0e9b2c11")
    host.is_told("There is no series with this ID. Check the link.")
    found["no series"] = violations(host.page)
    assert {where: what for where, what in found.items() if what} == {}
