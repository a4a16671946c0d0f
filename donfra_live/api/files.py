"""Answers that are files: which kind is asked for, in whose time zone, under which name."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Response

from donfra_live.sheets import Sheet, as_csv, as_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Zone = Annotated[str, Query(alias="timezone", max_length=64, description="of the times in files")]


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


def download(content: bytes, kind: str, name: str) -> Response:
    """A file under this name; nobody's cache keeps it."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=kind, headers=headers)


def file_name(title: str, what: str, ending: str) -> str:
    kept = "".join(c if c.isalnum() or c in " -_" else " " for c in title)
    return f"{' '.join(kept.split())[:80] or 'session'} {what}.{ending}"


def sheet_file(sheet: Sheet, name: str, format: Format) -> Response:
    """As a CSV file, or as one for Excel."""
    if format == Format.CSV:
        return download(as_csv(sheet), "text/csv; charset=utf-8", name)
    return download(as_xlsx(sheet), XLSX, name)
