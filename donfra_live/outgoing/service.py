"""What admins do with webhook endpoints: make, change, delete, read the log, send again."""

import base64
import secrets

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.accounts.access import require_admin
from donfra_live.db import Database
from donfra_live.errors import BadInput, NotFound, WrongState
from donfra_live.live_sessions.ports import Clock
from donfra_live.live_sessions.rules import clean_id
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Delivery, OutgoingEvent, WebhookEndpoint
from donfra_live.outgoing import repository
from donfra_live.outgoing.rules import MOST_ENDPOINTS, DeliveryState, EventKind, clean_events, clean_url
from donfra_live.outgoing.views import DeliveryView, EndpointView


def new_secret() -> str:
    """As the Standard Webhooks specification writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _view(row: WebhookEndpoint, counts: dict[tuple[str, str], int], secret: str = "") -> EndpointView:
    return EndpointView(
        id=row.id,
        url=row.url,
        events=tuple(EventKind(kind) for kind in row.events.split(",")),
        enabled=row.enabled,
        problem=row.problem,
        created_at=row.created_at,
        waiting=counts.get((row.id, DeliveryState.WAITING), 0),
        delivered=counts.get((row.id, DeliveryState.DELIVERED), 0),
        failed=counts.get((row.id, DeliveryState.FAILED), 0),
        secret=secret,
    )


def _delivery(row: Delivery, event: OutgoingEvent) -> DeliveryView:
    return DeliveryView(
        id=row.id,
        event_id=event.id,
        kind=EventKind(event.kind),
        session_id=event.session_id,
        state=DeliveryState(row.state),
        tries=row.tries,
        status=row.last_status,
        error=row.last_error,
        created_at=row.created_at,
        last_at=row.last_at,
        next_at=row.next_at if row.state == DeliveryState.WAITING else None,
    )


class Webhooks:
    """private: whether addresses of this machine and of private networks are allowed (a setting).

    Every method raises NotSignedIn or NotAllowed for who is no admin.
    """

    def __init__(self, db: Database, clock: Clock, *, private: bool) -> None:
        self._db, self._clock, self._private = db, clock, private

    async def create(
        self, actor: Actor, *, url: object, events: object = None, enabled: object = True
    ) -> EndpointView:
        """With its secret, which is shown this once. Raises BadInput, WrongState (too many)."""
        secret = new_secret()
        async with self._db.transaction() as db:
            await require_admin(db, actor)
            row = WebhookEndpoint(
                url=clean_url(url, private=self._private),
                events=",".join(clean_events(events)),
                enabled=enabled is True,
                secret=secret,
                created_at=self._clock(),
            )
            if len(await repository.endpoints(db)) >= MOST_ENDPOINTS:
                raise WrongState(f"There are {MOST_ENDPOINTS} webhooks. Delete one that you do not need.")
            db.add(row)
        return _view(row, {}, secret)

    async def list(self, actor: Actor) -> tuple[EndpointView, ...]:
        """Oldest first."""
        async with self._db.reading() as db:
            await require_admin(db, actor)
            counts = await repository.counts(db)
            return tuple(_view(row, counts) for row in await repository.endpoints(db))

    async def change(
        self,
        actor: Actor,
        endpoint_id: object,
        *,
        url: object = None,
        events: object = None,
        enabled: object = None,
    ) -> EndpointView:
        """None leaves a field as it is. Enabled again, what waits goes out. Raises BadInput, NotFound."""
        if not isinstance(enabled, bool | None):
            raise BadInput("enabled must be true or false.")
        async with self._db.transaction() as db:
            await require_admin(db, actor)
            row = await self._get(db, endpoint_id)
            if url is not None:
                row.url = clean_url(url, private=self._private)
            if events is not None:
                row.events = ",".join(clean_events(events))
            if enabled is not None:
                row.enabled, row.problem = enabled, ""
            return _view(row, await repository.counts(db))

    async def delete(self, actor: Actor, endpoint_id: object) -> None:
        """With its log; what waits is not delivered. Raises NotFound."""
        async with self._db.transaction() as db:
            await require_admin(db, actor)
            await db.delete(await self._get(db, endpoint_id))

    async def deliveries(self, actor: Actor, endpoint_id: object) -> tuple[DeliveryView, ...]:
        """The newest ones, newest first. Raises NotFound."""
        async with self._db.reading() as db:
            await require_admin(db, actor)
            found = await self._get(db, endpoint_id)
            return tuple(_delivery(row, event) for row, event in await repository.log(db, found.id))

    async def send_again(self, actor: Actor, endpoint_id: object, delivery_id: object) -> DeliveryView:
        """From the first try on, with the same webhook-id. Raises NotFound, WrongState (disabled)."""
        async with self._db.transaction() as db:
            await require_admin(db, actor)
            endpoint = await self._get(db, endpoint_id)
            row = await repository.delivery(db, endpoint.id, clean_id(delivery_id))
            event = await db.get(OutgoingEvent, row.event_id) if row else None
            if row is None or event is None:
                raise NotFound("There is no such delivery any more.")
            if not endpoint.enabled:
                raise WrongState("This webhook is off. Turn it on first.")
            row.state, row.tries, row.next_at = DeliveryState.WAITING, 0, self._clock()
            return _delivery(row, event)

    @staticmethod
    async def _get(db: AsyncSession, endpoint_id: object) -> WebhookEndpoint:
        found = await repository.endpoint(db, clean_id(endpoint_id))
        if found is None:
            raise NotFound("There is no such webhook any more.")
        return found
