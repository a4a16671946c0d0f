"""What the figures depend on: the machine, its load, the versions; and what processes spend, from /proc."""

import contextlib
import datetime
import importlib.metadata
import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

PACKAGES = ("reflex", "granian", "fastapi", "sqlmodel", "livekit", "livekit-api", "playwright")
PROC = Path("/proc")


class Spent(NamedTuple):
    """Of some processes together; 0 where the system has no /proc."""

    cpu_seconds: float
    memory_mb: float


def facts() -> dict[str, Any]:
    return {
        "taken_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "model": _model(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_average_at_start": load(),
        "packages": {name: _version(name) for name in PACKAGES},
    }


def load() -> list[float]:
    return [round(value, 2) for value in os.getloadavg()]


def _model() -> str:
    with contextlib.suppress(OSError):
        for line in (PROC / "cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _fields(pid: int) -> list[str]:
    """/proc/PID/stat after the name: [0] is the state, [2] the group, [11] and [12] the CPU ticks."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def group(leader: int) -> list[int]:
    """The processes of a process group."""
    if not PROC.is_dir():
        return []
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if (fields := _fields(pid)) and int(fields[2]) == leader]


def spent(pids: Iterable[int]) -> Spent:
    ticks = pages = 0
    for pid in pids:
        if fields := _fields(pid):
            ticks += int(fields[11]) + int(fields[12])
            pages += int(fields[21])
    page = os.sysconf("SC_PAGE_SIZE")
    return Spent(ticks / os.sysconf("SC_CLK_TCK"), round(pages * page / 1e6, 1))
