"""Every kind of person times every route: 2xx, 401 for who proves nothing, else 403 with a sentence."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from donfra_live.api.app import PARTS
from tests.matrix.rest import ELSEWHERE, MORE, PLACE, SPECIAL, Answer, Row
from tests.matrix.scene import Scene, browser_of, prepare, set_scene
from tests.matrix.table import ACTS, KINDS, OTHERS, Act
from tests.world import World

NO_ROLE = set(OTHERS)
REFUSALS = {
    **dict.fromkeys(("stranger", "account", "admin"), (401, "no_proof")),
    "removed": (403, "removed"),
}


def filled(scene: Scene, body: dict[str, object]) -> dict[str, object]:
    return {key: scene.fill(value) if isinstance(value, str) else value for key, value in body.items()}


async def ask(
    client: httpx.AsyncClient, scene: Scene, kind: str, method: str, path: str, body: dict[str, object] | None
) -> httpx.Response:
    json: Any = None if body is None else filled(scene, body)
    return await client.request(method, scene.fill(path), json=json, headers=scene.headers(kind))


def told(answer: httpx.Response) -> Answer:
    """As the table writes it."""
    if answer.is_success:
        return answer.status_code, "", ""
    refusal = answer.json()
    return answer.status_code, refusal["error"], refusal["detail"]


def test_every_route_has_a_row_or_a_reason() -> None:
    there = {
        f"{method} {route.path}"
        for part in PARTS
        for route in part.router.routes
        for method in route.methods  # type: ignore[attr-defined]
    }
    assert there == {act.route for act in ACTS} | set(SPECIAL) | {row.route for row in PLACE} | set(ELSEWHERE)
    for reason in ELSEWHERE.values():
        if ": " in reason:
            assert (Path(__file__).parents[2] / reason.partition(": ")[2]).is_file()


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
async def test_a_refusal_is_a_clear_403(world: World, client: httpx.AsyncClient, act: Act) -> None:
    scene = await prepare(world, act)
    path = act.full_path(scene.session_id)
    for kind in set(KINDS) - set(act.allowed()):
        answer = await ask(client, scene, kind, act.method, path, act.body)
        status, word, sentence = told(answer)
        assert (status, word) == REFUSALS.get(kind, (403, "not_allowed")), kind
        assert len(sentence) > 10


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
async def test_who_may_gets_an_answer(world: World, client: httpx.AsyncClient, act: Act) -> None:
    for kind in act.allowed():
        scene = await prepare(world, act)
        path = act.full_path(scene.session_id)
        answer = await ask(client, scene, kind, act.method, path, act.body)
        assert answer.status_code in {200, 201, 202, 204}, (kind, answer.text)


BODIES: dict[str, dict[str, object]] = {
    "POST /api/live/create": {"title": "T", "owner_name": "Somebody"},
    "POST /api/live/end": {"session_id": "{session}"},
    "POST /api/live/join": {"session_id": "{session}", "user_name": "Somebody"},
    "POST /api/live/enter": {"session_id": "{session}", "user_name": "Somebody"},
    "POST /api/live/arrival": {"session_id": "{session}"},
    "POST /api/live/{session_id}/start": {},
    "POST /api/live/{session_id}/cancel": {},
    "POST /api/live/{session_id}/waiting/leave": {},
    "POST /api/live/{session_id}/quality": {"identity": "{own}"},
}


@pytest.mark.parametrize("route", list(SPECIAL))
async def test_routes_for_which_more_than_a_role_decides(
    world: World, client: httpx.AsyncClient, route: str
) -> None:
    world.admissions._arrivals_per_session = 100
    scene = await set_scene(world)
    for kind, expected in SPECIAL[route].items():
        scene.ids["session"] = scene.session_id
        scene.ids["own"] = (scene.bearers[kind].split("|") + ["none"])[1]
        method, _, path = route.partition(" ")
        path = path.replace("{session_id}", scene.session_id).replace("{waiting_id}", scene.ids["wanda"])
        answer = await ask(client, scene, kind, method, path, BODIES.get(route))
        assert told(answer) == expected, kind
        if answer.is_success:
            scene = await set_scene(world)


@pytest.mark.parametrize("row", [*PLACE, *MORE], ids=str)
async def test_routes_about_accounts_and_the_whole_place(
    world: World, client: httpx.AsyncClient, row: Row
) -> None:
    method, _, route = row.route.partition(" ")
    scene = await set_scene(world)
    for kind, expected in row.answers.items():
        client.cookies.clear()
        answer = await ask(client, scene, kind, method, row.path or route, row.body)
        assert told(answer) == expected, kind
        if answer.is_success and method != "GET":
            scene = await set_scene(world)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_session_that_is_over_is_deleted_by_its_host_and_by_an_admin(
    world: World, client: httpx.AsyncClient, kind: str
) -> None:
    expected = {**SPECIAL["DELETE /api/live/{session_id}"], **dict.fromkeys(("host", "admin"), (200, "", ""))}
    scene = await set_scene(world)
    await world.sessions.end(browser_of("host"), scene.session_id)
    path = f"/api/live/{scene.session_id}"
    answer = await ask(client, scene, kind, "DELETE", path, None)
    assert told(answer) == expected[kind]
    assert (await client.get(path)).status_code == (404 if answer.is_success else 200)


@pytest.mark.parametrize("kind", KINDS)
async def test_entering_by_the_browsers_cookie_gives_ones_own_seat(
    world: World, client: httpx.AsyncClient, kind: str
) -> None:
    scene = await set_scene(world)
    claims = {"is_host": True, "role": "host", "host_key": scene.host_key}
    answer = await client.post(
        "/api/live/enter",
        json={"session_id": scene.session_id, "user_name": kind.title(), **claims},
        headers={"Cookie": scene.cookie(kind)},
    )
    if kind in NO_ROLE:
        assert answer.status_code == (403 if kind == "removed" else 202), answer.text
        return
    role = "viewer" if kind == "on_stage" else kind
    assert answer.json()["role"] == role, "a ticket gave more than one's seat"
    assert answer.json()["access_token"].endswith("|plain"), "a page's token administers"


@pytest.mark.parametrize("kind", ["host", "co_host", "viewer", "removed", "waiting", "stranger"])
async def test_cookie_bearer_and_key_in_the_body_say_the_same(
    world: World, client: httpx.AsyncClient, kind: str
) -> None:
    expected = {"host": 200, "co_host": 200, "stranger": 401}.get(kind, 403)
    scene = await set_scene(world)
    path = f"/api/live/{scene.session_id}"
    bearer = await ask(client, scene, kind, "PATCH", path, {"slow_mode_seconds": 1})
    assert bearer.status_code == expected
    cookie = await client.patch(path, json={"slow_mode_seconds": 2}, headers={"Cookie": scene.cookie(kind)})
    # who waits has no seat yet, so his browser proves nothing
    assert cookie.status_code == (401 if kind == "waiting" else expected)
    if kind == "host":
        body = {"slow_mode_seconds": 3, "host_key": scene.host_key}
        assert (await client.patch(path, json=body)).status_code == 200
    assert (await client.patch(path, json={"slow_mode_seconds": 3, "host_key": "x"})).status_code == 403


async def test_a_role_named_in_the_body_or_address_changes_nothing(
    world: World, client: httpx.AsyncClient
) -> None:
    scene = await set_scene(world)
    for body in ({"role": "host", "is_host": True}, {"permissions": ["end"]}, {"as_host": True}):
        path = f"/api/live/{scene.session_id}?role=host&is_host=true"
        answer = await ask(client, scene, "viewer", "PATCH", path, {"chat": "off", **body})
        assert answer.status_code == 403
