"""Which pages of this worker show what, by the client token of their websocket."""

from dataclasses import dataclass, field

from donfra_live.asking import Handshake


@dataclass
class Watchers:
    """sessions: the session a page shows; waiting: who is in its lobby; lists: who looks at the lists."""

    sessions: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, Handshake] = field(default_factory=dict)
    lists: dict[str, Handshake] = field(default_factory=dict)

    def forget(self, client_token: str) -> None:
        self.sessions.pop(client_token, None)
        self.waiting.pop(client_token, None)
        self.lists.pop(client_token, None)


watchers = Watchers()
