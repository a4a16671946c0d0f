"""What /account shows and does besides its native forms: logins, API tokens."""

from datetime import UTC, datetime
from typing import Any, TypedDict

import reflex as rx

from donfra_live.ui import services
from donfra_live.ui.accounts.times import ago
from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.actor import actor_of
from donfra_live.ui.attempt import attempt


class LoginRow(TypedDict):
    id: str
    browser: str
    since: str
    used: str
    is_this: bool


class TokenRow(TypedDict):
    id: str
    name: str
    since: str
    used: str


class AccountState(rx.State):
    """token_made: a new token stands in its field in the browser; it is never kept here.

    deleting: the token of which one is asked whether it should go.
    """

    logins: list[LoginRow] = []
    tokens: list[TokenRow] = []
    token_made: bool = False
    deleting: str = ""
    refusal: str = ""

    @rx.event
    async def load(self) -> None:
        """Runs when the page opens and again after every reconnect."""
        self.token_made, self.deleting, self.refusal = False, "", ""
        await self._show()

    @rx.event
    async def end_login(self, login_id: str) -> None:
        _, refused = await attempt(services.get().accounts.own.end_login(await actor_of(self), login_id))
        self.refusal = refused.sentence if refused else ""
        await self._show()

    @rx.event
    async def make_token(self, form: dict[str, Any]) -> Any:
        name = form.get("token_name") if isinstance(form, dict) else None
        made, refused = await attempt(services.get().accounts.tokens.create(await actor_of(self), name))
        self.refusal = refused.sentence if refused else ""
        self.token_made = made is not None
        await self._show()
        return [rx.set_value("new-token", made.token), rx.set_value("token-name", "")] if made else None

    @rx.event
    async def ask_delete(self, token_id: str) -> None:
        self.deleting = token_id if isinstance(token_id, str) else ""

    @rx.event
    async def delete_token(self, token_id: str) -> None:
        _, refused = await attempt(services.get().accounts.tokens.delete(await actor_of(self), token_id))
        self.refusal, self.token_made, self.deleting = (refused.sentence if refused else ""), False, ""
        await self._show()

    async def _show(self) -> None:
        actor, now, accounts = await actor_of(self), datetime.now(UTC), services.get().accounts
        logins, _ = await attempt(accounts.own.logins(actor))
        tokens, _ = await attempt(accounts.tokens.list(actor))
        self.logins = [
            LoginRow(
                id=one.id,
                browser=one.browser,
                since=ago(one.created_at, now),
                used=ago(one.used_at, now),
                is_this=one.is_this,
            )
            for one in logins or ()
        ]
        self.tokens = [
            TokenRow(
                id=one.id,
                name=one.name,
                since=ago(one.created_at, now),
                used=ago(one.used_at, now) if one.used_at else "",
            )
            for one in tokens or ()
        ]
        if logins is None:  # signed out meanwhile, perhaps elsewhere
            visitor = await self.get_state(VisitorState)
            visitor.signed_in = False
