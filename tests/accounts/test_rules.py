"""What e-mail addresses, passwords, ways back and browsers' names may be."""

import time
from typing import Any

import pytest

from donfra_live.accounts.rules import (
    AccountRole,
    browser_name,
    clean_email,
    clean_password,
    clean_return,
    clean_role,
    removes_admin,
)
from donfra_live.errors import BadEmail, WeakPassword
from donfra_live.live_sessions.creating import WhoMayCreate, why_not
from donfra_live.live_sessions.views import Actor


@pytest.mark.parametrize("typed", ["Ada@Example.ORG", " ada@example.org ", "ada@example.org"])
def test_an_address_has_one_spelling(typed: str) -> None:
    assert clean_email(typed) == "ada@example.org"


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        7,
        "",
        "ada",
        "ada@",
        "@x.org",
        "ada@x",
        "a b@x.org",
        "a@x.org\nBcc: b@x.org",
        "a@x.org,b@x.org",
        "a\x00@x.org",
        "a" * 250 + "@x.org",
        "=?utf-8?q?victim=40evil.example=2c?=@x.org",
        "=?utf-8?q?a=0d=0aRCPT?=@x.org",
    ],
)
def test_what_is_no_address_is_refused(wrong: Any) -> None:
    with pytest.raises(BadEmail):
        clean_email(wrong)


def test_an_endless_address_is_refused_at_once() -> None:
    began = time.perf_counter()
    with pytest.raises(BadEmail):
        clean_email("a" + "\u0316\u0301" * 20_000)
    assert time.perf_counter() - began < 0.1


@pytest.mark.parametrize(
    "weak", [None, 7, "", "short", "a" * 20, "x" * 257, "ada@example.org", "ADA@example.org"]
)
def test_weak_passwords_are_refused(weak: Any) -> None:
    with pytest.raises(WeakPassword):
        clean_password(weak, "ada@example.org")


def test_a_password_stays_as_typed() -> None:
    assert clean_password("  two words  ", "ada@example.org") == "  two words  "


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/live/5b7f?x=1", "/live/5b7f?x=1"),
        ("//evil.example", ""),
        ("https://evil.example", ""),
        ("/\\evil.example", ""),
        ("/a//evil.example", ""),
        ("/live\r\nSet-Cookie: a=b", ""),
        ("javascript:alert(1)", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_the_way_back_never_leaves_us(given: Any, kept: str) -> None:
    assert clean_return(given) == kept


def test_only_admins_who_can_sign_in_count() -> None:
    admin, member = AccountRole.ADMIN, AccountRole.MEMBER
    assert removes_admin(admin, False, new_role=member, new_disabled=False)
    assert removes_admin(admin, False, new_role=admin, new_disabled=True)
    assert not removes_admin(admin, True, new_role=member, new_disabled=True)
    assert not removes_admin(member, False, new_role=member, new_disabled=True)
    assert [clean_role(r) for r in ("admin", "member", "root", None, 7)] == [admin, member, None, None, None]


def test_browsers_are_named_as_people_call_them() -> None:
    chrome = (
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"
    )
    assert browser_name(chrome) == "Chrome on Android"
    assert (
        browser_name("Mozilla/5.0 (Windows NT 10.0; rv:120.0) Gecko/20100101 Firefox/120.0")
        == "Firefox on Windows"
    )
    assert browser_name("curl/8.5") == "Another program"


GUEST, MEMBER, ADMIN = Actor(), Actor(account="a"), Actor(account="b", is_admin=True)


@pytest.mark.parametrize(
    ("who", "guest", "member", "admin"),
    [
        (WhoMayCreate.ANYONE, None, None, None),
        (WhoMayCreate.MEMBERS, 401, None, None),
        (WhoMayCreate.ADMINS, 401, 403, None),
    ],
)
def test_who_may_create(who: WhoMayCreate, guest: int | None, member: int | None, admin: int | None) -> None:
    refused = [why_not(who, actor) for actor in (GUEST, MEMBER, ADMIN)]
    assert [r and r.status_code for r in refused] == [guest, member, admin]
