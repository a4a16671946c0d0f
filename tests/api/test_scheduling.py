"""Dates and series over REST: what was asked for comes back, is changed, called off, and stands in files."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from icalendar import Calendar, Event

from donfra_live.settings import Settings
from tests.rest_client import api_of, client_of
from tests.world import World

PLAN = {
    "title": "Algebra",
    "owner_name": "Alice",
    "description": "Bring a ruler.",
    "starts_at": "2026-11-26T10:00",
    "duration_minutes": 45,
    "timezone": "Europe/Berlin",
}
DATES = [f"2026-{day}T09:00:00Z" for day in ("11-26", "12-03", "12-10")]


@pytest.fixture
async def client(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(api_of(world, settings)) as client:
        yield client


async def create(client: httpx.AsyncClient, **more: object) -> dict[str, Any]:
    answer = await client.post("/api/live/create", json={**PLAN, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def events(answer: httpx.Response) -> list[Event]:
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return [part for part in found if isinstance(part, Event)]


async def test_a_planned_session_comes_back_as_asked_for(client: httpx.AsyncClient) -> None:
    made = await create(client)
    assert (made["status"], made["starts_at"], made["ends_at"]) == (
        "scheduled",
        "2026-11-26T09:00:00Z",
        "2026-11-26T09:45:00Z",
    )
    assert (made["host_token"], made["series_id"], made["series_url"]) == ("", "", "")
    path = f"/api/live/{made['session_id']}"
    facts = (await client.get(path)).json()
    assert facts["description"] == "Bring a ruler."
    assert (facts["starts_at"], facts["ends_at"]) == ("2026-11-26T09:00:00Z", "2026-11-26T09:45:00Z")
    assert (facts["timezone"], facts["opens_at"]) == ("Europe/Berlin", "2026-11-26T08:45:00Z")
    (event,) = events(await client.get(f"{path}/calendar.ics"))
    assert event.decoded("dtstart") == datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    assert str(event["summary"]) == "Algebra"
    assert "Bring a ruler." in str(event["description"])


async def test_a_planned_session_is_changed_and_called_off(client: httpx.AsyncClient) -> None:
    made = await create(client)
    path, key = f"/api/live/{made['session_id']}", {"host_key": made["host_key"]}
    wish = {"starts_at": "2026-11-27T18:00", "timezone": "America/New_York", "duration_minutes": 30}
    changed = (await client.patch(path, json={**wish, **key})).json()
    assert (changed["starts_at"], changed["ends_at"]) == ("2026-11-27T23:00:00Z", "2026-11-27T23:30:00Z")
    assert (await client.get(path)).json()["timezone"] == "America/New_York"
    assert (await client.post(f"{path}/cancel", json={})).status_code == 401
    assert (await client.post(f"{path}/cancel", json=key)).json()["status"] == "cancelled"
    (event,) = events(await client.get(f"{path}/calendar.ics"))
    assert str(event["status"]) == "CANCELLED"
    refused = await client.post("/api/live/join", json={"session_id": made["session_id"], "user_name": "Bob"})
    assert (refused.status_code, refused.json()["error"]) == (409, "session_cancelled")


async def test_a_series_has_a_link_and_dates_of_its_own(client: httpx.AsyncClient) -> None:
    made = await create(client, rrule="FREQ=WEEKLY;COUNT=4", exceptions=["2026-12-17"])
    assert made["series_url"] == f"http://localhost:8080/series/{made['series_id']}"
    path, key = f"/api/series/{made['series_id']}", {"host_key": made["host_key"]}
    series = (await client.get(path)).json()
    assert (series["rrule"], series["exceptions"]) == ("FREQ=WEEKLY;COUNT=4", ["2026-12-17"])
    assert (series["title"], series["description"]) == ("Algebra", "Bring a ruler.")
    assert (series["first_at"], series["duration_minutes"], series["timezone"]) == (
        DATES[0],
        45,
        "Europe/Berlin",
    )
    assert [one["starts_at"] for one in series["coming"]] == DATES
    assert series["current"]["session_id"] == made["session_id"]
    assert {one["series_id"] for one in series["coming"]} == {made["series_id"]}
    assert len({one["session_id"] for one in series["coming"]}) == 3

    wish = {"title": "Geometry", "duration_minutes": 60, "exceptions": []}
    assert (await client.patch(path, json=wish)).status_code == 401
    changed = (await client.patch(path, json={**wish, **key})).json()
    assert [one["title"] for one in changed["coming"]] == ["Geometry"] * 4
    assert changed["coming"][0]["ends_at"] == "2026-11-26T10:00:00Z"
    assert changed["ask_consent"] is False
    asked = (await client.patch(path, json={"ask_consent": True, **key})).json()
    assert (asked["ask_consent"], [one["ask_consent"] for one in asked["coming"]]) == (True, [True] * 4)
    for wrong in ("yes", 1, [True]):
        assert (await client.patch(path, json={"ask_consent": wrong, **key})).status_code == 422
    assert (await client.get(path)).json()["ask_consent"] is True
    (event,) = events(await client.get(f"{path}/calendar.ics"))
    assert (str(event["summary"]), event["rrule"].to_ical()) == ("Geometry", b"FREQ=WEEKLY;COUNT=4")

    second = changed["coming"][1]["session_id"]
    assert (await client.post(f"/api/live/{second}/cancel", json=key)).json()["status"] == "cancelled"
    left = (await client.get(path)).json()
    assert [one["starts_at"] for one in left["coming"]] == [DATES[0], DATES[2], "2026-12-17T09:00:00Z"]
    assert (await client.post(f"{path}/cancel", json={})).status_code == 401
    over = (await client.post(f"{path}/cancel", json=key)).json()
    assert (over["cancelled"], over["coming"]) == (True, [])
    (event,) = events(await client.get(f"{path}/calendar.ics"))
    assert str(event["status"]) == "CANCELLED"


@pytest.mark.parametrize(
    "wrong",
    [
        {"rrule": "FREQ=SECONDLY"},
        {"starts_at": "tomorrow"},
        {"timezone": "Mars/Base"},
        {"duration_minutes": 0},
        {"rrule": "FREQ=WEEKLY", "exceptions": ["never"]},
    ],
)
async def test_a_plan_that_is_none_is_refused_in_words(
    client: httpx.AsyncClient, wrong: dict[str, object]
) -> None:
    answer = await client.post("/api/live/create", json={**PLAN, **wrong})
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_input")
    assert len(answer.json()["detail"]) > 10
