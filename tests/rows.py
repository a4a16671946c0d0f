"""Rows as they stand in the database, for tests that look behind the services."""

from typing import TypeVar

from sqlmodel import SQLModel, select

from donfra_live.db import Database

Row = TypeVar("Row", bound=SQLModel)


async def rows_of(db: Database, table: type[Row]) -> list[Row]:
    async with db.reading() as reading:
        return list((await reading.scalars(select(table))).all())
