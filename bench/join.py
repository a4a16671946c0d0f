"""From a viewer's click on Join, and from opening the link, to the first picture, in a real Chromium.

Every run is a new browser context: no cache, no storage. "read" fills in the name, reads the page for
1.5 s and clicks; "cold" fills in and clicks at once. At a distance everything goes through bench.relay.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
from playwright.async_api import Browser, BrowserContext, Error, async_playwright

from bench import app as served
from bench import machine
from bench.children import helper
from bench.chromium import SWITCHES, find_chromium
from bench.figures import spread
from bench.wire import Wire

PROBE = Path(__file__).with_name("probe.js")
FAR = "127.0.0.2"
READING_SECONDS = 1.5
PICTURE_SECONDS = 25
LATE_REQUESTS_SECONDS = 0.5
MODES = ("read", "cold")
MOMENTS = """() => {
  const { click, signal, peer, frame } = window.bench;
  const loaded = performance.getEntriesByType("resource");
  const ended = (path) => loaded.find((e) => e.name.endsWith(path))?.responseEnd || null;
  const arrival = ended("/api/live/arrival"), answer = ended("/api/live/enter");
  return { click, answer, signal, peer, frame, arrival, began: performance.timeOrigin };
}"""


class Place(NamedTuple):
    """The app as the browser reaches it."""

    app: served.App
    url: str
    session_id: str


def has_far_address() -> bool:
    """Linux has all of 127.0.0.0/8; elsewhere it may have to be added to the loopback device."""
    with socket.socket() as s:
        try:
            s.bind((FAR, 0))
        except OSError:
            return False
        return True


@contextlib.asynccontextmanager
async def place(round_trip: float) -> AsyncIterator[Place]:
    """The app with one session in which somebody publishes, `round_trip` ms away from the browser."""
    async with contextlib.AsyncExitStack() as stack:
        app = await stack.enter_async_context(served.running(FAR if round_trip else "127.0.0.1"))
        if round_trip:
            await stack.enter_async_context(_relay(app, round_trip))
        created = await app.create()
        address = f"ws://127.0.0.1:{app.media_server.port}"
        token = created["host_token"]
        await stack.enter_async_context(helper("bench.publisher", address, first_line=token))
        url = f"http://{FAR}:{app.port}" if round_trip else app.url
        yield Place(app, url, created["session_id"])


def _relay(app: served.App, round_trip: float) -> contextlib.AbstractAsyncContextManager[Any]:
    media = app.media_server
    ways = [("tcp", app.port), ("tcp", media.port), ("udp", media.udp_port)]
    places = [f"{kind}:{FAR}:{port}=127.0.0.1:{port}" for kind, port in ways]
    return helper("bench.relay", str(round_trip / 2), *places)


async def measure(round_trip: float, runs: int, *, warm_up: bool = True) -> dict[str, Any]:
    """One distance; both modes take turns. warm_up: a first run of each does not count."""
    rows: dict[str, list[dict[str, Any]]] = {mode: [] for mode in MODES}
    load = machine.load()
    async with place(round_trip) as here, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(),
            args=[*SWITCHES, "--allow-loopback-in-peer-connection"],
            handle_sigint=False,
            handle_sigterm=False,
        )
        try:
            for number in range(-1 if warm_up else 0, runs):
                for mode in MODES:
                    row = await _one(browser, here, mode, f"Viewer {number + 2}")
                    if number >= 0:
                        rows[mode].append(row)
        finally:
            await browser.close()
    return {
        "round_trip_ms": round_trip,
        "load_average": {"before": load, "after": machine.load()},
        **{mode: summary(of_mode) for mode, of_mode in rows.items()},
    }


async def _one(browser: Browser, here: Place, mode: str, name: str) -> dict[str, Any]:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    try:
        return await _visit(context, here, mode, name)
    except (Error, TimeoutError) as error:
        return {"error": f"{type(error).__name__}: {str(error)[:300]}"}
    finally:
        await context.close()
        await _until_alone(here)


async def _visit(context: BrowserContext, here: Place, mode: str, name: str) -> dict[str, Any]:
    page, wire = await context.new_page(), Wire()
    await page.add_init_script(path=PROBE)
    await wire.watch(await context.new_cdp_session(page))
    link = f"{here.url}/live?session_id={here.session_id}&role=viewer"
    await page.goto(link, wait_until="commit")
    # by id: while the page is still being read, the form for creating has the same words and is in sight
    await page.locator("#join-name").fill(name)
    if mode == "read":
        await asyncio.sleep(READING_SECONDS)
    await page.locator("form:has(#join-name)").get_by_role("button", name="Join", exact=True).click()
    await asyncio.wait_for(page.evaluate("() => window.bench.shown"), PICTURE_SECONDS)
    moments: dict[str, float | None] = await page.evaluate(MOMENTS)
    await asyncio.sleep(LATE_REQUESTS_SECONDS)
    row = split(moments)
    scripts = wire.scripts(until=((moments["began"] or 0) + row["open_to_frame"]) / 1000)
    row |= {"script_bytes": sum(s.size for s in scripts), "script_files": len(scripts)}
    row["scripts"] = {urlsplit(s.url).path: [s.size, s.encoding] for s in scripts}
    row["other_hosts"] = sorted(wire.others())
    await page.goto("about:blank")  # as a person leaves: the client says goodbye
    return row


def split(moments: Mapping[str, float | None]) -> dict[str, Any]:
    """Spans in ms; those from the click are negative for what was there before it.

    Raises:
        TimeoutError: there was a picture, but no click before it.
    """
    click, frame = moments["click"], moments["frame"]
    if click is None or frame is None or frame < click:
        raise TimeoutError("the picture did not come after the click")
    row: dict[str, Any] = {"click_to_frame": frame - click, "open_to_frame": frame, "open_to_click": click}
    for name in ("arrival", "answer", "signal", "peer"):
        at = moments[name]
        row[f"click_to_{name}"] = None if at is None else at - click
        row[f"open_to_{name}"] = at
    return row


async def _until_alone(here: Place, seconds: float = 5) -> None:
    """The next run begins when the last viewer has gone, or after a while."""
    end = time.monotonic() + seconds
    async with httpx.AsyncClient(timeout=3) as client:
        while time.monotonic() < end:
            with contextlib.suppress(httpx.HTTPError):
                answer = await client.get(f"{here.app.url}/api/live/{here.session_id}")
                if answer.json().get("people", 0) <= 1:
                    return
            await asyncio.sleep(0.1)


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    good = [row for row in rows if "error" not in row]
    spans = [name for name in (good[0] if good else {}) if "_to_" in name]
    return {
        "runs": len(rows),
        "errors": [row["error"] for row in rows if "error" in row],
        **{name: spread(row[name] for row in good) for name in spans},
        "script_bytes": spread(row["script_bytes"] for row in good),
        "script_files": spread(row["script_files"] for row in good),
        "scripts_of_last_run": good[-1]["scripts"] if good else {},
        "other_hosts": sorted({host for row in good for host in row["other_hosts"]}),
    }
