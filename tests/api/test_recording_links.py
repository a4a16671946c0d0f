"""Links to a recording over REST: the cookie that opening one gives, and what ends it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from donfra_live.settings import Settings
from tests.matrix.scene import browser_key, browser_of
from tests.recordings.films import record
from tests.rest_client import api_of, client_of
from tests.world import World

HOST = {"Cookie": f"donfra_browser={browser_key('host')}"}


@pytest.fixture
async def client(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Of somebody who is nobody there; who asks as the host says so."""
    async with client_of(api_of(world, settings), path="/api") as client:
        yield client


@pytest.fixture
async def film(world: World) -> str:
    """The path of a recording that is ready."""
    host = browser_of("host")
    created = await world.sessions.create(host, title="Algebra", owner_name="Host", on_air=True)
    return f"/recordings/{await record(world, host, created.facts.id)}"


async def make(client: httpx.AsyncClient, film: str, days: int = 7) -> tuple[str, str]:
    """(secret, path) of a link."""
    answer = await client.post(f"{film}/links", json={"days": days}, headers=HOST)
    assert answer.status_code == 201, answer.text
    address, _, token = answer.json()["url"].partition("#watch=")
    assert address.startswith("http://localhost:8080/live/")
    return token, f"{film}/links/{answer.json()['link_id']}"


async def test_opening_one_gives_a_cookie_for_this_recording(client: httpx.AsyncClient, film: str) -> None:
    token, _ = await make(client, film)
    assert (await client.get(f"{film}/file")).status_code == 401
    opened = await client.post("/recordings/watch", json={"token": token})
    assert (opened.status_code, opened.json()["own"]) == (200, False)
    cookie = opened.headers["set-cookie"]
    assert cookie.endswith(f"; Path=/api{film}; HttpOnly; SameSite=Lax")
    about = (await client.get(f"{film}/watching")).json()
    assert (about["session_title"], about["seconds"], about["markers"]) == ("Algebra", 2.5, [])
    assert "Host" not in str(about), "names of people are not told"
    piece = await client.get(f"{film}/file", headers={"Range": "bytes=1-2"})
    assert (piece.status_code, piece.content) == (206, b"il")
    assert piece.headers["cache-control"] == "private, no-store"
    kept = await client.get(f"{film}/file?download=true")
    assert (kept.status_code, kept.json()["error"]) == (403, "not_allowed")
    for more in (film, f"{film}/links", "/recordings"):
        answer = await client.get(more)
        assert answer.status_code == 401 or answer.json()["recordings"] == []


async def test_the_next_piece_is_refused_once_it_was_taken_back(client: httpx.AsyncClient, film: str) -> None:
    token, path = await make(client, film)
    await client.post("/recordings/watch", json={"token": token})
    assert (await client.get(f"{film}/file", headers={"Range": "bytes=0-1"})).status_code == 206
    assert (await client.delete(path, headers=HOST)).status_code == 204
    for address in (f"{film}/file", f"{film}/watching"):
        refused = await client.get(address, headers={"Range": "bytes=2-3"})
        assert (refused.status_code, refused.json()["error"]) == (403, "link_not_valid")
        assert "revoked" in refused.json()["detail"]
    (listed,) = (await client.get(f"{film}/links", headers=HOST)).json()["links"]
    assert (listed["revoked"], listed["opened"], listed["made_by"]) == (True, 1, "Host")
    assert set(listed) == {"link_id", "made_by", "created_at", "expires_at", "revoked", "opened"}


async def test_it_ends_at_its_time(world: World, client: httpx.AsyncClient, film: str) -> None:
    token, _ = await make(client, film, 1)
    await client.post("/recordings/watch", json={"token": token})
    world.clock.time += timedelta(days=1)
    refused = await client.get(f"{film}/file")
    assert (refused.status_code, refused.json()["error"]) == (403, "link_not_valid")
    assert "valid until" in refused.json()["detail"]


async def test_the_host_gets_no_cookie(client: httpx.AsyncClient, film: str) -> None:
    token, _ = await make(client, film, 0)
    opened = await client.post("/recordings/watch", json={"token": token}, headers=HOST)
    assert opened.json()["own"]
    assert "set-cookie" not in opened.headers


@pytest.mark.parametrize("token", ["", "x" * 43, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")])
async def test_what_is_no_link(client: httpx.AsyncClient, film: str, token: str) -> None:
    refused = await client.post("/recordings/watch", json={"token": token})
    assert (refused.status_code, refused.json()["error"]) == (403, "link_not_valid")
    assert "set-cookie" not in refused.headers


async def test_over_https_the_cookie_is_for_https_only(world: World, settings: Settings, film: str) -> None:
    made = await world.links.create(browser_of("host"), film.rpartition("/")[2])
    app = api_of(world, settings.model_copy(update={"public_url": "https://live.example.org"}))
    async with client_of(app, path="/api") as client:
        opened = await client.post("/recordings/watch", json={"token": made.token})
    assert opened.headers["set-cookie"].endswith("; Secure")
