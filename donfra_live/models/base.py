"""What all tables share: names of constraints, ids, the time. Imported before any table is made."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlmodel import SQLModel

_NAMES: Any = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = _NAMES


def new_id() -> str:
    return str(uuid.uuid4())


def now() -> datetime:
    return datetime.now(UTC)
