"""The results as a person reads them."""

from collections.abc import Iterator
from typing import Any

from bench.figures import table, words

SPANS = {
    "read": (
        ("click to first picture", "click_to_frame"),
        ("click to the server's answer", "click_to_answer"),
        ("click to signal socket", "click_to_signal"),
        ("click to peer connected", "click_to_peer"),
    ),
    "cold": (
        ("link opened to first picture", "open_to_frame"),
        ("link opened to click", "open_to_click"),
        ("link opened to arrival token", "open_to_arrival"),
        ("link opened to signal socket", "open_to_signal"),
        ("link opened to peer connected", "open_to_peer"),
        ("link opened to the answer", "open_to_answer"),
        ("click to first picture", "click_to_frame"),
    ),
}
TITLES = {"read": "page read for 1.5 s, then click", "cold": "cold link, clicked at once"}


def tables(results: dict[str, Any]) -> str:
    facts = results["machine"]
    load = f"{facts['load_average_at_start'][0]} at start, {facts['load_average_at_end'][0]} at end"
    machine = f"{facts['model']}, {facts['cores']} cores, load average {load}"
    lines = [machine, ""]
    if results["quick"]:
        lines = ["A quick run: it shows that this works, the figures mean little.", *lines]
    for distance in results.get("join", []):
        lines += _distance(distance)
    if "rest" in results:
        lines.append(_rest(results["rest"]))
    if "lists" in results:
        lines.append(_lists(results["lists"]))
    return "\n".join(lines)


def _distance(distance: dict[str, Any]) -> Iterator[str]:
    load = distance["load_average"]
    for mode, spans in SPANS.items():
        found = distance[mode]
        rows = [(name, words(found.get(key))) for name, key in spans]
        size, files = found["script_bytes"], found["script_files"]
        if size and files:
            rows.append(
                ("scripts on the wire", f"{size['median'] / 1000:.1f} kB in {files['median']:.0f} files")
            )
        rows.append(("hosts that are not ours", ", ".join(found["other_hosts"]) or "none"))
        if found["errors"]:
            rows.append(("runs that failed", f"{len(found['errors'])}: {found['errors'][0]}"))
        where = (
            f"round trip {distance['round_trip_ms']:.0f} ms (load {load['before'][0]} to {load['after'][0]})"
        )
        yield table(rows, f"Join, {TITLES[mode]}, {where}; negative: before the click")


def _rest(found: dict[str, Any]) -> str:
    rows = []
    for name in ("create", "join"):
        if part := found[name]:
            rows.append(
                (
                    name,
                    f"{part['per_second']:.0f}/s, p50 {part['p50_ms']:.1f} ms, p99 {part['p99_ms']:.1f} ms, "
                    f"CPU seconds per 1000: app {part['app_cpu_seconds_per_1000']:.2f}, "
                    f"media server {part['media_server_cpu_seconds_per_1000']:.2f}; "
                    f"{part['requests']} requests, {part['refused']} refused",
                )
            )
    if (given := found.get("reference")) and (join := found["join"]):
        rate = join["per_second"] / given["per_second"]
        cost = join["app_cpu_seconds_per_1000"] / max(0.01, given["app_cpu_seconds_per_1000"])
        rows.append(
            (
                "a token route that stores nothing",
                f"{given['per_second']:.0f}/s, p50 {given['p50_ms']:.1f} ms, CPU seconds per 1000: "
                f"{given['app_cpu_seconds_per_1000']:.2f}; join has {rate:.2f} of its rate "
                f"and {cost:.1f} times its CPU",
            )
        )
    if memory := found.get("memory"):
        rows.append(
            (
                "memory after",
                f"app {memory['app_mb']:.0f} MB, media server {memory['media_server_mb']:.0f} MB",
            )
        )
    loads = found.get("load_average", {"before": [0], "after": [0]})
    return table(rows, f"REST, 8 connections (load {loads['before'][0]} to {loads['after'][0]})")


def _lists(found: dict[str, Any]) -> str:
    rows = [
        ("all pages open and loaded", f"{found['opened_in_ms']:.0f} ms"),
        ("memory of the app a page", f"{found['memory_kb_per_page']:.0f} kB"),
        ("new session, median page", words(found["median_page_ms"])),
        ("new session, last page", words(found["last_page_ms"])),
    ]
    loads = found["load_average"]
    title = f"Lists on {found['pages']} pages (load {loads['before'][0]} to {loads['after'][0]})"
    return table(rows, title)
