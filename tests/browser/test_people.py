"""A private class: invites, lobby, hands, stage, removal, and a host whose laptop dies; four browsers."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.crowd import crowd
from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.browser.test_accounts import ROOT, SETUP, fill, new_email, sign_up
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[Serving]:
    """An app whose operator lets only accounts create, and admins watch."""
    # after the other, so that the pages are built once
    app = Serving(
        tmp_path_factory.mktemp("school"), settings={"WHO_MAY_CREATE": "members", "OBSERVERS": "true"}
    )
    try:
        app.start()
        yield app
    finally:
        app.stop()


def opens(one: Person, panel: str, region: str) -> Any:
    if one.button(panel).get_attribute("aria-expanded") != "true":
        one.button(panel).click()
    side = one.page.get_by_role("complementary", name=region)
    expect(side).to_be_visible()
    return side


def people_of(one: Person) -> Any:
    return opens(one, "People", "People in the session")


def invites(host: Person, role: str) -> str:
    """A fresh invite link with this role."""
    side = opens(host, "Manage", "Manage the session")
    side.get_by_label("As", exact=True).select_option(label=role)
    side.get_by_role("button", name="Make invite").click()
    link: str = side.get_by_label("Invite link").input_value(timeout=10_000)
    return link


def acts_on(host: Person, name: str) -> Any:
    side = people_of(host)
    more = side.get_by_role("button", name=f"More for {name}")
    if more.get_attribute("aria-expanded") != "true":
        more.click()
    return side.get_by_role("group", name=f"Acts on {name}")


def private_class(host: Person) -> str:
    host.page.goto(f"{host.base}/live")
    host.is_told("Sign in to create a session.")
    sign_up(host, "Grace", new_email())
    host.page.goto(f"{host.base}/live")
    host.label("Title").fill("Class 4b")
    host.label("Your name").fill("Grace")
    host.page.get_by_text("Who may join").click()
    host.page.get_by_label("Lobby: I let people in myself").check()
    host.button("Create session").click()
    host.page.wait_for_url("**/live/*-*")
    return host.page.url.rsplit("/", 1)[1]


def come_in_by_the_lobby(grace: Person, ada: Person, bob: Person, session_id: str) -> None:
    """She is late: who comes waits, without any token, and is let in by one click."""
    ada.join(f"/live/{session_id}", "Ada")
    ada.is_told("You are in the lobby. The host sees that you wait and lets you in.")
    grace.go_live()
    expect(grace.button("People").locator(".count")).to_have_text("1")
    bob.join(f"/live/{session_id}", "Bob")
    side = people_of(grace)
    expect(side.get_by_role("region", name="Waiting").get_by_role("listitem")).to_have_count(2)
    side.get_by_role("button", name="Admit Ada").click()
    ada.sees_room()
    ada.sees_pictures(1)
    side.get_by_role("button", name="Admit all").click()
    bob.sees_room()


def raise_hands(bob: Person, ada: Person, everybody: list[Person]) -> None:
    """In an order that all agree on."""
    bob.button("Raise hand").click()
    expect(people_of(ada).get_by_role("region", name="Raised hands").get_by_role("listitem")).to_have_count(1)
    ada.button("Raise hand").click()
    for one in everybody:
        hands = people_of(one).get_by_role("region", name="Raised hands").get_by_role("listitem")
        expect(hands).to_have_count(2)
        expect(hands.nth(0)).to_contain_text("Bob")
        expect(hands.nth(1)).to_contain_text("Ada")


def bring_on_stage_and_off(grace: Person, coco: Person, bob: Person, ada: Person) -> None:
    """One click each, and his connection stays."""
    connections = "window.connections.map((c) => c.connectionState === 'connected')"
    before = bob.page.evaluate(connections)
    people_of(coco).get_by_role("button", name="Bring Bob on stage").click()
    bob.button("Camera").click()
    bob.button("Microphone").click()
    ada.sees_pictures(2)
    after = bob.page.evaluate(connections)
    assert len(after) == len(before), "no new connection was made"
    assert all(now for was, now in zip(before, after, strict=True) if was), "and none was lost"
    acts_on(grace, "Bob").get_by_role("button", name="Mute", exact=True).click()
    bob.is_told("A host muted your microphone.")
    expect(bob.button("Microphone")).to_have_attribute("aria-pressed", "false")
    acts_on(grace, "Bob").get_by_role("button", name="Take microphone away").click()
    expect(bob.button("Microphone")).to_be_disabled()
    acts_on(grace, "Bob").get_by_role("button", name="Allow microphone again").click()
    expect(bob.button("Microphone")).to_be_enabled()
    people_of(grace).get_by_role("button", name="Take Bob off stage").click()
    ada.sees_pictures(1)
    expect(bob.button("Camera")).to_have_count(0)


def test_a_private_class(person: Somebody, school: Serving) -> None:
    grace, coco, ada, bob = people = [person(), person(), person(), person()]
    for one in people:
        one.base = school.url
    session_id = private_class(grace)
    come_in_by_the_lobby(grace, ada, bob, session_id)

    link = invites(grace, "Co-host")
    coco.join(link.removeprefix(coco.base), "Coco")
    coco.sees_room()
    coco.page.wait_for_url(f"**/live/{session_id}")  # once the page behind the room is there
    assert "invite" not in coco.page.url
    expect(people_of(coco).get_by_role("listitem").filter(has_text="Coco")).to_contain_text("Co-host")

    raise_hands(bob, ada, [ada, bob, grace, coco])
    bring_on_stage_and_off(grace, coco, bob, ada)

    # her laptop dies; the co-host carries on, and she is still the host when she is back
    grace.page.goto("about:blank")
    acts_on(coco, "Bob").get_by_role("button", name="Remove…").click()
    acts_on(coco, "Bob").get_by_role("button", name="Remove for good").click()
    bob.is_told("You are no longer in the session")
    bob.join(f"/live/{session_id}", "Bob again")
    bob.is_told("You are no longer in the session")
    grace.page.goto(f"{grace.base}/live/{session_id}")
    grace.sees_room()
    expect(grace.button("End for everyone")).to_be_visible()


def test_an_admin_watches_unseen_but_not_unknown(person: Somebody, school: Serving) -> None:
    host, admin = person(), person()
    host.base = admin.base = school.url
    admin.page.goto(school.url + SETUP.findall(school.log)[-1])
    fill(admin, **{"Name": ROOT["name"], "E-mail": ROOT["email"], "Password": PASSWORD})
    admin.button("Become the admin").click()
    expect(admin.page.get_by_role("region", name="Accounts")).to_be_visible()
    sign_up(host, "Grace", new_email())
    session_id = host.create("Open day", "Grace")
    host.go_live()
    admin.page.goto(f"{school.url}/live/{session_id}")
    admin.button("Watch unseen").click()
    admin.sees_pictures(1)
    host.is_told("An admin watches")
    room = host.page.get_by_role("region", name="Session", exact=True)
    expect(room.get_by_text("1 person here")).to_be_visible()
    done = opens(host, "Manage", "Manage the session").get_by_role("region", name="What was done")
    expect(done.get_by_role("listitem").first).to_contain_text("Root: observe")


def test_the_chat_is_closed_for_viewers_and_messages_removed(person: Somebody) -> None:
    host, ada = person(), person()
    session_id = host.create("Chat", "Grace")
    host.go_live()
    ada.join(f"/live/{session_id}", "Ada")
    ada.sees_room()
    ada.writes("Something rude")
    host.reads("Something rude")
    host.button("Remove this message of Ada").click()
    for one in (host, ada):
        one.is_told("A message was removed")
        expect(one.page.get_by_text("Something rude")).to_have_count(0)
    ada.button("React").click()
    ada.button("Applause").click()
    expect(host.page.locator(".floating").get_by_text("Ada")).to_be_visible()
    opens(host, "Manage", "Manage the session").get_by_label("Chat", exact=True).select_option("speakers")
    ada.is_told("Only speakers may write right now.")
    host.writes("Still possible for me")
    ada.reads("Still possible for me")


def test_a_password_is_asked_at_the_door(person: Somebody) -> None:
    host, ada = person(), person()
    session_id = host.create("Secret", "Grace")
    host.go_live()
    side = opens(host, "Manage", "Manage the session")
    side.get_by_label("Password of the session").fill("open sesame")
    side.get_by_role("button", name="Set").click()
    expect(side.get_by_role("button", name="Remove", exact=True)).to_be_visible()
    ada.page.goto(f"{ada.base}/live/{session_id}")
    ada.label("Your name").fill("Ada")
    ada.label("Password").fill("wrong")
    ada.button("Join").click()
    ada.is_told("This password is not right. Try again.")
    look(ada.page, "password-refused")
    ada.label("Password").fill("open sesame")
    ada.button("Join").click()
    ada.sees_room()


def test_who_waits_may_stop_waiting(person: Somebody, serving: Serving) -> None:
    """On a session's link, where the room's code runs before the page does."""
    ada, created = person(), serving.create(lobby=True)
    path = f"/live/{created['session_id']}"
    host = {"Authorization": f"Bearer {created['host_key']}"}

    def waiting() -> list[str]:
        answer = httpx.get(f"{serving.url}/api{path}/waiting", headers=host).raise_for_status().json()
        return [one["name"] for one in answer["waiting"]]

    def waits() -> None:
        ada.is_told("You are in the lobby. The host sees that you wait and lets you in.")
        ada.until(lambda: waiting() == ["Ada"], "Ada in the list", 5)

    ada.join(path, "Ada")
    waits()
    look(ada.page, "lobby")
    ada.button("Stop waiting").click()
    expect(ada.button("Join")).to_be_visible()
    ada.until(lambda: waiting() == [], "empty list", 5)
    ada.button("Join").click()
    waits()
    ada.page.reload()
    waits()
    watcher = person()
    ada.page.close()
    watcher.until(lambda: waiting() == [], "empty list after the page was closed", 5)


def test_an_invited_session_asks_for_the_invite(person: Somebody) -> None:
    host, ada = person(), person()
    session_id = host.create("Invited", "Grace")
    host.go_live()
    side = opens(host, "Manage", "Manage the session")
    side.get_by_label("Who may join").select_option("invited")
    ada.page.goto(f"{ada.base}/live/{session_id}")
    ada.is_told("This session is for invited people. Open the invite link you were sent.")
    link = invites(host, "Viewer")
    host.page.evaluate("() => { delete Navigator.prototype.clipboard; }")  # as without https
    side.get_by_role("button", name="Copy invite").click()
    expect(side.get_by_role("status").filter(has_text="It is selected: copy it from here.")).to_be_visible()
    assert host.page.evaluate("getSelection().toString()") == link
    ada.page.goto("about:blank")
    ada.join(link.removeprefix(ada.base), "Ada")
    ada.sees_room()
    host.button("Manage").click()
    listed = opens(host, "Manage", "Manage the session").get_by_role("region", name="Invites")
    expect(listed.get_by_role("listitem")).to_contain_text("by Ada")


FOUND = """async (name) => {
  const field = document.querySelector('input[type="search"]');
  const list = document.querySelector('section[aria-label="Watching"] ul');
  const start = performance.now();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, name);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  while (list.children.length !== 1) {
    if (performance.now() - start > 5000) return -1;
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - start;
}"""


def test_two_hundred_people_stay_quick_to_search(person: Somebody) -> None:
    host = person()
    session_id = host.create("A big class", "Grace")
    host.go_live()
    side = people_of(host)
    with crowd(host.base, session_id, 200):
        expect(side.get_by_role("heading", name="People (201)")).to_be_visible(timeout=30_000)
        for heading in ("On stage (1)", "Watching (200)"):
            expect(side.get_by_role("heading", name=heading)).to_be_visible()
        took = host.page.evaluate(FOUND, "Person 177")
        expect(side.get_by_role("listitem")).to_have_count(1)
        expect(side.get_by_role("listitem")).to_contain_text("Person 177")
        host.sees_pictures(1)
    assert 0 <= took < 500, "milliseconds from a key to the one row"
