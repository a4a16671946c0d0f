"""Puts a row into every table there is, so that a table that is added later is in these tests at once."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Integer, Table
from sqlmodel import SQLModel, select
from sqlmodel.sql.sqltypes import UTCDateTime

from donfra_live.db import Database
from donfra_live.retention.rules import ACCOUNT_COLUMNS, MEMBER_COLUMNS

THEN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
# Words that a column takes which means more than a text.
WORDS = {"role": "viewer", "status": "ended", "access": "link", "chat": "everyone", "decision": "waiting"}
WORDS |= {
    "state": "waiting",
    "kind": "created",
    "events": "created",
    "removed": "",
    "withheld": "",
    "machine": "here",
    "stored": "",
}


@dataclass
class Filled:
    """keys: of the row of each table."""

    session_id: str
    account_id: str
    keys: dict[str, str]


def tables() -> list[Table]:
    return list(SQLModel.metadata.sorted_tables)


def _value(column: Column[Any], filled: Filled, mark: str) -> Any:
    for key in column.foreign_keys:
        return filled.keys[key.column.table.name]
    if column.name == "session_id":
        return filled.session_id
    if column.name in ACCOUNT_COLUMNS:
        return filled.account_id
    if column.name in MEMBER_COLUMNS:
        return filled.keys["member"]
    if isinstance(column.type, UTCDateTime):
        return THEN
    if column.primary_key:
        return filled.keys[column.table.name]
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer):
        return int(mark, 16) % 1_000_000
    text = WORDS.get(column.name, f"={mark} {column.name}")
    return text[: getattr(column.type, "length", None) or 1000]


async def fill(db: Database, session_id: str, account_id: str) -> Filled:
    """A row in every table of this session, which is over, or account; some have theirs already."""
    there = {"live_session": session_id, "account": account_id, "session_figures": session_id}
    new = {table.name: str(uuid.uuid4()) for table in tables() if table.name not in there}
    filled = Filled(session_id, account_id, there | new)
    async with db.transaction() as writing:
        for table in tables():
            if table.name in there:
                continue
            mark = uuid.uuid4().hex[:8]
            row = {column.name: _value(column, filled, mark) for column in table.c}
            filled.keys[table.name] = str(row[next(iter(table.primary_key)).name])
            await writing.execute(table.insert().values(row))
    return filled


async def everything(db: Database) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    async with db.reading() as reading:
        return {
            table.name: [dict(row) for row in (await reading.execute(select(table))).mappings()]
            for table in tables()
        }


def naming(found: dict[str, list[dict[str, Any]]], *values: str) -> set[str]:
    """Tables in which one of these values stands in any column, also inside a text."""
    return {
        name
        for name, rows in found.items()
        for row in rows
        if any(value in str(cell) for cell in row.values() for value in values)
    }
