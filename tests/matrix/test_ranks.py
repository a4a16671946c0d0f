"""Role times role: over whom a moderator may act and which roles he gives, by the services and by REST."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from donfra_live.errors import NotAllowed
from donfra_live.live_sessions.roles import Role
from tests.matrix.table import ABOVE
from tests.world import World, browser

ROLES = [role.value for role in Role]
Ask = Callable[[str, str, dict[str, object]], Awaitable[httpx.Response]]


async def moderator(world: World, sid: str, role: str) -> str:
    """Who acts, and the token that proves him."""
    if role == "host":
        return (await world.join("alice", sid)).token
    return (await world.come("carol", sid, "co_host")).token


def asking(client: httpx.AsyncClient, sid: str, token: str) -> Ask:
    async def ask(method: str, path: str, body: dict[str, object]) -> httpx.Response:
        proof = {"Authorization": f"Bearer {token}"}
        return await client.request(method, f"/api/live/{sid}{path}", json=body, headers=proof)

    return ask


@pytest.mark.parametrize("target", ROLES)
@pytest.mark.parametrize("actor", ["host", "co_host"])
async def test_over_whom(world: World, actor: str, target: str) -> None:
    """Role times role, for every act that needs a higher rank."""
    sid = await world.live("alice")
    me = browser("alice")
    if actor == "co_host":
        await world.come("carol", sid, "co_host")
        me = browser("carol")
    person = await (world.join("alice", sid) if target == "host" else world.come("tom", sid, target))
    who, m = person.member_id, world.moderation
    for act in (
        lambda: m.mute(me, sid, who, source="camera", hold=True),
        lambda: m.allow(me, sid, who, source="camera"),
        lambda: m.set_role(me, sid, who, role=target if target != "host" else "viewer"),
        lambda: m.remove(me, sid, who),
        lambda: m.lift_ban(me, sid, who),
    ):
        if target in ABOVE[actor]:
            await act()
        else:
            with pytest.raises(NotAllowed):
                await act()


@pytest.mark.parametrize("target", ROLES)
@pytest.mark.parametrize("actor", ["host", "co_host"])
async def test_over_whom_by_rest(world: World, client: httpx.AsyncClient, actor: str, target: str) -> None:
    sid = await world.live("alice")
    ask = asking(client, sid, await moderator(world, sid, actor))
    person = await (world.join("alice", sid) if target == "host" else world.come("tom", sid, target))
    member = f"/members/{person.member_id}"
    for method, path, body in (
        ("POST", f"{member}/mute", {"source": "camera", "hold": True}),
        ("DELETE", f"{member}/mute?source=camera", {}),
        ("PATCH", member, {"role": target if target != "host" else "viewer"}),
        ("DELETE", member, {}),
        ("DELETE", f"/bans/{person.member_id}", {}),
    ):
        answer = await ask(method, path, body)
        if target in ABOVE[actor]:
            assert answer.status_code == 200, answer.text
        else:
            assert (answer.status_code, answer.json()["error"]) == (403, "not_allowed"), path
            assert len(answer.json()["detail"]) > 10


@pytest.mark.parametrize("given", ROLES)
@pytest.mark.parametrize("actor", ["host", "co_host"])
async def test_which_roles_are_given_away(world: World, actor: str, given: str) -> None:
    sid = await world.live("alice")
    me = browser("alice")
    if actor == "co_host":
        await world.come("carol", sid, "co_host")
        me = browser("carol")
    tom = await world.come("tom", sid)
    for act in (
        lambda: world.moderation.set_role(me, sid, tom.member_id, role=given),
        lambda: world.invites.create(me, sid, role=given),
    ):
        if given in ABOVE[actor]:
            tom_is = await act()
            assert tom_is.role == given  # type: ignore[attr-defined]
            await world.moderation.set_role(browser("alice"), sid, tom.member_id, role="viewer")
        else:
            with pytest.raises(NotAllowed):
                await act()


@pytest.mark.parametrize("given", ROLES)
@pytest.mark.parametrize("actor", ["host", "co_host"])
async def test_which_roles_are_given_away_by_rest(
    world: World, client: httpx.AsyncClient, actor: str, given: str
) -> None:
    sid = await world.live("alice")
    ask = asking(client, sid, await moderator(world, sid, actor))
    tom = await world.come("tom", sid)
    for method, path in (("PATCH", f"/members/{tom.member_id}"), ("POST", "/invites")):
        answer = await ask(method, path, {"role": given})
        if given in ABOVE[actor]:
            assert (answer.is_success, answer.json()["role"]) == (True, given)
        else:
            assert (answer.status_code, answer.json()["error"]) == (403, "not_allowed"), path
    members = (await ask("GET", "/members", {})).json()["members"]
    (is_now,) = [m["role"] for m in members if m["member_id"] == tom.member_id]
    assert is_now == (given if given in ABOVE[actor] else "viewer")
