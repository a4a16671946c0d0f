"""What a fault of the database says."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from donfra_live.db import Database


async def test_a_failed_statement_does_not_say_what_it_was_given(db: Database) -> None:
    with pytest.raises(DBAPIError) as failed:
        async with db.transaction() as session:
            await session.execute(text("SELECT :given FROM nowhere"), {"given": "a hash of somebody"})
    assert "nowhere" in str(failed.value)
    assert "somebody" not in str(failed.value)
