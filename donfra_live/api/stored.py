"""Sends a file from the disk or from a storage, whole or the part that is asked for.

From a storage too it comes from us: pages ask nobody else, and who may watch is asked each time.
"""

import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import Request, Response
from fastapi.responses import FileResponse, PlainTextResponse, StreamingResponse

from donfra_live.errors import StorageAway
from donfra_live.recordings.storage import StoredFile

log = logging.getLogger(__name__)
PRIVATE = {"Cache-Control": "private, no-store"}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)


class NoSuchPart(Exception):
    """Asked for something behind the file's end."""


async def send(
    content: Path | StoredFile, request: Request, kind: str, *, name: str = "", keep: bool = False
) -> Response:
    """name: for who keeps it, of letters that need no quoting. Raises StorageAway."""
    how = "attachment" if keep else "inline"
    if isinstance(content, Path):
        return FileResponse(
            content,
            media_type=kind,
            filename=name or None,
            content_disposition_type=how,
            headers=PRIVATE,
        )
    headers = {**PRIVATE, "Accept-Ranges": "bytes", "ETag": content.etag}
    if name:
        headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return await _stored(content, request, kind, headers)


async def _stored(file: StoredFile, request: Request, kind: str, headers: dict[str, str]) -> Response:
    is_same = request.headers.get("if-range", file.etag) == file.etag
    try:
        part = part_of(request.headers.get("range", ""), file.size) if is_same else None
    except NoSuchPart:
        return PlainTextResponse(status_code=416, headers={"Content-Range": f"bytes */{file.size}"})
    start, end = part or (0, file.size)
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    headers["Content-Length"] = str(end - start)
    pieces = file.pieces(start, end)
    # before anything is said: a storage that is away is a 503
    first = await anext(pieces, b"")
    return StreamingResponse(_all(first, pieces), 206 if part else 200, headers, kind)


async def _all(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A storage that goes away in the middle leaves the answer short of its length: players ask again."""
    yield first
    try:
        async for piece in rest:
            yield piece
    except StorageAway as error:
        log.warning("a recording was not sent to its end: %s", error.why)


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """Of a Range header: the first byte and the one behind the last; None for the whole.

    What cannot be read, or asks for several parts, is answered with the whole, as RFC 9110 allows.

    Raises:
        NoSuchPart: nothing of the file is in it.
    """
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, end = max(0, size - int(found[2])), size
    else:
        start, end = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
        if found[2] and int(found[2]) < start:
            return None
    if start >= end:
        raise NoSuchPart
    return start, end
