"""Medians and percentiles, and the table that is printed."""

import statistics
from collections.abc import Iterable, Sequence
from typing import TypedDict


class Spread(TypedDict):
    median: float
    p25: float
    p75: float
    n: int


def spread(values: Iterable[float | None]) -> Spread | None:
    """None when there is no value."""
    known = sorted(v for v in values if v is not None)
    if not known:
        return None
    p25, median, p75 = quarters(known)
    return Spread(median=round(median, 1), p25=round(p25, 1), p75=round(p75, 1), n=len(known))


def quarters(known: Sequence[float]) -> tuple[float, float, float]:
    if len(known) == 1:
        return known[0], known[0], known[0]
    p25, median, p75 = statistics.quantiles(known, n=4, method="inclusive")
    return p25, median, p75


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of all values do not exceed."""
    known = sorted(values)
    return known[min(len(known) - 1, int(len(known) * percent / 100))]


def table(rows: Sequence[tuple[str, str]], title: str) -> str:
    """Two columns under a title."""
    width = max(len(name) for name, _ in rows)
    return "\n".join([title, *(f"  {name.ljust(width)}  {value}" for name, value in rows), ""])


def words(value: Spread | None, unit: str = "ms") -> str:
    """A median with its quarters, as in "170 ms (158 to 172, n 20)"."""
    if value is None:
        return "not measured"
    return f"{value['median']:.0f} {unit} ({value['p25']:.0f} to {value['p75']:.0f}, n {value['n']})"
