"""What the operator sets decides over REST: sign-up, who may create; and a session's own password."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from donfra_live.accounts import login_cookie
from donfra_live.settings import Settings
from donfra_live.wiring import Wiring
from tests.rest_client import api_of, api_with, client_of
from tests.world import PASSWORD, STRANGER, World

PLANNED = {"title": "T", "owner_name": "O", "starts_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}
PERSON = {"email": "ada@example.org", "name": "Ada", "password": PASSWORD}


@contextlib.asynccontextmanager
async def place(settings: Settings, **given: str) -> AsyncIterator[tuple[httpx.AsyncClient, Wiring]]:
    """The real parts under these settings, without the media server."""
    wiring = Wiring(settings.model_copy(update=given))
    try:
        app = api_with(wiring.services, wiring.settings, wiring.webhook)
        async with client_of(app) as client:
            yield client, wiring
    finally:
        for part in wiring._to_close:
            await part.close()


async def admins_cookie(wiring: Wiring) -> dict[str, str]:
    """By the setup link that the app prints at its start."""
    links = wiring.services.accounts.links
    key = (await links.offer_setup()).partition("#key=")[2]
    made = await links.setup(STRANGER, key, email="root@example.org", name="Root", password=PASSWORD)
    return {"Cookie": f"{login_cookie.COOKIE}={made.key}"}


async def test_a_closed_place_makes_no_accounts(settings: Settings) -> None:
    async with place(settings, sign_up="closed") as (client, wiring):
        refused = await client.post("/api/accounts", json=PERSON)
        assert (refused.status_code, refused.json()["error"]) == (403, "sign_up_closed")
        assert "operator" in refused.json()["detail"]
        await admins_cookie(wiring)  # the first admin comes in all the same
        entered = await client.post(
            "/api/accounts/login", json={"email": "root@example.org", "password": PASSWORD}
        )
        assert entered.status_code == 200
        assert (await client.post("/api/accounts", json=PERSON)).status_code == 403
    async with place(settings, sign_up="open") as (client, _):
        assert (await client.post("/api/accounts", json=PERSON)).status_code == 201


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("anyone", [(201, ""), (201, ""), (201, "")]),
        ("members", [(401, "not_signed_in"), (201, ""), (201, "")]),
        ("admins", [(401, "not_signed_in"), (403, "not_allowed"), (201, "")]),
    ],
)
async def test_who_may_create(settings: Settings, who: str, expected: list[tuple[int, str]]) -> None:
    """A stranger, a member and an admin ask; a series or one on air at once is no way around."""
    async with place(settings, who_may_create=who) as (client, wiring):
        admin = await admins_cookie(wiring)
        await client.post("/api/accounts", json=PERSON)
        entered = await client.post("/api/accounts/login", json=PERSON)
        member = {"Cookie": f"{login_cookie.COOKIE}={entered.cookies[login_cookie.COOKIE]}"}
        client.cookies.clear()
        for more in ({}, {"rrule": "FREQ=WEEKLY;COUNT=2"}):
            answers = [
                await client.post("/api/live/create", json={**PLANNED, **more}, headers=headers)
                for headers in ({}, member, admin)
            ]
            assert [(a.status_code, a.json().get("error", "")) for a in answers] == expected
        at_once = await client.post("/api/live/create", json={"title": "T", "owner_name": "O"})
        assert at_once.status_code == (503 if who == "anyone" else 401), "no media server runs here"


async def test_a_session_with_a_password_asks_everybody_for_it(world: World, settings: Settings) -> None:
    async with client_of(api_of(world, settings)) as client:
        wish = {"title": "T", "owner_name": "O", "password": "sesame"}
        created = (await client.post("/api/live/create", json=wish)).json()
        facts = (await client.get(f"/api/live/{created['session_id']}")).json()
        assert (facts["has_password"], "sesame" in str(facts)) == (True, False)
        body = {"session_id": created["session_id"], "user_name": "Bob"}
        for given, sentence in (
            ({}, "This session has a password. Type it and try again."),
            ({"password": "sesam"}, "This password is not right. Try again."),
        ):
            refused = await client.post("/api/live/join", json={**body, **given})
            assert (refused.status_code, refused.json()) == (
                401,
                {"error": "password_needed", "detail": sentence},
            )
        joined = await client.post("/api/live/join", json={**body, "password": "sesame"})
        assert (joined.status_code, joined.json()["role"]) == (200, "viewer")
        again = await client.post("/api/live/join", json={**body, "member_key": joined.json()["member_key"]})
        assert again.status_code == 200, "who has a seat is not asked again"
