"""Where LiveKit Egress records, pages offer only what it can: no voices apart, no consent to keep."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from donfra_live.livekit_server.keys import load_or_create
from tests.browser.looks import ROOM, look
from tests.browser.panels import manage
from tests.browser.person import Person
from tests.browser.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(240)]
Somebody = Callable[..., Person]
CONSENT, VOICES = (
    "Ask everybody for consent to be recorded",
    "Each voice and picture in a file of its own as well",
)


@pytest.fixture(scope="module")
def by_egress(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[Serving]:
    """An app that uses the media server of the other one, which knows no Egress: nothing is recorded here."""
    keys = load_or_create(serving.folder / "data")
    port = serving.ports[0]
    settings = {
        "RECORDER": "egress",
        "LIVEKIT_SERVER_URL": f"http://127.0.0.1:{port}",
        "LIVEKIT_PUBLIC_URL": f"ws://127.0.0.1:{port}",
        "LIVEKIT_API_KEY": keys.key,
        "LIVEKIT_API_SECRET": keys.secret,
    }
    with Serving.running(tmp_path_factory.mktemp("egress"), **settings) as app:
        yield app


@pytest.fixture
def host(person: Somebody, by_egress: Serving) -> Person:
    one = person()
    one.base = by_egress.url
    return one


def test_the_panel_offers_what_egress_can(host: Person) -> None:
    host.create("Algebra", "Grace")
    host.go_live()
    panel = manage(host)
    side = panel.get_by_role("region", name="Recording")
    expect(side).to_contain_text("Space for")
    expect(side.get_by_role("button", name="Record", exact=True)).to_be_visible()
    expect(side.get_by_label(VOICES)).to_have_count(0)
    expect(panel.get_by_label(CONSENT)).to_have_count(0)
    look(host.page, "egress-panel", ways=ROOM)


def test_a_session_that_asks_for_consent_all_the_same_can_stop_asking(
    host: Person, by_egress: Serving
) -> None:
    created = by_egress.create(ask_consent=True)
    host.page.goto(created["host_url"])
    host.go_live()
    panel = manage(host)
    side = panel.get_by_role("region", name="Recording")
    record = side.get_by_role("button", name="Record", exact=True)
    expect(side.get_by_role("note")).to_contain_text("the recorder of this place cannot leave anybody out")
    expect(record).to_have_count(0)
    look(host.page, "egress-consent", ways=ROOM)
    panel.get_by_label(CONSENT).uncheck()
    expect(record).to_be_visible()
    expect(side.get_by_role("note")).to_have_count(0)


def plans(host: Person) -> Locator:
    """Its dialog to edit it."""
    host.page.goto(f"{host.base}/live")
    host.label("Title").fill("Later")
    host.label("Your name").fill("Grace")
    expect(host.page.get_by_label(CONSENT)).to_have_count(0)
    host.page.get_by_text("Plan for later", exact=True).click()
    host.label("Date").fill((datetime.now(UTC) + timedelta(days=3)).date().isoformat())
    host.label("Start").fill("10:00")
    host.button("Create session").click()
    host.page.wait_for_url(re.compile(r"/live/[0-9a-f-]{36}$"))
    host.button("Edit").click()
    return host.page.get_by_role("dialog")


def test_the_forms_do_not_offer_consent(host: Person) -> None:
    dialog = plans(host)
    expect(dialog.get_by_label("Title")).to_be_visible()
    expect(dialog.get_by_label(CONSENT)).to_have_count(0)
