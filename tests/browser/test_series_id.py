"""A series' id in a browser: as a link, and typed into the join form, it leads to the date that is on air."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.browser.test_scheduling import ask, plan

pytestmark = [pytest.mark.browser, pytest.mark.livekit]


def test_the_id_of_a_series_leads_into_its_date(person: Callable[..., Person], serving: Serving) -> None:
    made = plan(serving, timedelta(minutes=5), rrule="FREQ=DAILY;COUNT=3", title="Daily")
    here = f"{serving.url}/live/{made['session_id']}"
    early, late = person(), person()
    early.page.goto(f"{serving.url}/live/{made['series_id']}")
    early.page.wait_for_url(here)
    expect(early.page.get_by_role("heading", name="Daily")).to_be_visible()
    ask(serving, "POST", f"/api/live/{made['session_id']}/start", made)
    late.join(f"/live/{made['series_id']}", "Lee")
    late.sees_room()
    late.page.wait_for_url(here)
    typed = person()
    typed.join(f"/live?session_id={made['series_id']}", "Tess")
    typed.sees_room()
    typed.page.wait_for_url(here)
    late.counts(2)
