"""Figures as sheets for files: a session over time, a line for each session, a line for each day."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from donfra_live.sheets import Cell, Sheet
from donfra_live.stats.views import PeriodStats, Quality, SeriesStats, SessionLine, SessionStats, Totals

_QUALITY = ("Excellent (s)", "Good (s)", "Poor (s)", "Lost (s)")
_TOTALS = (
    *("People", "Most at once", "Minutes watched", "Drop-outs", "Reconnects", "Messages", "Hands"),
    *_QUALITY,
    *("First picture, median (s)", "First picture, 95 % (s)"),
)


def _quality(quality: Quality) -> list[Cell]:
    return [quality.excellent, quality.good, quality.poor, quality.lost]


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _totals(totals: Totals) -> list[Cell]:
    first = totals.first_picture
    return [
        *(totals.joined, totals.peak, totals.minutes_watched, totals.drop_outs, totals.reconnects),
        *(totals.messages, totals.hands),
        *_quality(totals.quality),
        *(_seconds(first.median_ms), _seconds(first.p95_ms)),
    ]


def session_sheet(stats: SessionStats, zone: tzinfo) -> Sheet:
    """Over time."""
    return Sheet(
        title=f"Figures {stats.title}",
        head=[f"Time ({zone})", "People", "Came", "Left", "Messages", "Hands", *_QUALITY],
        rows=[
            [
                p.at.astimezone(zone),
                *(p.present, p.joined, p.left, p.messages, p.hands),
                *_quality(p.quality),
            ]
            for p in stats.points
        ],
    )


def _lines(title: str, sessions: Iterable[SessionLine], zone: tzinfo) -> Sheet:
    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    return Sheet(
        title=title,
        head=["Session", f"Start ({zone})", f"End ({zone})", *_TOTALS],
        rows=[[s.title, local(s.start), local(s.end), *_totals(s.totals)] for s in sessions],
    )


def series_sheet(stats: SeriesStats, zone: tzinfo) -> Sheet:
    return _lines(f"Figures {stats.title}", stats.sessions, zone)


def sessions_sheet(stats: PeriodStats, zone: tzinfo) -> Sheet:
    return _lines("Figures of sessions", stats.sessions, zone)


def days_sheet(stats: PeriodStats) -> Sheet:
    return Sheet(
        title="Figures by day",
        head=["Day", "Sessions", *_TOTALS],
        rows=[[day.date.isoformat(), day.totals.sessions, *_totals(day.totals)] for day in stats.days],
    )
