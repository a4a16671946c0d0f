"""Sessions as pages show them: the facts in plain values, ready for the browser."""

from datetime import datetime
from typing import TypedDict

from donfra_live.live_sessions.views import SessionFacts


class Card(TypedDict):
    """One session in a list or at the head of its page. Times in ISO 8601, "" without a date.

    keep_days: the host's wish, 0 for none.
    """

    id: str
    title: str
    owner_name: str
    status: str
    people: int
    created_at: str
    access: str
    has_password: bool
    lobby: bool
    chat: str
    slow_mode_seconds: int
    description: str
    opens_at: str
    starts_at: str
    ends_at: str
    live_at: str
    time_zone: str
    series_id: str
    keep_days: int
    recording: bool
    ask_consent: bool


NO_CARD = Card(
    id="",
    title="",
    owner_name="",
    status="",
    people=0,
    created_at="",
    access="link",
    has_password=False,
    lobby=False,
    chat="everyone",
    slow_mode_seconds=0,
    description="",
    opens_at="",
    starts_at="",
    ends_at="",
    live_at="",
    time_zone="",
    series_id="",
    keep_days=0,
    recording=False,
    ask_consent=False,
)


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def card_of(facts: SessionFacts) -> Card:
    return Card(
        id=facts.id,
        title=facts.title,
        owner_name=facts.owner_name,
        status=str(facts.status),
        people=facts.people,
        created_at=facts.created_at.isoformat(),
        access=str(facts.access),
        has_password=facts.has_password,
        lobby=facts.lobby,
        chat=str(facts.chat),
        slow_mode_seconds=facts.slow_mode_seconds,
        description=facts.description,
        opens_at=_iso(facts.opens_at),
        starts_at=_iso(facts.starts_at),
        ends_at=_iso(facts.ends_at),
        live_at=_iso(facts.live_at),
        time_zone=facts.time_zone,
        series_id=facts.series_id,
        keep_days=facts.keep_days or 0,
        recording=facts.recording,
        ask_consent=facts.ask_consent,
    )
