"""Statuses and texts."""

import itertools

import pytest

from donfra_live.errors import BadInput, NotFound
from donfra_live.live_sessions.roles import ARRIVAL, PERMISSIONS, Permission, Role, grants_of
from donfra_live.live_sessions.rules import TRANSITIONS, SessionStatus, clean_line, clean_session_id

ALLOWED = {
    (SessionStatus.OPEN, SessionStatus.LIVE),
    (SessionStatus.OPEN, SessionStatus.ENDED),
    (SessionStatus.LIVE, SessionStatus.ENDED),
}


@pytest.mark.parametrize(("old", "new"), list(itertools.product(SessionStatus, SessionStatus)))
def test_every_transition_is_allowed_or_forbidden_as_said(old: SessionStatus, new: SessionStatus) -> None:
    assert (new in TRANSITIONS[old]) == ((old, new) in ALLOWED)


@pytest.mark.parametrize("value", [None, 5, ["a"], "", "   ", "x" * 81, "a\x00b", "a\ud800b"])
def test_a_name_that_cannot_be_shown_is_refused(value: object) -> None:
    with pytest.raises(BadInput):
        clean_line(value, "Your name", 80)


def test_a_name_is_trimmed_and_keeps_its_letters() -> None:
    assert clean_line("  Zoë \n 直播 🎥 ", "Your name", 80) == "Zoë 直播 🎥"


@pytest.mark.parametrize("value", [None, 1, "", " "])
def test_a_missing_id_is_bad_input(value: object) -> None:
    with pytest.raises(BadInput):
        clean_session_id(value)


def test_an_id_that_is_no_uuid_belongs_to_no_session() -> None:
    with pytest.raises(NotFound):
        clean_session_id("SESSION_ID_HERE")


def test_a_viewer_may_watch_and_chat_but_not_publish() -> None:
    grants = grants_of(Role.VIEWER)
    assert (grants.can_subscribe, grants.can_publish_data, grants.can_publish) == (True, True, False)
    assert grants.sources == ()


def test_whoever_may_publish_has_named_sources() -> None:
    for role in Role:
        grants = grants_of(role)
        # An empty list would mean every source to LiveKit.
        assert grants.can_publish == bool(grants.sources)


def test_a_speaker_may_not_share_the_screen() -> None:
    assert "screen_share" not in grants_of(Role.SPEAKER).sources
    assert "screen_share" in grants_of(Role.HOST).sources


def test_only_the_host_ends_a_session() -> None:
    assert [role for role in Role if Permission.END in PERMISSIONS[role]] == [Role.HOST]


def test_an_arrival_sees_and_says_nothing() -> None:
    assert ARRIVAL.hidden
    assert (ARRIVAL.can_publish, ARRIVAL.can_subscribe, ARRIVAL.can_publish_data) == (False,) * 3
