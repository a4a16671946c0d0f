"""Routes about dates: starting and cancelling a planned session, series, calendar files and feeds."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import AliasChoices, BaseModel, Field

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.files import Format, Zone, file_name, sheet_file
from donfra_live.api.live import SessionId, info, with_key
from donfra_live.api.people_schemas import Count, Done
from donfra_live.api.schemas import SessionInfo, Text, Time, Truth, WithKey, refusals
from donfra_live.attendance import export
from donfra_live.live_sessions.views import SeriesFacts

router = APIRouter(tags=["scheduling"], responses=refusals(401, 403, 404, 409, 413, 422, 429, 503))
SeriesId = Annotated[str, Path(max_length=100)]


class SeriesInfo(BaseModel):
    """current: the session on air, else the next, else the last. coming: its next dates."""

    series_id: str
    title: str
    owner_name: str
    description: str
    first_at: Time
    duration_minutes: int
    timezone: str
    rrule: str
    exceptions: list[str]
    ask_consent: bool
    cancelled: bool
    current: SessionInfo | None
    coming: list[SessionInfo]


class ChangeSeries(WithKey):
    """Only what is named changes; coming dates follow, but those that were changed alone."""

    title: Text | None = None
    description: Text | None = None
    starts_at: Text | None = None
    duration_minutes: Count | None = None
    timezone: Text | None = Field(None, validation_alias=AliasChoices("timezone", "time_zone"))
    starts_itself: Truth | None = None
    rrule: Text | None = None
    exceptions: list[Text] | None = None
    ask_consent: Truth | None = None


class Feed(BaseModel):
    """url holds the secret and is shown this once."""

    url: str


class ReminderState(BaseModel):
    wanted: bool | None


class FeedState(BaseModel):
    exists: bool


def _series(facts: SeriesFacts) -> SeriesInfo:
    return SeriesInfo(
        series_id=facts.id,
        title=facts.title,
        owner_name=facts.owner_name,
        description=facts.description,
        first_at=facts.first_at,
        duration_minutes=facts.minutes,
        timezone=facts.time_zone,
        rrule=facts.rule,
        exceptions=list(facts.exceptions),
        ask_consent=facts.ask_consent,
        cancelled=facts.cancelled,
        current=info(facts.current) if facts.current else None,
        coming=[info(one) for one in facts.coming],
    )


def _file(calendar: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.ics"', "Cache-Control": "no-store"}
    return Response(calendar, media_type="text/calendar; charset=utf-8", headers=headers)


@router.post("/api/live/{session_id}/start")
async def start(session_id: SessionId, body: WithKey, actor: ActorDep, services: ServicesDep) -> SessionInfo:
    """On air from now on, also before its time. Needs the host's proof; he joins like anybody else."""
    return info(await services.sessions.go_live(with_key(actor, body.key), session_id))


@router.post("/api/live/{session_id}/cancel")
async def cancel(session_id: SessionId, body: WithKey, actor: ActorDep, services: ServicesDep) -> SessionInfo:
    """Calls a planned session off; its link says so. Of a series only this date."""
    return info(await services.scheduling.dates.cancel(with_key(actor, body.key), session_id))


@router.get("/api/live/{session_id}/calendar.ics", response_class=Response)
async def session_calendar(session_id: SessionId, services: ServicesDep) -> Response:
    """The planned session as a calendar file, for anybody with the link."""
    return _file(await services.scheduling.calendars.of_session(session_id), "session")


@router.put("/api/live/{session_id}/reminder")
async def remind(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> ReminderState:
    """The asking account gets an e-mail before the start."""
    return ReminderState(wanted=await services.scheduling.reminders.ask(actor, session_id, wanted=True))


@router.delete("/api/live/{session_id}/reminder")
async def remind_not(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> ReminderState:
    """No e-mail after all; hosts get theirs."""
    return ReminderState(wanted=await services.scheduling.reminders.ask(actor, session_id, wanted=False))


@router.get("/api/live/{session_id}/reminder")
async def reminder(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> ReminderState:
    """wanted: null where no e-mail is sent, or without an account."""
    return ReminderState(wanted=await services.scheduling.reminders.wish(actor, session_id))


@router.get("/api/series/{series_id}")
async def series(series_id: SeriesId, services: ServicesDep) -> SeriesInfo:
    """What anybody with the link may know."""
    return _series(await services.scheduling.series.facts(series_id))


@router.patch("/api/series/{series_id}")
async def change_series(
    series_id: SeriesId, body: ChangeSeries, actor: ActorDep, services: ServicesDep
) -> SeriesInfo:
    """Needs its maker's proof: host_key of any of its dates' create, his account or his browser."""
    changes = body.model_dump(exclude_unset=True, exclude={"host_key", "member_key"})
    return _series(await services.scheduling.series.change(with_key(actor, body.key), series_id, changes))


@router.post("/api/series/{series_id}/cancel")
async def cancel_series(
    series_id: SeriesId, body: WithKey, actor: ActorDep, services: ServicesDep
) -> SeriesInfo:
    """Calls all coming dates off; one that is on air goes on."""
    return _series(await services.scheduling.series.cancel(with_key(actor, body.key), series_id))


class ColumnInfo(BaseModel):
    session_id: str
    title: str
    date: Time


class SeriesPersonInfo(BaseModel):
    """seconds: how long he was there, by date in the order of the columns."""

    name: str
    seconds: list[int]


class SeriesAttendance(BaseModel):
    columns: list[ColumnInfo]
    people: list[SeriesPersonInfo]


@router.get("/api/series/{series_id}/attendance", response_model=SeriesAttendance)
async def series_attendance(
    series_id: SeriesId,
    actor: ActorDep,
    services: ServicesDep,
    format: Format = Format.JSON,
    zone: Zone = "UTC",
) -> Any:
    """People by date, for its hosts; csv and xlsx are files with minutes."""
    table = await services.attendance.of_series(actor, series_id)
    if format == Format.JSON:
        columns = [ColumnInfo(session_id=c.session_id, title=c.title, date=c.date) for c in table.columns]
        people = [SeriesPersonInfo(name=p.name, seconds=list(p.seconds)) for p in table.people]
        return SeriesAttendance(columns=columns, people=people)
    sheet = export.series_sheet(table, export.zone_of(zone))
    return sheet_file(sheet, file_name(table.columns[-1].title, "series attendance", format.value), format)


@router.get("/api/series/{series_id}/calendar.ics", response_class=Response)
async def series_calendar(series_id: SeriesId, services: ServicesDep) -> Response:
    """The whole series as a calendar file."""
    return _file(await services.scheduling.calendars.of_series(series_id), "series")


@router.get("/api/calendar")
async def feed_state(actor: ActorDep, services: ServicesDep) -> FeedState:
    """Whether the asking account has a calendar feed."""
    return FeedState(exists=await services.scheduling.calendars.has_feed(actor))


@router.post("/api/calendar", status_code=201)
async def make_feed(actor: ActorDep, services: ServicesDep) -> Feed:
    """The account's private calendar address; an older one ends."""
    return Feed(url=await services.scheduling.calendars.make_feed(actor))


@router.delete("/api/calendar")
async def drop_feed(actor: ActorDep, services: ServicesDep) -> Done:
    """Ends the address."""
    await services.scheduling.calendars.drop_feed(actor)
    return Done()


@router.get("/api/calendar/{token}.ics", response_class=Response)
async def feed(token: Annotated[str, Path(max_length=100)], services: ServicesDep) -> Response:
    """For calendar programs: everything with a date in which the account has a seat."""
    return _file(await services.scheduling.calendars.feed(token), "donfra-live")
