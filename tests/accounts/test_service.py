"""Accounts on a real database of each kind: signing up and in, passwords, logins, tokens, what admins do."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from donfra_live.accounts.rules import LOGIN_LIFE, AccountRole
from donfra_live.errors import (
    AccountDisabled,
    BadEmail,
    BadInput,
    DonfraError,
    EmailTaken,
    LastAdmin,
    NotAllowed,
    NotFound,
    NotSignedIn,
    SignUpClosed,
    TooManyRequests,
    WeakPassword,
    WrongCredentials,
)
from donfra_live.limits import RateLimits
from donfra_live.live_sessions.creating import WhoMayCreate
from donfra_live.passwords import Argon2Passwords
from donfra_live.settings import Settings
from tests.world import PASSWORD, STRANGER, World, browser

NEW = "a new and longer one"
WRONG: list[Any] = [None, 7, True, [], {"a": 1}, "x" * 10_000, "\x00"]


async def test_one_address_is_one_account_however_it_is_typed(world: World) -> None:
    await world.account("ada")
    with pytest.raises(EmailTaken):
        await world.accounts.own.create(STRANGER, email="ADA@Example.org", name="A", password=PASSWORD)
    entered = await world.accounts.own.sign_in(STRANGER, email=" ADA@example.ORG", password=PASSWORD)
    assert entered.account.email == "ada@example.org"


async def test_of_two_sign_ups_at_once_one_wins(world: World) -> None:
    done = await asyncio.gather(*(world.account("ada") for _ in range(4)), return_exceptions=True)
    assert sorted(type(d).__name__ for d in done) == ["AccountView", *["EmailTaken"] * 3]


async def test_closed_sign_up_makes_no_accounts(world: World) -> None:
    world.accounts.own.sign_up_open = False
    with pytest.raises(SignUpClosed):
        await world.account("ada")


async def test_wrong_credentials_say_the_same_for_everybody(world: World) -> None:
    await world.account("ada")
    tries = [("ada@example.org", "wrong one"), ("nobody@example.org", PASSWORD), ("no address", PASSWORD)]
    said = set()
    for email, password in tries:
        with pytest.raises(WrongCredentials) as refused:
            await world.accounts.own.sign_in(STRANGER, email=email, password=password)
        said.add(refused.value.sentence)
    assert len(said) == 1


async def test_wrong_credentials_take_the_same_time(world: World) -> None:
    """With a hash that takes its time: without the work for nobody it would be a hundredth."""
    await world.account("ada")
    slow = Argon2Passwords(PasswordHasher(time_cost=4, memory_cost=32768, parallelism=1))
    stored = await slow.hash(PASSWORD)
    took: dict[str, list[float]] = {stored: [], "": []}
    for _ in range(5):
        for one, times in took.items():
            start = time.perf_counter()
            assert not await slow.fits("wrong", one)
            times.append(time.perf_counter() - start)
    known, unknown = min(took[stored]), min(took[""])
    assert 0.5 < known / unknown < 2, (known, unknown)


async def test_hashing_leaves_the_event_loop_free(world: World) -> None:
    slow = Argon2Passwords(PasswordHasher(time_cost=8, memory_cost=65536, parallelism=1))
    work = asyncio.create_task(slow.hash(PASSWORD))
    turns = 0
    while not work.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100
    assert (await work).startswith("$argon2id$")


@pytest.mark.parametrize("wrong", WRONG)
async def test_wrong_types_are_refused_in_words(world: World, wrong: Any) -> None:
    await world.account("root", admin=True)
    admin = await world.signed_in("root")
    own, links = world.accounts.own, world.accounts.links
    calls: list[Any] = [
        lambda: own.create(STRANGER, email=wrong, name=wrong, password=wrong),
        lambda: own.sign_in(STRANGER, email=wrong, password=wrong, user_agent=wrong),
        lambda: own.change_password(admin, current=wrong, new=wrong),
        lambda: own.rename(admin, wrong),
        lambda: own.end_login(admin, wrong),
        lambda: world.accounts.tokens.create(admin, wrong),
        lambda: world.accounts.tokens.delete(admin, wrong),
        lambda: world.accounts.people.change(admin, wrong, role=wrong, disabled=wrong),
        lambda: world.accounts.people.delete(admin, wrong),
        lambda: world.accounts.people.reset_link(admin, wrong),
        lambda: links.setup(STRANGER, wrong, email=wrong, name=wrong, password=wrong),
        lambda: links.reset(STRANGER, wrong, password=wrong),
        lambda: links.ask_for_reset(STRANGER, wrong),
        lambda: world.accounts.elsewhere.finish(STRANGER, state=wrong, code=wrong, back_to=""),
    ]
    for call in calls:
        with pytest.raises(DonfraError):
            await call()
    if not isinstance(wrong, str) or "\x00" in wrong:
        with pytest.raises(BadInput):
            await world.accounts.people.search(admin, wrong)


async def test_signing_out_ends_this_login_only(world: World) -> None:
    await world.account("ada")
    here, there = await world.signed_in("ada"), await world.signed_in("ada")
    await world.accounts.own.sign_out(here)
    assert [one.is_this for one in await world.accounts.own.logins(there)] == [True]


async def test_signing_in_again_in_the_same_browser_takes_the_old_logins_place(world: World) -> None:
    await world.account("ada")
    here = await world.signed_in("ada")
    await world.accounts.own.sign_in(here, email="ada@example.org", password=PASSWORD)
    with_new = await world.accounts.own.logins(here)
    assert len(with_new) == 1
    assert with_new[0].id != here.login


async def test_a_changed_password_ends_every_other_login(world: World) -> None:
    await world.account("ada")
    here, other = await world.signed_in("ada"), await world.signed_in("ada")
    with pytest.raises(WrongCredentials):
        await world.accounts.own.change_password(here, current="wrong", new=NEW)
    with pytest.raises(WeakPassword):
        await world.accounts.own.change_password(here, current=PASSWORD, new="short")
    await world.accounts.own.change_password(here, current=PASSWORD, new=NEW)
    assert [one.id for one in await world.accounts.own.logins(here)] == [here.login]
    with pytest.raises(WrongCredentials):
        await world.signed_in("ada")
    assert (await world.signed_in("ada", NEW)).account == other.account


async def test_logins_are_listed_and_revoked_ones_end_at_once(world: World) -> None:
    await world.account("ada")
    entered = await world.accounts.own.sign_in(
        browser("ada"), email="ada@example.org", password=PASSWORD, user_agent="Firefox/120 Windows"
    )
    here = await world.signed_in("ada")
    there = await world.again(browser("ada"), entered.key)
    assert {one.browser for one in await world.accounts.own.logins(here)} == {
        "Firefox on Windows",
        "Firefox on Linux",
    }
    await world.accounts.own.end_login(here, there.login)
    assert (await world.again(browser("ada"), entered.key)).account == ""
    with pytest.raises(NotFound):
        await world.accounts.own.end_login(here, there.login)


async def test_nobody_ends_somebody_elses_login_or_token(world: World) -> None:
    for who in ("ada", "bob"):
        await world.account(who)
    ada, bob = await world.signed_in("ada"), await world.signed_in("bob")
    token = await world.accounts.tokens.create(ada, "CI")
    with pytest.raises(NotFound):
        await world.accounts.own.end_login(bob, ada.login)
    with pytest.raises(NotFound):
        await world.accounts.tokens.delete(bob, token.id)
    assert await world.accounts.tokens.list(bob) == ()
    assert len(await world.accounts.own.logins(ada)) == 1


async def test_old_logins_are_swept_away(world: World) -> None:
    await world.account("ada")
    await world.signed_in("ada")
    world.clock.time += LOGIN_LIFE + timedelta(seconds=1)
    here = await world.signed_in("ada")
    assert len(await world.accounts.own.logins(here)) == 1


async def test_a_token_proves_its_account_until_it_is_deleted_and_makes_no_others(world: World) -> None:
    await world.account("ada")
    ada = await world.signed_in("ada")
    made = await world.accounts.tokens.create(ada, "CI")
    proven = await world.accounts.proving.prove("", made.token)
    assert (proven.account, proven.login) == (ada.account, "")
    with pytest.raises(NotAllowed):
        await world.accounts.tokens.create(replace(STRANGER, account=proven.account), "more")
    [listed] = await world.accounts.tokens.list(ada)
    assert listed.used_at == world.clock()
    await world.accounts.tokens.delete(ada, made.id)
    with pytest.raises(DonfraError):
        await world.accounts.proving.prove("", made.token)


async def test_a_disabled_account_is_out_everywhere(world: World) -> None:
    await world.account("root", admin=True)
    await world.account("ada")
    admin = await world.signed_in("root")
    entered = await world.accounts.own.sign_in(STRANGER, email="ada@example.org", password=PASSWORD)
    ada = await world.again(STRANGER, entered.key)
    token = await world.accounts.tokens.create(ada, "CI")
    await world.accounts.people.change(admin, ada.account, disabled=True)
    assert (await world.again(STRANGER, entered.key)).account == ""
    with pytest.raises(DonfraError):
        await world.accounts.proving.prove("", token.token)
    with pytest.raises(NotSignedIn):
        await world.accounts.own.me(ada)
    with pytest.raises(AccountDisabled):
        await world.signed_in("ada")
    with pytest.raises(WrongCredentials):
        await world.signed_in("ada", "wrong password")
    await world.accounts.people.change(admin, ada.account, disabled=False)
    assert (await world.signed_in("ada")).account == ada.account
    assert (await world.again(STRANGER, entered.key)).account == "", "the old login stays ended"


async def test_members_and_strangers_do_not_administer(world: World) -> None:
    account = await world.account("ada")
    people = world.accounts.people
    for actor, refusal in ((STRANGER, NotSignedIn), (await world.signed_in("ada"), NotAllowed)):
        claimed = replace(actor, is_admin=True)
        for call in (
            lambda a: people.search(a),
            lambda a: people.change(a, account.id, role="admin"),
            lambda a: people.delete(a, account.id),
            lambda a: people.reset_link(a, account.id),
            lambda a: people.add(a, email="zoe@example.org", name="Zoe"),
        ):
            with pytest.raises(refusal):
                await call(claimed)


async def test_an_admin_adds_people_also_where_sign_up_is_closed(world: World) -> None:
    await world.account("root", admin=True)
    await world.account("ada")
    world.accounts.own.sign_up_open = False
    people, admin = world.accounts.people, await world.signed_in("root")
    added, made = await people.add(admin, email=" Zoe@Example.org ", name="Zoe")
    assert (added.email, added.name, added.role) == ("zoe@example.org", "Zoe", AccountRole.MEMBER)
    with pytest.raises(WrongCredentials):
        await world.accounts.own.sign_in(STRANGER, email=added.email, password=PASSWORD)
    await world.accounts.links.reset(STRANGER, made.key, password=PASSWORD)
    assert (await world.accounts.own.sign_in(STRANGER, email=added.email, password=PASSWORD)).key
    for wrong, refusal in (
        ({"email": "ada@example.org", "name": "Another"}, EmailTaken),
        ({"email": "none", "name": "Zoe"}, BadEmail),
        ({"email": "new@example.org", "name": " "}, BadInput),
        ({"email": None, "name": None}, BadInput),
    ):
        with pytest.raises(refusal):
            await people.add(admin, **wrong)  # type: ignore[arg-type]


async def test_the_last_admin_stays(world: World) -> None:
    root = await world.account("root", admin=True)
    ada = await world.account("ada")
    admin, people = await world.signed_in("root"), world.accounts.people
    for attempt in (
        lambda: people.change(admin, root.id, role="member"),
        lambda: people.change(admin, root.id, disabled=True),
        lambda: people.delete(admin, root.id),
    ):
        with pytest.raises(LastAdmin):
            await attempt()
    await people.change(admin, ada.id, role="admin")
    await people.change(admin, ada.id, disabled=True)
    with pytest.raises(LastAdmin):
        await people.delete(admin, root.id)
    await people.change(admin, ada.id, disabled=False)
    assert (await people.change(admin, root.id, role="member")).role == AccountRole.MEMBER


async def test_two_admins_cannot_remove_each_other_at_once(world: World) -> None:
    root, ada = await world.account("root", admin=True), await world.account("ada")
    admin, people = await world.signed_in("root"), world.accounts.people
    await people.change(admin, ada.id, role="admin")
    other = await world.signed_in("ada")
    done = await asyncio.gather(
        people.change(admin, ada.id, role="member"),
        people.change(other, root.id, role="member"),
        return_exceptions=True,
    )
    assert sum(isinstance(d, DonfraError) for d in done) == 1, done


async def test_a_deleted_account_leaves_nothing_behind(world: World) -> None:
    await world.account("root", admin=True)
    await world.account("ada")
    admin, ada = await world.signed_in("root"), await world.signed_in("ada")
    token = await world.accounts.tokens.create(ada, "CI")
    await world.accounts.people.reset_link(admin, ada.account)
    await world.accounts.people.delete(admin, ada.account)
    with pytest.raises(DonfraError):
        await world.accounts.proving.prove("", token.token)
    assert [a.name for a in await world.accounts.people.search(admin)] == ["Root"]
    await world.account("ada")


async def test_people_are_found_by_name_and_address(world: World) -> None:
    await world.account("root", admin=True)
    for who in ("ada", "bob"):
        await world.account(who)
    admin, people = await world.signed_in("root"), world.accounts.people
    assert [a.name for a in await people.search(admin, "AD")] == ["Ada"]
    assert [a.name for a in await people.search(admin, "bob@")] == ["Bob"]
    assert await people.search(admin, "%") == ()
    assert [a.name for a in await people.search(admin)] == ["Ada", "Bob", "Root"]


async def test_tries_are_limited_per_account_and_per_address(world: World) -> None:
    await world.account("ada")
    own = world.accounts.own
    own._limits = RateLimits(Settings(tries_per_account=3, sign_ins_per_minute=5))

    async def tries(email: str, times: int) -> list[str]:
        said = []
        for number in range(times):
            actor = replace(STRANGER, address=f"192.0.2.{number}")
            try:
                await own.sign_in(actor, email=email, password="wrong")
            except DonfraError as error:
                said.append(type(error).__name__)
        return said

    assert await tries("ada@example.org", 4) == ["WrongCredentials"] * 3 + ["TooManyRequests"]
    assert await tries("nobody@example.org", 4) == ["WrongCredentials"] * 3 + ["TooManyRequests"]
    here = replace(STRANGER, address="198.51.100.1")
    for number in range(5):
        with pytest.raises(WrongCredentials):
            await own.sign_in(here, email=f"p{number}@example.org", password="wrong")
    with pytest.raises(TooManyRequests):
        await own.sign_in(here, email="p9@example.org", password="wrong")


async def test_only_those_may_create_a_session_whom_the_operator_lets(world: World) -> None:
    await world.account("root", admin=True)
    await world.account("ada")
    sessions = world.sessions
    sessions._creators = WhoMayCreate.MEMBERS
    with pytest.raises(NotSignedIn):
        await world.live("mallory")
    created = await sessions.create(await world.signed_in("ada"), title="T", owner_name="Ada")
    sessions._creators = WhoMayCreate.ADMINS
    with pytest.raises(NotAllowed, match="Only admins"):
        await sessions.create(await world.signed_in("ada"), title="T", owner_name="Ada")
    await sessions.create(await world.signed_in("root"), title="T", owner_name="Root")
    assert created.facts.title == "T"
    with pytest.raises(NotSignedIn):
        await world.admissions.create_on_air(STRANGER, title="T", owner_name="M", listed=False)
