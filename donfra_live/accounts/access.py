"""From an actor to his account's row, and the logins that services make; used by this feature's services."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.accounts import repository
from donfra_live.accounts.rules import LOGIN_LIFE, AccountRole, browser_name
from donfra_live.accounts.views import AccountView
from donfra_live.browser_key import hash_of, new_key
from donfra_live.errors import NotAllowed, NotSignedIn
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Account, Login


def view_of(account: Account) -> AccountView:
    return AccountView(
        id=account.id,
        email=account.email,
        name=account.name,
        role=AccountRole(account.role),
        disabled=account.disabled,
        has_password=bool(account.password_hash),
        created_at=account.created_at,
    )


async def require_account(db: AsyncSession, actor: Actor) -> Account:
    """Raises NotSignedIn."""
    account = await repository.account(db, actor.account) if actor.account else None
    if account is None or account.disabled:
        raise NotSignedIn
    return account


async def require_admin(db: AsyncSession, actor: Actor) -> Account:
    """Raises NotSignedIn, NotAllowed."""
    account = await require_account(db, actor)
    if account.role != AccountRole.ADMIN:
        raise NotAllowed("Only an admin may do this.")
    return account


async def new_login(
    db: AsyncSession, actor: Actor, account: Account, user_agent: object, at: datetime
) -> str:
    """Signs this browser in, instead of whoever was; the cookie's key."""
    if actor.login:
        await repository.end_login(db, actor.login)
    await repository.delete_old_logins(db, at - LOGIN_LIFE)
    key = new_key()
    browser = browser_name(user_agent if isinstance(user_agent, str) else "")
    login = Login(account_id=account.id, key_hash=hash_of(key), browser=browser, created_at=at, used_at=at)
    db.add(login)
    await db.flush()
    return key
