"""The first admin's link, new passwords by link and by e-mail, e-mail through a real SMTP server."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from donfra_live.accounts.links import MOST_LINKS
from donfra_live.errors import (
    BadEmail,
    DonfraError,
    EmailTaken,
    LinkNotValid,
    NoMail,
    WeakPassword,
    WrongCredentials,
)
from donfra_live.mail import SmtpMail
from donfra_live.settings import Settings
from tests.inbox import Inbox, running, text_of
from tests.world import PASSWORD, QUICK, STRANGER, World, browser

NEW = "a new and longer one"


def key_in(link: str, page: str) -> str:
    address, _, key = link.partition("#key=")
    assert address == page
    assert len(key) == 43
    return key


async def setup(world: World, key: str, who: str = "root", password: str = PASSWORD) -> None:
    await world.accounts.links.setup(STRANGER, key, email=f"{who}@example.org", name=who, password=password)


async def test_the_setup_link_makes_one_admin_once(world: World) -> None:
    key = key_in(await world.accounts.links.offer_setup(), "/setup")
    with pytest.raises(LinkNotValid):
        await setup(world, "x" * 43)
    with pytest.raises(WeakPassword):
        await setup(world, key, password="short")
    await setup(world, key)
    assert (await world.signed_in("root")).is_admin
    with pytest.raises(LinkNotValid):
        await setup(world, key, "mallory")
    assert await world.accounts.links.offer_setup() == "", "there is an admin: nothing to print"


async def test_of_two_setups_at_once_one_wins(world: World) -> None:
    keys = [key_in(await world.accounts.links.offer_setup(), "/setup") for _ in range(2)]
    done = await asyncio.gather(
        setup(world, keys[0], "root"), setup(world, keys[0], "mallory"), return_exceptions=True
    )
    assert sum(isinstance(d, DonfraError) for d in done) == 1
    with pytest.raises(LinkNotValid):
        await setup(world, keys[1], "later")


async def test_who_takes_the_address_while_the_link_is_used_becomes_no_admin(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_in(await world.accounts.links.offer_setup(), "/setup")
    hashing = QUICK.hash

    async def meanwhile(password: str) -> str:
        monkeypatch.undo()
        await world.account("root")
        return await hashing(password)

    monkeypatch.setattr(QUICK, "hash", meanwhile)
    with pytest.raises(EmailTaken):
        await setup(world, key, password=NEW)
    assert not (await world.signed_in("root")).is_admin
    await setup(world, key, "other")
    assert (await world.signed_in("other")).is_admin


async def test_a_setup_link_runs_out(world: World) -> None:
    key = key_in(await world.accounts.links.offer_setup(), "/setup")
    world.clock.time += timedelta(days=1, seconds=1)
    with pytest.raises(LinkNotValid):
        await setup(world, key)


async def test_a_member_becomes_the_first_admin_by_his_own_password_only(world: World) -> None:
    await world.account("ada")
    key = key_in(await world.accounts.links.offer_setup(), "/setup")
    with pytest.raises(EmailTaken):
        await setup(world, key, "ada", "some other password")
    await setup(world, key, "ada")
    assert (await world.signed_in("ada")).is_admin


async def test_an_admins_link_sets_a_new_password_and_ends_every_login(world: World) -> None:
    await world.account("root", admin=True)
    ada = await world.account("ada")
    admin = await world.signed_in("root")
    entered = await world.accounts.own.sign_in(STRANGER, email="ada@example.org", password=PASSWORD)
    older = await world.accounts.people.reset_link(admin, ada.id)
    made = await world.accounts.people.reset_link(admin, ada.id)
    links = world.accounts.links
    with pytest.raises(LinkNotValid):
        await links.reset(STRANGER, older.key, password=NEW)
    with pytest.raises(WeakPassword):
        await links.reset(STRANGER, made.key, password="short")
    await links.reset(STRANGER, made.key, password=NEW)
    assert (await world.again(browser("ada"), entered.key)).account == ""
    with pytest.raises(LinkNotValid):
        await links.reset(STRANGER, made.key, password=NEW)
    with pytest.raises(WrongCredentials):
        await world.signed_in("ada")
    assert (await world.signed_in("ada", NEW)).account == ada.id


async def test_a_reset_link_lasts_an_hour_and_is_no_setup_link(world: World) -> None:
    await world.account("root", admin=True)
    ada = await world.account("ada")
    made = await world.accounts.people.reset_link(await world.signed_in("root"), ada.id)
    with pytest.raises(LinkNotValid):
        await setup(world, made.key)
    world.clock.time += timedelta(hours=1, seconds=1)
    with pytest.raises(LinkNotValid):
        await world.accounts.links.reset(STRANGER, made.key, password=NEW)


async def ask(world: World, who: str = "ada") -> str:
    """The key that this person gets by e-mail."""
    await world.accounts.links.ask_for_reset(STRANGER, f"{who}@example.org")
    await world.accounts.links.sent()
    return world.mail.sent[-1][2].partition("#key=")[2].split()[0]


@pytest.mark.parametrize("how", ["another link", "the account's page"])
async def test_a_new_password_ends_every_other_link(world: World, how: str) -> None:
    await world.account("ada")
    old, new = await ask(world), await ask(world)
    if how == "another link":
        await world.accounts.links.reset(STRANGER, new, password=NEW)
    else:
        ada = await world.signed_in("ada")
        await world.accounts.own.change_password(ada, current=PASSWORD, new=NEW)
    with pytest.raises(LinkNotValid):
        await world.accounts.links.reset(STRANGER, old, password="one that somebody else knows")


async def test_nobody_fills_anothers_inbox(world: World) -> None:
    await world.account("ada")
    for _ in range(MOST_LINKS + 3):
        await ask(world)
    assert len(world.mail.sent) == MOST_LINKS
    world.clock.pass_seconds(3601)
    await ask(world)
    assert len(world.mail.sent) == MOST_LINKS + 1


async def test_asking_by_e_mail_never_tells_whether_there_is_an_account(world: World) -> None:
    await world.account("ada")
    links = world.accounts.links
    await links.ask_for_reset(STRANGER, "nobody@example.org")
    await links.ask_for_reset(STRANGER, "ADA@example.org")
    await links.sent()
    [(to, _, text)] = world.mail.sent
    assert to == "ada@example.org"
    key = key_in(
        next(line for line in text.splitlines() if "#key=" in line), "https://live.example.org/reset"
    )
    await links.reset(STRANGER, key, password=NEW)
    assert await world.signed_in("ada", NEW)
    with pytest.raises(BadEmail):
        await links.ask_for_reset(STRANGER, "no address")


async def test_without_a_mail_server_people_are_told_what_to_do(world: World) -> None:
    world.mail.is_on = False
    with pytest.raises(NoMail):
        await world.accounts.links.ask_for_reset(STRANGER, "ada@example.org")


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with running() as inbox:
        yield inbox


async def test_e_mail_reaches_a_real_server(inbox: Inbox) -> None:
    mail = SmtpMail(Settings(smtp_url=f"smtp://127.0.0.1:{inbox.port}", mail_from="live@example.org"))
    assert mail.is_on
    await mail.send("ada@example.org", "Your new password", "Grüße: https://live.example.org/reset#key=x\n")
    [message] = inbox.messages
    assert (message["From"], message["To"]) == ("live@example.org", "ada@example.org")
    assert "Grüße: https://live.example.org/reset#key=x" in text_of(message)


async def test_a_password_never_goes_over_an_open_line(inbox: Inbox) -> None:
    mail = SmtpMail(Settings(smtp_url=f"smtp://u:p@127.0.0.1:{inbox.port}", mail_from="live@example.org"))
    with pytest.raises(Exception, match="STARTTLS"):
        await mail.send("ada@example.org", "s", "t")
    assert inbox.messages == []


def test_no_mail_server_is_no_mail() -> None:
    assert not SmtpMail(Settings()).is_on
