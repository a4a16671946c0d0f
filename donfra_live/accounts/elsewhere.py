"""Signing in at an OpenID provider: the way there, the way back, and whose account it is.

An identity is (issuer, subject); an e-mail address counts only if the provider has verified it.
"""

import secrets

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.accounts import repository
from donfra_live.accounts.access import new_login, view_of
from donfra_live.accounts.ports import Identity, Limits, Provider
from donfra_live.accounts.rules import TRY_LIFE, LinkKind, clean_email, clean_return
from donfra_live.accounts.views import SignedIn
from donfra_live.browser_key import hash_of, new_key
from donfra_live.db import Database
from donfra_live.errors import AccountDisabled, BadEmail, BadInput, SignInElsewhereFailed, SignUpClosed
from donfra_live.live_sessions.ports import Clock
from donfra_live.live_sessions.rules import NAME_LENGTH, clean_line
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Account, ExternalIdentity, ExternalTry


class NoProvider:
    """None is configured."""

    name = ""

    async def address(self, state: str, nonce: str, verifier: str, back_to: str) -> str:
        raise SignInElsewhereFailed

    async def identity(self, code: str, nonce: str, verifier: str, back_to: str) -> Identity:
        raise SignInElsewhereFailed


class Elsewhere:
    """sign_up_open: whether somebody without an account gets one."""

    def __init__(
        self, db: Database, provider: Provider, limits: Limits, clock: Clock, *, sign_up_open: bool
    ) -> None:
        self._db, self._provider, self._limits, self._clock = db, provider, limits, clock
        self._sign_up_open = sign_up_open

    @property
    def name(self) -> str:
        """Of the provider, for the button; "" when there is none."""
        return self._provider.name

    async def begin(self, actor: Actor, *, back_to: str, return_to: object = "") -> str:
        """The provider's address to send this browser to.

        Raises:
            SignInElsewhereFailed, TooManyRequests.
        """
        if not actor.browser or not self.name:
            raise SignInElsewhereFailed
        await self._limits.credentials(actor.address, "")
        state, nonce, verifier = new_key(), secrets.token_urlsafe(32), secrets.token_urlsafe(64)
        address = await self._provider.address(state, nonce, verifier, back_to)
        now = self._clock()
        async with self._db.transaction() as db:
            await repository.delete_old_tries(db, now - TRY_LIFE)
            row = ExternalTry(
                state_hash=hash_of(state),
                browser_hash=actor.browser,
                nonce=nonce,
                verifier=verifier,
                return_to=clean_return(return_to),
                created_at=now,
            )
            db.add(row)
        return address

    async def finish(
        self, actor: Actor, *, state: object, code: object, back_to: str, user_agent: object = ""
    ) -> tuple[SignedIn, str]:
        """Signs in whoever came back, and where he wanted to go.

        Raises:
            SignInElsewhereFailed: not sent by us from this browser in the last minutes, or refused there;
            AccountDisabled, SignUpClosed, TooManyRequests.
        """
        if not isinstance(state, str) or not isinstance(code, str) or not code:
            raise SignInElsewhereFailed
        await self._limits.credentials(actor.address, "")
        async with self._db.transaction() as db:
            tried = await repository.take_try(db, hash_of(state))
        now = self._clock()
        if tried is None or tried.created_at < now - TRY_LIFE or tried.browser_hash != actor.browser:
            raise SignInElsewhereFailed
        identity = await self._provider.identity(code, tried.nonce, tried.verifier, back_to)
        async with self._db.transaction() as db:
            account = await self._account_of(db, identity)
            key = await new_login(db, actor, account, user_agent, now)
        return SignedIn(view_of(account), key), tried.return_to

    async def _account_of(self, db: AsyncSession, identity: Identity) -> Account:
        account = await repository.by_identity(db, identity.issuer, identity.subject)
        if account is None:
            account = await self._linked(db, identity) or await self._new(db, identity)
            row = ExternalIdentity(account_id=account.id, issuer=identity.issuer, subject=identity.subject)
            db.add(row)
        if account.disabled:
            raise AccountDisabled
        return account

    @staticmethod
    async def _linked(db: AsyncSession, identity: Identity) -> Account | None:
        """The account of the identity's verified address.

        Nobody has proven that address to us before, so whoever made the account may be somebody else:
        his password, logins, API tokens and links for a new password end here.
        """
        try:
            account = await repository.by_email(db, clean_email(identity.email))
        except BadEmail:
            return None
        if account is None:
            return None
        if not identity.email_verified:
            raise SignInElsewhereFailed(
                "There is an account with your e-mail already, and your address is not verified there. "
                "Sign in with your password."
            )
        account.password_hash = ""
        await repository.delete_logins(db, account.id)
        await repository.delete_tokens(db, account.id)
        await repository.delete_links(db, LinkKind.RESET, account.id)
        return account

    async def _new(self, db: AsyncSession, identity: Identity) -> Account:
        if not self._sign_up_open:
            raise SignUpClosed
        try:
            email = clean_email(identity.email)
        except BadEmail:
            raise SignInElsewhereFailed(
                "An account here needs an e-mail address, and none came along."
            ) from None
        try:
            name = clean_line(identity.name, "Name", NAME_LENGTH)
        except BadInput:
            name = email.partition("@")[0][:NAME_LENGTH]
        account = Account(email=email, name=name, created_at=self._clock())
        db.add(account)
        await db.flush()
        return account
