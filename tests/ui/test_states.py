"""Handlers pass on what the browser sent, show what the services answer, and never fall over."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from donfra_live.accounts.views import NOBODY, Proven
from donfra_live.asking import Asking
from donfra_live.errors import BadInput, NotAllowed
from donfra_live.live_sessions.roles import Role
from donfra_live.live_sessions.rules import SessionStatus
from donfra_live.live_sessions.views import Actor, Joined, Seat, SessionFacts, SessionLists
from donfra_live.settings import Settings
from donfra_live.ui import services
from donfra_live.ui.live.state import FIRST, MORE, LiveState
from donfra_live.ui.session.state import SessionState

ID = "5b7f7c1e-0d46-4b7c-9e3a-0a8f0e9b2c11"
FACTS = SessionFacts(
    id=ID,
    title="Algebra",
    owner_name="Grace",
    status=SessionStatus.LIVE,
    listed=True,
    created_at=datetime(2026, 11, 24, tzinfo=UTC),
    live_at=None,
    ended_at=None,
    people=2,
)


async def nobody(cookie: str, token: str) -> Proven:
    return NOBODY


def guests_only() -> Asking:
    return Asking(Settings(), nobody)


@dataclass
class FakeServices:
    """sessions, admissions and updates in one; `refusal` is raised by everything that changes something."""

    refusal: Exception | None = None
    asking: Asking = field(default_factory=guests_only)
    calls: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def sessions(self) -> "FakeServices":
        return self

    admissions = sessions

    def _note(self, *call: Any) -> None:
        self.calls.append(call)
        if self.refusal:
            raise self.refusal

    async def facts(self, session_id: Any) -> SessionFacts:
        if session_id != ID:
            raise BadInput
        return FACTS

    async def lists(self, actor: Actor, *, coming: int, past: int) -> SessionLists:
        self.calls.append(("lists", coming, past))
        own = (FACTS,) * 80
        return SessionLists(own[:coming], own[:past], (FACTS,), coming < len(own), past < len(own))

    async def seat(self, actor: Actor, session_id: str) -> Seat:
        return Seat(ID, "m-1", "Ada", Role.VIEWER)

    async def end(self, actor: Actor, session_id: Any) -> None:
        self._note("end", session_id)

    async def create(self, actor: Actor, **fields: Any) -> None:
        self._note("create", fields)


def handler(event: Any) -> Any:
    """The plain function behind an event handler."""
    return event.fn


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    fake = FakeServices()
    monkeypatch.setattr(services, "_installed", fake)
    return fake


def _session_state() -> SessionState:
    return SessionState(_reflex_internal_init=True)  # type: ignore[call-arg]


async def test_an_answer_carries_the_browsers_number(fake: FakeServices) -> None:
    state = _session_state()
    await handler(SessionState.end)(state, "r1", ID)
    assert state.answer == {"request": "r1", "error": "", "sentence": "", "ticket": {}}
    assert (state.card["title"], state.role) == ("Algebra", "viewer")


async def test_a_refusal_is_a_word_for_the_program_and_a_sentence_for_people(fake: FakeServices) -> None:
    fake.refusal = NotAllowed()
    state = _session_state()
    await handler(SessionState.end)(state, "r2", ID)
    assert state.answer["error"] == "not_allowed"
    assert state.answer["sentence"] == NotAllowed.sentence


async def test_a_fault_of_ours_is_a_sentence_too(fake: FakeServices) -> None:
    fake.refusal = ZeroDivisionError()
    state = _session_state()
    await handler(SessionState.end)(state, "r3", ID)
    assert state.answer["error"] == "error"
    assert "went wrong" in state.answer["sentence"]


async def test_a_page_is_told_where_its_links_lead(fake: FakeServices) -> None:
    fake.asking = Asking(Settings(public_url="https://live.example"), nobody)
    state = _session_state()
    await handler(SessionState.look)(state, ID)
    assert state.share == "https://live.example"


@pytest.mark.parametrize("wrong", [None, 7, {"a": 1}, ["x"], True])
async def test_wrong_types_go_to_the_service_as_they_are(fake: FakeServices, wrong: Any) -> None:
    state = _session_state()
    await handler(SessionState.end)(state, wrong, wrong)
    assert fake.calls == [("end", wrong)]
    assert state.card["id"] == ""
    await handler(SessionState.look)(state, wrong)


@pytest.mark.parametrize("form", [None, [], "x", {"title": 5}])
async def test_create_with_a_wrong_form(fake: FakeServices, form: Any) -> None:
    fake.refusal = BadInput()
    state = LiveState(_reflex_internal_init=True)  # type: ignore[call-arg]
    async for _ in handler(LiveState.create)(state, form):
        pass
    assert state.refusal == BadInput.sentence
    assert state.creating is False


async def test_more_of_ones_own_sessions_is_shown(fake: FakeServices) -> None:
    state = LiveState(_reflex_internal_init=True)  # type: ignore[call-arg]
    await state._more()
    assert (len(state.mine), state.more_mine, len(state.past), state.more_past) == (FIRST, True, FIRST, True)
    await handler(LiveState.more)(state)
    assert (len(state.mine), len(state.past)) == (FIRST, FIRST + MORE)
    await handler(LiveState.more_coming)(state)
    await handler(LiveState.more_coming)(state)
    assert (len(state.mine), state.more_mine, len(state.past)) == (80, False, FIRST + MORE)
    await handler(LiveState.more_coming)(state)
    assert fake.calls[-1] == ("lists", 80 + MORE, FIRST + MORE)


JOINED = Joined(
    ID, "Algebra", "p-1", "token", "ws://x", "m-1", "secret", "Grace", Role.HOST, True, True, True
)


async def test_going_live_answers_with_the_hosts_token_and_no_key(
    fake: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go_live(self: FakeServices, actor: Actor, session_id: Any, *, name: Any) -> Joined:
        return JOINED

    monkeypatch.setattr(FakeServices, "go_live", go_live, raising=False)
    state = _session_state()
    await handler(SessionState.go_live)(state, "r1", ID, "Grace")
    assert state.answer["ticket"]["access_token"] == "token"
    assert "secret" not in str(state.answer)
    await handler(SessionState.taken)(state, "another")
    assert state.answer["ticket"]
    await handler(SessionState.taken)(state, "r1")
    assert state.answer["ticket"] == {}
