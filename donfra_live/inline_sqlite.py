"""SQLite under SQLAlchemy's async engine without a thread per connection.

A statement on a local file takes some ten microseconds; handing it to a thread and back, as aiosqlite
does four times a statement, takes ten times as long. So the calls run where they are made; the engine and
the services stay async and the same for PostgreSQL. See docs/decisions/002-sqlite-inline.md.
"""

import sqlite3
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool

DRIVER = "sqlite+inline"


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """SQLAlchemy calls this before it closes a cursor; nothing has to be waited for."""


class _Connection(sqlite3.Connection):
    def cursor(self, factory: type[sqlite3.Cursor] = _Cursor) -> sqlite3.Cursor:  # type: ignore[override]
        return super().cursor(factory)


class InlineSqlite(SQLiteDialect_pysqlite):
    """The standard library's sqlite3, offered to the async engine as it is: no call ever has to wait."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True

    def connect(self, *arguments: Any, **options: Any) -> DBAPIConnection:
        return super().connect(*arguments, factory=_Connection, **options)

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool


def register() -> None:
    """Makes DRIVER known to SQLAlchemy."""
    registry.register("sqlite.inline", __name__, InlineSqlite.__name__)
