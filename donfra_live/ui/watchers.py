"""Which pages of this worker show what, by the client token of their websocket."""

from collections.abc import Callable
from dataclasses import dataclass, field

from donfra_live.live_sessions.views import Actor


@dataclass
class Watchers:
    """sessions: the session a page shows; lists: who looks at the lists; on_mine: hears of new sessions."""

    sessions: dict[str, str] = field(default_factory=dict)
    lists: dict[str, Actor] = field(default_factory=dict)
    on_mine: Callable[[str], None] = lambda browser: None

    def forget(self, client_token: str) -> None:
        self.sessions.pop(client_token, None)
        self.lists.pop(client_token, None)


watchers = Watchers()
