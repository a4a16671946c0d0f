"""Routes of figures: of a session, a series, the last days; and what browsers report of their connections."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ValidationError

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.files import Format, Zone, file_name, sheet_file
from donfra_live.api.live import SessionId, with_key
from donfra_live.api.scheduling import SeriesId
from donfra_live.api.schemas import Text, Time, WithKey, refusals
from donfra_live.attendance.export import zone_of
from donfra_live.errors import BadInput
from donfra_live.stats import export
from donfra_live.stats.views import PeriodStats, Point, SeriesStats, SessionLine, SessionStats, Totals

router = APIRouter(prefix="/api", tags=["stats"], responses=refusals(401, 403, 404, 409, 413, 422, 429))


class Scope(StrEnum):
    MINE = "mine"
    ALL = "all"


class Table(StrEnum):
    DAYS = "days"
    SESSIONS = "sessions"


class QualityInfo(BaseModel):
    """Seconds of connections."""

    excellent: int
    good: int
    poor: int
    lost: int


class FirstPictureInfo(BaseModel):
    """Of so many connections, in milliseconds; null: nobody reported."""

    count: int
    median_ms: int | None
    p95_ms: int | None


class Figures(BaseModel):
    """peak: most at one time in one session."""

    joined: int
    peak: int
    minutes_watched: int
    drop_outs: int
    reconnects: int
    messages: int
    hands: int
    quality: QualityInfo
    first_picture: FirstPictureInfo


class PointInfo(BaseModel):
    at: Time
    present: int
    joined: int
    left: int
    messages: int
    hands: int
    quality: QualityInfo


class SessionFigures(Figures):
    """points: the session in parts of bucket_seconds. start: null before it was on air; end: while it is."""

    session_id: str
    title: str
    series_id: str
    start: Time | None
    end: Time | None
    peak_at: Time | None
    bucket_seconds: int
    points: list[PointInfo]


class LineFigures(Figures):
    session_id: str
    title: str
    start: Time
    end: Time | None


class SeriesFigures(Figures):
    """sessions: its dates that were on air, oldest first. pending: still to be counted, after an update."""

    series_id: str
    title: str
    sessions: list[LineFigures]
    pending: int


class DayFigures(Figures):
    date: date
    sessions: int


class PeriodFigures(Figures):
    """days: each day, first to last. latest: the latest sessions, newest first, 100 at most.

    pending: how many are in no figure yet, since they are still to be counted; after an update, for a while.
    """

    first: date
    last: date
    timezone: str
    scope: Scope
    sessions: int
    days: list[DayFigures]
    latest: list[LineFigures]
    pending: int


class QualityReport(WithKey):
    """seconds: since the last report, 65 in sum at most. first_picture_ms: once, from Join to the picture."""

    identity: Text
    first_picture_ms: Any = None
    seconds: Any = None


def _quality(of: Totals | Point) -> QualityInfo:
    return QualityInfo(**vars(of.quality))


def _figures(totals: Totals) -> dict[str, Any]:
    names = ("joined", "peak", "minutes_watched", "drop_outs", "reconnects", "messages", "hands")
    first = FirstPictureInfo(**vars(totals.first_picture))
    return {n: getattr(totals, n) for n in names} | {"quality": _quality(totals), "first_picture": first}


def _session(stats: SessionStats) -> SessionFigures:
    points = [PointInfo(**{**vars(p), "quality": _quality(p)}) for p in stats.points]
    rest = {name: value for name, value in vars(stats).items() if name not in {"totals", "points"}}
    return SessionFigures(**rest, **_figures(stats.totals), points=points)


def _line(line: SessionLine) -> LineFigures:
    known = {"session_id": line.session_id, "title": line.title, "start": line.start, "end": line.end}
    return LineFigures(**known, **_figures(line.totals))


def _series(stats: SeriesStats) -> SeriesFigures:
    lines = [_line(line) for line in stats.sessions]
    known = {"series_id": stats.series_id, "title": stats.title, "sessions": lines, "pending": stats.pending}
    return SeriesFigures(**known, **_figures(stats.totals))


def _period(stats: PeriodStats) -> PeriodFigures:
    return PeriodFigures(
        first=stats.first,
        last=stats.last,
        timezone=stats.zone,
        scope=Scope.ALL if stats.all_sessions else Scope.MINE,
        sessions=stats.totals.sessions,
        days=[DayFigures(date=d.date, sessions=d.totals.sessions, **_figures(d.totals)) for d in stats.days],
        latest=[_line(line) for line in stats.sessions],
        pending=stats.pending,
        **_figures(stats.totals),
    )


@router.get("/live/{session_id}/stats", response_model=SessionFigures)
async def session_stats(
    session_id: SessionId,
    actor: ActorDep,
    services: ServicesDep,
    format: Format = Format.JSON,
    zone: Zone = "UTC",
) -> Any:
    """How many came, when they left, how good it was, also while it is on air. csv and xlsx: over time."""
    stats = await services.stats.of_session(actor, session_id)
    if format == Format.JSON:
        return _session(stats)
    sheet = export.session_sheet(stats, zone_of(zone))
    return sheet_file(sheet, file_name(stats.title, "figures", format.value), format)


@router.get("/series/{series_id}/stats", response_model=SeriesFigures)
async def series_stats(
    series_id: SeriesId,
    actor: ActorDep,
    services: ServicesDep,
    format: Format = Format.JSON,
    zone: Zone = "UTC",
) -> Any:
    """The same for the dates of a series that were on air; csv and xlsx: a line for each."""
    stats = await services.stats.of_series(actor, series_id)
    if format == Format.JSON:
        return _series(stats)
    sheet = export.series_sheet(stats, zone_of(zone))
    return sheet_file(sheet, file_name(stats.title, "series figures", format.value), format)


@router.get("/stats", response_model=PeriodFigures)
async def period_stats(
    actor: ActorDep,
    services: ServicesDep,
    days: Annotated[int, Query(description="7, 30 or 90")] = 30,
    zone: Zone = "UTC",
    scope: Scope | None = None,
    format: Format = Format.JSON,
    table: Annotated[Table, Query(description="what csv and xlsx hold")] = Table.DAYS,
) -> Any:
    """The last days: one's own sessions, or for admins all of them, which is then the default."""
    everybodys = None if scope is None else scope == Scope.ALL
    stats = await services.stats.of_period(actor, days, zone, everybodys)
    if format == Format.JSON:
        return _period(stats)
    by_day = table == Table.DAYS
    sheet = export.days_sheet(stats) if by_day else export.sessions_sheet(stats, zone_of(zone))
    return sheet_file(sheet, file_name(f"{stats.first} to {stats.last}", "figures", format.value), format)


_REPORT = {
    "type": "object",
    "required": ["identity"],
    "properties": {
        "identity": {"type": "string"},
        "first_picture_ms": {"type": "integer", "minimum": 0, "maximum": 120_000},
        "seconds": {
            "type": "object",
            "properties": {n: {"type": "integer"} for n in ("excellent", "good", "poor", "lost")},
        },
        "member_key": {"type": "string"},
    },
}
_BODY = {"application/json": {"schema": _REPORT}, "text/plain": {"schema": _REPORT}}


@router.post(
    "/live/{session_id}/quality",
    status_code=204,
    openapi_extra={"requestBody": {"content": _BODY, "required": True}},
)
async def report(session_id: SessionId, request: Request, actor: ActorDep, services: ServicesDep) -> Response:
    """For our own page, every 30 seconds: how good its connection was. JSON, also under text/plain."""
    body = _report_in(await request.body())
    await services.stats.report(
        with_key(actor, body.key),
        session_id,
        identity=body.identity,
        first_picture_ms=body.first_picture_ms,
        seconds=body.seconds,
    )
    return Response(status_code=204)


def _report_in(body: bytes) -> QualityReport:
    """Whatever it is called: a beacon that says application/json has to ask first, where pages are elsewhere.

    Raises:
        BadInput.
    """
    try:
        return QualityReport.model_validate_json(body)
    except (ValidationError, RecursionError):
        raise BadInput('It must be {"identity": "...", "seconds": {"excellent": 30}}.') from None
