"""Tables as files for spreadsheets: CSV and XLSX in which a text is never a formula.

What people typed (names, messages) comes back to whoever opens the file; a cell that begins like a formula
would be run there.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Cell = str | int | float | datetime | None
_SIGNS = "=+-@|%＝＋－＠"
_FORMULA = tuple(f"{_SIGNS}\t\r\n")
# Where a cell begins for a program that takes semicolons or tabs between cells, as Excel does in half of
# Europe: in a cell that does not begin with a quote it heeds none, and a line's end is one.
_INSIDE = re.compile(rf"([;\t\r\n][\s\"]*)(?=[{re.escape(_SIGNS)}])")
_WIDEST = 60


@dataclass(frozen=True)
class Sheet:
    """A table with its title; times are shown as they are, whatever their zone."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def safe_text(text: str) -> str:
    """Without what a cell cannot hold, or XML: one such letter, and nobody can open the file."""
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return "".join(c for c in kept if c not in "\ufffe\uffff")


def safe_cell(text: str) -> str:
    """For CSV, which has no types: an apostrophe makes a text of what would be a formula, wherever a cell may
    begin."""
    shown = safe_text(text)
    start = shown[: len(shown) - len(shown.lstrip())]
    shown = start + _INSIDE.sub(r"\1'", shown.lstrip())
    return f"'{shown}" if shown.startswith(_FORMULA) or shown.lstrip().startswith(_FORMULA) else shown


def _plain(cell: Cell) -> str | int | float:
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    return safe_cell(cell) if isinstance(cell, str) else "" if cell is None else cell


def as_csv(sheet: Sheet) -> bytes:
    """With a byte order mark: without it Excel takes UTF-8 for something else."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in (sheet.head, *sheet.rows):
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheet: Sheet) -> bytes:
    # They take long to import, and few ask for a file.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    page = book.active
    page.title = _tab(sheet.title)
    for number, row in enumerate((sheet.head, *sheet.rows), start=1):
        for column, cell in enumerate(row, start=1):
            _put(page.cell(number, column), cell)
    for column in range(1, len(sheet.head) + 1):
        page.cell(1, column).font = Font(bold=True)
        shown = (len(str(_plain(row[column - 1]))) for row in (sheet.head, *sheet.rows))
        page.column_dimensions[get_column_letter(column)].width = min(max(shown) + 3, _WIDEST)
    page.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(where: Any, cell: Cell) -> None:
    if isinstance(cell, str):
        where.value = safe_text(cell)
        where.data_type = "s"  # else a leading = makes a formula
        where.quotePrefix = True
    elif isinstance(cell, datetime):
        where.value = cell.replace(tzinfo=None, microsecond=0)
        where.number_format = "yyyy-mm-dd hh:mm:ss"
    else:
        where.value = cell


def _tab(title: str) -> str:
    """A sheet's name knows fewer characters than a title."""
    kept = "".join(" " if c in "[]:*?/\\'" else c for c in safe_text(title))
    return " ".join(kept.split())[:31] or "Sheet"
