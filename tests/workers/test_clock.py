"""What happens by the clock, with two workers: once, and also when either of them is killed."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlmodel import Session, create_engine

from donfra_live.models import Account, Reminder
from donfra_live.wiring import REMIND_EVERY
from tests.app_process import RestApp
from tests.inbox import Inbox
from tests.workers.test_two_workers import Workers, create

pytestmark = [pytest.mark.livekit, pytest.mark.postgres, pytest.mark.timeout(180)]


async def planned(app: RestApp, seconds: float, **more: object) -> str:
    """A session that goes on air by itself in so many seconds."""
    start = datetime.now(UTC) + timedelta(seconds=seconds)
    made = await create(app, starts_at=start.isoformat(), starts_itself=True, **more)
    return str(made["session_id"])


async def becomes_live(app: RestApp, session_id: str) -> None:
    async with httpx.AsyncClient(base_url=app.url, timeout=15) as client, asyncio.timeout(30):
        while (await client.get(f"/api/live/{session_id}")).json()["status"] != "live":
            await asyncio.sleep(0.1)


async def test_a_start_by_the_clock_outlives_either_worker(workers: Workers) -> None:
    first, second = workers
    for dies, stays in ((first, second), (second, first)):
        session_id = await planned(dies, 4)
        dies.kill()
        try:
            await becomes_live(stays, session_id)
        finally:
            dies.start()
            await asyncio.to_thread(dies.wait_healthy)


def somebody_who_asked(database: str, session_id: str) -> str:
    """His e-mail address."""
    email = f"{uuid.uuid4().hex}@example.org"
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://"))
    with Session(engine) as db:
        account = Account(email=email, name="Eve")
        db.add(account)
        db.flush()
        db.add(Reminder(session_id=session_id, account_id=account.id))
        db.commit()
    engine.dispose()
    return email


async def test_one_of_them_sends_the_reminder(workers: Workers, shared_database: str, inbox: Inbox) -> None:
    session_id = await planned(workers[0], 1800, title="Geometry")
    email = somebody_who_asked(shared_database, session_id)
    async with asyncio.timeout(30):
        while not inbox.to(email):
            await asyncio.sleep(0.1)
    # the next round of either worker would bring a second one
    await asyncio.sleep(REMIND_EVERY + 1)
    assert [subject for subject, _ in inbox.to(email)] == ["Soon: Geometry"]
