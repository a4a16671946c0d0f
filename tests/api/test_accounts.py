"""Accounts over REST and by the pages' forms: cookies, tokens, who may what, forged forms."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from donfra_live.accounts import login_cookie
from donfra_live.api.shell import Shell
from donfra_live.browser_key import COOKIE, FORM_COOKIE, form_key, hash_of
from donfra_live.live_sessions.creating import WhoMayCreate
from donfra_live.settings import Settings
from tests.rest_client import ORIGIN, api_of, client_of
from tests.world import PASSWORD, World

ADA = {"email": "ada@example.org", "name": "Ada", "password": PASSWORD}
NEW = "a new and longer one"


@pytest.fixture
def app(world: World, settings: Settings) -> Shell:
    return Shell(api_of(world, settings), settings, world.tokens.server_url, (), ())


@pytest.fixture
async def client(app: Shell) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


async def sign_up(client: httpx.AsyncClient, **more: str) -> dict[str, Any]:
    answer = await client.post("/api/accounts", json={**ADA, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def login(client: httpx.AsyncClient, **more: str) -> httpx.Response:
    answer = await client.post("/api/accounts/login", json={**ADA, **more})
    assert answer.status_code == 200, answer.text
    return answer


async def become_admin(world: World, client: httpx.AsyncClient) -> None:
    await world.account("root", admin=True)
    await login(client, email="root@example.org")


async def test_signing_up_makes_an_account_and_signs_nobody_in(client: httpx.AsyncClient) -> None:
    made = await sign_up(client)
    assert (made["email"], made["name"], made["role"]) == ("ada@example.org", "Ada", "member")
    assert made["account_id"]
    assert "password" not in str(made).replace("has_password", "")
    assert (await client.get("/api/accounts/me")).json()["error"] == "not_signed_in"
    again = await client.post("/api/accounts", json={**ADA, "email": "ADA@example.org"})
    assert (again.status_code, again.json()["error"]) == (409, "email_taken")
    weak = await client.post("/api/accounts", json={**ADA, "email": "b@example.org", "password": "x"})
    assert (weak.status_code, weak.json()["error"]) == (422, "weak_password")


async def test_the_login_cookie_is_kept_from_scripts(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    cookies = (await login(client)).headers.get_list("set-cookie")
    [cookie] = [c for c in cookies if c.startswith(f"{login_cookie.COOKIE}=")]
    parts = {part.strip() for part in cookie.split(";")}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert "Secure" not in parts, "on http a browser would not keep it"
    assert len(cookie.partition("=")[2].partition(";")[0]) == 43
    [hint] = [c for c in cookies if c.startswith(f"{login_cookie.HINT}=")]
    told, key = (c.partition("=")[2].partition(";")[0] for c in (hint, cookie))
    assert re.fullmatch("[0-9a-f]{12}", told)
    assert told not in key + hash_of(key), "the readable one holds no secret"


async def test_on_https_cookies_are_secure(world: World, settings: Settings, app: Shell) -> None:
    secure = settings.model_copy(update={"public_url": "https://live.example.org"})
    app._app.state.services.asking._settings = secure  # type: ignore[attr-defined]
    async with client_of(app) as client:
        await sign_up(client)
        for cookie in (await login(client)).headers.get_list("set-cookie"):
            assert "Secure" in cookie


async def test_signed_in_until_signed_out(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    await login(client)
    key = client.cookies[login_cookie.COOKIE]
    assert (await client.get("/api/accounts/me")).json()["name"] == "Ada"
    renamed = await client.patch("/api/accounts/me", json={"name": "Ada L"})
    assert renamed.json()["name"] == "Ada L"
    assert (await client.post("/api/accounts/logout")).status_code == 204
    assert login_cookie.COOKIE not in client.cookies
    client.cookies.set(login_cookie.COOKIE, key)
    assert (await client.get("/api/accounts/me")).status_code == 401


async def test_wrong_credentials_tell_nothing(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    answers = [
        await client.post("/api/accounts/login", json={"email": email, "password": "wrong"})
        for email in ("ada@example.org", "nobody@example.org", "rubbish")
    ]
    assert {a.status_code for a in answers} == {401}
    assert len({a.text for a in answers}) == 1
    assert not any("set-cookie" in a.headers for a in answers)


async def test_logins_are_listed_and_ended(app: Shell) -> None:
    async with client_of(app) as here, client_of(app) as there:
        await sign_up(here)
        await login(here)
        await login(there)
        logins = (await here.get("/api/accounts/logins")).json()["logins"]
        [other] = [one for one in logins if not one["is_this"]]
        assert (await here.delete(f"/api/accounts/logins/{other['login_id']}")).status_code == 204
        assert (await there.get("/api/accounts/me")).status_code == 401
        assert (await here.delete(f"/api/accounts/logins/{other['login_id']}")).status_code == 404


async def test_a_changed_password_ends_the_other_logins(app: Shell) -> None:
    async with client_of(app) as here, client_of(app) as there:
        await sign_up(here)
        await login(here)
        await login(there)
        body = {"current_password": PASSWORD, "new_password": NEW}
        assert (
            await here.post("/api/accounts/password", json={**body, "current_password": "x"})
        ).status_code == 401
        assert (await here.post("/api/accounts/password", json=body)).status_code == 204
        assert (await here.get("/api/accounts/me")).status_code == 200
        assert (await there.get("/api/accounts/me")).status_code == 401
        await login(there, password=NEW)


async def test_an_api_token_is_its_account(client: httpx.AsyncClient, world: World) -> None:
    await sign_up(client)
    await login(client)
    made = (await client.post("/api/tokens", json={"name": "CI"})).json()
    assert made["token"].startswith("dfl_")
    client.cookies.clear()
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert (await client.get("/api/accounts/me", headers=bearer)).json()["name"] == "Ada"
    listed = await client.get("/api/tokens", headers=bearer)
    assert made["token"] not in listed.text
    assert [t["name"] for t in listed.json()["tokens"]] == ["CI"]
    assert (await client.post("/api/tokens", json={"name": "more"}, headers=bearer)).status_code == 403
    world.sessions._creators = WhoMayCreate.MEMBERS
    body = {"title": "T", "owner_name": "Ada"}
    assert (await client.post("/api/live/create", json=body)).status_code == 401
    assert (await client.post("/api/live/create", json=body, headers=bearer)).status_code == 201
    assert (await client.delete(f"/api/tokens/{made['token_id']}", headers=bearer)).status_code == 204
    gone = await client.get("/api/accounts/me", headers=bearer)
    assert (gone.status_code, gone.json()["error"]) == (401, "no_proof")


async def test_admins_manage_people_and_nobody_else_does(world: World, app: Shell) -> None:
    async with client_of(app) as admin, client_of(app) as member:
        await become_admin(world, admin)
        ada = (await sign_up(member))["account_id"]
        await login(member)
        for method, path in (
            ("GET", "/api/accounts"),
            ("PATCH", f"/api/accounts/{ada}"),
            ("DELETE", f"/api/accounts/{ada}"),
            ("POST", f"/api/accounts/{ada}/reset-link"),
        ):
            body = {"role": "admin"} if method == "PATCH" else None
            assert (await member.request(method, path, json=body)).status_code == 403
        found = (await admin.get("/api/accounts", params={"search": "ada"})).json()["accounts"]
        assert [a["account_id"] for a in found] == [ada]
        disabled = await admin.patch(f"/api/accounts/{ada}", json={"disabled": True})
        assert disabled.json()["disabled"] is True
        assert (await member.get("/api/accounts/me")).status_code == 401
        refused = await member.post("/api/accounts/login", json=ADA)
        assert (refused.status_code, refused.json()["error"]) == (403, "account_disabled")
        assert (await admin.patch(f"/api/accounts/{ada}", json={"role": "owner"})).status_code == 422
        root = (await admin.get("/api/accounts/me")).json()["account_id"]
        last = await admin.patch(f"/api/accounts/{root}", json={"role": "member"})
        assert (last.status_code, last.json()["error"]) == (409, "last_admin")
        assert (await admin.delete(f"/api/accounts/{ada}")).status_code == 204
        assert (await admin.delete(f"/api/accounts/{ada}")).status_code == 404


async def test_a_reset_link_is_a_page_of_ours(world: World, client: httpx.AsyncClient) -> None:
    await become_admin(world, client)
    ada = await world.account("ada")
    made = (await client.post(f"/api/accounts/{ada.id}/reset-link")).json()
    assert re.fullmatch(rf"{ORIGIN}/reset#key=[\w-]{{43}}", made["url"])


async def test_somebody_who_was_added_sets_his_password_by_the_link(
    world: World, client: httpx.AsyncClient
) -> None:
    await become_admin(world, client)
    answer = await client.post("/api/accounts/people", json={"name": "Zoe", "email": "zoe@example.org"})
    added = answer.json()
    assert (answer.status_code, added["account"]["has_password"]) == (201, False)
    assert re.fullmatch(rf"{ORIGIN}/reset#key=[\w-]{{43}}", added["url"])
    again = await client.post("/api/accounts/people", json={"name": "Zoe", "email": "zoe@example.org"})
    assert (again.status_code, again.json()["error"]) == (409, "email_taken")


async def test_another_sites_page_uses_no_login(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    await login(client)
    for origin in ("https://evil.example", "null"):
        answer = await client.post("/api/tokens", json={"name": "x"}, headers={"Origin": origin})
        assert answer.status_code == 403
    assert (await client.get("/api/tokens")).json()["tokens"] == []


# --- the pages' forms


class Page(httpx.AsyncClient):
    """A browser on one of our pages: it has the keys that come with a page, and sends its origin."""

    async def visit(self) -> None:
        await self.get("/api/browser")

    async def submit(self, form: str, **fields: str) -> httpx.Response:
        given = {"csrf": self.cookies.get(FORM_COOKIE, ""), **fields}
        return await self.post(f"/api/forms/{form}", data=given, headers={"Origin": ORIGIN})


@pytest.fixture
async def page(app: Shell) -> AsyncIterator[Page]:
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 5000))
    async with Page(transport=transport, base_url=ORIGIN) as page:
        await page.visit()
        yield page


def led_to(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    location = answer.headers["location"]
    assert location.startswith(f"{ORIGIN}/")
    return str(location[len(ORIGIN) :])


def error_in(answer: httpx.Response) -> str:
    return parse_qs(urlsplit(led_to(answer)).query)["error"][0]


async def test_sign_up_out_and_in_by_forms(page: Page) -> None:
    assert led_to(await page.submit("sign-up", **ADA)) == "/live"
    assert (await page.get("/api/accounts/me")).json()["name"] == "Ada"
    assert led_to(await page.submit("sign-out")) == "/live"
    assert (await page.get("/api/accounts/me")).status_code == 401
    assert led_to(await page.submit("sign-in", **ADA, next="/live/abc")) == "/live/abc"
    assert (await page.get("/api/accounts/me")).status_code == 200
    assert led_to(await page.submit("name", name="Ada L")) == "/account?done=name"
    changed = await page.submit("password", current=PASSWORD, password=NEW)
    assert led_to(changed) == "/account?done=password"


async def test_a_refusal_leads_back_to_the_form_with_a_word(page: Page) -> None:
    refused = await page.submit("sign-in", email="ada@example.org", password="wrong", next="/live/abc")
    assert led_to(refused) == "/sign-in?error=wrong_credentials&next=/live/abc"
    assert login_cookie.COOKIE not in page.cookies
    assert error_in(await page.submit("sign-up", **{**ADA, "password": "short"})) == "weak_password"
    assert error_in(await page.submit("name", name="x")) == "not_signed_in"
    assert error_in(await page.submit("reset-mail", email="rubbish")) == "bad_email"


@pytest.mark.parametrize(
    "away", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]
)
async def test_the_way_back_stays_with_us(page: Page, away: str) -> None:
    await page.submit("sign-up", **ADA)
    assert led_to(await page.submit("sign-in", **ADA, next=away)) == "/live"


async def test_the_setup_and_reset_links_work_by_form(page: Page, world: World) -> None:
    key = (await world.accounts.links.offer_setup()).partition("#key=")[2]
    back = await page.submit("setup", **{**ADA, "password": "x"}, key=key)
    assert led_to(back) == f"/setup?error=weak_password#key={key}"
    assert led_to(await page.submit("setup", **ADA, key=key)) == "/admin"
    me = (await page.get("/api/accounts/me")).json()
    assert me["role"] == "admin"
    made = (
        await page.post(f"/api/accounts/{me['account_id']}/reset-link", headers={"Origin": ORIGIN})
    ).json()
    reset = await page.submit("reset", key=made["url"].partition("#key=")[2], password=NEW)
    assert led_to(reset) == "/account?done=password"
    assert led_to(await page.submit("sign-in", **{**ADA, "password": NEW})) == "/live"
    assert led_to(await page.submit("reset-mail", email="nobody@example.org")) == "/reset?done=mail"


FORMS = ["sign-in", "sign-up", "sign-out", "setup", "reset", "reset-mail", "name", "password"]


@pytest.mark.parametrize("form", FORMS)
async def test_a_forged_form_does_nothing(page: Page, world: World, form: str) -> None:
    """From another site, without origin, without our key, with another browser's key."""
    await sign_up(page)
    await page.submit("sign-in", **ADA)
    good = page.cookies[FORM_COOKIE]
    other = form_key("o" * 43)
    fields = {**ADA, "name": "Mallory", "current": PASSWORD, "password": NEW}
    tries = [
        ({"Origin": "https://evil.example"}, good, 403),
        ({"Origin": "null"}, good, 403),
        ({}, good, 303),
        ({"Origin": ORIGIN}, "", 303),
        ({"Origin": ORIGIN}, other, 303),
        ({"Origin": ORIGIN}, "ü", 303),
    ]
    for headers, csrf, status in tries:
        answer = await page.post(f"/api/forms/{form}", data={**fields, "csrf": csrf}, headers=headers)
        assert answer.status_code == status, (headers, csrf)
        assert "set-cookie" not in answer.headers
        if status == 303:
            assert error_in(answer) == "bad_form"
    assert (await page.get("/api/accounts/me")).json()["name"] == "Ada"
    assert world.mail.sent == []


async def test_an_attackers_own_key_does_not_fit_another_browser(page: Page) -> None:
    """Login CSRF: his form key belongs to his browser key, and that one nobody can set from outside."""
    await sign_up(page)
    page.cookies.clear()
    page.cookies.set(COOKIE, "v" * 43)
    page.cookies.set(FORM_COOKIE, form_key("a" * 43))
    assert error_in(await page.submit("sign-in", **ADA)) == "bad_form"


async def test_a_page_brings_the_keys_and_the_form_key_is_readable(app: Shell) -> None:
    async with client_of(app) as client:
        cookies = (await client.get("/api/browser")).headers.get_list("set-cookie")
        [form] = [c for c in cookies if c.startswith(FORM_COOKIE)]
        assert "HttpOnly" not in form
        assert client.cookies[FORM_COOKIE] == form_key(client.cookies[COOKIE])
        assert "set-cookie" not in (await client.get("/api/browser")).headers


async def test_there_and_back_from_the_openid_provider(page: Page, world: World) -> None:
    sent = await page.get("/api/oidc/start", params={"next": "/live/abc"})
    assert sent.status_code == 303
    state = parse_qs(urlsplit(sent.headers["location"]).query)["state"][0]
    assert led_to(await page.get("/api/oidc/back", params={"state": state, "code": "c"})) == "/live/abc"
    assert (await page.get("/api/accounts/me")).json()["email"] == "ada@example.org"
    again = await page.get("/api/oidc/back", params={"state": state, "code": "c"})
    assert led_to(again) == "/sign-in?error=sign_in_elsewhere_failed"


async def test_without_a_provider_the_way_there_is_a_clear_refusal(page: Page, world: World) -> None:
    world.provider.name = ""
    assert error_in(await page.get("/api/oidc/start")) == "sign_in_elsewhere_failed"
