"""One's own account: sign up, sign in and out, name, password, logins.

Wrong credentials say the same and take the same time whoever they are tried for.
"""

from donfra_live.accounts import repository
from donfra_live.accounts.access import new_login, require_account, view_of
from donfra_live.accounts.ports import Limits, Passwords
from donfra_live.accounts.rules import LOGIN_LIFE, LinkKind, clean_email, clean_password
from donfra_live.accounts.views import AccountView, LoginView, SignedIn
from donfra_live.db import Database
from donfra_live.errors import (
    AccountDisabled,
    BadEmail,
    EmailTaken,
    NotAllowed,
    NotFound,
    SignUpClosed,
    WrongCredentials,
)
from donfra_live.live_sessions.ports import Clock
from donfra_live.live_sessions.rules import NAME_LENGTH, clean_id, clean_line
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Account


class Accounts:
    def __init__(
        self, db: Database, passwords: Passwords, limits: Limits, clock: Clock, *, sign_up_open: bool
    ) -> None:
        self._db, self._passwords, self._limits, self._clock = db, passwords, limits, clock
        self.sign_up_open = sign_up_open

    async def create(self, actor: Actor, *, email: object, name: object, password: object) -> AccountView:
        """A new account; signs nobody in.

        Raises:
            SignUpClosed, BadInput, BadEmail, WeakPassword, EmailTaken, TooManyRequests.
        """
        return view_of(await self._create(actor, email, name, password))

    async def sign_up(
        self, actor: Actor, *, email: object, name: object, password: object, user_agent: object = ""
    ) -> SignedIn:
        """A new account, signed in at once. Raises as `create`."""
        account = await self._create(actor, email, name, password)
        async with self._db.transaction() as db:
            key = await new_login(db, actor, account, user_agent, self._clock())
        return SignedIn(view_of(account), key)

    async def sign_in(
        self, actor: Actor, *, email: object, password: object, user_agent: object = ""
    ) -> SignedIn:
        """
        Raises:
            WrongCredentials, AccountDisabled (only to who knows the password), TooManyRequests.
        """
        account = await self._prove(actor, email, password)
        fresh = ""
        if self._passwords.is_outdated(account.password_hash) and isinstance(password, str):
            fresh = await self._passwords.hash(password)
        async with self._db.transaction() as db:
            found = await repository.account(db, account.id)
            if found is None or found.disabled or found.password_hash != account.password_hash:
                raise WrongCredentials
            found.password_hash = fresh or found.password_hash
            key = await new_login(db, actor, found, user_agent, self._clock())
        return SignedIn(view_of(found), key)

    async def sign_out(self, actor: Actor) -> None:
        """Ends the login that is asking; without one there is nothing to end."""
        if actor.login:
            async with self._db.transaction() as db:
                await repository.end_login(db, actor.login)

    async def me(self, actor: Actor) -> AccountView:
        """Raises NotSignedIn."""
        async with self._db.reading() as db:
            return view_of(await require_account(db, actor))

    async def rename(self, actor: Actor, name: object) -> AccountView:
        """Raises NotSignedIn, BadInput."""
        async with self._db.transaction() as db:
            account = await require_account(db, actor)
            account.name = clean_line(name, "Your name", NAME_LENGTH)
            return view_of(account)

    async def change_password(self, actor: Actor, *, current: object, new: object) -> None:
        """Ends every other login, and links for a new password. Who has none yet needs none to set one.

        Raises:
            NotSignedIn, WrongCredentials, WeakPassword, TooManyRequests; NotAllowed: an API token cannot
            set a first password, or ending it would not end what it can do.
        """
        async with self._db.reading() as db:
            account = await require_account(db, actor)
        await self._limits.credentials(actor.address, account.email)
        if account.password_hash:
            await self._check(account, current)
        elif not actor.login:
            raise NotAllowed("A token cannot set a first password. Sign in to do that.")
        hashed = await self._passwords.hash(clean_password(new, account.email))
        async with self._db.transaction() as db:
            (await require_account(db, actor)).password_hash = hashed
            await repository.delete_logins(db, account.id, but=actor.login)
            await repository.delete_links(db, LinkKind.RESET, account.id)

    async def logins(self, actor: Actor) -> tuple[LoginView, ...]:
        """Where the asker is signed in, last used first. Raises NotSignedIn."""
        async with self._db.reading() as db:
            account = await require_account(db, actor)
            rows = await repository.logins(db, account.id, self._clock() - LOGIN_LIFE)
        return tuple(LoginView(r.id, r.browser, r.created_at, r.used_at, r.id == actor.login) for r in rows)

    async def end_login(self, actor: Actor, login_id: object) -> None:
        """Raises NotSignedIn, NotFound (also for other people's)."""
        async with self._db.transaction() as db:
            account = await require_account(db, actor)
            if not await repository.delete_login(db, account.id, clean_id(login_id)):
                raise NotFound("You are not signed in there any more.")

    async def _create(self, actor: Actor, email: object, name: object, password: object) -> Account:
        if not self.sign_up_open:
            raise SignUpClosed
        address = clean_email(email)
        account = Account(
            email=address, name=clean_line(name, "Your name", NAME_LENGTH), created_at=self._clock()
        )
        given = clean_password(password, address)
        await self._limits.sign_up(actor.address)
        account.password_hash = await self._passwords.hash(given)
        async with self._db.transaction() as db:
            if not await repository.add_account(db, account):
                raise EmailTaken
        return account

    async def _prove(self, actor: Actor, email: object, password: object) -> Account:
        try:
            address = clean_email(email)
        except BadEmail:
            address = ""
        await self._limits.credentials(actor.address, address)
        async with self._db.reading() as db:
            account = await repository.by_email(db, address)
        stored, given = (
            account.password_hash if account else "",
            password if isinstance(password, str) else "",
        )
        if not await self._passwords.fits(given, stored) or account is None:
            raise WrongCredentials
        if account.disabled:
            raise AccountDisabled
        return account

    async def _check(self, account: Account, password: object) -> None:
        given = password if isinstance(password, str) else ""
        if not await self._passwords.fits(given, account.password_hash):
            raise WrongCredentials("The current password is wrong.")
