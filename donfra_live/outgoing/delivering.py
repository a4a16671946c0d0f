"""Delivers what is due, signed, and tries again what could not be delivered. The lead worker only.

Each endpoint has a task of its own, so that one that hangs holds nobody else up. An answer that comes while
we are killed is not written down: the event is sent again, with the same webhook-id.
"""

import asyncio
import functools
import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from donfra_live.db import Database
from donfra_live.live_sessions.ports import Clock
from donfra_live.models import Delivery, OutgoingEvent, WebhookEndpoint
from donfra_live.outgoing import repository
from donfra_live.outgoing.ports import NotSent, Sender
from donfra_live.outgoing.rules import GONE, DeliveryState, pause

log = logging.getLogger(__name__)
AT_ONCE = 5
Row = tuple[Delivery, OutgoingEvent, WebhookEndpoint]


def headers_of(event_id: str, body: str, secret: str, at: datetime) -> dict[str, str]:
    """As in the Standard Webhooks specification; the time is that of this try."""
    return {
        "content-type": "application/json",
        "user-agent": "donfra-live",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(event_id, at, body),
    }


class Delivering:
    """chance: 0 to 1, spreads the next tries."""

    def __init__(
        self, db: Database, sender: Sender, clock: Clock, chance: Callable[[], float] = random.random
    ) -> None:
        self._db, self._sender, self._clock, self._chance = db, sender, clock, chance
        self._running: dict[str, asyncio.Task[None]] = {}

    async def round(self) -> None:
        """Begins to deliver what is due; endpoints that are still at it go on."""
        async with self._db.reading() as db:
            due = await repository.due_endpoints(db, self._clock())
        for endpoint_id in due:
            if endpoint_id not in self._running:
                task = asyncio.create_task(self._serve(endpoint_id))
                self._running[endpoint_id] = task
                task.add_done_callback(functools.partial(self._done, endpoint_id))

    def _done(self, endpoint_id: str, _: object) -> None:
        self._running.pop(endpoint_id, None)

    async def settled(self) -> None:
        """Waits until what was begun has been tried."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def close(self) -> None:
        for task in self._running.values():
            task.cancel()
        await self.settled()
        await self._sender.close()

    async def _serve(self, endpoint_id: str) -> None:
        try:
            while rows := await self._due(endpoint_id):
                await self._try_all(rows)
        except Exception:
            log.exception("a webhook could not be worked on; it is tried again")

    async def _try_all(self, rows: Sequence[Row]) -> None:
        """One of which nothing can be written down leaves none of the others running when this is over."""
        done = await asyncio.gather(*(self._try(*row) for row in rows), return_exceptions=True)
        for error in done:
            if error is not None:
                raise error

    async def _due(self, endpoint_id: str) -> Sequence[Row]:
        async with self._db.reading() as db:
            return await repository.due(db, endpoint_id, self._clock(), AT_ONCE)

    async def _try(self, delivery: Delivery, event: OutgoingEvent, endpoint: WebhookEndpoint) -> None:
        status, error = 0, ""
        try:
            headers = headers_of(event.id, event.body, endpoint.secret, self._clock())
            status = await self._sender.post(endpoint.url, headers, event.body.encode())
        except NotSent as not_sent:
            error = str(not_sent)[:200]
        except Exception:  # a fault of ours counts as a try, else it would be made again and again
            log.exception("event %s could not be sent", event.id)
            error = "It could not be sent; the log says why."
        async with self._db.transaction() as db:
            row = await repository.delivery(db, endpoint.id, delivery.id)
            heard = await repository.endpoint(db, endpoint.id)
            if row is None or heard is None:
                return  # deleted meanwhile
            row.tries, row.last_at = row.tries + 1, self._clock()
            row.last_status, row.last_error = status, error
            self._decide(row, heard)

    def _decide(self, row: Delivery, endpoint: WebhookEndpoint) -> None:
        """What becomes of it after this try."""
        host = urlsplit(endpoint.url).hostname
        if 200 <= row.last_status < 300:
            row.state = DeliveryState.DELIVERED
            return
        row.last_error = row.last_error or f"It answered {row.last_status}."
        if row.last_status == GONE:
            row.state, endpoint.enabled = DeliveryState.FAILED, False
            endpoint.problem = "It answered 410: it wants no more of this."
            log.warning("the webhook to %s answered 410 and is off now", host)
            return
        seconds = pause(row.tries, self._chance())
        if seconds is None:
            row.state = DeliveryState.FAILED
            log.warning("event %s is given up for %s after %d tries", row.event_id, host, row.tries)
        else:
            row.next_at = self._clock() + timedelta(seconds=seconds)
