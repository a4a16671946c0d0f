"""From a cookie or an API token to the account behind it, looked up each time, never kept."""

from datetime import datetime

from donfra_live.accounts import login_cookie, repository
from donfra_live.accounts.rules import LOGIN_LIFE, NOTE_USE_AFTER, AccountRole
from donfra_live.accounts.views import NOBODY, Proven
from donfra_live.browser_key import hash_of
from donfra_live.db import Database
from donfra_live.errors import NoProof
from donfra_live.live_sessions.ports import Clock


class Proving:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def prove(self, cookie_header: str, token: str) -> Proven:
        """A token given outright counts before the cookie.

        Raises:
            NoProof: the token is not (or no longer) valid.
        """
        if token:
            return await self._by_token(token)
        key_hash = login_cookie.hash_in(cookie_header)
        return await self._by_login(key_hash) if key_hash else NOBODY

    async def _by_login(self, key_hash: str) -> Proven:
        now = self._clock()
        async with self._db.reading() as db:
            found = await repository.login_by_key(db, key_hash, now - LOGIN_LIFE)
        if found is None:
            return NOBODY
        login, account = found
        if self._is_news(login.used_at, now):
            async with self._db.transaction() as db:
                await repository.note_login_use(db, login.id, now)
        return Proven(account.id, account.role == AccountRole.ADMIN, login.id)

    async def _by_token(self, token: str) -> Proven:
        now = self._clock()
        async with self._db.reading() as db:
            found = await repository.token_by_hash(db, hash_of(token))
        if found is None:
            raise NoProof("This API token is not valid. Make a new one on your account's page.")
        row, account = found
        if self._is_news(row.used_at, now):
            async with self._db.transaction() as db:
                await repository.note_token_use(db, row.id, now)
        return Proven(account.id, account.role == AccountRole.ADMIN)

    @staticmethod
    def _is_news(last: datetime | None, now: datetime) -> bool:
        return last is None or now - last > NOTE_USE_AFTER
