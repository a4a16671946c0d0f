"""The list of who was expected: read from a file as spreadsheets write it, matched with who came; pure."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from donfra_live.attendance.rules import same_name
from donfra_live.errors import BadInput
from donfra_live.live_sessions.rules import NAME_LENGTH, clean_line

LONGEST, EMAIL_LENGTH = 5000, 254
_NAME = {"name", "full name", "display name", "participant", "student"}
_FIRST, _LAST = {"first name", "given name", "firstname"}, {"last name", "surname", "family name", "lastname"}
_EMAIL = {"e-mail", "email", "mail", "e-mail address", "email address"}
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")


@dataclass(frozen=True)
class Expected:
    """email: "" where only the name is known."""

    name: str
    email: str = ""


@dataclass(frozen=True)
class Known:
    """How somebody who came may be recognised."""

    names: tuple[str, ...]
    emails: tuple[str, ...] = ()


def read(content: bytes) -> list[Expected]:
    """People from a CSV file: with a head (name, e-mail) in any order, or without one.

    Raises:
        BadInput: no text, nobody in it, too many, or a name that cannot be shown.
    """
    rows = [[cell.strip() for cell in row] for row in _rows(_text(content))]
    rows = [row for row in rows if any(row)]
    if not rows:
        raise BadInput(
            "There is nobody in this file. It needs a name in each line, and an e-mail if you know it."
        )
    places = _places(rows[0])
    return clean(_person(row, places) for row in (rows[1:] if places else rows))


def clean(people: Iterable[tuple[object, object]]) -> list[Expected]:
    """Names and e-mails as given, each person once. Raises BadInput with the place of what is wrong."""
    found: dict[tuple[str, str], Expected] = {}
    for place, (name, email) in enumerate(people, start=1):
        address = email.strip() if isinstance(email, str) else ""
        if address and not _is_address(address):
            shown = "".join(c for c in address[:60] if c.isprintable())
            raise BadInput(f"Person {place} of the list: {shown} is no e-mail address.")
        shown = name if isinstance(name, str) and name.strip() else address.partition("@")[0]
        one = Expected(clean_line(shown, f"The name of person {place} in the list", NAME_LENGTH), address)
        found.setdefault((same_name(one.name), address.casefold()), one)
        if len(found) > LONGEST:
            raise BadInput(f"The list is too long: {LONGEST} people at most.")
    if not found:
        raise BadInput("There is nobody in this list.")
    return list(found.values())


def _is_address(text: str) -> bool:
    return len(text) <= EMAIL_LENGTH and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def match(expected: Sequence[Expected], came: Sequence[Known]) -> dict[int, int]:
    """Place in `came` by place in `expected`: by e-mail first, then by name, nobody twice."""
    pairs: dict[int, int] = {}
    addresses = {mail.casefold(): n for n, one in enumerate(came) for mail in one.emails}
    for place, one in enumerate(expected):
        found = addresses.get(one.email.casefold()) if one.email else None
        if found is not None and found not in pairs.values():
            pairs[place] = found
    taken = set(pairs.values())
    by_name: dict[str, list[int]] = {}
    for number, known in enumerate(came):
        for key in {_key(name) for name in known.names}:
            by_name.setdefault(key, []).append(number)
    for place, one in enumerate(expected):
        free = [n for n in by_name.get(_key(one.name), ()) if n not in taken]
        if place not in pairs and free:
            pairs[place] = free[0]
            taken.add(free[0])
    return pairs


def _key(name: str) -> str:
    """ "Lovelace, Ada" is "Ada Lovelace"."""
    return " ".join(sorted(same_name(name.replace(",", " ")).split()))


def _text(content: bytes) -> str:
    """As Excel and others save it: UTF-8 with or without a mark, UTF-16, or the Windows code page."""
    encodings = ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput("This is no CSV file. Save the list as CSV and try again.")


def _rows(text: str) -> list[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise BadInput("This is no CSV file. Save the list as CSV and try again.") from None


def _places(head: Sequence[str]) -> dict[str, int]:
    """Which column holds what; {} when the first line is a person already."""
    words = [cell.casefold() for cell in head]
    kinds: Mapping[str, set[str]] = {"name": _NAME, "first": _FIRST, "last": _LAST, "email": _EMAIL}
    return {kind: n for kind, known in kinds.items() for n, word in enumerate(words) if word in known}


def _person(row: Sequence[str], places: Mapping[str, int]) -> tuple[str, str]:
    def cell(kind: str) -> str:
        return row[places[kind]] if kind in places and places[kind] < len(row) else ""

    if places:
        return cell("name") or f"{cell('first')} {cell('last')}".strip(), cell("email")
    address = next((c for c in row if _ADDRESS.fullmatch(c)), "")
    return next((c for c in row if c and c != address), ""), address
