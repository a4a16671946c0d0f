"""Runs the benchmark, prints its tables and writes bench-results.json."""

import argparse
import asyncio
import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

from bench import app, join, lists, machine, rest
from bench.children import ROOT
from bench.chromium import find_chromium
from bench.tables import tables

PARTS = ("join", "rest", "lists")


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; may be given again")
    parser.add_argument("--runs", type=int, default=20, help="joins of each kind and distance (20)")
    parser.add_argument("--round-trips", type=float, nargs="+", default=[0.0, 60.0], metavar="MS")
    parser.add_argument(
        "--requests", type=int, default=2000, help="joins by REST; creates: half of it (2000)"
    )
    parser.add_argument("--pages", type=int, default=200, help="pages that show the lists (200)")
    parser.add_argument("--quick", action="store_true", help="2 runs, 100 requests, 20 pages: does it work?")
    parser.add_argument("--out", type=Path, default=ROOT / "bench-results.json", help="the JSON file")
    options = parser.parse_args(given)
    if options.quick:
        options.runs, options.requests, options.pages = 2, 100, 20
    if min(options.runs, options.requests, options.pages) < 1 or min(options.round_trips) < 0:
        parser.error("numbers of runs, requests and pages begin at 1")
    return options


async def measure(options: argparse.Namespace) -> dict[str, Any]:
    parts = options.only or PARTS
    results: dict[str, Any] = {"machine": machine.facts(), "quick": options.quick}
    if "join" in parts:
        results["join"] = await _joins(options)
    if "rest" in parts:
        say(f"REST: {options.requests // 2} creates, {options.requests} joins ...")
        async with app.running() as running, asyncio.timeout(600):
            results["rest"] = await rest.measure(running, options.requests)
    if "lists" in parts:
        say(f"Lists: {options.pages} pages ...")
        async with app.running() as running, asyncio.timeout(300):
            results["lists"] = await lists.measure(running, options.pages, 3 if options.quick else 10)
    results["machine"]["load_average_at_end"] = machine.load()
    return results


async def _joins(options: argparse.Namespace) -> list[dict[str, Any]]:
    if not find_chromium():
        say("No Chromium on this machine: joining is not measured.")
        return []
    warm_up = not options.quick
    distances: list[dict[str, Any]] = []
    for round_trip in options.round_trips:
        if round_trip and not join.has_far_address():
            say(f"This machine has no address {join.FAR}; on macOS: sudo ifconfig lo0 alias {join.FAR}")
            continue
        say(f"Joining at a round trip of {round_trip:.0f} ms: {options.runs} runs of each kind ...")
        async with asyncio.timeout(240 + 70 * (options.runs + 1)):
            distances.append(await join.measure(round_trip, options.runs, warm_up=warm_up))
    return distances


async def _until_told() -> None:
    """Ctrl-C and SIGTERM cancel the measurement, which then stops what it has started."""
    options = arguments()
    work = asyncio.create_task(measure(options))

    def stop() -> None:
        if not work.cancelling():  # a second Ctrl-C does not keep it from stopping what it has started
            work.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    began = time.monotonic()
    try:
        results = await work
    except asyncio.CancelledError:
        say("Stopped.")
        sys.exit(130)
    results["seconds"] = round(time.monotonic() - began)
    options.out.write_text(json.dumps(results, indent=1) + "\n")
    sys.stdout.write(tables(results))
    say(f"Written to {options.out}")


if __name__ == "__main__":
    asyncio.run(_until_told())
