"""Accounts in real browsers: forms that work early, logins that end at once, what admins do, axe."""

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.accounts import oidc_server
from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
NEW = "a new and longer one"
ROOT = {"email": "root@example.org", "name": "Root"}
SETUP = re.compile(r"http://\S+(/setup#key=[\w-]{43})")


def new_email() -> str:
    return f"{uuid.uuid4().hex[:12]}@example.org"


def fill(person: Person, **fields: str) -> None:
    for label, text in fields.items():
        person.label(label.replace("_", " ")).fill(text)


def signed_in_as(person: Person, name: str) -> None:
    expect(person.page.locator("summary", has_text=name)).to_be_visible()


def sign_up(person: Person, name: str, email: str) -> None:
    person.page.goto(f"{person.base}/sign-up")
    fill(person, **{"Name": name, "E-mail": email, "Password": PASSWORD})
    person.button("Create account").click()
    signed_in_as(person, name)


def sign_in(person: Person, email: str, password: str = PASSWORD, path: str = "/sign-in") -> None:
    person.page.goto(person.base + path)
    fill(person, **{"E-mail": email, "Password": password})
    person.button("Sign in").click()


def sign_out(person: Person, name: str) -> None:
    person.page.locator("summary", has_text=name).click()
    person.button("Sign out").click()
    expect(person.page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()


@pytest.fixture
def operator(person: Somebody, serving: Serving) -> Person:
    """The admin on /admin; the first time by the link that the start printed."""
    root = person()
    root.page.goto(serving.url + SETUP.findall(serving.log)[-1])
    fill(root, **{"Name": ROOT["name"], "E-mail": ROOT["email"], "Password": PASSWORD})
    root.button("Become the admin").click()
    root.page.wait_for_url(re.compile(r"/admin/?$|error="))
    if "error=" in root.page.url:
        sign_in(root, ROOT["email"], path="/sign-in?next=/admin")
    expect(root.page.get_by_role("region", name="Accounts")).to_be_visible()
    return root


def find(operator: Person, email: str) -> Any:
    """The row of this account."""
    operator.label("Search by name or e-mail").fill(email)
    operator.button("Search").click()
    row = operator.page.locator(".entry-row", has_text=email)
    expect(row).to_be_visible()
    return row


def test_sign_up_out_and_in(person: Somebody) -> None:
    ada, email = person(), new_email()
    sign_up(ada, "Ada L", email)
    sign_out(ada, "Ada L")
    sign_in(ada, email.upper(), path="/sign-in?next=/account")
    ada.page.wait_for_url("**/account")
    expect(ada.page.get_by_role("heading", name="Your account")).to_be_visible()
    fill(ada, Name="Ada Lovelace")
    ada.button("Save name").click()
    ada.is_told("Your name is changed.")
    signed_in_as(ada, "Ada Lovelace")


def test_the_next_person_at_the_tab_is_sent_nothing_of_the_one_before(person: Somebody) -> None:
    tab, sent = person(), list[str]()
    sign_up(tab, "Ada", new_email())
    tab.page.goto(f"{tab.base}/account")
    fill(tab, Name_of_a_new_token="Payroll")
    tab.button("Make token").click()
    expect(tab.button("Delete token Payroll")).to_be_visible()
    sign_out(tab, "Ada")
    tab.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sent.append(str(frame))))
    sign_up(tab, "Bob", new_email())
    tab.page.goto(f"{tab.base}/account")
    signed_in_as(tab, "Bob")
    tab.until(lambda: any("account_state" in frame for frame in sent), "what his own page is sent")
    assert not any("Payroll" in frame for frame in sent)


def test_forms_that_ask_for_a_name_know_the_accounts(person: Somebody, serving: Serving) -> None:
    ada = person()
    sign_up(ada, "Ada L", new_email())
    ada.page.goto(f"{ada.base}/live")
    expect(ada.label("Your name")).to_have_value("Ada L")
    ada.page.goto(f"{ada.base}/live/{serving.create()['session_id']}")
    expect(ada.label("Your name")).to_have_value("Ada L")
    ada.join(ada.page.url.removeprefix(ada.base), "Countess")
    ada.sees_room()
    ada.page.goto(f"{ada.base}/live")
    expect(ada.label("Your name")).to_have_value("Countess")


def test_the_login_cookie_is_out_of_scripts_reach(person: Somebody) -> None:
    ada = person()
    sign_up(ada, "Ada", new_email())
    [cookie] = [c for c in ada.context.cookies() if c["name"] == "donfra_login"]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["secure"]) == (True, "Lax", False)
    assert "donfra_login" not in ada.page.evaluate("document.cookie")


def test_a_wrong_password_keeps_what_was_typed(person: Somebody) -> None:
    ada, email = person(), new_email()
    sign_up(ada, "Ada", email)
    sign_out(ada, "Ada")
    sign_in(ada, email, "wrong password", path="/sign-in?next=/account")
    ada.is_told("E-mail or password is wrong.")
    expect(ada.label("E-mail")).to_have_value(email)
    expect(ada.label("Password")).to_have_value("")
    fill(ada, Password=PASSWORD)
    ada.button("Sign in").click()
    ada.page.wait_for_url("**/account")
    sign_out(ada, "Ada")
    ada.page.goto(f"{ada.base}/sign-up")
    fill(ada, **{"Name": "Eve", "E-mail": email, "Password": PASSWORD})
    ada.button("Create account").click()
    ada.is_told("There is an account with this e-mail already. Sign in, or reset its password.")
    expect(ada.label("Name")).to_have_value("Eve")


def test_signing_in_before_the_page_is_alive(person: Somebody) -> None:
    ada, email = person(), new_email()
    sign_up(ada, "Ada", email)
    sign_out(ada, "Ada")
    held: list[Route] = []
    ada.page.route("**/assets/entry.client-*.js", lambda route: held.append(route))
    sign_in(ada, email, path="/sign-in?next=/account")
    ada.page.wait_for_url("**/account")
    expect(ada.page.locator("summary", has_text="Account")).to_be_visible()
    assert len(held) == 2, "both pages were still without their scripts"
    held[-1].continue_()
    signed_in_as(ada, "Ada")


def test_what_only_the_page_can_send_is_sent_once_it_is_alive(person: Somebody) -> None:
    ada = person()
    sign_up(ada, "Ada", new_email())
    held: list[Route] = []
    ada.page.route("**/assets/entry.client-*.js", lambda route: held.append(route))
    ada.page.goto(f"{ada.base}/account?done=password", wait_until="commit")
    ada.is_told("Your password is changed.")
    fill(ada, Name_of_a_new_token="Impatient")
    ada.button("Make token").dblclick()
    ada.until(lambda: bool(held), "the page's start")
    assert ada.page.locator("#new-token").input_value() == ""
    held[-1].continue_()
    expect(ada.page.locator("#new-token")).to_have_value(re.compile(r"dfl_[\w-]{43}"))
    expect(ada.button("Delete token Impatient")).to_have_count(1)
    ada.is_told("Your password is changed.")


def test_a_changed_password_ends_the_other_browsers_login_at_once(person: Somebody) -> None:
    here, there, email = person(), person(), new_email()
    sign_up(here, "Ada", email)
    sign_in(there, email, path="/sign-in?next=/account")
    there.page.wait_for_url("**/account")
    here.page.goto(f"{here.base}/account")
    fill(here, Current_password="wrong password", New_password=NEW)
    here.button("Change password").click()
    here.is_told("The current password is wrong.")
    fill(here, Current_password=PASSWORD, New_password=NEW)
    here.button("Change password").click()
    here.is_told("Your password is changed.")
    fill(there, Name_of_a_new_token="Mine")
    there.button("Make token").click()
    expect(there.page.get_by_role("heading", name="Sign in first")).to_be_visible()
    sign_in(there, email, NEW)
    signed_in_as(there, "Ada")


def test_tokens_and_logins_on_the_account_page(person: Somebody, serving: Serving) -> None:
    here, there, email = person(), person(), new_email()
    sign_up(here, "Ada", email)
    sign_in(there, email, path="/sign-in?next=/account")
    there.page.wait_for_url("**/account")
    here.page.goto(f"{here.base}/account")
    expect(here.button("Sign out there")).to_be_visible()  # the page is alive
    fill(here, Name_of_a_new_token="My script")
    here.button("Make token").click()
    token = here.page.locator("#new-token")
    expect(token).to_have_value(re.compile(r"dfl_[\w-]{43}"))
    bearer = {"Authorization": f"Bearer {token.input_value()}"}
    me = here.page.request.get(f"{serving.url}/api/accounts/me", headers=bearer)
    assert me.json()["email"] == email
    here.page.reload()
    expect(here.button("Delete token My script")).to_be_visible()
    assert here.page.locator("#new-token").input_value() == "", "shown once"
    here.button("Sign out there").click()
    expect(here.button("Sign out there")).to_have_count(0)
    fill(there, Name_of_a_new_token="Late")
    there.button("Make token").click()
    expect(there.page.get_by_role("heading", name="Sign in first")).to_be_visible()
    here.button("Delete token My script").click()
    expect(here.button("Keep: My script")).to_be_focused()
    here.button("Keep: My script").click()
    here.button("Delete token My script").click()
    here.button("Delete for good: My script").click()
    expect(here.page.locator(".entry-row", has_text="My script")).to_have_count(0)
    expect(here.page.get_by_role("region", name="API tokens")).to_be_focused()
    gone = here.page.request.get(f"{serving.url}/api/accounts/me", headers=bearer)
    assert gone.status == 401


def test_the_setup_link_works_once(operator: Person, person: Somebody, serving: Serving) -> None:
    mallory = person()
    mallory.page.goto(serving.url + SETUP.findall(serving.log)[-1])
    fill(mallory, **{"Name": "Mallory", "E-mail": new_email(), "Password": PASSWORD})
    mallory.button("Become the admin").click()
    mallory.is_told(
        "This link is not valid any more. While there is no admin each start prints a new one; "
        "where there is one already, ask him to make you one."
    )
    look(mallory.page, "setup-used")


def test_a_disabled_account_is_signed_out_everywhere(operator: Person, person: Somebody) -> None:
    ada, email = person(), new_email()
    sign_up(ada, "Ada", email)
    ada.page.goto(f"{ada.base}/account")
    signed_in_as(ada, "Ada")
    row = find(operator, email)
    row.get_by_role("button", name="Disable").click()
    expect(row.get_by_text("Disabled", exact=True)).to_be_visible()
    fill(ada, Name_of_a_new_token="Late")
    ada.button("Make token").click()
    expect(ada.page.get_by_role("heading", name="Sign in first")).to_be_visible()
    sign_in(ada, email)
    ada.is_told("This account is disabled. Ask the operator of this place.")
    row.get_by_role("button", name="Enable").click()
    expect(row.get_by_text("Disabled", exact=True)).to_have_count(0)
    sign_in(ada, email)
    signed_in_as(ada, "Ada")


def test_an_admins_link_sets_a_new_password(operator: Person, person: Somebody) -> None:
    ada, email = person(), new_email()
    sign_up(ada, "Ada", email)
    sign_out(ada, "Ada")
    find(operator, email).get_by_role("button", name="Reset link").click()
    link = operator.page.locator("#reset-link")
    expect(link).to_have_value(re.compile(r"http://localhost:\d+/reset#key=[\w-]{43}"))
    ada.page.goto(link.input_value())
    fill(ada, New_password=NEW)
    ada.button("Set password").click()
    ada.is_told("Your password is changed.")
    signed_in_as(ada, "Ada")
    sign_out(ada, "Ada")
    sign_in(ada, email, NEW)
    signed_in_as(ada, "Ada")


def test_an_admin_adds_somebody(operator: Person, person: Somebody) -> None:
    zoe, email = person(), new_email()
    operator.label("Their name").fill("Zoe")
    operator.label("Their e-mail").fill(email)
    operator.button("Add").click()
    link = operator.page.locator("#reset-link")
    expect(link).to_have_value(re.compile(r"/reset#key=[\w-]{43}"))
    expect(operator.label("Their e-mail")).to_have_value("")
    operator.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    operator.button("Copy").click()
    operator.is_told("Copied")
    assert operator.page.evaluate("navigator.clipboard.readText()") == link.input_value()
    look(operator.page, "admin-added")
    zoe.page.goto(link.input_value())
    fill(zoe, New_password=NEW)
    zoe.button("Set password").click()
    signed_in_as(zoe, "Zoe")
    operator.label("Their name").fill("Another")
    operator.label("Their e-mail").fill(email)
    operator.button("Add").click()
    operator.is_told("Somebody has an account with this e-mail address.")
    expect(operator.label("Their e-mail")).to_have_value(email)


def test_roles_and_deleting(operator: Person, person: Somebody) -> None:
    ada, email = person(), new_email()
    sign_up(ada, "Ada", email)
    ada.page.goto(f"{ada.base}/admin")
    ada.is_told("Only an admin may do this.")
    content = ada.page.locator("#content")
    expect(content.get_by_role("link", name="See all sessions")).to_be_visible()
    expect(content.get_by_role("link", name="Sign in")).to_have_count(0)
    look(ada.page, "admin-refused")
    row = find(operator, email)
    row.get_by_role("button", name="Make admin").click()
    expect(row.get_by_text("Admin", exact=True)).to_be_visible()
    ada.page.reload()
    expect(ada.page.get_by_role("region", name="Accounts")).to_be_visible()
    row.get_by_role("button", name="Make member").click()
    expect(row.get_by_text("Admin", exact=True)).to_have_count(0)
    row.get_by_role("button", name="Delete: Ada").click()
    expect(row.get_by_role("button", name="Keep")).to_be_focused()
    row.get_by_role("button", name="Keep").click()
    row.get_by_role("button", name="Delete: Ada").click()
    row.get_by_role("button", name="Delete for good").click()
    operator.is_told("Nobody is called so.")
    find(operator, ROOT["email"]).get_by_role("button", name="Disable").click()
    operator.is_told("This is the last admin. Make somebody else an admin first.")


@pytest.fixture
def provider(serving: Serving) -> Iterator[str]:
    with oidc_server.running(serving.oidc_port) as url:
        yield url


def test_signing_in_at_the_openid_provider(person: Somebody, provider: str) -> None:
    ada = person()
    ada.page.goto(f"{ada.base}/sign-in?next=/account")
    ada.page.get_by_role("link", name="Sign in with Our ID").click()
    ada.page.wait_for_url(f"{provider}/**")
    ada.button("ada").click()
    ada.page.wait_for_url("**/account")
    signed_in_as(ada, "Ada L")
    expect(ada.label("Current password")).to_have_count(0)
    fill(ada, New_password=NEW)
    ada.button("Change password").click()
    ada.is_told("Your password is changed.")


def test_no_page_shuts_anybody_out(operator: Person, person: Somebody) -> None:
    guest = person()
    for path, name in (
        ("/sign-in?error=wrong_credentials", "sign-in-refused"),
        ("/sign-up", "sign-up"),
        ("/reset", "reset-by-mail"),
        ("/reset#key=x", "reset"),
        ("/setup#key=x", "setup"),
        ("/setup", "setup-without-key"),
        ("/live", "live"),
        ("/help", "help"),
    ):
        guest.page.goto("about:blank")
        guest.page.goto(guest.base + path)
        expect(guest.page.locator(".who.is-out")).to_be_visible()
        look(guest.page, name)
    for path in ("/account", "/admin"):
        operator.page.goto(operator.base + path)
        signed_in_as(operator, "Root")
        operator.page.locator("summary", has_text="Root").click()
        look(operator.page, path[1:])


def test_pages_fit_a_phone(operator: Person, person: Somebody) -> None:
    ada, name = person(viewport={"width": 360, "height": 740}), "Augusta Ada King, Countess of Lovelace"
    sign_up(ada, name, new_email())
    operator.page.set_viewport_size({"width": 360, "height": 740})
    for one, path in (
        (ada, "/account"),
        (ada, "/sign-in"),
        (ada, "/sign-up"),
        (ada, "/reset"),
        (ada, "/live"),
        (operator, "/admin"),
    ):
        one.page.goto(one.base + path)
        expect(one.page.locator(".who.is-in summary")).to_be_in_viewport(ratio=1)
        assert one.page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_keyboard_reaches_the_menu_and_leaves_it(person: Somebody) -> None:
    ada = person()
    sign_up(ada, "Ada", new_email())
    summary = ada.page.locator("summary", has_text="Ada")
    summary.focus()
    ada.page.keyboard.press("Enter")
    expect(ada.page.get_by_role("link", name="Your account")).to_be_visible()
    ada.page.keyboard.press("Escape")
    expect(ada.page.get_by_role("link", name="Your account")).to_be_hidden()
    expect(summary).to_be_focused()
