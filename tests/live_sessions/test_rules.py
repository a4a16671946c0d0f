"""Statuses and texts."""

import itertools

import pytest

from donfra_live.errors import BadInput, NotFound
from donfra_live.live_sessions.roles import ARRIVAL, PERMISSIONS, Permission, Role, grants_of
from donfra_live.live_sessions.rules import clean_description, clean_line, clean_session_id
from donfra_live.live_sessions.states import OVER, SessionStatus, may_become, why_over

S = SessionStatus
ALLOWED = {
    *((S.SCHEDULED, new) for new in (S.OPEN, S.LIVE, S.CANCELLED)),
    *((S.OPEN, new) for new in (S.SCHEDULED, S.LIVE, S.ENDED, S.CANCELLED)),
    (S.LIVE, S.ENDED),
}


@pytest.mark.parametrize(("old", "new"), list(itertools.product(SessionStatus, SessionStatus)))
def test_every_transition_is_allowed_or_forbidden_as_said(old: SessionStatus, new: SessionStatus) -> None:
    assert may_become(old, new) == ((old, new) in ALLOWED)


@pytest.mark.parametrize("status", list(SessionStatus))
def test_what_is_over_says_so_and_nothing_else_does(status: SessionStatus) -> None:
    over = why_over(status)
    assert (status in OVER) == (over is not None) == (not any(old == status for old, _ in ALLOWED))
    assert over is None or over.status_code == 409


@pytest.mark.parametrize("value", [None, 5, ["a"], "x" * 4001, "a\x00b", "a\u202eb", "\u2800"])
def test_a_description_that_cannot_be_shown_is_refused(value: object) -> None:
    with pytest.raises(BadInput):
        clean_description(value)


def test_a_description_keeps_its_lines() -> None:
    assert clean_description("  Bring:\r\n- a ruler \n") == "Bring:\n- a ruler"


@pytest.mark.parametrize("value", [None, 5, ["a"], "", "   ", "x" * 81, "a\x00b", "a\ud800b"])
def test_a_name_that_cannot_be_shown_is_refused(value: object) -> None:
    with pytest.raises(BadInput):
        clean_line(value, "Your name", 80)


@pytest.mark.parametrize(
    "value",
    [
        "\u200b",
        "\u200d\ufeff",
        "\u3164",
        "\u2800\u2800",
        "\u0301",
        "\u202eanna",
        "anna\u2066",
        "a" + "\u0301" * 79,
    ],
    ids=ascii,
)
def test_a_name_that_hides_or_spoils_other_text_is_refused(value: str) -> None:
    with pytest.raises(BadInput):
        clean_line(value, "Your name", 80)


@pytest.mark.parametrize("value", ["👩‍🚀", "❤️", "می‌خواهم", "עִבְרִית", "ที่นี่", "Việt", "བོད་སྐད", "नमस्ते", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "!"])
def test_names_in_every_script_are_kept(value: str) -> None:
    assert clean_line(value, "Your name", 80) == value


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


def test_a_viewer_on_stage_has_camera_and_microphone_but_no_screen() -> None:
    assert grants_of(Role.VIEWER, on_stage=True).sources == ("camera", "microphone")
    assert "screen_share" in grants_of(Role.SPEAKER).sources


def test_withheld_sources_are_not_granted() -> None:
    assert grants_of(Role.SPEAKER, withheld={"microphone"}).sources[0] == "camera"
    everything = {"camera", "microphone"}
    assert not grants_of(Role.VIEWER, on_stage=True, withheld=everything).can_publish


def test_only_the_host_ends_a_session() -> None:
    assert [role for role in Role if Permission.END in PERMISSIONS[role]] == [Role.HOST]


def test_an_arrival_sees_and_says_nothing() -> None:
    assert ARRIVAL.hidden
    assert (ARRIVAL.can_publish, ARRIVAL.can_subscribe, ARRIVAL.can_publish_data) == (False,) * 3
