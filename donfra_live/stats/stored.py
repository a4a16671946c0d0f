"""Figures as they stand in a row: there and back."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from donfra_live.models import SessionFigures
from donfra_live.stats.rules import Figures
from donfra_live.stats.views import Point, Quality

COUNTS = ("joined", "peak", "seconds_watched", "drop_outs", "reconnects", "messages", "hands")


def put_figures(row: SessionFigures, figures: Figures) -> None:
    for name in COUNTS:
        setattr(row, name, getattr(figures, name))
    quality = figures.quality
    row.excellent, row.good, row.poor, row.lost = quality.excellent, quality.good, quality.poor, quality.lost
    row.first_pictures = json.dumps(figures.first_pictures) if figures.first_pictures else ""


def figures_in(row: Mapping[Any, Any]) -> Figures:
    waited = json.loads(row["first_pictures"] or "{}")
    return Figures(
        **{name: row[name] for name in COUNTS},
        quality=Quality(row["excellent"], row["good"], row["poor"], row["lost"]),
        first_pictures={int(ms): count for ms, count in waited.items()},
    )


def put_points(row: SessionFigures, size: int, points: Sequence[Point]) -> None:
    """A point is a list of numbers: present, joined, left, messages, hands, and the seconds of quality."""
    numbers = [
        [p.present, p.joined, p.left, p.messages, p.hands]
        + [p.quality.excellent, p.quality.good, p.quality.poor, p.quality.lost]
        for p in points
    ]
    row.points = json.dumps({"seconds": size, "points": numbers}, separators=(",", ":"))


def points_in(row: SessionFigures, start: datetime) -> tuple[int, tuple[Point, ...]]:
    """How long a bucket is, and the points."""
    kept = json.loads(row.points or '{"seconds": 0, "points": []}')
    size = kept["seconds"]
    return size, tuple(
        Point(start + timedelta(seconds=size * n), present, joined, left, messages, hands, Quality(*quality))
        for n, (present, joined, left, messages, hands, *quality) in enumerate(kept["points"])
    )
