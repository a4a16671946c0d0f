"""How a page looks: in both sizes and schemes nothing for axe to complain of; pictures for our own eyes."""

import json
import os
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WAYS: list[dict[str, Any]] = [
    {"color_scheme": scheme, "viewport": {"width": width, "height": height}}
    for scheme in ("light", "dark")
    for width, height in ((1440, 900), (390, 844))
]
# The room is dark in both schemes.
ROOM = [way for way in WAYS if way["color_scheme"] == "light"]


def look(page: Page, name: str, *, ways: list[dict[str, Any]] = WAYS) -> None:
    """Nothing for axe to complain of, nothing wider than the screen; pictures where PICTURES says so."""
    try:
        for way in ways:
            # without motion: colours that still change from the other scheme's are no colours of ours
            page.emulate_media(color_scheme=way["color_scheme"], reduced_motion="reduce")
            page.set_viewport_size(way["viewport"])
            _look(page, f"{name}-{way['viewport']['width']}-{way['color_scheme']}")
    finally:
        page.set_viewport_size({"width": 1280, "height": 720})
        page.emulate_media(color_scheme="light", reduced_motion="null")


def _look(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it is too wide"
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert found == [], json.dumps([(v["id"], [n["html"] for n in v["nodes"]]) for v in found])
