"""Every control of a host, pressed once, and what the others see of it: one session, one host, two viewers.

The tests share the session in the order they stand here; each leaves it as it found it, the last ones not.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looks import ROOM, look
from tests.browser.panels import acts_on, does, invite, listed, manage, people_of
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.browser.test_accounts import fill, new_email
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(300)]
Somebody = Callable[..., Person]
# The two tones that tell a host that somebody waits.
TONES = """
window.tones = 0;
const real = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.tones++; return real.apply(this); };
"""
NO_INVITE = "This session is for invited people. Open the invite link you were sent."
OVER = "This invite is no longer valid. Ask for a new one."


@dataclass
class Scene:
    host: Person
    ada: Person
    bob: Person
    session_id: str

    @property
    def path(self) -> str:
        return f"/live/{self.session_id}"

    def asks(self, what: str) -> list[dict[str, Any]]:
        """As the host's browser asks by REST."""
        answer = self.host.page.request.get(f"{self.host.base}/api{self.path}/{what}")
        told: list[dict[str, Any]] = answer.json()[what]
        return told

    def setting(self, label: str, choice: str) -> None:
        manage(self.host).get_by_label(label, exact=True).select_option(label=choice)

    def reopens(self) -> Any:
        """Manage with its lists read anew."""
        manage(self.host)
        self.host.button("Manage").click()
        return manage(self.host)


@pytest.fixture(scope="module")
def scene(serving: Serving, everybodys_browser: Browser) -> Iterator[Scene]:
    host, ada, bob = people = [Person(everybodys_browser.new_context(), serving.url) for _ in range(3)]
    host.context.add_init_script(TONES)
    session_id = host.create("All the tools", "Grace")
    host.go_live()
    for one, name in ((ada, "Ada"), (bob, "Bob")):
        one.join(f"/live/{session_id}", name)
        one.sees_room()
    host.counts(3)
    yield Scene(host, ada, bob, session_id)
    complaints = [one.complaints[:] for one in people]
    for one in people:
        one.context.close()
    assert complaints == [[], [], []]


def test_the_chat_is_switched_off_and_slowed_down(scene: Scene) -> None:
    ada = scene.ada
    ada.button("React").click()
    look(ada.page, "reactions", ways=ROOM)
    ada.page.keyboard.press("Escape")
    scene.setting("Chat", "Off")
    ada.opens_chat()
    ada.is_told("The chat is switched off.")
    expect(ada.page.get_by_role("button", name="React", exact=True)).to_have_count(0)
    scene.setting("Chat", "Everyone may write")
    expect(ada.button("React")).to_be_visible()
    scene.setting("Slow mode", "One message in 2 minutes")
    ada.writes("My first word")
    ada.label("Message").fill("My second word")
    ada.button("Send").click()
    ada.is_told("Slow mode: one message in 120 seconds. Wait a little.")
    scene.setting("Slow mode", "No limit")
    ada.button("Send").click()
    scene.host.reads("My second word")


def test_a_lobby_in_the_middle_tells_the_host_and_denies(scene: Scene, person: Somebody) -> None:
    host, carl = scene.host, person()
    lobby = manage(host).get_by_label("Lobby: people wait until they are let in")
    before = host.page.evaluate("tones")
    lobby.check()
    carl.join(scene.path, "Carl")
    carl.is_told("You are in the lobby. The host sees that you wait and lets you in.")
    expect(scene.ada.button("Leave")).to_be_visible()
    scene.ada.button("Raise hand").click()
    expect(listed(host, "Waiting")).to_have_count(1)
    expect(listed(host, "Raised hands")).to_have_count(1)
    host.until(lambda: host.page.evaluate("tones") == before + 2, "two tones")
    look(host.page, "people-waiting", ways=ROOM)
    carl.button("Stop waiting").click()
    expect(people_of(host).get_by_role("region", name="Waiting")).to_have_count(0)

    sound = manage(host).get_by_label("Sound when somebody waits")
    sound.uncheck()
    carl.button("Join").click()
    expect(listed(host, "Waiting")).to_have_count(1)
    people_of(host).get_by_role("button", name="Deny Carl").click()
    expect(people_of(host).get_by_role("button", name="Keep waiting")).to_be_focused()
    look(host.page, "people-deny", ways=ROOM)
    people_of(host).get_by_role("button", name="Deny for good").click()
    expect(people_of(host)).to_be_focused()
    carl.is_told("The host did not let you in.")
    expect(people_of(host).get_by_role("region", name="Waiting")).to_have_count(0)
    assert host.page.evaluate("tones") == before + 2, "switched off"
    look(host.page, "people-denied", ways=ROOM)
    people_of(host).get_by_role("button", name="Admit Carl after all").click()
    expect(people_of(host).get_by_role("region", name="Denied")).to_have_count(0)
    carl.button("Join").click()
    expect(carl.button("Leave")).to_be_visible()
    carl.button("Leave").click()
    manage(host).get_by_label("Sound when somebody waits").check()
    manage(host).get_by_label("Lobby: people wait until they are let in").uncheck()
    scene.ada.button("Raise hand").click()
    expect(people_of(host).get_by_role("region", name="Raised hands")).to_have_count(0)


def test_who_is_let_in_at_once_comes_in_at_once(scene: Scene, person: Somebody) -> None:
    host, dana = scene.host, person()
    manage(host).get_by_label("Lobby: people wait until they are let in").check()
    dana.page.goto(dana.base + scene.path)
    dana.until(lambda: dana.page.evaluate("window.donfraEarly.alive"), "a page that is alive")
    dana.label("Your name").fill("Dana")
    dana.button("Join").click()
    dana.is_told("You are in the lobby. The host sees that you wait and lets you in.")
    people_of(host).get_by_role("button", name="Admit Dana").click()
    # before the page would have looked by itself
    expect(dana.button("Leave")).to_be_visible(timeout=15_000)
    manage(host).get_by_label("Lobby: people wait until they are let in").uncheck()
    dana.button("Leave").click()
    dana.is_told("You have left")


def test_hands_are_lowered_one_all_and_ones_own(scene: Scene) -> None:
    host, viewers = scene.host, [scene.ada, scene.bob]

    def up(one: Person, pressed: str) -> None:
        expect(one.button("Raise hand")).to_have_attribute("aria-pressed", pressed)

    def everybody_raises() -> None:
        for one in viewers:
            if one.button("Raise hand").get_attribute("aria-pressed") == "false":
                one.button("Raise hand").click()
            up(one, "true")
        expect(listed(host, "Raised hands")).to_have_count(2)

    everybody_raises()
    expect(host.button("People").locator(".count")).to_have_text("2")  # also while the panel is closed
    expect(scene.bob.button("People").locator(".count")).to_have_count(0)
    look(host.page, "people-hands", ways=ROOM)
    people_of(host).get_by_role("button", name="Lower the hand of Ada").click()
    up(scene.ada, "false")
    expect(listed(scene.ada, "Raised hands")).to_have_text(re.compile("Bob"))
    everybody_raises()
    people_of(host).get_by_role("button", name="Lower all").click()
    for one in viewers:
        up(one, "false")
    everybody_raises()
    for one in viewers:
        one.button("Raise hand").click()
        up(one, "false")
    expect(people_of(host).get_by_role("region", name="Raised hands")).to_have_count(0)


def test_on_stage_for_minutes_and_down_by_oneself(scene: Scene) -> None:
    host, bob = scene.host, scene.bob
    does(host, "Bob", "Bring on stage for 2 minutes")
    expect(bob.button("Leave stage")).to_be_visible()
    (row,) = [m for m in scene.asks("members") if m["name"] == "Bob"]
    left = datetime.fromisoformat(row["stage_until"]) - datetime.now(UTC)
    assert 60 < left.total_seconds() <= 120
    bob.button("Camera").click()
    host.sees_pictures(2)
    look(bob.page, "viewer-on-stage", ways=ROOM)
    bob.button("Leave stage").click()
    host.sees_pictures(1)
    expect(bob.button("Camera")).to_have_count(0)
    expect(listed(host, "Watching").filter(has_text="Bob")).to_have_count(1)


def test_a_guest_comes_in_by_his_account(scene: Scene, person: Somebody) -> None:
    guest, email = person(), new_email()
    made = {"name": "Dora", "email": email, "password": PASSWORD}
    httpx.post(f"{guest.base}/api/accounts", json=made, timeout=60).raise_for_status()
    scene.setting("Who may join", "People with an account")
    guest.page.goto(guest.base + scene.path)
    guest.is_told("This session is for people with an account.")
    look(guest.page, "door-sign-in")
    guest.page.get_by_role("region", name="Sign in").get_by_role("link", name="Sign in").click()
    fill(guest, **{"E-mail": email, "Password": PASSWORD})
    guest.button("Sign in").click()
    guest.page.wait_for_url(f"**{scene.path}")
    guest.label("Your name").fill("Dora")
    # the page comes alive with what it knew before he signed in
    guest.until(lambda: guest.page.evaluate("donfraEarly.alive"), "the page alive")
    expect(guest.page.get_by_role("navigation", name="Main").get_by_text("Dora")).to_be_visible()
    expect(guest.label("Your name")).to_have_value("Dora")
    guest.button("Join").click()
    guest.sees_room()
    scene.setting("Who may join", "Anyone with the link")
    guest.button("Leave").click()
    guest.is_told("You have left")


def test_a_password_is_taken_off_again(scene: Scene, person: Somebody) -> None:
    guest, side = person(), manage(scene.host)
    side.get_by_label("Password of the session").fill("open sesame")
    side.get_by_role("button", name="Set", exact=True).click()
    expect(side.get_by_role("button", name="Remove", exact=True)).to_be_visible()
    guest.page.goto(guest.base + scene.path)
    expect(guest.label("Password")).to_be_visible()
    side.get_by_role("button", name="Remove", exact=True).click()
    expect(guest.page.get_by_label("Password", exact=True)).to_have_count(0)
    guest.label("Your name").fill("Eve")
    guest.button("Join").click()
    guest.sees_room()


def test_invites_run_out_and_are_revoked(scene: Scene, person: Somebody) -> None:
    host, carl, late = scene.host, person(), person()
    scene.setting("Who may join", "Invited people only")
    late.page.goto(late.base + scene.path)
    late.is_told(NO_INVITE)
    look(late.page, "door-invite")
    once = invite(host, "Viewer", people="One person")
    carl.page.goto(once)
    expect(carl.button("Join")).to_be_visible()
    assert [i["used"] for i in scene.asks("invites")] == [0], "a link that is only opened is not used"
    carl.label("Your name").fill("Carl")
    carl.button("Join").click()
    carl.sees_room()
    manage(host).get_by_label("Ends", exact=True).select_option(label="In an hour")
    link = invite(host, "Speaker")
    rows = scene.reopens().get_by_role("region", name="Invites").get_by_role("listitem")
    expect(rows.nth(0)).to_contain_text("Viewer, used 1 of 1 by Carl")
    expect(rows.nth(1)).to_contain_text("until")
    rows.nth(1).get_by_role("button", name="Revoke").click()
    expect(rows.nth(1)).to_contain_text("Its link lets nobody in any more.")
    expect(rows.nth(1).get_by_role("button", name="Keep")).to_be_focused()
    look(host.page, "invite-revoke", ways=ROOM)
    rows.nth(1).get_by_role("button", name="Revoke for good").click()
    expect(rows.nth(1)).to_contain_text("Revoked")
    for refused in (once, link):
        late.page.goto("about:blank")
        late.join(refused.removeprefix(late.base), "Late")
        late.is_told(OVER)
    invite(host, "Viewer")
    does(host, "Carl", "Remove…")
    does(host, "Carl", "Remove for good")
    carl.is_told("You are no longer in the session")
    side = manage(host)
    invite(host, "Co-host")
    log = side.get_by_role("region", name="What was done")
    for line in ("Grace brought Bob on stage", "Bob left the stage", "changed the settings (lobby on)"):
        expect(log).to_contain_text(line)
    log.scroll_into_view_if_needed()
    look(host.page, "manage", ways=ROOM)
    side.get_by_role("button", name="Let Carl come back").click()
    expect(side.get_by_role("region", name="Removed people")).to_have_count(0)
    carl.button("Join again").click()
    carl.sees_room()
    scene.setting("Who may join", "Anyone with the link")


def test_promoted_held_back_and_demoted(scene: Scene) -> None:
    host, ada = scene.host, scene.ada
    does(host, "Ada", "Make speaker")
    ada.button("Camera").click()
    ada.button("Share screen").click()
    host.sees_pictures(3)
    for word, button, left in (("screen", "Share screen", 2), ("camera", "Camera", 1)):
        does(host, "Ada", f"Take {word} away")
        expect(ada.button(button)).to_be_disabled()
        host.sees_pictures(left)
    acts_on(host, "Ada")
    look(host.page, "people-acts", ways=ROOM)
    for word, button in (("screen", "Share screen"), ("camera", "Camera")):
        does(host, "Ada", f"Allow {word} again")
        expect(ada.button(button)).to_be_enabled()
    does(host, "Ada", "Make co-host")
    expect(ada.button("Manage")).to_be_visible()
    expect(listed(scene.bob, "On stage").filter(has_text="Ada")).to_contain_text("Co-host")
    does(host, "Ada", "Make viewer")
    expect(ada.button("Raise hand")).to_be_visible()
    for gone in ("Manage", "Camera"):
        expect(ada.button(gone)).to_have_count(0)


def test_a_second_host_and_a_new_one(scene: Scene) -> None:
    host = scene.host
    does(host, "Ada", "Make host too")
    for one in (host, scene.ada):
        expect(one.button("End for everyone")).to_be_visible()
    does(host, "Bob", "Hand over…")
    expect(people_of(host).get_by_role("button", name="Keep")).to_be_focused()
    people_of(host).get_by_role("button", name="Keep").click()
    expect(people_of(host).get_by_role("button", name="Hand over…")).to_be_focused()
    does(host, "Bob", "Hand over…")
    does(host, "Bob", "Hand over for good")
    expect(scene.bob.button("End for everyone")).to_be_visible()
    expect(host.button("End for everyone")).to_have_count(0)
    expect(listed(scene.ada, "On stage").filter(has_text="Grace")).to_contain_text("Co-host")
