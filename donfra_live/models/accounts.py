"""Accounts, their logins and tokens, and what is on its way to become one."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, SQLModel

from donfra_live.accounts.rules import EMAIL_LENGTH, TOKEN_NAME_LENGTH, AccountRole, LinkKind
from donfra_live.live_sessions.rules import NAME_LENGTH
from donfra_live.models.base import new_id, now


class Account(SQLModel, table=True):
    """Somebody who can sign in. password_hash: argon2; "" for who signs in elsewhere only."""

    __tablename__ = "account"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    email: str = Field(unique=True, max_length=EMAIL_LENGTH)
    name: str = Field(max_length=NAME_LENGTH)
    password_hash: str = Field(default="", max_length=255)
    role: AccountRole = Field(default=AccountRole.MEMBER, sa_type=String(16), index=True)
    disabled: bool = False
    created_at: datetime = Field(default_factory=now)


def _account_key() -> Any:
    """What belongs to an account goes with it."""
    return Field(foreign_key="account.id", ondelete="CASCADE", index=True, max_length=36)


class Login(SQLModel, table=True):
    """A browser in which somebody is signed in; key_hash: of its cookie."""

    __tablename__ = "login"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    account_id: str = _account_key()
    key_hash: str = Field(unique=True, max_length=64)
    browser: str = Field(default="", max_length=80)
    created_at: datetime = Field(default_factory=now)
    used_at: datetime = Field(default_factory=now)


class ApiToken(SQLModel, table=True):
    __tablename__ = "api_token"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    account_id: str = _account_key()
    name: str = Field(max_length=TOKEN_NAME_LENGTH)
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(default_factory=now)
    used_at: datetime | None = None


class OneTimeLink(SQLModel, table=True):
    """A link that works once; account_id is empty for setup."""

    __tablename__ = "one_time_link"

    key_hash: str = Field(primary_key=True, max_length=64)
    kind: LinkKind = Field(sa_type=String(16))
    account_id: str | None = Field(
        default=None, foreign_key="account.id", ondelete="CASCADE", index=True, max_length=36
    )
    expires_at: datetime


class ExternalIdentity(SQLModel, table=True):
    """An account's identity at an OpenID provider."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    account_id: str = _account_key()
    issuer: str = Field(max_length=255)
    subject: str = Field(max_length=255)


class ExternalTry(SQLModel, table=True):
    """Somebody has been sent to the OpenID provider and is expected back, in the same browser."""

    __tablename__ = "external_try"

    state_hash: str = Field(primary_key=True, max_length=64)
    browser_hash: str = Field(max_length=64)
    nonce: str = Field(max_length=64)
    verifier: str = Field(max_length=128)
    return_to: str = Field(default="", max_length=200)
    created_at: datetime = Field(default_factory=now)
