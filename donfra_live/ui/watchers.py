"""Which pages of this worker show what, by the client token of their websocket."""

from dataclasses import dataclass, field
from typing import Any

from donfra_live.asking import Handshake
from donfra_live.live_sessions.views import Actor


@dataclass(frozen=True)
class Looking:
    """A page with lists. whose: browser and account it came with; coming, past: how many of each it shows."""

    shake: Handshake
    whose: frozenset[str]
    coming: int
    past: int


@dataclass(frozen=True)
class Reading:
    """A page about a session that it has asked for. words, lines: what it shows of the chat."""

    shake: Handshake
    session_id: str
    words: object = ""
    lines: int = 0
    sees_people: bool = False


def whose(actor: Actor) -> frozenset[str]:
    return frozenset({actor.browser, actor.account} - {""})


@dataclass
class Watchers:
    """sessions: the session a page shows; waiting: who is in its lobby; lists: who looks at the lists.

    histories, figures: who reads about a session.
    """

    sessions: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, Handshake] = field(default_factory=dict)
    lists: dict[str, Looking] = field(default_factory=dict)
    histories: dict[str, Reading] = field(default_factory=dict)
    figures: dict[str, Reading] = field(default_factory=dict)

    @property
    def anybody(self) -> bool:
        return bool(self.sessions or self.waiting or self.lists or self.histories or self.figures)

    def keep(self, open_pages: set[str]) -> None:
        """All others have been closed."""
        kinds: tuple[dict[str, Any], ...] = (
            self.sessions,
            self.waiting,
            self.lists,
            self.histories,
            self.figures,
        )
        for kind in kinds:
            for token in kind.keys() - open_pages:
                del kind[token]

    def leave_session(self, client_token: str) -> None:
        """The page goes on to another one of this place."""
        kinds: tuple[dict[str, Any], ...] = (self.sessions, self.waiting, self.histories, self.figures)
        for kind in kinds:
            kind.pop(client_token, None)


watchers = Watchers()
