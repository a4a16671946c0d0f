"""What a backup asks the database itself, whatever its kind and however old its schema."""

from typing import Any

from sqlalchemy import ColumnClause, Connection, column, inspect, table, text

from donfra_live.backup.rules import RecordingRow


def revision(connection: Connection) -> str:
    """Of the schema; "" while there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def recordings(connection: Connection) -> list[RecordingRow]:
    """All of them. A schema from before an update may not have the table, or where they are stored."""
    if not inspect(connection).has_table("recording"):
        return []
    there = {found["name"] for found in inspect(connection).get_columns("recording")}
    asked: list[ColumnClause[Any]] = [
        column(name) for name in RecordingRow.__dataclass_fields__ if name in there
    ]
    rows = connection.execute(table("recording", *asked).select().order_by(column("id")))
    return [RecordingRow(**row) for row in rows.mappings()]


def size_of_postgresql(connection: Connection) -> int:
    """In bytes; a dump is smaller."""
    return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def tables(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()


def move_tables(connection: Connection, names: list[str], schema: str, to: str) -> None:
    """With all that is theirs, between public and a schema that is made for it, or goes, in PostgreSQL."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    if to != "public":
        connection.execute(text(f"CREATE SCHEMA {quote(to)}"))
    for name in names:
        connection.execute(text(f"ALTER TABLE {quote(schema)}.{quote(name)} SET SCHEMA {quote(to)}"))
    if schema != "public":
        connection.execute(text(f"DROP SCHEMA {quote(schema)}"))
