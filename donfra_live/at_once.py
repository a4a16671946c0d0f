"""Work on the database that waits for nothing in the middle: one transaction, past SQLAlchemy's session.

Its statements are SQLAlchemy's. PostgreSQL is given them as always; for SQLite they are prepared once and
go to the driver, which takes a tenth of the time. See docs/decisions/007-work-at-once.md.
"""

import functools
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Insert, Select, UpdateBase
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import BindParameter, TextClause
from sqlalchemy.types import TypeEngine

from donfra_live.inline_sqlite import InlineSqlite

Statement = Select[Any] | UpdateBase | TextClause
Convert = Callable[[Any], Any]


class Work(Protocol):
    """What a piece of work is given. The same statement must come as the same object each time."""

    def first(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """The first row of a query."""

    def run(self, statement: Statement, values: Mapping[str, Any]) -> None:
        """A change. values: of an insert all columns, defaults too."""


class PlainWork:
    """By SQLAlchemy's connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Any] | None:
        return self._connection.execute(statement, values).first()

    def run(self, statement: Statement, values: Mapping[str, Any]) -> None:
        self._connection.execute(statement, values)


class SqliteWork:
    """By the driver itself."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._cursor = sqlite3.Cursor(driver)

    def first(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Any] | None:
        prepared = _prepared(statement)
        row = self._cursor.execute(prepared.sql, prepared.given(values)).fetchone()
        return None if row is None else prepared.found(row)

    def run(self, statement: Statement, values: Mapping[str, Any]) -> None:
        prepared = _prepared(statement, frozenset(values) if isinstance(statement, Insert) else None)
        self._cursor.execute(prepared.sql, prepared.given(values))


@dataclass(frozen=True)
class _Prepared:
    """fixed: values that stand in the statement. inward: by parameter; outward: by column: what the driver
    does not take or give as it is. NULL is NULL on both sides."""

    sql: str
    fixed: Mapping[str, Any]
    inward: tuple[tuple[str, Convert], ...]
    outward: tuple[tuple[int, Convert], ...]

    def given(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        given = {**self.fixed, **values}
        for name, convert in self.inward:
            if (value := given[name]) is not None:
                given[name] = convert(value)
        return given

    def found(self, row: Sequence[Any]) -> Sequence[Any]:
        cells = list(row)
        for place, convert in self.outward:
            if (cell := cells[place]) is not None:
                cells[place] = convert(cell)
        return cells


_DIALECT = InlineSqlite(paramstyle="named")


@functools.cache
def _prepared(statement: Statement, columns: frozenset[str] | None = None) -> _Prepared:
    compiled: Any = statement.compile(dialect=_DIALECT, column_keys=sorted(columns) if columns else None)
    binds: Mapping[str, BindParameter[Any]] = compiled.binds
    found = statement.selected_columns if isinstance(statement, Select) else ()
    inward = {name: _implementation(bind.type).bind_processor(_DIALECT) for name, bind in binds.items()}
    outward = [_implementation(column.type).result_processor(_DIALECT, None) for column in found]
    return _Prepared(
        str(compiled),
        {name: bind.effective_value for name, bind in binds.items() if not bind.required},
        tuple((name, convert) for name, convert in inward.items() if convert is not None),
        tuple((place, convert) for place, convert in enumerate(outward) if convert is not None),
    )


def _implementation(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.dialect_impl(_DIALECT)
