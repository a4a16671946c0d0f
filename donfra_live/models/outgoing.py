"""What is told to other systems: who wants to hear of it, what happened, and how telling it went."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlmodel import Field, SQLModel

from donfra_live.models.base import new_id, now
from donfra_live.outgoing.rules import URL_LENGTH, DeliveryState, EventKind


class WebhookEndpoint(SQLModel, table=True):
    """An address that is told of events. events: kinds with commas between. problem: why we disabled it.

    secret: whsec_...; stored as it is, since every delivery is signed with it.
    """

    __tablename__ = "webhook_endpoint"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    url: str = Field(max_length=URL_LENGTH)
    secret: str = Field(max_length=80)
    events: str = Field(max_length=200)
    enabled: bool = True
    problem: str = Field(default="", max_length=200)
    created_at: datetime = Field(default_factory=now)


class OutgoingEvent(SQLModel, table=True):
    """Stored in the transaction in which it happened; body is what is sent, word for word."""

    __tablename__ = "outgoing_event"

    id: str = Field(primary_key=True, max_length=40)
    kind: EventKind = Field(sa_type=String(40))
    session_id: str = Field(foreign_key="live_session.id", index=True, max_length=36)
    body: str
    created_at: datetime = Field(default_factory=now, index=True)


class Delivery(SQLModel, table=True):
    """One event on its way to one endpoint. last_status: 0 where there was no answer at all."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index(None, "state", "next_at"), Index(None, "endpoint_id", "created_at"))

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    event_id: str = Field(foreign_key="outgoing_event.id", ondelete="CASCADE", index=True, max_length=40)
    endpoint_id: str = Field(foreign_key="webhook_endpoint.id", ondelete="CASCADE", max_length=36)
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=String(16))
    tries: int = 0
    next_at: datetime = Field(default_factory=now)
    last_at: datetime | None = None
    last_status: int = 0
    last_error: str = Field(default="", max_length=200)
    created_at: datetime = Field(default_factory=now)
