"""Puts an account's connections out of every room at once: it was disabled, or deleted."""

from collections import defaultdict

from donfra_live.attendance import timekeeper
from donfra_live.db import Database
from donfra_live.live_sessions import repository as sessions
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.projector import Projector
from donfra_live.moderation import repository
from donfra_live.outgoing import outbox


class Evicting:
    def __init__(self, db: Database, ports: Ports) -> None:
        self._db, self._ports = db, ports
        self._projector = Projector(db, ports.rooms)

    async def account(self, account_id: str) -> None:
        """His tokens are refused by proof.py and presence.py from then on; here the room hears of it."""
        now, out = self._ports.clock(), defaultdict[str, list[str]](list)
        async with self._db.transaction() as db:
            for connection in await repository.connections_of_account(db, account_id):
                session, was = await sessions.find(db, connection.session_id), connection.present
                connection.left_at, connection.present = now, False
                if session is not None:
                    await outbox.moved(db, session, connection, was, now)
                if connection.member_id:
                    await timekeeper.removed(db, {connection.member_id}, now)
                out[connection.session_id].append(connection.id)
        for session_id, identities in out.items():
            await self._projector.put_out(session_id, identities)
            await self._ports.updates.publish(session_id)
