"""A media server that cannot be used: the start says why, and so does the page to a host who goes live."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import expect

from donfra_live.errors import MediaServerAway
from tests.browser.looks import look
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.livekit.media_server_double import answering
from tests.ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.livekit, pytest.mark.timeout(300)]
Somebody = Callable[..., Person]
KEY, SECRET = "APIcheck", "s" * 40


@contextlib.contextmanager
def app_with(folder: Path, url: str, key: str = KEY) -> Iterator[Serving]:
    """The app on this media server; it comes up all the same."""
    settings = {"LIVEKIT_SERVER_URL": url, "LIVEKIT_API_KEY": key, "LIVEKIT_API_SECRET": SECRET}
    app = Serving(folder, settings=settings)
    try:
        app.start(health=503)
        yield app
    finally:
        app.stop()


@contextlib.contextmanager
def old_server() -> Iterator[str]:
    with start_blocking_portal() as portal:
        with portal.wrap_async_context_manager(answering(["1.5.3"], KEY, SECRET)) as url:
            yield url


def is_said(person: Somebody, app: Serving, at_start: str, on_the_page: str) -> None:
    host = person()
    host.base = app.url
    host.until(lambda: f"donfra live: {at_start}" in app.log, "words of the start", 60)
    host.create("Not yet", "Grace")
    host.button("Go live").click()
    host.is_told(on_the_page)
    expect(host.button("Go live")).to_be_visible()
    assert "Traceback" not in app.log
    look(host.page, "media-server-unusable")


def test_a_wrong_key(person: Somebody, serving: Serving, tmp_path: Path) -> None:
    sentence = "The media server refuses our key: check LIVEKIT_API_KEY and LIVEKIT_API_SECRET."
    with app_with(tmp_path, f"http://127.0.0.1:{serving.ports[0]}", "wrong") as app:
        is_said(person, app, sentence, sentence)


def test_nobody_there(person: Somebody, serving: Serving, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    why = f"The media server at {url} cannot be reached. Is it running, and is LIVEKIT_SERVER_URL right?"
    with app_with(tmp_path, url) as app:
        is_said(person, app, why, MediaServerAway.sentence)


def test_too_old(person: Somebody, serving: Serving, tmp_path: Path) -> None:
    with old_server() as url, app_with(tmp_path, url) as app:
        sentence = f"The media server at {url} is LiveKit 1.5.3, which is too old; 1.9.0 or newer is needed."
        is_said(person, app, sentence, sentence)
