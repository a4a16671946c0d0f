"""Routes of webhooks to other systems; for admins. LiveKit's own come in by system.py."""

from fastapi import APIRouter, Response

from donfra_live.api.accounts import Id
from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.schemas import refusals
from donfra_live.api.webhook_schemas import (
    ChangeWebhook,
    DeliveryInfo,
    DeliveryList,
    MakeWebhook,
    WebhookInfo,
    WebhookList,
    WebhookMade,
)
from donfra_live.outgoing.views import DeliveryView, EndpointView

router = APIRouter(
    prefix="/api/webhooks", tags=["webhooks"], responses=refusals(401, 403, 404, 409, 413, 422)
)


def _info(view: EndpointView) -> WebhookInfo:
    return WebhookInfo(
        webhook_id=view.id,
        url=view.url,
        events=[kind.value for kind in view.events],
        enabled=view.enabled,
        problem=view.problem,
        created_at=view.created_at,
        waiting=view.waiting,
        delivered=view.delivered,
        failed=view.failed,
    )


def _delivery(view: DeliveryView) -> DeliveryInfo:
    return DeliveryInfo(
        delivery_id=view.id,
        event_id=view.event_id,
        event=view.kind.value,
        session_id=view.session_id,
        state=view.state.value,
        tries=view.tries,
        status=view.status,
        error=view.error,
        created_at=view.created_at,
        last_at=view.last_at,
        next_at=view.next_at,
    )


@router.post("", status_code=201)
async def create(body: MakeWebhook, actor: ActorDep, services: ServicesDep) -> WebhookMade:
    """An address that is told of events, signed as in the Standard Webhooks specification."""
    made = await services.webhooks.create(actor, url=body.url, events=body.events, enabled=body.enabled)
    return WebhookMade(**dict(_info(made)), secret=made.secret)


@router.get("")
async def listing(actor: ActorDep, services: ServicesDep) -> WebhookList:
    """Oldest first, without their secrets."""
    return WebhookList(webhooks=[_info(view) for view in await services.webhooks.list(actor)])


@router.patch("/{webhook_id}")
async def change(webhook_id: Id, body: ChangeWebhook, actor: ActorDep, services: ServicesDep) -> WebhookInfo:
    """Another address or other events, on or off. The secret stays."""
    changed = await services.webhooks.change(
        actor, webhook_id, url=body.url, events=body.events, enabled=body.enabled
    )
    return _info(changed)


@router.delete("/{webhook_id}", status_code=204)
async def delete(webhook_id: Id, actor: ActorDep, services: ServicesDep) -> Response:
    """With its log; what waits is not delivered."""
    await services.webhooks.delete(actor, webhook_id)
    return Response(status_code=204)


@router.get("/{webhook_id}/deliveries")
async def deliveries(webhook_id: Id, actor: ActorDep, services: ServicesDep) -> DeliveryList:
    """The log: the newest 100 deliveries, newest first."""
    found = await services.webhooks.deliveries(actor, webhook_id)
    return DeliveryList(deliveries=[_delivery(view) for view in found])


@router.post("/{webhook_id}/deliveries/{delivery_id}/again", status_code=202)
async def send_again(webhook_id: Id, delivery_id: Id, actor: ActorDep, services: ServicesDep) -> DeliveryInfo:
    """Sends it again, with the same webhook-id, whatever became of it."""
    return _delivery(await services.webhooks.send_again(actor, webhook_id, delivery_id))
