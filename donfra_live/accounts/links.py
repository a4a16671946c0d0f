"""One-time links: the first admin's, and those that set a new password.

A key stands in a link's fragment, which no server sees or logs; only its hash is stored.
"""

import logging

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.accounts import repository
from donfra_live.accounts.access import new_login, view_of
from donfra_live.accounts.ports import Limits, Mail, Passwords
from donfra_live.accounts.rules import (
    RESET_LIFE,
    SETUP_LIFE,
    AccountRole,
    LinkKind,
    clean_email,
    clean_password,
)
from donfra_live.accounts.views import SignedIn
from donfra_live.browser_key import hash_of, new_key
from donfra_live.db import Database
from donfra_live.errors import AccountDisabled, EmailTaken, LinkNotValid, NoMail
from donfra_live.live_sessions.ports import Clock
from donfra_live.live_sessions.rules import NAME_LENGTH, clean_line
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Account, OneTimeLink
from donfra_live.tasks import Tasks

log = logging.getLogger(__name__)
# So that nobody's inbox is filled by somebody else; the ones he has work for an hour.
MOST_LINKS = 5
_TEXT = """Somebody asked for a new password for your account at {address}.

Set one here, within an hour:
{link}

If it was not you, there is nothing to do: your password stays as it is.
"""


class Links:
    """address: where people find us. From settings, never from a request: its link is sent by e-mail."""

    def __init__(
        self,
        db: Database,
        passwords: Passwords,
        limits: Limits,
        clock: Clock,
        mail: Mail,
        address: str,
    ) -> None:
        self._db, self._passwords, self._limits, self._clock = db, passwords, limits, clock
        self._mail, self._address = mail, address
        self._sending = Tasks()

    @property
    def sends_mail(self) -> bool:
        return self._mail.is_on

    async def offer_setup(self) -> str:
        """A fresh setup link, from the path on; "" when there is an admin."""
        key = new_key()
        async with self._db.transaction() as db:
            if await repository.has_admin(db):
                await repository.delete_links(db, LinkKind.SETUP, None)
                return ""
            await repository.delete_old_links(db, self._clock())
            expires_at = self._clock() + SETUP_LIFE
            db.add(OneTimeLink(key_hash=hash_of(key), kind=LinkKind.SETUP, expires_at=expires_at))
        return f"/setup#key={key}"

    async def setup(
        self,
        actor: Actor,
        key: object,
        *,
        email: object,
        name: object,
        password: object,
        user_agent: object = "",
    ) -> SignedIn:
        """Makes the first admin; who has an account already becomes it by his password.

        Raises:
            LinkNotValid, BadInput, BadEmail, WeakPassword, EmailTaken (wrong password), TooManyRequests.
        """
        await self._limits.credentials(actor.address, "")
        await self._must_be_valid(LinkKind.SETUP, key)
        address, shown = clean_email(email), clean_line(name, "Your name", NAME_LENGTH)
        given = clean_password(password, address)
        async with self._db.reading() as db:
            known = await repository.by_email(db, address)
        if known is not None and not await self._passwords.fits(given, known.password_hash):
            raise EmailTaken
        hashed = await self._passwords.hash(given)
        async with self._db.transaction() as db:
            await self._use(db, LinkKind.SETUP, key)
            if await repository.has_admin(db):
                raise LinkNotValid
            account = await repository.by_email(db, address)
            if account is not None and (known is None or account.password_hash != known.password_hash):
                raise EmailTaken  # a moment ago, by somebody whose logins would be an admin's
            account = account or Account(email=address, name=shown, created_at=self._clock())
            account.name, account.password_hash = shown, hashed
            account.role, account.disabled = AccountRole.ADMIN, False
            db.add(account)
            await db.flush()
            await repository.delete_links(db, LinkKind.SETUP, None)
            login = await new_login(db, actor, account, user_agent, self._clock())
        return SignedIn(view_of(account), login)

    async def reset(
        self, actor: Actor, key: object, *, password: object, user_agent: object = ""
    ) -> SignedIn:
        """A new password; every login ends but the one this makes, and every other link.

        Raises:
            LinkNotValid, WeakPassword, AccountDisabled, TooManyRequests.
        """
        await self._limits.credentials(actor.address, "")
        link = await self._must_be_valid(LinkKind.RESET, key)
        async with self._db.reading() as db:
            account = await repository.account(db, link.account_id or "")
        if account is None:
            raise LinkNotValid
        hashed = await self._passwords.hash(clean_password(password, account.email))
        async with self._db.transaction() as db:
            await self._use(db, LinkKind.RESET, key)
            account = await repository.account(db, account.id)
            if account is None or account.disabled:
                raise AccountDisabled
            account.password_hash = hashed
            await repository.delete_logins(db, account.id)
            await repository.delete_links(db, LinkKind.RESET, account.id)
            login = await new_login(db, actor, account, user_agent, self._clock())
        return SignedIn(view_of(account), login)

    async def ask_for_reset(self, actor: Actor, email: object) -> None:
        """Sends a link to the account of this address. The answer never tells whether there is one.

        Raises:
            NoMail, BadEmail, TooManyRequests.
        """
        if not self._mail.is_on:
            raise NoMail
        address = clean_email(email)
        await self._limits.credentials(actor.address, address)
        # Not waited for: how long it takes would tell whether there is an account.
        self._sending.begin(self._send_reset(address))

    async def sent(self) -> None:
        """Waits for e-mails on their way; for the end of the app, and for tests."""
        await self._sending.settled()

    async def _send_reset(self, address: str) -> None:
        try:
            async with self._db.transaction() as db:
                account = await repository.by_email(db, address)
                if account is None or account.disabled:
                    return
                key, expires_at = new_key(), self._clock() + RESET_LIFE
                await repository.delete_old_links(db, self._clock())
                if await repository.open_links(db, account.id) >= MOST_LINKS:
                    return
                link = OneTimeLink(
                    key_hash=hash_of(key), kind=LinkKind.RESET, account_id=account.id, expires_at=expires_at
                )
                db.add(link)
            text = _TEXT.format(address=self._address, link=f"{self._address}/reset#key={key}")
            await self._mail.send(address, "Your new password", text)
        except Exception:
            log.exception("a link for a new password could not be sent")

    async def _must_be_valid(self, kind: LinkKind, key: object) -> OneTimeLink:
        async with self._db.reading() as db:
            hashed = hash_of(key) if isinstance(key, str) else ""
            link = await repository.link(db, kind, hashed, self._clock())
        if link is None:
            raise LinkNotValid
        return link

    async def _use(self, db: AsyncSession, kind: LinkKind, key: object) -> None:
        """Of two at once only one gets it."""
        hashed = hash_of(key) if isinstance(key, str) else ""
        link = await repository.link(db, kind, hashed, self._clock())
        if link is None or not await repository.use_link(db, link.key_hash):
            raise LinkNotValid
