"""Sessions as pages show them: the facts in plain values, ready for the browser."""

from typing import TypedDict

from donfra_live.live_sessions.views import SessionFacts


class Card(TypedDict):
    """One session in a list or at the head of its page."""

    id: str
    title: str
    owner_name: str
    status: str
    people: int
    created_at: str


NO_CARD = Card(id="", title="", owner_name="", status="", people=0, created_at="")


def card_of(facts: SessionFacts) -> Card:
    return Card(
        id=facts.id,
        title=facts.title,
        owner_name=facts.owner_name,
        status=str(facts.status),
        people=facts.people,
        created_at=facts.created_at.isoformat(),
    )
