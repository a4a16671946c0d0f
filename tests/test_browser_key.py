"""Cookies as they come in: ours are found whatever stands beside them, and quickly."""

import time

import pytest

from donfra_live.browser_key import COOKIE, cookie_in, key_in

KEY = "k" * 43


@pytest.mark.parametrize(
    "other",
    [
        'prefs={"theme": "dark"}',
        "a b=c",
        "x=a b",
        "flag",
        "k[]=1",
        "a@b=1",
        'x="open',
        "é=1",
        "path=/",
        "",
        "=",
    ],
)
def test_cookies_of_others_on_this_host_hide_ours_not(other: str) -> None:
    assert key_in(f"{other}; {COOKIE}={KEY}") == KEY
    assert key_in(f"{COOKIE}={KEY};{other}") == KEY
    assert cookie_in(other, COOKIE) == ""


def test_the_last_of_one_name_counts_and_no_other_name() -> None:
    assert cookie_in(f"{COOKIE}=a; x{COOKIE}=b; {COOKIE}=c; {COOKIE}x=d", COOKIE) == "c"
    assert cookie_in(f"x={COOKIE}=a", COOKIE) == ""
    assert cookie_in("a=b=c", "a") == "b=c"


@pytest.mark.parametrize("piece", ['\\"', "\\\\", "\\101", ";", "=", '"'])
def test_a_long_header_is_read_at_once(piece: str) -> None:
    began = time.process_time()
    assert key_in(f'a="{piece * 30_000}"; {COOKIE}={KEY}') == KEY
    assert time.process_time() - began < 1
