"""Files for spreadsheets: read back as they would be opened, with what could run as a formula in them."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from donfra_live.sheets import Sheet, as_csv, as_xlsx

EVIL = ['=HYPERLINK("https://evil.example","x")', "+1+1", "-2", "@SUM(A1)", "\t=1", " =1", "＝1", "|calc"]
AT = datetime(2026, 11, 24, 9, 30, 5, 999_000, tzinfo=UTC)


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("text", EVIL)
def test_no_text_is_a_formula(text: str) -> None:
    sheet = Sheet("T", ["Name"], [[text]])
    assert rows_of(as_csv(sheet))[1][0] == f"'{text}"
    content = as_xlsx(sheet)
    cell = load_workbook(io.BytesIO(content)).active["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize("before", ["x;", "x; ", 'x;"', "x\n", "x\t", "1;2;"])
def test_no_text_is_a_formula_where_other_signs_stand_between_cells(
    before: str, text: str, delimiter: str
) -> None:
    """Read as Excel does in Germany, France or Brazil, where a comma is a part of a number."""
    content = as_csv(Sheet("T", ["Number", "Name"], [[1, f"{before}{text};"]])).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content), delimiter=delimiter) for cell in row]
    assert [cell for cell in cells if cell.strip('" ').startswith(tuple("=+-@|%＝＋－＠"))] == []


@pytest.mark.parametrize("text", ["a - b; c", "Bob; -)", "https://a.example/?b=1&c=-2", "one\ntwo"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    kept = text.replace("; -)", "; '-)")
    assert rows_of(as_csv(Sheet("T", ["Name"], [[text]])))[1] == [kept]


@pytest.mark.parametrize("letter", ["\ufffe", "\uffff", "\x00", "\ud800"])
def test_no_letter_of_a_name_spoils_the_file(letter: str) -> None:
    sheet = Sheet(f"T{letter}", ["Name"], [[f"Bob{letter}by"]])
    assert load_workbook(io.BytesIO(as_xlsx(sheet))).active["A2"].value == "Bobby"
    assert rows_of(as_csv(sheet))[1] == ["Bobby"]


def test_values_keep_their_kinds() -> None:
    sheet = Sheet(
        "T", ["Name", "At", "Minutes", "Count", "None"], [['Zoë, "the"\nfirst', AT, 12.5, -3, None]]
    )
    assert rows_of(as_csv(sheet)) == [
        ["Name", "At", "Minutes", "Count", "None"],
        ['Zoë, "the"\nfirst', "2026-11-24 09:30:05", "12.5", "-3", ""],
    ]
    page = load_workbook(io.BytesIO(as_xlsx(sheet))).active
    assert [cell.value for cell in page[2]] == [
        'Zoë, "the"\nfirst',
        datetime(2026, 11, 24, 9, 30, 5),
        12.5,
        -3,
        None,
    ]
    assert page["B2"].is_date
    assert page.freeze_panes == "A2"


def test_times_are_those_of_their_zone() -> None:
    sheet = Sheet("T", ["At"], [[AT.astimezone(ZoneInfo("Asia/Kolkata"))]])
    assert rows_of(as_csv(sheet))[1] == ["2026-11-24 15:00:05"]
    assert load_workbook(io.BytesIO(as_xlsx(sheet))).active["A2"].value.hour == 15


def test_what_no_cell_can_hold_is_left_out() -> None:
    sheet = Sheet("T", ["A"], [["be\x07ll\x00"]])
    assert load_workbook(io.BytesIO(as_xlsx(sheet))).active["A2"].value == "bell"


@pytest.mark.parametrize("title", ["[a]/b:c*?" + "x" * 40, "", "'", "\x00"])
def test_any_title_makes_a_sheet(title: str) -> None:
    assert len(load_workbook(io.BytesIO(as_xlsx(Sheet(title, ["A"], [])))).active.title) <= 31
