"""Routes of attendance: who was there, who was expected; as JSON and as files."""

import json
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.files import Format, Zone, file_name, sheet_file
from donfra_live.api.live import SessionId
from donfra_live.api.schemas import Time, refusals
from donfra_live.attendance import export
from donfra_live.attendance.views import Report
from donfra_live.errors import BadInput

router = APIRouter(
    prefix="/api/live/{session_id}",
    tags=["attendance"],
    responses=refusals(401, 403, 404, 413, 422),
)


class AttendeeInfo(BaseModel):
    """status: present, late, left_early or absent. expected: on the roster. role: "" for who did not come."""

    name: str
    first_in: Time | None
    last_out: Time | None
    seconds_present: int
    reconnects: int
    status: str
    email: str
    role: str
    expected: bool
    here: bool


def _people(report: Report) -> list[AttendeeInfo]:
    return [
        AttendeeInfo(
            name=one.name,
            first_in=one.first_in,
            last_out=one.last_out,
            seconds_present=one.seconds_present,
            reconnects=one.reconnects,
            status=one.status.value,
            email=one.email,
            role=one.role.value if one.role else "",
            expected=one.expected,
            here=one.here,
        )
        for one in report.people
    ]


@router.get("/attendance", response_model=list[AttendeeInfo])
async def attendance(
    session_id: SessionId,
    actor: ActorDep,
    services: ServicesDep,
    format: Format = Format.JSON,
    zone: Zone = "UTC",
) -> Any:
    """Per person first in, last out, seconds present, reconnects and status. csv and xlsx are files."""
    report = await services.attendance.report(actor, session_id)
    if format == Format.JSON:
        return _people(report)
    sheet = export.attendance_sheet(report, export.zone_of(zone))
    return sheet_file(sheet, file_name(report.title, "attendance", format.value), format)


_PERSON = {"type": "object", "properties": {"name": {"type": "string"}, "email": {"type": "string"}}}
_PEOPLE = {"type": "object", "properties": {"people": {"type": "array", "items": _PERSON}}}
_ROSTER = {"text/csv": {"schema": {"type": "string"}}, "application/json": {"schema": _PEOPLE}}


@router.put("/roster", openapi_extra={"requestBody": {"content": _ROSTER, "required": True}})
async def put_roster(
    session_id: SessionId, request: Request, actor: ActorDep, services: ServicesDep
) -> list[AttendeeInfo]:
    """Who was expected: CSV with name and e-mail as the body or a form's file, or JSON {"people": [...]}."""
    given = await _roster_of(request)
    return _people(await services.attendance.put_roster(actor, session_id, given))


async def _roster_of(request: Request) -> bytes | list[object]:
    """Raises BadInput."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        try:
            async with request.form(max_files=1) as form:
                files = [value for value in form.values() if isinstance(value, UploadFile)]
                return await files[0].read() if files else b""
        except (LookupError, ValueError):
            raise BadInput("This form cannot be read. Send the file itself as the body.") from None
    body = await request.body()
    if kind != "application/json":
        return body
    try:
        people = json.loads(body)["people"]
        return [(one["name"], one.get("email", "")) for one in people]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput('It must be {"people": [{"name": "Ada", "email": "ada@example.org"}]}.') from None
