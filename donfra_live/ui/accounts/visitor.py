"""Who looks at a page: for its header, and for what the account pages offer. Proof of nothing.

Every handler that does something asks anew who is asking (ui/actor.py).
"""

import reflex as rx

from donfra_live.accounts.rules import AccountRole, clean_return
from donfra_live.ui import services
from donfra_live.ui.actor import actor_of
from donfra_live.ui.attempt import attempt


class VisitorState(rx.State):
    """provider: name of the OpenID provider, "" without one. onward: where to go once signed in."""

    loaded: bool = False
    signed_in: bool = False
    name: str = ""
    email: str = ""
    is_admin: bool = False
    has_password: bool = True
    sign_up_open: bool = True
    sends_mail: bool = True
    provider: str = ""
    onward: str = "/live"

    @rx.event
    async def load(self) -> None:
        """Runs when any page opens and again after every reconnect."""
        accounts = services.get().accounts
        self.sign_up_open, self.sends_mail = accounts.own.sign_up_open, accounts.links.sends_mail
        self.provider = accounts.elsewhere.name
        self.onward = clean_return(self.router.url.query_parameters.get("next")) or "/live"
        account, _ = await attempt(accounts.own.me(await actor_of(self)))
        self.signed_in = account is not None
        self.name, self.email = (account.name, account.email) if account else ("", "")
        self.is_admin = account is not None and account.role == AccountRole.ADMIN
        self.has_password = account is None or account.has_password
        self.loaded = True
