"""Bodies of the routes about webhooks to other systems."""

from pydantic import BaseModel

from donfra_live.api.schemas import Body, FineTime, Text, Time, Truth


class MakeWebhook(Body):
    """events: created, started, joined, left, ended, recording_ready; none given means all."""

    url: Text
    events: list[Text] | None = None
    enabled: Truth = True


class ChangeWebhook(Body):
    """Only what is named changes."""

    url: Text | None = None
    events: list[Text] | None = None
    enabled: Truth | None = None


class WebhookInfo(BaseModel):
    """problem: why it was turned off by itself. waiting, delivered, failed: deliveries in the log."""

    webhook_id: str
    url: str
    events: list[str]
    enabled: bool
    problem: str
    created_at: Time
    waiting: int
    delivered: int
    failed: int


class WebhookMade(WebhookInfo):
    """secret: to check signatures with; shown this once."""

    secret: str


class WebhookList(BaseModel):
    webhooks: list[WebhookInfo]


class DeliveryInfo(BaseModel):
    """event_id is sent as webhook-id. state: waiting, delivered, failed. status: of the last answer, or 0."""

    delivery_id: str
    event_id: str
    event: str
    session_id: str
    state: str
    tries: int
    status: int
    error: str
    created_at: FineTime
    last_at: FineTime | None
    next_at: FineTime | None


class DeliveryList(BaseModel):
    deliveries: list[DeliveryInfo]
