"""The report and the chat's archive as sheets for files; times in the zone that was asked for."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from donfra_live.attendance.views import Report, SeriesTable
from donfra_live.errors import BadInput
from donfra_live.live_sessions.views import Message
from donfra_live.sheets import Sheet

WORDS = {"present": "Present", "late": "Late", "left_early": "Left early", "absent": "Absent"}
ROLES = {"host": "Host", "co_host": "Co-host", "speaker": "Speaker", "viewer": "Viewer"}


def zone_of(name: object) -> tzinfo:
    """A time zone by its name ("Europe/Berlin"). Raises BadInput."""
    try:
        return ZoneInfo(str(name or "UTC"))
    except (KeyError, ValueError, OSError):
        raise BadInput("There is no such time zone. Take a name such as Europe/Berlin, or UTC.") from None


def attendance_sheet(report: Report, zone: tzinfo) -> Sheet:
    return Sheet(
        title=f"Attendance {report.title}",
        head=[
            *("Name", "E-mail", "Role", f"First in ({zone})", f"Last out ({zone})"),
            *("Minutes present", "Reconnects", "Status"),
        ],
        rows=[
            [
                one.name,
                one.email,
                ROLES[one.role] if one.role else "",
                _local(one.first_in, zone),
                _local(one.last_out, zone),
                round(one.seconds_present / 60, 1),
                one.reconnects,
                WORDS[one.status],
            ]
            for one in report.people
        ],
    )


def series_sheet(table: SeriesTable, zone: tzinfo) -> Sheet:
    """Minutes present, by person and date."""
    return Sheet(
        title="Attendance of the series",
        head=[
            "Name",
            *(c.date.astimezone(zone).strftime("%Y-%m-%d %H:%M") for c in table.columns),
            "Sessions",
        ],
        rows=[
            [
                one.name,
                *(round(seconds / 60, 1) if seconds else "" for seconds in one.seconds),
                sum(1 for seconds in one.seconds if seconds),
            ]
            for one in table.people
        ],
    )


def chat_sheet(messages: Iterable[Message], zone: tzinfo) -> Sheet:
    """Without the messages that were deleted: they are gone."""
    return Sheet(
        title="Chat",
        head=["Number", f"Time ({zone})", "Name", "Message"],
        rows=[[m.number, _local(m.sent_at, zone), m.author_name, m.text] for m in messages if not m.deleted],
    )


def chat_text(messages: Iterable[Message], zone: tzinfo) -> bytes:
    """A line for each message: [2026-11-24 10:00:03] Ada: hello"""
    lines = (
        f"[{m.sent_at.astimezone(zone):%Y-%m-%d %H:%M:%S}] {m.author_name}: " + m.text.replace("\n", "\n    ")
        for m in messages
        if not m.deleted
    )
    return ("\n".join((f"Times: {zone}", *lines)) + "\n").encode()


def _local(at: datetime | None, zone: tzinfo) -> datetime | None:
    return at.astimezone(zone) if at else None
