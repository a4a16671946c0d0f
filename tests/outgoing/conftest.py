"""An admin, and a receiver that he has told us of."""

from collections.abc import AsyncIterator

import pytest

from donfra_live.live_sessions.views import Actor
from donfra_live.models import WebhookEndpoint
from donfra_live.outgoing.delivering import Delivering
from donfra_live.webhook_sender import HttpSender
from tests.outgoing.receiver import Receiver
from tests.world import World

PATIENCE = 0.3


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver().open() as opened:
        yield opened


@pytest.fixture
async def admin(world: World) -> Actor:
    return await world.with_account("root", admin=True)


@pytest.fixture
async def hook(world: World, admin: Actor, receiver: Receiver) -> str:
    """The id of a webhook to the receiver, for all events."""
    world.webhooks._private = True
    return (await world.webhooks.create(admin, url=receiver.url)).id


@pytest.fixture
async def delivering(world: World) -> AsyncIterator[Delivering]:
    made = Delivering(world.db, HttpSender(private=True, patience=PATIENCE), world.clock, lambda: 0.5)
    yield made
    await made.close()


async def secret_of(world: World, endpoint_id: str) -> str:
    async with world.db.reading() as db:
        return (await db.get_one(WebhookEndpoint, endpoint_id)).secret


async def deliver(delivering: Delivering) -> None:
    """One round, and what comes of it."""
    await delivering.round()
    await delivering.settled()
