"""LiveKit's webhooks: signature checked, then turned into our own event. Anything doubtful is refused."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

from livekit import api

from donfra_live.errors import NoProof
from donfra_live.live_sessions.ports import MediaEvent
from donfra_live.livekit_gateway.client import Endpoint
from donfra_live.livekit_gateway.rooms import is_misfit, joined_at


class Webhooks:
    def __init__(self, endpoint: Callable[[], Endpoint]) -> None:
        self._endpoint = endpoint

    def read(self, body: bytes, authorization: str) -> MediaEvent:
        """Raises NoProof when it is not signed by our media server."""
        endpoint = self._endpoint()
        receiver = api.WebhookReceiver(api.TokenVerifier(endpoint.key, endpoint.secret))
        try:
            text = body.decode()
            event = receiver.receive(text, authorization)
        except Exception as error:
            # The library raises plain Exception, jwt's errors and decoding errors alike.
            raise NoProof("This is not signed by our media server.") from error
        return MediaEvent(
            id=event.id or hashlib.sha256(body).hexdigest(),
            kind=event.event,
            session_id=event.room.name,
            identity=event.participant.identity,
            sid=event.participant.sid,
            hidden=event.participant.permission.hidden,
            misfit=event.event == "track_published" and is_misfit(event.track),
            happened_at=datetime.fromtimestamp(event.created_at, UTC) if event.created_at else None,
            joined_at=joined_at(event.participant),
            body=json.dumps(json.loads(text), separators=(",", ":")),
        )
