"""Rosters as spreadsheets save them, and who on them came."""

import pytest

from donfra_live.attendance.roster import Expected, Known, clean, match, read
from donfra_live.errors import BadInput

ADA, BEN = Expected("Ada Lovelace", "ada@example.org"), Expected("Ben Müller")


@pytest.mark.parametrize(
    "content",
    [
        "Name,E-mail\nAda Lovelace,ada@example.org\nBen Müller,\n".encode(),
        "\ufeffname;email\r\nAda Lovelace;ada@example.org\r\nBen Müller;\r\n".encode(),
        "Email\tName\nada@example.org\tAda Lovelace\n\tBen Müller\n".encode("utf-16"),
        "Ada Lovelace,ada@example.org\nBen Müller\n\n".encode("cp1252"),
        '"Ada Lovelace","ada@example.org"\n"Ben Müller",""\n"Ben  müller"\n'.encode(),
        "First name,Last name,Email\nAda,Lovelace,ada@example.org\nBen,Müller,\n".encode(),
        "ada@example.org,Ada Lovelace\n,Ben Müller\n".encode(),
    ],
)
def test_every_usual_file_is_read(content: bytes) -> None:
    assert read(content) == [ADA, BEN]


def test_a_name_is_made_of_an_address_that_stands_alone() -> None:
    assert read(b"ada@example.org\n") == [Expected("ada", "ada@example.org")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "nobody"),
        (b"\n , \n", "nobody"),
        (b"Name,E-mail\n", "nobody"),
        (b"PK\x03\x04\x00\x00\x00binary", "no CSV"),
        (b"name,email\nAda,not an address\n", "no e-mail"),
        (b"Ada\x07\n", "cannot be shown"),
        (("A" * 81).encode(), "too long"),
        ("\n".join(f"Person {n}" for n in range(5001)).encode(), "too long"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(content)


@pytest.mark.parametrize(
    "given",
    [
        [],
        [(None, None)],
        [(5, "")],
        [("Ada", "ada@")],
        [("Ada", "a\x00@example.org")],
        [("Ada", "a\ud800@example.org")],
        [("A\ud800", "")],
        [("Ada", f"{'a' * 250}@example.org")],
        [("", "\u202e\u200b@example.org")],
    ],
)
def test_a_list_from_a_program_is_checked_as_well(given: list[tuple[object, object]]) -> None:
    with pytest.raises(BadInput):
        clean(given)


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        ([Known(("Ada Lovelace",))], {0: 0}),
        ([Known(("  ada   LOVELACE",))], {0: 0}),
        ([Known(("Lovelace, Ada",))], {0: 0}),
        ([Known(("Countess",), ("ADA@example.org",))], {0: 0}),
        # by e-mail before by name
        ([Known(("Ada Lovelace",)), Known(("A",), ("ada@example.org",))], {0: 1}),
        ([Known(("Ada",))], {}),
        ([Known(("Ben Müller",)), Known(("Ben Müller",))], {1: 0}),
        ([], {}),
    ],
)
def test_who_of_them_came(came: list[Known], expected: dict[int, int]) -> None:
    assert match([ADA, BEN], came) == expected
