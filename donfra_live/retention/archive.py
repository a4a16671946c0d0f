"""Writes rows and files into a zip: each table as JSON and as CSV, the files as they are.

The zip lies in a file without a name: nothing is left of it when we are killed.
"""

import asyncio
import contextlib
import csv
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import IO, Any

from donfra_live.sheets import safe_cell

_STORED = {".mp4", ".webm", ".mkv", ".ogg", ".mp3", ".jpg", ".png", ".zip"}


def plain(value: object) -> object:
    """As JSON and CSV can say it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.value if isinstance(value, Enum) else value


def _how(name: str) -> int:
    return zipfile.ZIP_STORED if Path(name).suffix in _STORED else zipfile.ZIP_DEFLATED


class _TableFiles:
    """One table on its way into the zip. temporary: where to put what is not packed yet."""

    def __init__(self, columns: Sequence[str], temporary: Path) -> None:
        self._columns = columns
        self.json, self.csv = (tempfile.TemporaryFile("w+b", dir=temporary) for _ in range(2))
        self._count = 0
        self._line(columns)

    def _line(self, cells: Sequence[object]) -> None:
        text = io.StringIO()
        csv.writer(text).writerow(cells)
        self.csv.write(text.getvalue().encode())

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        for row in rows:
            values = {name: plain(row[name]) for name in self._columns}
            self.json.write(b",\n " if self._count else b"[\n ")
            self.json.write(json.dumps(values, ensure_ascii=False).encode())
            self._line([safe_cell(v) if isinstance(v, str) else v for v in values.values()])
            self._count += 1

    def close(self) -> None:
        self.json.close()
        self.csv.close()

    def finish(self) -> None:
        self.json.write(b"\n]\n" if self._count else b"[]\n")


class Archive:
    """Everything here writes to the disk: call it from a thread, but put_pieces."""

    def __init__(self, temporary: Path) -> None:
        temporary.mkdir(parents=True, exist_ok=True)
        self._temporary = temporary
        self.file: IO[bytes] = tempfile.TemporaryFile("w+b", dir=temporary)
        self._zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False)
        self._table: _TableFiles | None = None

    def begin(self, columns: Sequence[str]) -> None:
        self._table = _TableFiles(columns, self._temporary)

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        if self._table is not None:
            self._table.add(rows)

    def end(self, name: str) -> None:
        """The table that was begun, under this name."""
        table, self._table = self._table, None
        if table is None:
            return
        table.finish()
        for ending, source in ((".json", table.json), (".csv", table.csv)):
            source.seek(0)
            with self._zip.open(name + ending, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
        table.close()

    def put(self, name: str, text: str) -> None:
        self._zip.writestr(name, text)

    def put_file(self, path: Path, name: str) -> None:
        """One that has gone meanwhile is left out: a recorder that finishes clears up behind itself."""
        with contextlib.suppress(FileNotFoundError):
            self._zip.write(path, name, _how(name))

    async def put_pieces(self, pieces: AsyncIterator[bytes], name: str) -> None:
        """A file that comes from elsewhere; the writing is done in threads."""
        about = zipfile.ZipInfo(name, datetime.now().timetuple()[:6])
        about.compress_type, about.external_attr = _how(name), 0o600 << 16
        with self._zip.open(about, "w", force_zip64=True) as target:
            async for piece in pieces:
                await asyncio.to_thread(target.write, piece)

    def finish(self) -> int:
        """Ready to be read from the start; its size."""
        self._zip.close()
        size = self.file.seek(0, io.SEEK_END)
        self.file.seek(0)
        return size

    def discard(self) -> None:
        if self._table is not None:
            self._table.close()
        self._zip.close()
        self.file.close()
