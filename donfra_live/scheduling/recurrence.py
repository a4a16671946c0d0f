"""Which dates a repeating plan has; pure. Rules are RRULEs of RFC 5545, counted by the host's wall clock.

So a lesson at ten stays at ten when the clocks change. A date of a series is named by its day there.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr

from donfra_live.errors import BadInput
from donfra_live.scheduling.rules import EDGE_YEARS, FARTHEST, utc_of, wall_of

RULE_LENGTH, MOST_DATES, MOST_EXCEPTIONS = 300, 1000, 200
# What a day can be said by; hours and minutes are the plan's own.
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
# With the fewest days that each takes.
_EVERY = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
_UTC = "%Y%m%dT%H%M%SZ"
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
# Numbers in a rule; all but months may count from the end.
_NUMBERS = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYSETPOS": 366}
# How many of one day of the week there can be.
_IN_A_MONTH, _IN_A_YEAR = 5, 53


def clean_rule(value: object, first: datetime, zone: str) -> str:
    """The rule in one spelling, its UNTIL in UTC. first: the first start, by the zone's wall clock.

    Raises:
        BadInput: no such rule, or it has no date.
    """
    if not isinstance(value, str) or not value.strip() or len(value) > RULE_LENGTH:
        raise BadInput("rrule must be a rule such as FREQ=WEEKLY;BYDAY=MO.")
    parts = _parts(value.strip().upper().removeprefix("RRULE:"))
    if parts.keys() - _PARTS or parts.get("FREQ") not in _EVERY:
        raise BadInput(
            f"rrule needs FREQ={', '.join(sorted(_EVERY))} and may have {', '.join(sorted(_PARTS))}."
        )
    for name, most in (("INTERVAL", 999), ("COUNT", MOST_DATES)):
        given = parts.get(name, "1")
        if not (given.isascii() and given.isdigit() and len(given) < 5 and 1 <= int(given) <= most):
            raise BadInput(f"{name} in rrule must be from 1 to {most}.")
    _check_days(parts)
    parts |= {name: _numbers(name, parts[name]) for name in _NUMBERS.keys() & parts.keys()}
    if "UNTIL" in parts:
        parts["UNTIL"] = f"{_until(parts['UNTIL'], zone):{_UTC}}"
    rule = ";".join(f"{name}={given}" for name, given in parts.items())
    try:
        dates = starts(rule, first, zone, first + FARTHEST)
    except (ValueError, KeyError, TypeError, OverflowError):
        raise BadInput("rrule is no rule that has dates.") from None
    if not dates:
        raise BadInput("This rule has no date in the next five years.")
    return rule


def _parts(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(";") if part]
    return {name: given for name, _, given in pairs}


def _check_days(parts: Mapping[str, str]) -> None:
    """A day that no month has, such as 20MO, is a fault of the library's, in some months only: years after
    the rule was taken. Raises BadInput."""
    by_month = parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts
    most = _IN_A_MONTH if by_month else _IN_A_YEAR
    for day in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        found = _DAY.fullmatch(day)
        if found is None or (found[1] and not 1 <= abs(int(found[1])) <= most):
            raise BadInput(f"BYDAY in rrule must be days such as MO, or 1MO, with numbers up to {most}.")


def _numbers(name: str, given: str) -> str:
    """In one spelling: of +4 and 04 calendar programs do not know what to make. Raises BadInput."""
    most = _NUMBERS[name]
    least = 1 if name == "BYMONTH" else -most
    found = [int(n) for n in given.split(",") if re.fullmatch(r"[+-]?\d{1,3}", n, re.ASCII)]
    if len(found) != given.count(",") + 1 or not all(n and least <= n <= most for n in found):
        raise BadInput(f"{name} in rrule must be numbers from {least} to {most}.")
    return ",".join(map(str, found))


def _until(text: str, zone: str) -> datetime:
    """In UTC; a day alone counts to its end. Raises BadInput."""
    try:
        if len(text) == 8:
            return utc_of(datetime.combine(datetime.strptime(text, "%Y%m%d").date(), time(23, 59, 59)), zone)
        given = datetime.fromisoformat(text)
        return utc_of(given, zone) if given.tzinfo is None else given.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("UNTIL in rrule must be a day such as 20270131.") from None


def starts(rule: str, first: datetime, zone: str, last: datetime) -> Sequence[datetime]:
    """All starts up to `last`, by the zone's wall clock; without the bound a rule could go on for ever."""
    parts = _parts(rule)
    count, until = int(parts.pop("COUNT", "0")), parts.pop("UNTIL", "")
    if until:
        last = min(last, wall_of(datetime.strptime(until + "+0000", _UTC + "%z"), zone))
    rest = ";".join(f"{name}={given}" for name, given in parts.items())
    whole: Any = rrulestr(rest, dtstart=first)
    dates = whole.replace(until=last)
    step = _EVERY[parts["FREQ"]] * int(parts.get("INTERVAL", "1"))
    dates._bysetpos = _Places(dates._bysetpos, (last - first).days // step + 3)  # noqa: SLF001
    found = []
    try:
        for start in islice(dates, count or None):
            found.append(start)  # what was found before the end is kept
    except (_PastTheLast, IndexError):  # the latter of rules from before _check_days
        pass
    return found


class _PastTheLast(Exception):
    """No date can follow."""


class _Places(tuple[int, ...]):
    """A rule's BYSETPOS. It is asked once in each period whether there is any; after the last one it ends
    the search: where nothing fits, the library goes on to the year 9999, for seconds."""

    left: int

    def __new__(cls, places: Collection[int] | None, periods: int) -> "_Places":
        made = super().__new__(cls, places or ())
        made.left = periods
        return made

    def __bool__(self) -> bool:
        self.left -= 1
        if self.left < 0:
            raise _PastTheLast
        return len(self) > 0


def day_of(start: datetime) -> str:
    """Names a date of a series."""
    return start.date().isoformat()


def clean_exceptions(value: object) -> tuple[str, ...]:
    """Days on which it does not take place. Raises BadInput."""
    if not isinstance(value, Collection) or isinstance(value, (str, bytes)) or len(value) > MOST_EXCEPTIONS:
        raise BadInput(f"exceptions must be a list of days such as 2026-12-24, {MOST_EXCEPTIONS} at most.")
    try:
        days = {date.fromisoformat(str(day)) for day in value}
        if any(day.year in EDGE_YEARS for day in days):
            raise ValueError
        return tuple(sorted(day.isoformat() for day in days))
    except ValueError:
        raise BadInput("exceptions must be days such as 2026-12-24.") from None
