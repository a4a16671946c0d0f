"""What the part about webhooks shows and does. Whether somebody may is the service's word."""

from datetime import UTC, datetime
from typing import Any, TypedDict

import reflex as rx

from donfra_live.errors import BadInput, DonfraError
from donfra_live.outgoing.rules import DeliveryState, EventKind
from donfra_live.outgoing.views import DeliveryView, EndpointView
from donfra_live.ui import services
from donfra_live.ui.accounts.times import ago
from donfra_live.ui.actor import actor_of
from donfra_live.ui.attempt import attempt

ONCE_FIELD = "webhook-secret"
_STATES = {
    DeliveryState.WAITING: "Waiting",
    DeliveryState.DELIVERED: "Delivered",
    DeliveryState.FAILED: "Given up",
}


class HookRow(TypedDict):
    id: str
    url: str
    events: str
    counts: str
    enabled: bool
    problem: str


class DeliveryRow(TypedDict):
    id: str
    event: str
    state: str
    good: bool
    detail: str


def hook_row(view: EndpointView) -> HookRow:
    return HookRow(
        id=view.id,
        url=view.url,
        events="all events" if len(view.events) == len(EventKind) else ", ".join(view.events),
        counts=f"{view.delivered} delivered, {view.waiting} waiting, {view.failed} given up",
        enabled=view.enabled,
        problem=view.problem,
    )


def delivery_row(view: DeliveryView, now: datetime) -> DeliveryRow:
    tries = f"{view.tries} {'try' if view.tries == 1 else 'tries'}"
    return DeliveryRow(
        id=view.id,
        event=view.kind.value,
        state=_STATES[view.state],
        good=view.state == DeliveryState.DELIVERED,
        detail=" ".join(f"{ago(view.created_at, now)}, {tries}. {view.error}".split()),
    )


class WebhooksState(rx.State):
    """made: a new secret stands in its field in the browser; never kept here. log_of: whose log is shown."""

    hooks: list[HookRow] = []
    log: list[DeliveryRow] = []
    log_of: str = ""
    deleting: str = ""
    made: bool = False
    allowed: bool = False
    refusal: str = ""

    @rx.event
    async def load(self) -> None:
        """Runs when the page opens and again after every reconnect."""
        self.made, self.refusal, self.deleting, self.log_of, self.log = False, "", "", "", []
        await self._show()

    @rx.event
    async def make(self, form: dict[str, Any]) -> Any:
        given = form if isinstance(form, dict) else {}
        events = [kind.value for kind in EventKind if given.get(kind.value)]
        made: EndpointView | None = None
        refused: DonfraError | None = BadInput("Tick at least one event.")
        if events:
            actor = await actor_of(self)
            made, refused = await attempt(
                services.get().webhooks.create(actor, url=given.get("url"), events=events)
            )
        await self._did(refused)
        self.made = made is not None
        return [rx.set_value(ONCE_FIELD, made.secret), rx.set_value("webhook-url", "")] if made else None

    @rx.event
    async def set_enabled(self, hook_id: str, enabled: bool) -> None:
        actor = await actor_of(self)
        _, refused = await attempt(services.get().webhooks.change(actor, hook_id, enabled=enabled))
        await self._did(refused)

    @rx.event
    async def ask_delete(self, hook_id: str) -> None:
        self.deleting = hook_id if isinstance(hook_id, str) else ""

    @rx.event
    async def delete(self, hook_id: str) -> None:
        _, refused = await attempt(services.get().webhooks.delete(await actor_of(self), hook_id))
        await self._did(refused)

    @rx.event
    async def show_log(self, hook_id: str) -> None:
        """Shows the log of this one, as it is now; "" hides it."""
        self.log_of = hook_id if isinstance(hook_id, str) else ""
        await self._did(None)

    @rx.event
    async def send_again(self, hook_id: str, delivery_id: str) -> None:
        actor = await actor_of(self)
        _, refused = await attempt(services.get().webhooks.send_again(actor, hook_id, delivery_id))
        await self._did(refused)

    async def _did(self, refused: DonfraError | None) -> None:
        self.refusal, self.deleting, self.made = (refused.sentence if refused else ""), "", False
        await self._show()

    async def _show(self) -> None:
        actor, webhooks, now = await actor_of(self), services.get().webhooks, datetime.now(UTC)
        found, _ = await attempt(webhooks.list(actor))
        self.allowed = found is not None
        self.hooks = [hook_row(view) for view in found or ()]
        log, _ = await attempt(webhooks.deliveries(actor, self.log_of)) if self.log_of else ((), None)
        self.log = [delivery_row(view, now) for view in log or ()]
        self.log_of = self.log_of if log is not None else ""
