"""Every query about webhook endpoints, what is to be told, and how telling it went."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from donfra_live.at_once import Work
from donfra_live.models import Connection, Delivery, Member, OutgoingEvent, WebhookEndpoint
from donfra_live.outgoing.rules import DeliveryState

LOG_LENGTH = 100


async def endpoint(db: AsyncSession, endpoint_id: str) -> WebhookEndpoint | None:
    return await db.get(WebhookEndpoint, endpoint_id)


async def endpoints(db: AsyncSession) -> Sequence[WebhookEndpoint]:
    """Oldest first."""
    query = select(WebhookEndpoint).order_by(col(WebhookEndpoint.created_at), col(WebhookEndpoint.id))
    return (await db.scalars(query)).all()


async def listening(db: AsyncSession) -> Sequence[tuple[str, str]]:
    """(id, events) of the endpoints that are told at all; a handful, so they are sorted out in memory."""
    query = select(WebhookEndpoint.id, WebhookEndpoint.events).where(col(WebhookEndpoint.enabled))
    return [(row[0], row[1]) for row in await db.execute(query)]


_LISTENING = select(WebhookEndpoint.id).where(col(WebhookEndpoint.enabled)).limit(1)


def is_heard(work: Work) -> bool:
    """Whether there is any such endpoint."""
    return work.first(_LISTENING, {}) is not None


async def counts(db: AsyncSession) -> dict[tuple[str, str], int]:
    """How many deliveries each endpoint has in each state."""
    query = select(Delivery.endpoint_id, Delivery.state, func.count()).group_by(
        Delivery.endpoint_id, Delivery.state
    )
    return {(row[0], row[1]): row[2] for row in await db.execute(query)}


async def others_present(db: AsyncSession, member_id: str, but: str) -> bool:
    """Whether this member is in the room by another connection than that one."""
    query = select(Connection.id).where(
        Connection.member_id == member_id, col(Connection.present), Connection.id != but
    )
    return (await db.scalars(query.limit(1))).first() is not None


async def members(db: AsyncSession, ids: Collection[str]) -> Sequence[Member]:
    return (await db.scalars(select(Member).where(col(Member.id).in_(ids)).order_by(col(Member.id)))).all()


async def due_endpoints(db: AsyncSession, now: datetime) -> Sequence[str]:
    """Enabled endpoints for which something is due."""
    query = (
        select(Delivery.endpoint_id)
        .join(WebhookEndpoint, col(WebhookEndpoint.id) == col(Delivery.endpoint_id))
        .where(
            Delivery.state == DeliveryState.WAITING,
            Delivery.next_at <= now,
            col(WebhookEndpoint.enabled),
        )
        .distinct()
    )
    return (await db.scalars(query)).all()


async def due(
    db: AsyncSession, endpoint_id: str, now: datetime, most: int
) -> Sequence[tuple[Delivery, OutgoingEvent, WebhookEndpoint]]:
    """What is to be delivered to this endpoint now, in the order in which it happened."""
    query = (
        select(Delivery, OutgoingEvent, WebhookEndpoint)
        .join(OutgoingEvent, col(OutgoingEvent.id) == col(Delivery.event_id))
        .join(WebhookEndpoint, col(WebhookEndpoint.id) == col(Delivery.endpoint_id))
        .where(
            Delivery.endpoint_id == endpoint_id,
            Delivery.state == DeliveryState.WAITING,
            Delivery.next_at <= now,
            col(WebhookEndpoint.enabled),
        )
        .order_by(col(OutgoingEvent.created_at), col(Delivery.id))
        .limit(most)
    )
    return [(row[0], row[1], row[2]) for row in await db.execute(query)]


async def delivery(db: AsyncSession, endpoint_id: str, delivery_id: str) -> Delivery | None:
    found = await db.get(Delivery, delivery_id)
    return found if found is not None and found.endpoint_id == endpoint_id else None


async def log(db: AsyncSession, endpoint_id: str) -> Sequence[tuple[Delivery, OutgoingEvent]]:
    """The newest deliveries of an endpoint, newest first."""
    query = (
        select(Delivery, OutgoingEvent)
        .join(OutgoingEvent, col(OutgoingEvent.id) == col(Delivery.event_id))
        .where(Delivery.endpoint_id == endpoint_id)
        .order_by(col(Delivery.created_at).desc(), col(Delivery.id))
        .limit(LOG_LENGTH)
    )
    return [(row[0], row[1]) for row in await db.execute(query)]
