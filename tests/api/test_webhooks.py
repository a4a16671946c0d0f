"""Webhooks over REST: for admins only, the secret once, and nothing that is no input."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from donfra_live.live_sessions.views import Actor
from donfra_live.outgoing.delivering import Delivering
from donfra_live.outgoing.rules import EventKind
from donfra_live.settings import Settings
from donfra_live.webhook_sender import HttpSender
from tests.outgoing.receiver import Receiver
from tests.rest_client import api_of, client_of
from tests.world import World, browser

HOOK = {"url": "https://lms.example.org/hook?token=hidden"}


@pytest.fixture
async def client(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(api_of(world, settings)) as client:
        yield client


async def token_of(world: World, who: str, *, admin: bool = False) -> dict[str, str]:
    """The header of somebody with an API token."""
    await world.account(who, admin=admin)
    made = await world.accounts.tokens.create(await world.signed_in(who), "test")
    return {"Authorization": f"Bearer {made.token}"}


@pytest.fixture
async def admin(world: World) -> dict[str, str]:
    return await token_of(world, "root", admin=True)


async def test_the_life_of_a_webhook(client: httpx.AsyncClient, admin: dict[str, str]) -> None:
    made = await client.post("/api/webhooks", json=HOOK, headers=admin)
    assert made.status_code == 201
    told = made.json()
    assert told["secret"].startswith("whsec_")
    assert (told["enabled"], told["events"]) == (True, [kind.value for kind in EventKind])
    path = f"/api/webhooks/{told['webhook_id']}"
    changed = await client.patch(path, json={"events": ["session.ended"], "enabled": False}, headers=admin)
    assert (changed.json()["events"], changed.json()["enabled"]) == (["ended"], False)
    listed = await client.get("/api/webhooks", headers=admin)
    assert [hook["webhook_id"] for hook in listed.json()["webhooks"]] == [told["webhook_id"]]
    for answer in (changed, listed):
        assert told["secret"] not in answer.text
    assert (await client.delete(path, headers=admin)).status_code == 204
    assert (await client.delete(path, headers=admin)).status_code == 404
    assert (await client.get("/api/webhooks", headers=admin)).json() == {"webhooks": []}


async def test_the_log_and_sending_again(
    world: World, client: httpx.AsyncClient, admin: dict[str, str]
) -> None:
    world.webhooks._private = True
    delivering = Delivering(world.db, HttpSender(private=True), world.clock)
    async with Receiver(status=500).open() as receiver:
        made = (await client.post("/api/webhooks", json={"url": receiver.url}, headers=admin)).json()
        sid = await world.live()
        await delivering.round()
        await delivering.settled()
        path = f"/api/webhooks/{made['webhook_id']}/deliveries"
        log: list[dict[str, Any]] = (await client.get(path, headers=admin)).json()["deliveries"]
        assert {entry["event"] for entry in log} == {"created", "started"}
        assert {(e["state"], e["tries"], e["status"], e["session_id"]) for e in log} == {
            ("waiting", 1, 500, sid)
        }
        assert {entry["event_id"] for entry in log} == {got.headers["webhook-id"] for got in receiver.got}
        receiver.status = 200
        again = await client.post(f"{path}/{log[0]['delivery_id']}/again", headers=admin)
        assert (again.status_code, again.json()["tries"]) == (202, 0)
        await delivering.round()
        await delivering.settled()
        states = {
            e["delivery_id"]: e["state"] for e in (await client.get(path, headers=admin)).json()["deliveries"]
        }
        assert states.pop(log[0]["delivery_id"]) == "delivered"
        assert set(states.values()) == {"waiting"}
        await client.patch(f"/api/webhooks/{made['webhook_id']}", json={"enabled": False}, headers=admin)
        off = await client.post(f"{path}/{log[0]['delivery_id']}/again", headers=admin)
        assert off.status_code == 409
    await delivering.close()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": ""},
        {"url": "http://127.0.0.1/"},
        {"url": "http://169.254.169.254/latest"},
        {"url": 7},
        {**HOOK, "events": ["begun"]},
        {**HOOK, "events": "ended"},
        {**HOOK, "enabled": "yes"},
    ],
)
async def test_no_webhooks(client: httpx.AsyncClient, admin: dict[str, str], body: dict[str, object]) -> None:
    answer = await client.post("/api/webhooks", json=body, headers=admin)
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_input")


async def test_everybody_else_is_refused(
    world: World, client: httpx.AsyncClient, admin: dict[str, str]
) -> None:
    hook = (await client.post("/api/webhooks", json=HOOK, headers=admin)).json()["webhook_id"]
    ada = await token_of(world, "ada")
    for headers, expected in (({}, 401), (ada, 403)):
        for method, path in (
            ("POST", ""),
            ("GET", ""),
            ("PATCH", f"/{hook}"),
            ("DELETE", f"/{hook}"),
            ("GET", f"/{hook}/deliveries"),
            ("POST", f"/{hook}/deliveries/x/again"),
        ):
            body = HOOK if method in {"POST", "PATCH"} else None
            answer = await client.request(method, f"/api/webhooks{path}", json=body, headers=headers)
            assert (answer.status_code, hook in answer.text) == (expected, False), (method, path)
    assert len(await world.webhooks.list(await admin_actor(world))) == 1


async def admin_actor(world: World) -> Actor:
    return await world.signed_in("root")


async def test_export_and_delete_over_rest(world: World, client: httpx.AsyncClient) -> None:
    made = (await client.post("/api/live/create", json={"title": 'A "title"', "owner_name": "Alice"})).json()
    path, key = f"/api/live/{made['session_id']}", {"Authorization": f"Bearer {made['host_key']}"}
    for way in ("export.zip", "export"):
        answer = await client.get(f"{path}/{way}", headers=key)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
        assert answer.headers["content-disposition"] == 'attachment; filename="A-title.zip"'
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert answer.content[:2] == b"PK"
    assert (await client.get(f"{path}/export.zip")).status_code == 401
    assert (await client.delete(path, headers=key)).json()["error"] == "still_live"
    changed = await client.patch(path, json={"keep_days": 30}, headers=key)
    assert changed.json()["keep_days"] == 30
    assert (await client.patch(path, json={"keep_days": 0}, headers=key)).status_code == 422
    body = {"session_id": made["session_id"], "host_key": made["host_key"]}
    assert (await client.post("/api/live/end", json=body)).status_code == 200
    gone = await client.request("DELETE", path, json={"host_key": made["host_key"]})
    assert (gone.status_code, gone.json()["deleted"] > 1) == (200, True)
    for method in ("GET", "DELETE", "PATCH"):
        assert (await client.request(method, path, json={"chat": "off"}, headers=key)).status_code == 404


async def test_a_persons_data_over_rest(
    world: World, client: httpx.AsyncClient, admin: dict[str, str]
) -> None:
    ada = await token_of(world, "ada")
    me = (await client.get("/api/accounts/me", headers=ada)).json()["account_id"]
    for headers, path, status in (
        (ada, "me", 200),
        (admin, me, 200),
        ({}, "me", 401),
        (ada, me, 403),
        (admin, "nobody", 404),
    ):
        answer = await client.get(f"/api/accounts/{path}/export", headers=headers)
        assert answer.status_code == status
        assert (answer.headers["content-type"] == "application/zip") == (status == 200)


async def test_another_sites_page_downloads_nothing(world: World, client: httpx.AsyncClient) -> None:
    sid = await world.live()
    cookie = {"Cookie": "donfra_browser=x", "Origin": "https://evil.example"}
    assert (await client.get(f"/api/live/{sid}/export.zip", headers=cookie)).status_code == 403
    assert (await world.sessions.lists(browser("alice"))).mine
