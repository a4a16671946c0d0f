"""The services with a real database and fakes at the ports, and short words for what people do with them."""

from datetime import timedelta

from donfra_live.browser_key import hash_of
from donfra_live.chat.service import Chat
from donfra_live.db import Database
from donfra_live.live_sessions.admissions import Admissions
from donfra_live.live_sessions.presence import Presence
from donfra_live.live_sessions.service import LiveSessions
from donfra_live.live_sessions.views import Actor, Joined
from tests.fakes import FakeRooms, FakeTokens, FixedClock, NoLimits, RecordedUpdates


def browser(who: str) -> Actor:
    """Somebody with a browser of his own."""
    return Actor(browser=hash_of(who), address="127.0.0.1")


STRANGER = Actor(address="127.0.0.1")


class World:
    def __init__(self, db: Database) -> None:
        self.db, self.clock = db, FixedClock()
        self.rooms, self.tokens, self.updates = FakeRooms(self.clock), FakeTokens(), RecordedUpdates()
        ports = (self.rooms, self.tokens, NoLimits(), self.updates, self.clock)
        self.sessions = LiveSessions(db, *ports)
        self.admissions = Admissions(self.sessions, db, *ports, arrivals_per_session=2, host_token_admin=True)
        self.chat = Chat(db, self.rooms, self.tokens, NoLimits(), self.clock)
        self.presence = Presence(
            self.sessions, db, self.rooms, self.updates, self.clock, empty_after=timedelta(hours=1)
        )

    async def live(self, host: str = "alice", *, listed: bool = False) -> str:
        """A session on air, made by this person's browser; its id."""
        created = await self.sessions.create(
            browser(host), title="Algebra", owner_name=host.title(), listed=listed, on_air=True
        )
        return created.facts.id

    async def join(self, who: str, session_id: str) -> Joined:
        joined = await self.admissions.join(browser(who), session_id, name=who.title())
        self.rooms.connect(session_id, joined.identity)
        return joined
