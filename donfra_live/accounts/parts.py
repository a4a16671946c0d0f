"""The services of this feature in one place, built from what is given; for the composition root and tests."""

from dataclasses import dataclass

from donfra_live.accounts.api_tokens import ApiTokens
from donfra_live.accounts.elsewhere import Elsewhere
from donfra_live.accounts.links import Links
from donfra_live.accounts.people import People
from donfra_live.accounts.ports import Limits, Mail, Passwords, Provider, PutOut
from donfra_live.accounts.proving import Proving
from donfra_live.accounts.service import Accounts
from donfra_live.db import Database
from donfra_live.live_sessions.ports import Clock


@dataclass(frozen=True)
class AccountServices:
    """own: one's own account. people: the admins'. links: setup and new passwords. elsewhere: OpenID."""

    own: Accounts
    tokens: ApiTokens
    people: People
    links: Links
    elsewhere: Elsewhere
    proving: Proving


def build(
    db: Database,
    passwords: Passwords,
    limits: Limits,
    clock: Clock,
    mail: Mail,
    provider: Provider,
    put_out: PutOut,
    *,
    address: str,
    sign_up_open: bool,
) -> AccountServices:
    """address: where people find us, for links that are sent or printed."""
    return AccountServices(
        own=Accounts(db, passwords, limits, clock, sign_up_open=sign_up_open),
        tokens=ApiTokens(db, clock),
        people=People(db, clock, put_out),
        links=Links(db, passwords, limits, clock, mail, address),
        elsewhere=Elsewhere(db, provider, limits, clock, sign_up_open=sign_up_open),
        proving=Proving(db, clock),
    )
