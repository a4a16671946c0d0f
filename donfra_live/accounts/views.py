"""What the account services answer: plain, frozen data. No hashes; a secret only where it is the answer."""

from dataclasses import dataclass
from datetime import datetime

from donfra_live.accounts.rules import AccountRole


@dataclass(frozen=True)
class Proven:
    """The account behind a request; login: id of the login it came by, "" by an API token."""

    account: str = ""
    is_admin: bool = False
    login: str = ""


NOBODY = Proven()


@dataclass(frozen=True)
class AccountView:
    """As its owner and admins see it. has_password: False for who signs in elsewhere only."""

    id: str
    email: str
    name: str
    role: AccountRole
    disabled: bool
    has_password: bool
    created_at: datetime


@dataclass(frozen=True)
class SignedIn:
    """key: the login cookie's value, handed out once."""

    account: AccountView
    key: str


@dataclass(frozen=True)
class LoginView:
    """is_this: the one that is asking."""

    id: str
    browser: str
    created_at: datetime
    used_at: datetime
    is_this: bool


@dataclass(frozen=True)
class TokenView:
    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class NewToken:
    """token: the secret, shown once."""

    id: str
    token: str


@dataclass(frozen=True)
class LinkMade:
    """key: goes into the link's fragment, shown once."""

    key: str
    expires_at: datetime

    def page(self, address: str) -> str:
        """Where a password is set with it; address: where we are found, scheme://host[:port]."""
        return f"{address}/reset#key={self.key}"
