"""From stays in the room to attendance: unions, reconnects, who is one person, who was late; pure."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# LiveKit's events count whole seconds: one that comes at once happened now.
AT_ONCE = timedelta(seconds=2)
# The loop looks every 20 seconds: who was not seen for so long was not there at the end either.
UNSEEN = timedelta(seconds=90)
# A new connection that starts while the old one is about to go is the old one's successor.
HANDOVER = timedelta(seconds=3)


class Standing(StrEnum):
    """Whether somebody was there as he should have been."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    ABSENT = "absent"


@dataclass(frozen=True)
class Interval:
    """One stay. connection: what of his was connected; a second stay of the same one is a reconnect."""

    start: datetime
    end: datetime
    connection: str = ""


@dataclass(frozen=True)
class Window:
    """From when to when a session was held."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Tolerance:
    """How much later somebody may come, and how much earlier he may go."""

    late: timedelta = timedelta(minutes=5)
    early: timedelta = timedelta(minutes=5)


@dataclass(frozen=True)
class Seat:
    """A member as far as it says who he is. account: "" for a guest."""

    member_id: str
    name: str
    account: str = ""
    browsers: frozenset[str] = frozenset()


def happened_at(said: datetime | None, now: datetime) -> datetime:
    """When an event happened: as said, unless that is this very moment or yet to come."""
    return now if said is None or now - said < AT_ONCE else said


def closing_time(last_seen: datetime, at: datetime) -> datetime:
    """Until when an open stay counts: now or the session's end, if he was seen shortly before."""
    return at if at - last_seen <= UNSEEN else last_seen


def union(intervals: Iterable[Interval]) -> list[Window]:
    """Times in which at least one of them ran, in order, without overlaps."""
    merged: list[Window] = []
    for one in sorted(intervals, key=lambda i: i.start):
        if merged and one.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(Window(one.start, max(one.start, one.end)))
    return merged


def seconds_present(intervals: Iterable[Interval]) -> int:
    """How long somebody was there, by however many devices."""
    total = sum((w.end - w.start).total_seconds() for w in union(intervals))
    return max(round(total), 1) if total else 0  # 0 would say that he was not there


def reconnects(intervals: Collection[Interval]) -> int:
    """How often he came back: by a connection that had been there before, or when none of his was left.

    A second device beside the first is none.
    """
    count, known, last_end = 0, set[str](), None
    for one in sorted(intervals, key=lambda i: i.start):
        again = one.connection != "" and one.connection in known
        if again or (last_end is not None and last_end < one.start + HANDOVER):
            count += 1
        known.add(one.connection)
        last_end = one.end if last_end is None else max(last_end, one.end)
    return count


def standing(times: Sequence[Window], held: Window, tolerance: Tolerance) -> Standing:
    """Who came late and left early counts as late."""
    if not times:
        return Standing.ABSENT
    if times[0].start > held.start + tolerance.late:
        return Standing.LATE
    if times[-1].end < held.end - tolerance.early:
        return Standing.LEFT_EARLY
    return Standing.PRESENT


def same_name(name: str) -> str:
    """Names that differ in letter case, width or spaces only are the same."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def persons(seats: Sequence[Seat]) -> list[list[Seat]]:
    """Seats grouped by who sits there: one account is one person, on however many devices.

    A guest's seat is an account's when browser and name are the same and no other account used both.
    """
    owners: dict[tuple[str, str], set[str]] = {}
    for seat in seats:
        for browser in seat.browsers if seat.account else ():
            owners.setdefault((browser, same_name(seat.name)), set()).add(seat.account)
    groups: dict[str, list[Seat]] = {}
    for seat in seats:
        groups.setdefault(seat.account or _account_of(seat, owners) or f"seat {seat.member_id}", []).append(
            seat
        )
    return list(groups.values())


def _account_of(guest: Seat, owners: Mapping[tuple[str, str], set[str]]) -> str:
    found = {a for browser in guest.browsers for a in owners.get((browser, same_name(guest.name)), ())}
    return found.pop() if len(found) == 1 else ""
