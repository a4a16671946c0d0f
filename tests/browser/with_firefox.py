"""The main job with Firefox at one end and Chromium at the other: python -m tests.browser.with_firefox FOLDER

A program of its own, so that test_firefox.py can run it on a network of its own; says what was seen.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.chromium import SWITCHES, find_chromium
from tests.browser.conftest import FAKE_DEVICES
from tests.browser.fox import Fox
from tests.browser.person import Person
from tests.browser.serving import Serving
from tests.ports import free_port


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def watches(host: Person, fox: Fox) -> None:
    session_id = host.create("Algebra", "Grace")
    host.go_live()
    fox.goes_to(f"{host.base}/live/{session_id}")
    fox.writes("Your name", "Ada")
    fox.presses("Join")
    fox.sees_pictures(1)
    fox.hears()
    fox.until(lambda: not fox.found("button", "Turn on sound"), "sound without another press")
    say("Firefox sees and hears Chromium")
    if pictures := os.environ.get("PICTURES"):
        fox.looks(Path(pictures) / "firefox-viewer.png")
    host.counts(2)
    host.button("End for everyone").click()
    host.button("End session").click()
    fox.until(lambda: "has ended" in fox.js("JSON.stringify(document.body.innerText)"), "end")
    say("Firefox is told of the end")


def hosts(viewer: Person, fox: Fox) -> None:
    fox.goes_to(f"{viewer.base}/live")
    fox.writes("Title", "Geometry")
    fox.writes("Your name", "Grace")
    fox.presses("Create session")
    fox.until(lambda: len(fox.js("JSON.stringify(location.pathname)")) > 40, "the session's page")
    fox.presses("Go live")
    fox.sees("button", "End for everyone")
    viewer.join(fox.js("JSON.stringify(location.pathname)"), "Bob")
    viewer.sees_pictures(1)
    viewer.hears()
    say("Chromium sees and hears Firefox")
    viewer.writes("Hello from Bob")
    fox.presses("Chat")
    fox.until(lambda: "Hello from Bob" in fox.js("JSON.stringify(document.body.innerText)"), "the chat")
    say("Firefox reads the chat")
    if pictures := os.environ.get("PICTURES"):
        fox.looks(Path(pictures) / "firefox-host.png")


def main() -> None:
    folder = Path(sys.argv[1])
    (folder / "profile").mkdir()
    app, fox = Serving(folder, settings={"LIVEKIT_NODE_IP": ""}), None  # as users have it
    try:
        app.start()
        fox = Fox(folder / "profile", free_port())
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(), args=[*SWITCHES, *FAKE_DEVICES]
            )
            watches(Person(browser.new_context(), app.url), fox)
            hosts(Person(browser.new_context(), app.url), fox)
            browser.close()
    finally:
        if fox is not None:
            fox.stop()
        app.stop()


if __name__ == "__main__":
    main()
