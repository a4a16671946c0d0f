"""An admin of this place may watch a session unseen, where the operator allows it.

Nobody sees his connection and it counts nowhere, but it is written into the session's log and the
moderators are told that somebody watches.
"""

from donfra_live.db import Database
from donfra_live.errors import NotAllowed, NotSignedIn
from donfra_live.live_sessions import repository as sessions
from donfra_live.live_sessions.joining import new_identity
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.projection import WATCHING
from donfra_live.live_sessions.proof import get_session, must_be_on_air
from donfra_live.live_sessions.rules import clean_session_id
from donfra_live.live_sessions.views import Actor, Arrival
from donfra_live.models import Connection
from donfra_live.moderation import repository


class Observing:
    """allowed: the setting OBSERVERS."""

    def __init__(self, db: Database, ports: Ports, *, allowed: bool) -> None:
        self._db, self._ports, self._allowed = db, ports, allowed

    def may(self, actor: Actor) -> bool:
        """Whether a page offers it; `observe` asks the database."""
        return self._allowed and actor.is_admin

    async def observe(self, actor: Actor, session_id: object) -> Arrival:
        """A hidden connection that sees and hears, and can do nothing else.

        Raises:
            NotFound, NotSignedIn, NotAllowed (no admin, or not allowed here), SessionEnded, NotOnAir,
            TooManyRequests.
        """
        sid = clean_session_id(session_id)
        if not actor.account:
            raise NotSignedIn
        if not self._allowed:
            raise NotAllowed("Nobody may watch unseen here. The operator can allow it with OBSERVERS.")
        await self._ports.limits.join(actor.address, actor.browser)
        async with self._db.transaction() as db:
            session = await get_session(db, sid)
            admins = await sessions.admins(db, [actor.account])
            if actor.account not in admins:
                raise NotAllowed("Only admins of this place may watch unseen.")
            must_be_on_air(session)
            connection = Connection(
                id=new_identity(),
                session_id=sid,
                observer_id=actor.account,
                created_at=self._ports.clock(),
            )
            db.add(connection)
            name = admins[actor.account]
            repository.record_outsider(db, sid, name, "observe", at=self._ports.clock())
        await self._ports.updates.publish(sid)
        token = self._ports.tokens.issue(sid, connection.id, WATCHING)
        return Arrival(sid, connection.id, token, self._ports.tokens.server_url(actor.came_by))
