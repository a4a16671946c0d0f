"""A private class as its teacher lives it: account, lobby, invites, hands, stage, and her laptop dies.

On an app whose operator lets only accounts create, and admins watch.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.looks import ROOM, look
from tests.browser.panels import acts_on, does, invite, listed, manage, people_of
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.browser.test_accounts import ROOT, SETUP, fill, new_email, sign_in, sign_up, signed_in_as
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(360)]
Somebody = Callable[..., Person]
# What a page does every 20 seconds it does twice a second, but not before `ticking`.
QUICK_TWENTY = """
const real = window.setInterval;
window.setInterval = (what, after, ...rest) => after === 20000
  ? real(() => { if (window.ticking) what(); }, 500) : real(what, after, ...rest);
"""
FALL_OFF = """(id) => fetch(`/api/live/${id}/waiting/leave`, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ for_good: false }),
}).then((answer) => answer.status)"""
CONNECTED = "window.connections.map((c) => c.connectionState === 'connected')"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[Serving]:
    # after the other, so that the pages are built once
    settings = {"WHO_MAY_CREATE": "members", "OBSERVERS": "true", "HOST_GRACE_SECONDS": "5"}
    with Serving.running(tmp_path_factory.mktemp("school"), **settings) as app:
        yield app


def private_class(host: Person, email: str) -> str:
    """Hers to create once she has an account."""
    host.page.goto(f"{host.base}/live")
    host.is_told("Sign in to create a session.")
    look(host.page, "create-signed-out")
    sign_up(host, "Grace", email)
    host.page.goto(f"{host.base}/live")
    host.label("Title").fill("Class 4b")
    host.label("Your name").fill("Grace")
    host.page.get_by_text("Who may join").click()
    host.page.get_by_label("Lobby: I let people in myself").check()
    host.button("Create session").click()
    host.page.wait_for_url("**/live/*-*")
    return host.page.url.rsplit("/", 1)[1]


def waits_for_long(ada: Person, grace: Person, session_id: str) -> None:
    """Off the list, as after a minute without a word of her page; the page's own timer brings her back."""

    def waiting() -> list[str]:
        answer = grace.page.request.get(f"{grace.base}/api/live/{session_id}/waiting")
        return [one["name"] for one in answer.json()["waiting"]]

    ada.until(lambda: waiting() == ["Ada"], "Ada in the list")
    assert ada.page.evaluate(FALL_OFF, session_id) == 200
    assert waiting() == []
    ada.page.evaluate("window.ticking = true")
    ada.until(lambda: waiting() == ["Ada"], "Ada in the list again")


def come_in_by_the_lobby(grace: Person, ada: Person, bob: Person, session_id: str) -> None:
    """She is late: who comes waits, without any token, and is let in by one click. She brings no sound."""
    ada.page.add_init_script(QUICK_TWENTY)
    ada.join(f"/live/{session_id}", "Ada")
    ada.is_told("You are in the lobby. The host sees that you wait and lets you in.")
    waits_for_long(ada, grace, session_id)
    grace.page.get_by_label("Start with the microphone on").uncheck()
    grace.go_live()
    expect(grace.button("People").locator(".count")).to_have_text("1")
    bob.join(f"/live/{session_id}", "Bob")
    expect(listed(grace, "Waiting")).to_have_count(2)
    people_of(grace).get_by_role("button", name="Admit Ada").click()
    ada.sees_room()
    ada.sees_pictures(1)
    people_of(grace).get_by_role("button", name="Admit all").click()
    bob.sees_room()


def come_by_an_invite(coco: Person, link: str, session_id: str) -> None:
    coco.join(link.removeprefix(coco.base), "Coco")
    coco.sees_room()
    coco.page.wait_for_url(f"**/live/{session_id}")  # once the page behind the room is there
    assert "invite" not in coco.page.url


def see_who_is_there(everybody: list[Person]) -> None:
    for one in everybody:
        for name, role in (("Grace", "Host"), ("Coco", "Co-host")):
            row = listed(one, "On stage").filter(has_text=name)
            expect(row.locator(".person-role")).to_have_text(role)
        for name in ("Ada", "Bob"):
            expect(listed(one, "Watching").filter(has_text=name)).to_have_count(1)
        expect(people_of(one).get_by_role("heading", name="People (4)")).to_be_visible()


def raise_hands(bob: Person, ada: Person, everybody: list[Person]) -> None:
    """In an order that all agree on."""
    bob.button("Raise hand").click()
    expect(listed(ada, "Raised hands")).to_have_count(1)
    ada.button("Raise hand").click()
    for one in everybody:
        hands = listed(one, "Raised hands")
        expect(hands).to_have_count(2)
        expect(hands.nth(0)).to_contain_text("Bob")
        expect(hands.nth(1)).to_contain_text("Ada")


def bring_on_stage(coco: Person, bob: Person, ada: Person) -> None:
    """By one click, seen and heard, and his connection stays."""
    before = bob.page.evaluate(CONNECTED)
    assert ada.heard() == 0, "nobody has a microphone on yet"
    people_of(coco).get_by_role("button", name="Bring Bob on stage").click()
    bob.button("Camera").click()
    bob.button("Microphone").click()
    ada.sees_pictures(2)
    ada.hears()
    after = bob.page.evaluate(CONNECTED)
    assert len(after) == len(before), "no new connection was made"
    assert all(now for was, now in zip(before, after, strict=True) if was), "and none was lost"
    expect(listed(ada, "On stage").filter(has_text="Bob")).to_have_count(1)


def is_muted(bob: Person) -> None:
    bob.is_told("A host muted your microphone.")
    expect(bob.button("Microphone")).to_have_attribute("aria-pressed", "false")


def mute_one_and_all(grace: Person, bob: Person) -> None:
    does(grace, "Bob", "Mute")
    is_muted(bob)
    does(grace, "Bob", "Take microphone away")
    expect(bob.button("Microphone")).to_be_disabled()
    does(grace, "Bob", "Allow microphone again")
    expect(bob.button("Microphone")).to_be_enabled()
    bob.button("Microphone").click()
    expect(bob.button("Microphone")).to_have_attribute("aria-pressed", "true")
    expect(bob.page.get_by_text("A host muted your microphone.")).to_have_count(0)
    people_of(grace).get_by_role("button", name="Mute all").click()
    is_muted(bob)


def stop_camera_and_stage(grace: Person, bob: Person, others: list[Person]) -> None:
    """The camera, which he may turn on again; then off the stage, by one click."""
    does(grace, "Bob", "Stop camera")
    bob.is_told("A host stopped your camera.")
    for one in others:
        one.sees_pictures(1)
    bob.button("Camera").click()
    others[0].sees_pictures(2)
    people_of(grace).get_by_role("button", name="Take Bob off stage").click()
    for one in others:
        one.sees_pictures(1)
    expect(bob.button("Camera")).to_have_count(0)


def close_the_chat(grace: Person, ada: Person) -> None:
    ada.opens_chat()
    expect(ada.label("Message")).to_be_visible()
    manage(grace).get_by_label("Chat", exact=True).select_option(label="Speakers only")
    ada.is_told("Only speakers may write right now.")
    expect(ada.page.get_by_label("Message", exact=True)).to_have_count(0)
    grace.writes("Now only I write")
    ada.reads("Now only I write")


def carry_on(coco: Person, ada: Person) -> None:
    """Without the host: the co-host is host after the grace time."""
    expect(coco.button("End for everyone")).to_have_count(0)
    expect(coco.button("End for everyone")).to_be_visible(timeout=90_000)
    coco.writes("We carry on")
    ada.reads("We carry on")
    expect(listed(ada, "On stage").filter(has_text="Coco")).to_contain_text("Host")


def come_back_as_host(grace: Person, email: str, session_id: str) -> None:
    """At another machine, by her account alone."""
    sign_in(grace, email)
    signed_in_as(grace, "Grace")
    grace.page.goto(f"{grace.base}/live/{session_id}")
    grace.go_live()
    expect(grace.button("End for everyone")).to_be_visible()


def remove_for_good(grace: Person, bob: Person, session_id: str) -> None:
    acts = acts_on(grace, "Bob")
    acts.get_by_role("button", name="Remove…").click()
    expect(acts.get_by_role("button", name="Keep")).to_be_focused()
    look(grace.page, "remove-question", ways=ROOM)
    acts.get_by_role("button", name="Keep").click()
    expect(acts.get_by_role("button", name="Remove…")).to_be_focused()
    does(grace, "Bob", "Remove…")
    does(grace, "Bob", "Remove for good")
    bob.is_told("You are no longer in the session")
    expect(people_of(grace).get_by_text("Bob")).to_have_count(0)
    bob.join(f"/live/{session_id}", "Bob again")
    bob.is_told("You are no longer in the session")


def test_a_private_class(person: Somebody, school: Serving) -> None:
    grace, coco, ada, bob, elsewhere = people = [person() for _ in range(5)]
    for one in people:
        one.base = school.url
    email, everybody = new_email(), [grace, coco, ada, bob]
    session_id = private_class(grace, email)
    come_in_by_the_lobby(grace, ada, bob, session_id)
    come_by_an_invite(coco, invite(grace, "Co-host"), session_id)
    see_who_is_there(everybody)
    raise_hands(bob, ada, everybody)
    bring_on_stage(coco, bob, ada)
    mute_one_and_all(grace, bob)
    stop_camera_and_stage(grace, bob, [ada, coco])
    close_the_chat(grace, ada)
    grace.dies()
    carry_on(coco, ada)
    come_back_as_host(elsewhere, email, session_id)
    expect(listed(ada, "On stage").filter(has_text="Grace")).to_contain_text("Host")
    remove_for_good(elsewhere, bob, session_id)


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
    done = manage(host).get_by_role("region", name="What was done")
    expect(done.get_by_role("listitem").first).to_contain_text("Root watched unseen")
    admin.is_told("You watch unseen")
    expect(people_of(admin).get_by_role("listitem")).to_have_count(1)
    for nothing in ("Chat", "React", "Raise hand"):
        expect(admin.button(nothing)).to_have_count(0)
    look(admin.page, "observer-room", ways=ROOM)


def test_where_the_operator_alone_makes_accounts(person: Somebody, school: Serving) -> None:
    school.kill()
    school.settings["SIGN_UP"] = "closed"
    school.start()
    guest = person()
    guest.page.goto(f"{school.url}/sign-up")
    guest.is_told("New accounts are made by the operator only. Ask him for one.")
    expect(guest.button("Create account")).to_have_count(0)
    look(guest.page, "sign-up-closed")
