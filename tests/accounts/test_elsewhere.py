"""Whose account an identity of an OpenID provider is, and who may come back from there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from donfra_live.accounts.ports import Identity
from donfra_live.accounts.views import SignedIn
from donfra_live.errors import (
    AccountDisabled,
    DonfraError,
    NotAllowed,
    SignInElsewhereFailed,
    SignUpClosed,
    WrongCredentials,
)
from donfra_live.live_sessions.views import Actor
from tests.world import PASSWORD, World, browser

HERE = browser("ada")


async def there(world: World, actor: Actor = HERE, return_to: str = "") -> str:
    """Sent to the provider; the state it will give back."""
    address = await world.accounts.elsewhere.begin(actor, back_to="", return_to=return_to)
    return address.rpartition("=")[2]


async def back(world: World, state: str, actor: Actor = HERE) -> tuple[SignedIn, str]:
    return await world.accounts.elsewhere.finish(actor, state=state, code="c", back_to="")


async def test_who_comes_the_first_time_gets_an_account_and_later_the_same(world: World) -> None:
    first, where = await back(world, await there(world, return_to="/live/x"))
    assert (first.account.email, first.account.name, where) == ("ada@example.org", "Ada", "/live/x")
    assert not first.account.has_password
    world.provider.knows = replace(world.provider.knows, email="changed@example.org")
    second, where = await back(world, await there(world, return_to="https://evil.example"))
    assert (second.account, where) == (first.account, "")
    with pytest.raises(WrongCredentials):
        await world.accounts.own.sign_in(HERE, email="ada@example.org", password="")


async def test_another_subject_or_issuer_is_another_person(world: World) -> None:
    first, _ = await back(world, await there(world))
    world.provider.knows = Identity("https://id.example", "2", "bob@example.org", True, "Bob")
    second, _ = await back(world, await there(world))
    world.provider.knows = Identity("https://other.example", "1", "eve@example.org", True, "Eve")
    third, _ = await back(world, await there(world))
    assert len({first.account.id, second.account.id, third.account.id}) == 3


async def test_a_verified_address_links_and_ends_what_was_never_proven(world: World) -> None:
    """Whoever made the account before had not shown that the address is his."""
    made = await world.account("ada")
    squatter = await world.signed_in("ada")
    token = await world.accounts.tokens.create(squatter, "CI")
    entered, _ = await back(world, await there(world))
    assert entered.account.id == made.id
    with pytest.raises(WrongCredentials):
        await world.accounts.own.sign_in(HERE, email="ada@example.org", password=PASSWORD)
    with pytest.raises(DonfraError):
        await world.accounts.proving.prove("", token.token)
    ada = await world.again(HERE, entered.key)
    assert [one.id for one in await world.accounts.own.logins(ada)] == [ada.login]
    await world.accounts.own.change_password(ada, current="", new=PASSWORD)
    assert (await world.signed_in("ada")).account == made.id


async def test_a_token_does_not_set_the_first_password(world: World) -> None:
    signed_in, _ = await back(world, await there(world))
    ada = await world.again(HERE, signed_in.key)
    made = await world.accounts.tokens.create(ada, "CI")
    proven = await world.accounts.proving.prove("", made.token)
    by_token = replace(HERE, account=proven.account, login=proven.login)
    with pytest.raises(NotAllowed):
        await world.accounts.own.change_password(by_token, current="", new=PASSWORD)
    await world.accounts.own.change_password(ada, current="", new=PASSWORD)


async def test_an_unverified_address_never_links(world: World) -> None:
    await world.account("ada")
    world.provider.knows = replace(world.provider.knows, email_verified=False)
    with pytest.raises(SignInElsewhereFailed, match="not verified"):
        await back(world, await there(world))
    assert await world.signed_in("ada")


async def test_no_address_no_account(world: World) -> None:
    world.provider.knows = replace(world.provider.knows, email="")
    with pytest.raises(SignInElsewhereFailed, match="e-mail"):
        await back(world, await there(world))


async def test_a_state_counts_once_in_its_browser_and_for_minutes(world: World) -> None:
    state = await there(world)
    with pytest.raises(SignInElsewhereFailed):
        await back(world, state, browser("mallory"))
    with pytest.raises(SignInElsewhereFailed):
        await back(world, state)
    state = await there(world)
    world.clock.time += timedelta(minutes=11)
    with pytest.raises(SignInElsewhereFailed):
        await back(world, state)
    with pytest.raises(SignInElsewhereFailed):
        await there(world, Actor())


async def test_the_operator_decides_here_too(world: World) -> None:
    await world.account("root", admin=True)
    world.accounts.elsewhere._sign_up_open = False
    with pytest.raises(SignUpClosed):
        await back(world, await there(world))
    world.accounts.elsewhere._sign_up_open = True
    entered, _ = await back(world, await there(world))
    await world.accounts.people.change(await world.signed_in("root"), entered.account.id, disabled=True)
    with pytest.raises(AccountDisabled):
        await back(world, await there(world))
