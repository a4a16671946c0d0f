"""Calendars as files (RFC 5545), from plain facts; pure.

A single session stands in UTC, which every calendar shows right. A series stands in its host's zone with its
rule, because its dates follow that zone's clocks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vRecur

PRODUCT = "-//donfra live//EN"


@dataclass(frozen=True)
class Entry:
    """One date, or with a rule a series. stamp: when this was written. zone: "" for UTC.

    left_out: starts of a series that do not take place. instead_of: the start in its series that this one
    stands for.
    """

    uid: str
    title: str
    description: str
    url: str
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    version: int = 0
    cancelled: bool = False
    zone: str = ""
    rule: str = ""
    left_out: tuple[datetime, ...] = ()
    instead_of: datetime | None = None


def calendar(entries: Iterable[Entry], name: str = "") -> bytes:
    """A calendar to import or subscribe to."""
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    if name:
        whole.add("name", name)
        whole.add("x-wr-calname", name)
        whole.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for entry in entries:
        whole.add_component(_event(entry))
    whole.add_missing_timezones()
    return bytes(whole.to_ical())


def _event(entry: Entry) -> Event:
    def at(moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(entry.zone)) if entry.zone else moment

    event = Event()
    event.add("uid", entry.uid)
    event.add("summary", entry.title)
    event.add("dtstart", at(entry.starts_at))
    event.add("dtend", at(entry.ends_at))
    event.add("dtstamp", entry.stamp)
    event.add("sequence", entry.version)
    event.add("url", entry.url)
    event.add("location", entry.url)
    event.add("description", "\n\n".join(part for part in (entry.description, entry.url) if part))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.rule:
        event.add("rrule", vRecur.from_ical(entry.rule))
    if entry.left_out:
        event.add("exdate", [at(moment) for moment in entry.left_out])
    if entry.instead_of is not None:
        event.add("recurrence-id", at(entry.instead_of))
    return event
