"""When a session opens, starts and ends, from what somebody typed; pure. Repeating is recurrence.py's.

Times are stored in UTC. What is typed without an offset is the wall clock of the time zone beside it.
"""

import functools
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta

from donfra_live.errors import BadInput
from donfra_live.live_sessions.states import SessionStatus
from donfra_live.live_sessions.views import Planned

DEFAULT_MINUTES, LONGEST_MINUTES = 60, 24 * 60
FARTHEST = timedelta(days=5 * 366)
# A day in them may be none by another zone's clock.
EDGE_YEARS = (MINYEAR, MAXYEAR)
# A form that was open for a moment, or a clock that is a little off, is no plan for the past.
_LATE = timedelta(minutes=1)
WISHES = ("starts_at", "duration_minutes", "timezone", "starts_itself")


@dataclass(frozen=True)
class HouseTimes:
    """What this installation does by itself. opens: so long before the start people may come.

    starts_itself: what a plan does that says nothing of it. missed: an open session that nobody begins ends
    so long after its planned end. longest: a live session ends after this; None for never.
    reminds: so long before the start; None for never.
    """

    opens: timedelta
    starts_itself: bool
    missed: timedelta
    longest: timedelta | None
    reminds: timedelta | None


@functools.cache
def known_zones() -> frozenset[str]:
    """But those that no browser knows: a page that shows one falls over."""
    return frozenset(zoneinfo.available_timezones() - {"Factory", "localtime"})


def clean_zone(value: object) -> str:
    """An IANA name such as Europe/Berlin; "" is UTC. Raises BadInput."""
    if value in ("", None):
        return "UTC"
    if not isinstance(value, str) or value not in known_zones():
        raise BadInput("timezone must be a name such as Europe/Berlin.")
    return value


def clean_minutes(value: object) -> int:
    """Raises BadInput."""
    if value in ("", None):
        return DEFAULT_MINUTES
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST_MINUTES:
        raise BadInput(f"duration_minutes must be a whole number from 1 to {LONGEST_MINUTES}.")
    return value


def clean_start(value: object, zone: str) -> datetime:
    """In UTC. "2026-11-24T10:00" is the zone's wall clock, "2026-11-24T09:00Z" needs none.

    A time that the zone's clocks leave out is moved on by as much. Raises BadInput.
    """
    wrong = BadInput("The start must be a date and a time, such as 2026-11-24T10:00.")
    if not isinstance(value, str) or len(value) > 40 or ("T" not in value and " " not in value.strip()):
        raise wrong
    try:
        given = datetime.fromisoformat(value.strip())
        if given.year in EDGE_YEARS:
            raise wrong
        return utc_of(given, zone) if given.tzinfo is None else given.astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong from None


def utc_of(wall: datetime, zone: str) -> datetime:
    """What the clocks of the zone show, in UTC; of an hour they show twice the first."""
    return wall.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(UTC)


def wall_of(moment: datetime, zone: str) -> datetime:
    """What the clocks of the zone show at this moment, without a zone."""
    return moment.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)


def must_lie_ahead(starts_at: datetime, now: datetime, *, may_have_begun: bool = False) -> None:
    """may_have_begun: some years ago is fine. Raises BadInput."""
    if starts_at < now - _LATE and not may_have_begun:
        raise BadInput("The start lies in the past. Choose a later one.")
    if starts_at < now - FARTHEST:
        raise BadInput("The start lies too far back: five years at most.")
    if starts_at > now + FARTHEST:
        raise BadInput("The start is too far away: five years at most.")


def planned(
    wishes: Mapping[str, object],
    before: Planned | None,
    house: HouseTimes,
    now: datetime,
    *,
    may_have_begun: bool = False,
) -> Planned:
    """The plan that some of WISHES make of the one before; None: there was no date yet.

    may_have_begun: of a series, whose first date may lie in the past.

    Raises:
        BadInput.
    """
    zone = clean_zone(wishes.get("timezone", before.time_zone if before else ""))
    if "duration_minutes" in wishes or before is None:
        length = timedelta(minutes=clean_minutes(wishes.get("duration_minutes")))
    else:
        length = before.ends_at - before.starts_at
    starts_at = _start(wishes, before, zone)
    if before is None or starts_at != before.starts_at:
        must_lie_ahead(starts_at, now, may_have_begun=may_have_begun)
    return plan_at(starts_at, length, zone, _itself(wishes, before, house), house, now)


def plan_at(
    starts_at: datetime, length: timedelta, zone: str, itself: bool, house: HouseTimes, now: datetime
) -> Planned:
    opens_at = starts_at - house.opens
    return Planned(
        status=SessionStatus.OPEN if opens_at <= now else SessionStatus.SCHEDULED,
        opens_at=opens_at,
        starts_at=starts_at,
        ends_at=starts_at + length,
        time_zone=zone,
        starts_itself=itself,
    )


def _start(wishes: Mapping[str, object], before: Planned | None, zone: str) -> datetime:
    if "starts_at" in wishes:
        return clean_start(wishes["starts_at"], zone)
    if before is None:
        raise BadInput("starts_at is missing: this session has no date yet.")
    return before.starts_at


def _itself(wishes: Mapping[str, object], before: Planned | None, house: HouseTimes) -> bool:
    wish = wishes.get("starts_itself")
    if wish is None:
        return before.starts_itself if before else house.starts_itself
    if not isinstance(wish, bool):
        raise BadInput("starts_itself must be true or false.")
    return wish
