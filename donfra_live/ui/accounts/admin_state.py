"""What /admin shows and does: people and their accounts. Whether somebody may is the service's word."""

from typing import Any, TypedDict

import reflex as rx

from donfra_live.accounts.people import MOST_SHOWN, PAGE
from donfra_live.accounts.rules import AccountRole
from donfra_live.errors import DonfraError
from donfra_live.ui import services
from donfra_live.ui.actor import actor_of
from donfra_live.ui.attempt import attempt


class PersonRow(TypedDict):
    id: str
    name: str
    email: str
    is_admin: bool
    disabled: bool
    is_me: bool


class AdminState(rx.State):
    """deleting: id of the account that is asked about. link_for: whose reset link stands in its field.

    shown: how many rows at most. has_more: there are others behind them.
    """

    people: list[PersonRow] = []
    words: str = ""
    problem: str = ""
    refusal: str = ""
    loaded: bool = False
    shown: int = PAGE
    has_more: bool = False
    deleting: str = ""
    link_for: str = ""

    @rx.event
    async def load(self) -> None:
        """Runs when the page opens and again after every reconnect."""
        self.refusal, self.deleting, self.link_for = "", "", ""
        await self._show()

    @rx.event
    async def search(self, form: dict[str, Any]) -> None:
        self.words = str(form.get("words") or "")[:100] if isinstance(form, dict) else ""
        self.shown = PAGE
        await self._show()

    @rx.event
    async def set_role(self, account_id: str, role: str) -> None:
        people = services.get().accounts.people
        await self._did(await attempt(people.change(await actor_of(self), account_id, role=role)))

    @rx.event
    async def set_disabled(self, account_id: str, disabled: bool) -> None:
        people = services.get().accounts.people
        await self._did(await attempt(people.change(await actor_of(self), account_id, disabled=disabled)))

    @rx.event
    async def ask_delete(self, account_id: str) -> None:
        self.deleting = account_id if isinstance(account_id, str) else ""

    @rx.event
    async def delete(self, account_id: str) -> None:
        await self._did(
            await attempt(services.get().accounts.people.delete(await actor_of(self), account_id))
        )

    @rx.event
    async def add(self, form: dict[str, Any]) -> Any:
        """The fields are emptied once the account is there; what was refused stays."""
        given = form if isinstance(form, dict) else {}
        actor = await actor_of(self)
        asked = services.get().accounts.people.add(actor, email=given.get("email"), name=given.get("name"))
        added, refused = await attempt(asked)
        await self._did((None, refused))
        if added is None:
            return None
        account, made = added
        self.link_for = account.name
        emptied = [rx.set_value(field, "") for field in ("add-name", "add-email")]
        return [rx.set_value("reset-link", made.page(actor.to_share)), *emptied]

    @rx.event
    async def make_link(self, account_id: str) -> Any:
        actor = await actor_of(self)
        made, refused = await attempt(services.get().accounts.people.reset_link(actor, account_id))
        await self._did((None, refused))
        if made is None:
            return None
        self.link_for = next((p["name"] for p in self.people if p["id"] == account_id), "this account")
        return rx.set_value("reset-link", made.page(actor.to_share))

    async def _did(self, done: tuple[Any, DonfraError | None]) -> None:
        self.refusal = done[1].sentence if done[1] else ""
        self.deleting, self.link_for = "", ""
        await self._show()

    @rx.event
    async def more(self) -> None:
        self.shown = min(self.shown + PAGE, MOST_SHOWN)
        await self._show()

    async def _show(self) -> None:
        actor = await actor_of(self)
        asked = services.get().accounts.people.search(actor, self.words, self.shown + 1)
        found, refused = await attempt(asked)
        self.has_more = len(found or ()) > self.shown
        self.problem, self.loaded = (refused.sentence if refused else ""), True
        self.people = [
            PersonRow(
                id=one.id,
                name=one.name,
                email=one.email,
                is_admin=one.role == AccountRole.ADMIN,
                disabled=one.disabled,
                is_me=one.id == actor.account,
            )
            for one in (found or ())[: self.shown]
        ]
