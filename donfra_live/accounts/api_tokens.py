"""Personal tokens for the REST API: shown once, stored as hashes, ended one by one."""

from donfra_live.accounts import repository
from donfra_live.accounts.access import require_account
from donfra_live.accounts.rules import TOKEN_NAME_LENGTH, TOKEN_PREFIX
from donfra_live.accounts.views import NewToken, TokenView
from donfra_live.browser_key import hash_of, new_key
from donfra_live.db import Database
from donfra_live.errors import NotAllowed, NotFound, WrongState
from donfra_live.live_sessions.ports import Clock
from donfra_live.live_sessions.rules import clean_id, clean_line
from donfra_live.live_sessions.views import Actor
from donfra_live.models import ApiToken

MOST = 50


class ApiTokens:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def create(self, actor: Actor, name: object) -> NewToken:
        """
        Raises:
            NotSignedIn, BadInput; NotAllowed: a token cannot make others, or ending it would not end them.
        """
        cleaned = clean_line(name, "The token's name", TOKEN_NAME_LENGTH)
        secret = TOKEN_PREFIX + new_key()
        async with self._db.transaction() as db:
            account = await require_account(db, actor)
            if not actor.login:
                raise NotAllowed("A token cannot make others. Sign in with your password.")
            if len(await repository.tokens(db, account.id)) >= MOST:
                raise WrongState(f"You have {MOST} tokens. Delete one that you do not need.")
            row = ApiToken(
                account_id=account.id, name=cleaned, token_hash=hash_of(secret), created_at=self._clock()
            )
            db.add(row)
        return NewToken(row.id, secret)

    async def list(self, actor: Actor) -> tuple[TokenView, ...]:
        """Newest first. Raises NotSignedIn."""
        async with self._db.reading() as db:
            rows = await repository.tokens(db, (await require_account(db, actor)).id)
        return tuple(TokenView(row.id, row.name, row.created_at, row.used_at) for row in rows)

    async def delete(self, actor: Actor, token_id: object) -> None:
        """Raises NotSignedIn, NotFound (also for other people's)."""
        async with self._db.transaction() as db:
            account = await require_account(db, actor)
            if not await repository.delete_token(db, account.id, clean_id(token_id)):
                raise NotFound("There is no such token any more.")
