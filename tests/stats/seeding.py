"""Many sessions of many people, written straight into the tables: what a busy place has after 90 days.

Past SQLAlchemy: its types take minutes for half a million rows.
"""

import contextlib
import functools
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import make_url
from sqlmodel import SQLModel

from donfra_live.db import sync_url
from donfra_live.models import (
    ChatMessage,
    ConnectionQuality,
    LiveSession,
    LogEntry,
    Member,
    PresenceInterval,
    QualityMinute,
    SessionFigures,
)
from donfra_live.settings import Settings

MINUTES, MESSAGES, HANDS = 60, 20, 5
Row = dict[str, Any]
# What stands in every row that has such a column, unless the row says otherwise.
SAME: Row = {"owner_name": "Alice", "author_name": "Alice", "actor_name": "Alice", "text": "hello"}
SAME |= {"status": "ended", "role": "viewer", "act": "raise hand", "access": "link", "chat": "everyone"}
SAME |= {name: datetime(2026, 11, 24, tzinfo=UTC) for name in ("created_at", "last_seen_at", "at")}
SAME |= {"due": True}


def _session(n: int, start: datetime, people: int) -> Iterator[tuple[type[SQLModel], Row]]:
    """What differs from row to row; the rest is said in `seed`."""
    sid, end = f"{n:08}-0000-4000-8000-000000000000", start + timedelta(minutes=MINUTES)
    yield (
        LiveSession,
        {"id": sid, "title": f"Lesson {n}", "live_at": start, "ended_at": end, "created_at": start},
    )
    yield SessionFigures, {"session_id": sid}
    members = [f"{n:08}-{k:04}-4000-8000-000000000000" for k in range(people)]
    for k, member in enumerate(members):
        connection, came = f"c{member}", start + timedelta(seconds=k)
        yield Member, {"id": member, "session_id": sid, "name": f"Person {k}", "key_hash": member}
        left = min(came + timedelta(minutes=MINUTES - k % 10 * 3), end)
        stay = {"id": member, "session_id": sid, "member_id": member, "connection_id": connection}
        yield PresenceInterval, stay | {"participant_sid": f"PA_{k}", "started_at": came, "ended_at": left}
        report = {"connection_id": connection, "session_id": sid, "member_id": member}
        yield ConnectionQuality, report | {"first_picture_ms": 300 + 37 * (k * 7919 % 97), "poor": k}
    for number in range(MINUTES):
        yield QualityMinute, {"session_id": sid, "at": start + timedelta(minutes=number), "excellent": 5900}
    for number in range(MESSAGES):
        at = {"id": f"{n:08}-{number:027}", "session_id": sid, "number": number}
        yield ChatMessage, at | {"member_id": members[0], "client_id": f"{number}", "sent_at": start}
    for number in range(HANDS):
        yield LogEntry, {"id": f"{n:08}-{number:027}", "session_id": sid, "at": start}


def seed(settings: Settings, now: datetime, *, sessions: int, people: int, days: int) -> None:
    """So many sessions of an hour, spread over so many days; none has been counted yet."""
    step = timedelta(days=days) / sessions
    for first in range(0, sessions, 100):
        rows: dict[type[SQLModel], list[list[Any]]] = {}
        for n in range(first, min(first + 100, sessions)):
            for kind, row in _session(n, now - step * (n + 0.5), people):
                said = ((row.get(name, same)) for name, same in _columns(kind))
                rows.setdefault(kind, []).append([_stored(value) for value in said])
        _write(settings, rows)


def _stored(value: Any) -> Any:
    """As both databases write it down; PostgreSQL is told that it is UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


@functools.cache
def _columns(kind: type[SQLModel]) -> list[tuple[str, Any]]:
    """Each with what stands in it where a row says nothing of it."""
    columns = SQLModel.metadata.tables[str(kind.__tablename__)].c
    return [(c.name, SAME.get(c.name, None if c.nullable else _nothing(c))) for c in columns]


def _nothing(column: Any) -> Any:
    kind: type = getattr(column.type, "impl_instance", column.type).python_type
    return None if kind is datetime else kind()


def _write(settings: Settings, rows: dict[type[SQLModel], list[list[Any]]]) -> None:
    tables = {str(kind.__tablename__): kind for kind in rows}
    kinds = [tables[t.name] for t in SQLModel.metadata.sorted_tables if t.name in tables]
    url = make_url(sync_url(settings))
    if url.get_backend_name() == "sqlite":
        with contextlib.closing(sqlite3.connect(str(url.database))) as db, db:
            for kind in kinds:
                names = [name for name, _ in _columns(kind)]
                insert = f"INSERT INTO {kind.__tablename__} ({', '.join(names)}) VALUES"
                db.executemany(f"{insert} ({', '.join('?' * len(names))})", rows[kind])
        return
    with (
        psycopg.connect(settings.database_url, options="-c timezone=UTC") as connection,
        connection.cursor() as cursor,
    ):
        for kind in kinds:
            names = ", ".join(name for name, _ in _columns(kind))
            with cursor.copy(f"COPY {kind.__tablename__} ({names}) FROM STDIN") as copy:
                for row in rows[kind]:
                    copy.write_row(row)
