"""Bodies of the REST API about accounts and API tokens."""

from pydantic import BaseModel

from donfra_live.api.schemas import Body, Text, Time, Truth


class SignUp(Body):
    email: Text
    name: Text
    password: Text


class SignIn(Body):
    email: Text
    password: Text


class Rename(Body):
    name: Text


class ChangePassword(Body):
    """current_password may be empty for an account that has none yet."""

    new_password: Text
    current_password: Text = ""


class AccountInfo(BaseModel):
    account_id: str
    email: str
    name: str
    role: str
    disabled: bool
    has_password: bool
    created_at: Time


class Accounts(BaseModel):
    accounts: list[AccountInfo]


class ChangeAccount(Body):
    """role: admin or member. What is left out stays as it is."""

    role: Text | None = None
    disabled: Truth | None = None


class AddAccount(Body):
    email: Text
    name: Text


class LoginInfo(BaseModel):
    """is_this: the one that asks."""

    login_id: str
    browser: str
    created_at: Time
    used_at: Time
    is_this: bool


class Logins(BaseModel):
    logins: list[LoginInfo]


class NameToken(Body):
    name: Text


class TokenMade(BaseModel):
    """token: shown only here."""

    token_id: str
    token: str


class TokenInfo(BaseModel):
    token_id: str
    name: str
    created_at: Time
    used_at: Time | None


class ApiTokens(BaseModel):
    tokens: list[TokenInfo]


class ResetLink(BaseModel):
    """url: works once."""

    url: str
    expires_at: Time


class AccountAdded(ResetLink):
    """url: where its password is set, once."""

    account: AccountInfo
