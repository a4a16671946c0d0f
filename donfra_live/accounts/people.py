"""What admins do with accounts: search, add, roles, disable, delete, a link to set the password.

There is always somebody left who can administer.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.accounts import repository
from donfra_live.accounts.access import require_admin, view_of
from donfra_live.accounts.ports import PutOut
from donfra_live.accounts.rules import (
    RESET_LIFE,
    AccountRole,
    LinkKind,
    clean_email,
    clean_role,
    removes_admin,
)
from donfra_live.accounts.views import AccountView, LinkMade
from donfra_live.browser_key import hash_of, new_key
from donfra_live.db import Database
from donfra_live.errors import BadInput, EmailTaken, LastAdmin, NotFound
from donfra_live.live_sessions.ports import Clock
from donfra_live.live_sessions.rules import NAME_LENGTH, clean_id, clean_line
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Account, OneTimeLink
from donfra_live.retention import repository as seats

PAGE, MOST_SHOWN = 200, 5000


class People:
    def __init__(self, db: Database, clock: Clock, put_out: PutOut) -> None:
        self._db, self._clock, self._put_out = db, clock, put_out

    async def search(self, actor: Actor, words: object = "", most: int = PAGE) -> tuple[AccountView, ...]:
        """By name, the first `most`, up to MOST_SHOWN. Raises NotSignedIn, NotAllowed, BadInput."""
        if not isinstance(words, str) or "\x00" in words:
            raise BadInput("What to search for must be a text.")
        most = min(max(most, 1), MOST_SHOWN)
        async with self._db.reading() as db:
            await require_admin(db, actor)
            return tuple(view_of(a) for a in await repository.search(db, words.strip()[:100], most))

    async def add(self, actor: Actor, *, email: object, name: object) -> tuple[AccountView, LinkMade]:
        """An account for somebody else, also where sign-up is closed, with a link to set its password.

        Raises:
            NotSignedIn, NotAllowed, BadInput, BadEmail, EmailTaken.
        """
        async with self._db.transaction() as db:
            await require_admin(db, actor)
            account = Account(
                email=clean_email(email),
                name=clean_line(name, "The name", NAME_LENGTH),
                created_at=self._clock(),
            )
            if not await repository.add_account(db, account):
                raise EmailTaken("Somebody has an account with this e-mail address.")
            return view_of(account), await self._link(db, account.id)

    async def change(
        self, actor: Actor, account_id: object, *, role: object = None, disabled: object = None
    ) -> AccountView:
        """Who is disabled is signed out everywhere and out of every room at once.

        None leaves a field as it is.

        Raises:
            NotSignedIn, NotAllowed, NotFound, BadInput, LastAdmin.
        """
        wanted = clean_role(role)
        if (role is not None and wanted is None) or not isinstance(disabled, bool | None):
            raise BadInput("role is admin or member, disabled is true or false.")
        async with self._db.transaction() as db:
            await require_admin(db, actor)
            account = await self._get(db, account_id)
            await self._keep_one_admin(db, account, wanted or AccountRole(account.role), disabled)
            account.role = wanted or account.role
            account.disabled = account.disabled if disabled is None else disabled
            if account.disabled:
                await repository.delete_logins(db, account.id)
                await repository.delete_links(db, LinkKind.RESET, account.id)
            view = view_of(account)
        if view.disabled:
            await self._put_out(view.id)
        return view

    async def delete(self, actor: Actor, account_id: object) -> None:
        """What stays in sessions, names and messages, belongs to nobody's account any more.

        Raises:
            NotSignedIn, NotAllowed, NotFound, LastAdmin.
        """
        async with self._db.transaction() as db:
            await require_admin(db, actor)
            account = await self._get(db, account_id)
            await self._keep_one_admin(db, account, AccountRole(account.role), True)
            account.disabled = True
        await self._put_out(account.id)
        async with self._db.transaction() as db:
            await seats.cut_ties(db, account.id)
            await repository.delete_account(db, account.id)

    async def reset_link(self, actor: Actor, account_id: object) -> LinkMade:
        """A link for a new password; earlier ones of this account end.

        Raises:
            NotSignedIn, NotAllowed, NotFound.
        """
        async with self._db.transaction() as db:
            await require_admin(db, actor)
            account = await self._get(db, account_id)
            await repository.delete_links(db, LinkKind.RESET, account.id)
            return await self._link(db, account.id)

    async def _link(self, db: AsyncSession, account_id: str) -> LinkMade:
        key, expires_at = new_key(), self._clock() + RESET_LIFE
        db.add(
            OneTimeLink(
                key_hash=hash_of(key), kind=LinkKind.RESET, account_id=account_id, expires_at=expires_at
            )
        )
        return LinkMade(key, expires_at)

    @staticmethod
    async def _get(db: AsyncSession, account_id: object) -> Account:
        account = await repository.account(db, clean_id(account_id))
        if account is None:
            raise NotFound("There is no such account any more.")
        return account

    @staticmethod
    async def _keep_one_admin(
        db: AsyncSession, account: Account, role: AccountRole, disabled: object
    ) -> None:
        admins = await repository.lock_admins(db)
        await db.refresh(account)
        new_disabled = account.disabled if disabled is None else bool(disabled)
        was = AccountRole(account.role)
        if removes_admin(was, account.disabled, new_role=role, new_disabled=new_disabled) and admins == [
            account.id
        ]:
            raise LastAdmin
