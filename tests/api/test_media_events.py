"""LiveKit's webhooks as they come in: only signed ones count, each once, stored before the answer."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from livekit import api
from sqlmodel import select

from donfra_live.models import WebhookEvent
from donfra_live.settings import Settings
from donfra_live.wiring import Wiring
from tests.rest_client import api_with, client_of
from tests.world import browser

KEY, SECRET = "APIevents", "e" * 40


@pytest.fixture
async def wiring(settings: Settings) -> AsyncIterator[Wiring]:
    """The real parts, with a media server of others that nobody has to ask."""
    given = {
        "livekit_server_url": "http://127.0.0.1:9",
        "livekit_api_key": KEY,
        "livekit_api_secret": SECRET,
    }
    wiring = Wiring(settings.model_copy(update=given))
    yield wiring
    await wiring._tasks.settled()
    for part in wiring._to_close:
        await part.close()


@pytest.fixture
async def session(wiring: Wiring) -> str:
    """Of one that is not there nothing is kept anyway."""
    created = await wiring.services.sessions.create(browser("alice"), title="Algebra", owner_name="Alice")
    return created.facts.id


@pytest.fixture
async def client(wiring: Wiring) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(api_with(wiring.services, wiring.settings, wiring.webhook)) as client:
        yield client


def event(name: str, session: str) -> str:
    return json.dumps({"event": "room_started", "id": name, "room": {"name": session}})


def signature(body: str, key: str = KEY, secret: str = SECRET) -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    return {"Authorization": api.AccessToken(key, secret).with_sha256(digest).to_jwt()}


async def tell(client: httpx.AsyncClient, body: str, headers: dict[str, str]) -> httpx.Response:
    return await client.post("/api/livekit/webhook", content=body, headers=headers)


async def stored(wiring: Wiring) -> list[str]:
    async with wiring.db.reading() as db:
        return sorted((await db.scalars(select(WebhookEvent.id))).all())


async def test_a_signed_event_is_stored_once_however_often_it_comes(
    client: httpx.AsyncClient, wiring: Wiring, session: str
) -> None:
    for name in ("EV_1", "EV_1", "EV_2"):
        body = event(name, session)
        assert (await tell(client, body, signature(body))).status_code == 200
        assert name in await stored(wiring)
    assert await stored(wiring) == ["EV_1", "EV_2"]


async def test_what_our_media_server_did_not_sign_is_refused_and_not_kept(
    client: httpx.AsyncClient, wiring: Wiring, session: str
) -> None:
    body, other = event("EV_1", session), event("EV_2", session)
    person = api.AccessToken(KEY, SECRET).with_identity("p-1").with_grants(api.VideoGrants(room_list=True))
    for sent, headers in (
        (body, {}),
        (body, {"Authorization": "nonsense"}),
        (body, {"Authorization": person.to_jwt()}),
        (body, signature(body, secret="x" * 40)),
        (body, signature(body, key="APIother")),
        (other, signature(body)),
        ("", signature("")),
        ("{", signature("{")),
    ):
        answer = await tell(client, sent, headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "no_proof"), (sent, headers)
    assert await stored(wiring) == []
