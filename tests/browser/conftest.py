"""The served app, once per run, and people with browsers, for each test anew."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.person import Person
from tests.browser.serving import Serving

FAKE_DEVICES = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def find_chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    mac = ("Google Chrome", "Chromium")
    found = [shutil.which(n) for n in names] + [f"/Applications/{n}.app/Contents/MacOS/{n}" for n in mac]
    return next((path for path in found if path and os.path.exists(path)), "")


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    app = Serving(tmp_path_factory.mktemp("served"))
    try:
        app.start()
        yield app
    finally:
        app.stop()


@pytest.fixture
def launch() -> Iterator[Callable[[list[str]], Browser]]:
    """A browser with the given switches. For one test: playwright holds the thread's event loop."""
    path = find_chromium()
    if not path:
        pytest.skip("no Chromium on this machine: the tests that need one are skipped")
    with sync_playwright() as playwright:
        yield lambda switches: playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", *switches]
        )


@pytest.fixture
def person(serving: Serving, launch: Callable[[list[str]], Browser]) -> Iterator[Callable[..., Person]]:
    """Somebody new with his own browser key; at the end no browser has complained or called others."""
    browser = launch(FAKE_DEVICES)
    people: list[Person] = []

    def somebody(**options: Any) -> Person:
        people.append(Person(browser.new_context(**options), serving.url))
        return people[-1]

    yield somebody
    for one in people:
        assert one.complaints == []
        assert one.hosts <= {"localhost", "127.0.0.1"}, "something was loaded from other hosts"
    browser.close()
