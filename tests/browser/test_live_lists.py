"""Own sessions and what is read of them change by themselves, in every browser of one account."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.browser.test_accounts import new_email, sign_in, sign_up
from tests.browser.test_history import section, upload

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]


def create(one: Person, title: str, **fields: Any) -> str:
    """By REST, as this browser."""
    body = {"title": title, "owner_name": "Ada", **fields}
    answer = one.context.request.post(f"{one.base}/api/live/create", data=body)
    assert answer.status == 201, answer.text()
    return str(answer.json()["session_id"])


def end(one: Person, session_id: str) -> None:
    answer = one.context.request.post(f"{one.base}/api/live/end", data={"session_id": session_id})
    assert answer.ok, answer.text()


def in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def test_one_account_in_two_browsers(person: Somebody, serving: Serving) -> None:
    here, there, email = person(), person(), new_email()
    sign_up(here, "Ada", email)
    sign_in(there, email)
    there.page.wait_for_url(re.compile(r"/live/?$"))
    mine = there.page.get_by_role("region", name="My sessions")
    expect(mine).to_contain_text("Sessions that you create, host or join stand here.")

    ended = create(here, "Algebra")
    expect(mine.get_by_role("listitem").filter(has_text="Algebra")).to_contain_text("On air")
    end(here, ended)
    expect(mine.get_by_role("heading", name="Past")).to_be_visible()
    expect(mine.get_by_role("listitem").filter(has_text="Algebra").locator("time")).to_be_visible()
    planned = create(here, "Geometry", starts_at=in_days(3))
    expect(mine.get_by_role("listitem").filter(has_text="Geometry")).to_contain_text("Planned")
    look(there.page, "live-own")

    reader = there.context.new_page()
    reader.goto(f"{serving.url}/live/{planned}")
    expect(reader.get_by_role("heading", name="Geometry")).to_be_visible()
    assert here.context.request.delete(f"{serving.url}/api/live/{planned}").ok
    expect(mine.get_by_text("Geometry")).to_have_count(0)
    expect(reader.get_by_text("This session was deleted. Nothing of it is left.")).to_be_visible()
    look(reader, "deleted")
    reader.close()

    for one in (here, there):
        one.page.goto(f"{serving.url}/live/{ended}")
        expect(section(one, "Who was there")).to_be_visible(timeout=15_000)
    upload(here, "Name;E-mail\nMissing;missing@example.org\n")
    for one in (here, there):
        expect(section(one, "Who was there")).to_contain_text("Missing")


def test_more_than_a_page_of_own_sessions(person: Somebody) -> None:
    host = person()
    host.page.goto(f"{host.base}/live")
    for n in range(12):
        create(host, f"Lesson {n}", starts_at=in_days(n + 1))
    mine = host.page.get_by_role("region", name="My sessions")
    items = mine.get_by_role("listitem")
    expect(items).to_have_count(10)
    expect(items.first).to_contain_text("Lesson 0")
    look(host.page, "live-many")
    mine.get_by_role("button", name="Show more", exact=True).click()
    expect(items).to_have_count(12)
    expect(mine.get_by_role("button", name="Show more", exact=True)).to_have_count(0)
    create(host, "One more", starts_at=in_days(40))
    expect(items).to_have_count(13)
