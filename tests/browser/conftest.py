"""The served app, once per run, and people with browsers, for each test anew."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from bench.chromium import SWITCHES, find_chromium
from tests.browser.person import Person
from tests.browser.serving import Serving

expect.set_options(timeout=15_000)  # the machine may be very slow
# Five pictures a second instead of twenty: two people in a room take half a processor instead of a whole one.
FAKE_DEVICES = ["--use-fake-device-for-media-stream=fps=5", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving.running(tmp_path_factory.mktemp("served")) as app:
        yield app


@pytest.fixture(scope="module")
def start_browser() -> Iterator[Callable[[list[str]], Browser]]:
    """Starts a browser with the given switches. For one module: playwright holds the thread's event loop."""
    path = find_chromium()
    if not path:
        pytest.skip("no Chromium on this machine: the tests that need one are skipped")
    with sync_playwright() as playwright:
        yield lambda switches: playwright.chromium.launch(executable_path=path, args=[*SWITCHES, *switches])


@pytest.fixture
def launch(
    start_browser: Callable[[list[str]], Browser],
) -> Iterator[Callable[[list[str]], Browser]]:
    """A browser of the test's own, with the given switches."""
    browsers: list[Browser] = []

    def started(switches: list[str]) -> Browser:
        browsers.append(start_browser(switches))
        return browsers[-1]

    yield started
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="module")
def everybodys_browser(start_browser: Callable[[list[str]], Browser]) -> Browser:
    return start_browser(FAKE_DEVICES)


@pytest.fixture
def person(serving: Serving, everybodys_browser: Browser) -> Iterator[Callable[..., Person]]:
    """Somebody new with his own browser key; at the end no browser has complained or called others."""
    people: list[Person] = []

    def somebody(**options: Any) -> Person:
        people.append(Person(everybodys_browser.new_context(**options), serving.url))
        return people[-1]

    yield somebody
    told = [(one.complaints[:], one.hosts) for one in people]
    for one in people:
        one.context.close()
    for complaints, hosts in told:
        assert complaints == []
        assert hosts <= {"localhost", "127.0.0.1"}, "something was loaded from other hosts"
