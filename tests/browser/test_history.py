"""A session's page after its end: each sees what is his; search, files, roster; links and nothing else."""

import contextlib
import csv
import io
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
EVIL = "<b>bold</b> <img src=x onerror=alert(1)> javascript:alert(1) https://bank.example@evil.example"


def lesson(host: Person, viewer: Person) -> str:
    """Both were in it; the viewer wrote, raised a hand and took a message back; the host ended it."""
    session_id = host.create("Algebra", "=Alice")
    host.go_live()
    viewer.join(f"/live/{session_id}", "Bob")
    viewer.sees_room()
    viewer.writes("Read https://example.org/a?b=c, please")
    viewer.writes(EVIL)
    viewer.writes("take this back")
    viewer.page.get_by_role("button", name="Remove this message of yours").last.click()
    viewer.button("Remove message").click()
    host.opens_chat()
    expect(host.page.get_by_role("log").get_by_text("A message was removed")).to_be_visible()
    link = host.page.get_by_role("log").get_by_role("link")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", "https://example.org/a?b=c")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    viewer.button("Raise hand").click()
    expect(viewer.button("Raise hand")).to_have_attribute("aria-pressed", "true")
    host.button("End for everyone").click()
    host.button("End session").click()
    for one in (host, viewer):
        expect(one.page.get_by_role("heading", name="The session has ended")).to_be_visible(timeout=15_000)
    return session_id


def section(one: Person, name: str) -> Any:
    return one.page.get_by_role("region", name=name, exact=True)


def downloaded(one: Person, region: str, name: str) -> Path:
    with one.page.expect_download() as download:
        section(one, region).get_by_role("link", name=f"Download as {name}").click()
    return Path(download.value.path())


def upload(one: Person, content: str) -> None:
    roster = section(one, "Who was there").get_by_role("form", name="Who was expected")
    if not roster.is_visible():
        one.page.locator("summary", has_text=re.compile("list of who was expected")).click()
    file = {"name": "class.csv", "mimeType": "text/csv", "buffer": content.encode()}
    roster.get_by_label("CSV file with name and e-mail").set_input_files([file])
    roster.get_by_role("button", name="Upload list").click()


def test_after_the_end(person: Somebody, serving: Serving) -> None:
    host, viewer, stranger = person(), person(), person()
    session_id = lesson(host, viewer)

    host.page.get_by_role("link", name="Chat and times").click()
    table = section(host, "Who was there").get_by_role("table", name="Who was there")
    expect(table.get_by_role("rowheader")).to_have_count(2)
    for name in ("=Alice", "Bob"):
        row = table.get_by_role("row").filter(has_text=name)
        expect(row.locator("time")).to_have_count(2)
        expect(row).to_contain_text("Present")
    expect(section(host, "What was done")).to_contain_text("Bob raised a hand")
    expect(host.page.get_by_label("When it was")).to_contain_text("under a minute")

    upload(host, "PK\0\0")
    expect(section(host, "Who was there").get_by_role("alert")).to_contain_text("This is no CSV file.")
    upload(host, "Name;E-mail\nBOB;\nMissing;missing@example.org\n")
    expect(table.get_by_role("row").filter(has_text="Missing")).to_contain_text("Absent")
    expect(table.get_by_role("row").filter(has_text="=Alice")).to_contain_text("Not on the list")
    expect(section(host, "Who was there")).to_contain_text("2 present, 1 absent")
    look(host.page, "attendance")

    rows = list(csv.reader(io.StringIO(downloaded(host, "Who was there", "CSV").read_text("utf-8-sig"))))
    assert [(row[0], row[7]) for row in rows[1:]] == [
        ("'=Alice", "Present"),
        ("BOB", "Present"),
        ("Missing", "Absent"),
    ]
    page = load_workbook(io.BytesIO(downloaded(host, "Who was there", "Excel").read_bytes())).active
    assert (page["A2"].value, page["A2"].data_type) == ("=Alice", "s")

    viewer.page.get_by_role("link", name="Chat and times").click()
    reads_the_chat(viewer)
    expect(viewer.page.get_by_role("table")).to_have_count(0)
    expect(section(viewer, "What was done")).to_have_count(0)

    stranger.page.goto(f"{serving.url}/live/{session_id}")
    expect(section(stranger, "Over")).to_contain_text("This session has ended.")
    for name in ("Bob", "Read https://example.org/a?b=c, please", "When", "How long"):
        expect(stranger.page.get_by_text(name, exact=True)).to_have_count(0)


def reads_the_chat(viewer: Person) -> None:
    chat = section(viewer, "Chat")
    lines = chat.get_by_role("list", name="Messages").get_by_role("listitem")
    expect(lines).to_have_count(3)
    link = lines.nth(0).get_by_role("link")
    expect(link).to_have_attribute("href", "https://example.org/a?b=c")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    expect(lines.nth(1)).to_contain_text(EVIL)
    expect(lines.nth(1).locator("b, img, a")).to_have_count(0)
    expect(lines.nth(2)).to_contain_text("A message was removed")
    chat.get_by_label("Search in messages and names").fill("PLEASE read")
    chat.get_by_role("button", name="Search").click()
    expect(lines).to_have_count(1)
    expect(chat.get_by_role("status")).to_contain_text("1 of 3 messages")
    look(viewer.page, "chat-search")
    chat.get_by_label("Search in messages and names").fill("take this back")
    chat.get_by_role("button", name="Search").click()
    expect(chat).to_contain_text("No message has all of these words.")
    chat.get_by_role("button", name="Show all").click()
    expect(lines).to_have_count(3)
    text = downloaded(viewer, "Chat", "Text").read_text()
    assert EVIL in text
    assert "take this back" not in text


def test_a_session_that_never_was_on_air_and_one_without_words(person: Somebody, serving: Serving) -> None:
    host = person()
    session_id = host.create("Never", "Alice")
    ended = host.page.evaluate(
        """(id) => fetch('/api/live/end', {method: 'POST', headers: {'Content-Type': 'application/json'},
            body: JSON.stringify({session_id: id})}).then((r) => r.status)""",
        session_id,
    )
    assert ended == 200
    host.is_told("It was ended before it was on air.")
    expect(section(host, "Chat")).to_contain_text("Nothing was written.")
    expect(section(host, "Who was there")).to_contain_text("Nobody came in.")
    expect(section(host, "What was done")).to_contain_text("Nobody raised a hand")


def test_a_fault_is_told_and_trying_again_helps(person: Somebody, serving: Serving) -> None:
    created = serving.create(title="Trouble")
    serving.end(created)
    host = person()
    data = serving.folder / "data" / "donfra.db"
    rename(data, "roster_entry", "mislaid")
    try:
        host.page.goto(f"{serving.url}/live/{created['session_id']}#host_key={created['host_key']}")
        expect(section(host, "Problem").get_by_role("alert")).to_contain_text("Something went wrong.")
    finally:
        rename(data, "mislaid", "roster_entry")
    host.button("Try again").click()
    expect(section(host, "Who was there")).to_be_visible()


def test_recordings_that_cannot_be_listed_are_told_of(person: Somebody, serving: Serving) -> None:
    created = serving.create(title="Trouble")
    serving.end(created)
    host = person()
    host.page.route("**/recordings", lambda route: route.abort())
    host.page.goto(f"{serving.url}/live/{created['session_id']}#host_key={created['host_key']}")
    expect(section(host, "Recordings").get_by_role("alert")).to_contain_text("The server does not answer.")
    look(host.page, "recordings-away")
    host.page.unroute_all()
    host.button("Try again").click()
    expect(section(host, "Recordings")).to_have_count(0)
    host.complaints.clear()  # of what was kept from it


def rename(database: Path, table: str, name: str) -> None:
    with contextlib.closing(sqlite3.connect(database, timeout=20)) as db, db:
        db.execute(f"ALTER TABLE {table} RENAME TO {name}")


def test_a_part_that_cannot_be_loaded_is_told(person: Somebody, serving: Serving) -> None:
    created = serving.create(title="Offline")
    serving.end(created)
    viewer = person()
    viewer.page.route("**/assets/history-*.js", lambda route: route.abort())
    viewer.page.goto(f"{serving.url}/live/{created['session_id']}")
    viewer.is_told("A part of this page could not be loaded. Check your connection.")
    viewer.page.unroute_all()
    viewer.button("Load again").click()
    expect(section(viewer, "Over")).to_be_visible(timeout=15_000)
    viewer.complaints.clear()  # of the part that was kept from it


def test_the_history_is_there_again_after_a_restart_of_the_app(person: Somebody, serving: Serving) -> None:
    created = serving.create(title="Restarted")
    serving.end(created)
    host = person()
    host.page.goto(f"{serving.url}/live/{created['session_id']}#host_key={created['host_key']}")
    expect(section(host, "Who was there")).to_be_visible(timeout=15_000)
    serving.kill()
    serving.start()
    host.page.reload()
    expect(section(host, "Who was there")).to_be_visible(timeout=15_000)
    expect(section(host, "Chat")).to_contain_text("Nothing was written.")
