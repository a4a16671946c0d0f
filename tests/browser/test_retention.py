"""Everything of a session, one's own data and webhooks, on the pages of who may; with axe on each state."""

import json
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from standardwebhooks import Webhook

from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.browser.test_accounts import (
    new_email,
    operator,  # noqa: F401  (a fixture: the admin on /admin)
    sign_up,
)

pytestmark = [pytest.mark.browser, pytest.mark.livekit]
Somebody = Callable[..., Person]
PART = "Everything of this session"


def unzipped(person: Person, press: Any) -> dict[str, bytes]:
    with person.page.expect_download() as waiting:
        press.click()
    with zipfile.ZipFile(waiting.value.path()) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.fixture
def ended(person: Somebody, serving: Serving) -> tuple[Person, str]:
    """The host of a session that is over, on its page; somebody wrote in it."""
    made = serving.create(title="Algebra for beginners", owner_name="Alice")
    join = {"session_id": made["session_id"], "user_name": "Bob"}
    bob = httpx.post(f"{serving.url}/api/live/join", json=join).raise_for_status().json()
    message = {"text": "hello", "member_key": bob["member_key"]}
    httpx.post(f"{serving.url}/api/live/{made['session_id']}/messages", json=message).raise_for_status()
    serving.end(made)
    alice = person()
    alice.page.goto(made["host_url"])
    expect(alice.page.get_by_role("region", name=PART)).to_be_visible()
    return alice, made["session_id"]


def test_the_host_takes_everything_along_and_deletes_it(ended: tuple[Person, str], person: Somebody) -> None:
    alice, sid = ended
    look(alice.page, "ended")
    packed = unzipped(alice, alice.page.get_by_role("link", name="Export everything"))
    assert json.loads(packed["chat.json"])[0]["text"] == "hello"
    time = alice.label("Keep chat, attendance and recording for")
    expect(time).to_have_value("0")
    time.select_option(label="30 days")
    alice.is_told("Saved.")
    alice.page.reload()
    expect(time).to_have_value("30")
    alice.button("Delete everything").click()
    question = alice.page.get_by_role("form", name="Delete everything?")
    expect(question).to_contain_text("2 people with when they were there, 1 chat message, 0 files")
    expect(alice.label("Type delete to confirm")).to_be_focused()
    look(alice.page, "ended-question")
    alice.button("Keep it").click()
    expect(question).to_be_hidden()
    alice.button("Delete everything").click()
    alice.label("Type delete to confirm").fill("yes")
    alice.button("Delete for good").click()
    alice.is_told("Type the word delete to go on.")
    look(alice.page, "ended-refused")
    alice.label("Type delete to confirm").fill(" Delete ")
    alice.page.keyboard.press("Enter")
    alice.page.wait_for_url(re.compile(r"/live/?$"))
    expect(alice.page.get_by_text("Algebra for beginners")).to_have_count(0)
    bob = person()
    bob.page.goto(f"{bob.base}/live/{sid}")
    bob.is_told("There is no session with this ID. Check the link.")


def test_nobody_else_sees_it(ended: tuple[Person, str], person: Somebody) -> None:
    _, sid = ended
    bob = person()
    bob.page.goto(f"{bob.base}/live/{sid}")
    expect(bob.page.get_by_role("heading", name="Algebra for beginners")).to_be_visible()
    expect(bob.page.get_by_text("Ended", exact=True).first).to_be_visible()
    expect(bob.page.get_by_role("region", name=PART)).to_have_count(0)
    assert bob.page.request.get(f"{bob.base}/api/live/{sid}/export.zip").status == 401


def test_one_downloads_ones_own_data(person: Somebody) -> None:
    ada, email = person(), new_email()
    sign_up(ada, "Ada", email)
    ada.page.goto(f"{ada.base}/account")
    expect(ada.page.get_by_role("region", name="Your data")).to_be_visible()
    expect(ada.page.get_by_role("region", name="Where you are signed in")).to_contain_text("This browser")
    look(ada.page, "account")
    packed = unzipped(ada, ada.page.get_by_role("link", name="Download my data"))
    assert json.loads(packed["account.json"])[0]["email"] == email
    assert len(json.loads(packed["login.json"])) == 1


class Receiver(ThreadingHTTPServer):
    """Takes webhooks; status: what it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.got = 204, list[tuple[dict[str, str], bytes]]()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hooks/live"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        assert isinstance(self.server, Receiver)
        self.server.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_admin_sets_up_a_webhook_and_reads_its_log(
    operator: Person,  # noqa: F811
    serving: Serving,
    receiver: Receiver,
) -> None:
    page, part = operator.page, operator.page.get_by_role("region", name="Webhooks")
    look(page, "admin-none")
    operator.label("Address of a new webhook").fill("ftp://lms")
    operator.button("Add webhook").click()
    operator.is_told("The address must begin with https:// or http://.")
    receiver.status = 500
    operator.label("Address of a new webhook").fill(receiver.url)
    operator.label("Somebody left").uncheck()
    operator.button("Add webhook").click()
    secret = page.locator("#webhook-secret")
    expect(secret).to_have_value(re.compile("^whsec_"))
    expect(operator.label("Address of a new webhook")).to_have_value("")
    expect(part).to_contain_text("created, started, joined, ended, recording_ready: 0 delivered, 0 waiting")
    look(page, "admin-made")
    checker = Webhook(secret.input_value())
    serving.end(serving.create(title="Geometry"))
    operator.until(lambda: len(receiver.got) >= 3, "three events")
    for headers, body in receiver.got:
        assert checker.verify(body, headers)["data"]["title"] == "Geometry"
    part.get_by_role("button", name=re.compile("^Log: ")).click()
    entry = part.locator(".hook-log .entry-row", has_text="ended")
    expect(entry).to_contain_text("It answered 500.")
    look(page, "admin-log")
    receiver.status = 204
    entry.get_by_role("button", name=re.compile("^Send again")).click()

    def delivered() -> bool:
        operator.button("Load again").click()
        return "Delivered" in entry.inner_text()

    operator.until(delivered, "delivery")
    part.get_by_role("button", name=re.compile("^Turn off: ")).click()
    expect(part.get_by_text("Off", exact=True)).to_be_visible()
    part.get_by_role("button", name=re.compile("^Delete: ")).click()
    look(page, "admin-delete")
    part.get_by_role("button", name=re.compile("^Delete for good")).click()
    expect(part.get_by_role("listitem")).to_have_count(0)


def test_an_admin_gives_somebody_his_data(operator: Person) -> None:  # noqa: F811
    row = operator.page.locator(".entry-row", has_text="root@example.org")
    packed = unzipped(operator, row.get_by_role("link", name="Data: Root"))
    assert json.loads(packed["account.json"])[0]["email"] == "root@example.org"
    assert b"root@example.org" in packed["README.txt"]
