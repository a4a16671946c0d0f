"""A series' id is good wherever people come in: it leads to the date on air, else to the next one."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from reflex.istate.data import RouterData

from donfra_live.errors import NotFound, PasswordNeeded, Removed, SessionCancelled
from donfra_live.settings import Settings
from donfra_live.ui import services
from donfra_live.ui.session.state import SessionState
from tests.rest_client import api_of, client_of
from tests.world import World, browser

ALICE = browser("alice")


@pytest.fixture
async def client(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(api_of(world, settings)) as client:
        yield client


async def come(client: httpx.AsyncClient, path: str, session_id: str) -> tuple[int, dict[str, Any]]:
    body = {"session_id": session_id, "user_name": "Bob"}
    answer = await client.post(f"/api/live/{path}", json=body)
    return answer.status_code, answer.json()


async def test_people_come_in_by_the_id_of_a_series(world: World, client: httpx.AsyncClient) -> None:
    made = await world.series("FREQ=WEEKLY;COUNT=2")
    series, first = made.facts.series_id, made.facts.id
    assert (await client.get(f"/api/live/{series}")).json()["session_id"] == first, "the next one"
    status, told = await come(client, "join", series)
    assert (status, told["error"]) == (409, "not_open_yet")
    await world.sessions.go_live(ALICE, first)
    for path in ("join", "arrival", "enter"):
        status, told = await come(client, path, series)
        assert (status, told["session_id"]) == (200, first), path
    assert told["role"] == "viewer", "and nobody's seat"
    await world.sessions.end(ALICE, first)
    facts = (await client.get(f"/api/live/{series}")).json()
    assert (facts["starts_at"], facts["status"]) == ("2026-12-03T09:00:00Z", "scheduled")
    await world.scheduling.series.cancel(ALICE, series)
    status, told = await come(client, "join", series)
    assert (status, told["error"]) == (409, "session_ended"), "the last one that was held"


async def test_a_series_opens_no_door_that_its_date_keeps_shut(world: World) -> None:
    made = await world.series(password="sesame")
    series, first = made.facts.series_id, made.facts.id
    await world.sessions.go_live(ALICE, first)
    with pytest.raises(PasswordNeeded):
        await world.knock("bob", series)
    bob = await world.join("bob", series, password="sesame")
    assert bob.session_id == first
    await world.moderation.remove(ALICE, first, bob.member_id)
    for call in (world.knock("bob", series), world.admissions.arrive(browser("bob"), series)):
        with pytest.raises(Removed):
            await call
    # what is done to one session needs its own id
    for act in (world.sessions.end, world.retention.delete, world.moderation.members):
        with pytest.raises(NotFound):
            await act(ALICE, series)


async def test_a_series_called_off_says_so(world: World) -> None:
    made = await world.series()
    await world.scheduling.series.cancel(ALICE, made.facts.series_id)
    with pytest.raises(SessionCancelled):
        await world.knock("bob", made.facts.series_id)


async def test_the_page_of_a_series_id_leads_on(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await world.series()
    monkeypatch.setattr(services, "_installed", world.services(settings))
    for given, leads_on in ((made.facts.series_id, True), (made.facts.id, False), ("x", False)):
        page: Any = SessionState(_reflex_internal_init=True)  # type: ignore[call-arg]
        page.router = RouterData.from_router_data({"headers": {}, "ip": "127.0.0.1", "token": "t"})
        monkeypatch.setattr(SessionState, "session_id", given, raising=False)
        led = await SessionState.load.fn(page)  # type: ignore[attr-defined]
        assert (f"/live/{made.facts.id}" in str(led)) == leads_on
        assert page.card["id"] == (made.facts.id if given != "x" else "")
