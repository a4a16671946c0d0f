"""Every query about accounts, logins, API tokens and links."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select, update

from donfra_live.accounts.rules import AccountRole, LinkKind
from donfra_live.models import Account, ApiToken, ExternalIdentity, ExternalTry, Login, OneTimeLink

_LIST_LENGTH = 200


async def account(db: AsyncSession, account_id: str) -> Account | None:
    return await db.get(Account, account_id)


async def by_email(db: AsyncSession, email: str) -> Account | None:
    return (await db.scalars(select(Account).where(Account.email == email))).first()


async def add_account(db: AsyncSession, row: Account) -> bool:
    """False: the address is taken, perhaps a moment ago."""
    if await by_email(db, row.email) is not None:
        return False
    try:
        async with db.begin_nested():
            db.add(row)
            await db.flush()
    except IntegrityError:
        return False
    return True


async def search(db: AsyncSession, words: str, most: int) -> Sequence[Account]:
    """Accounts whose name or address contains the words, by name; the first of all for ""."""
    query = select(Account).order_by(func.lower(col(Account.name)), col(Account.email)).limit(most)
    if words:
        query = query.where(
            or_(
                col(Account.name).icontains(words, autoescape=True),
                col(Account.email).icontains(words, autoescape=True),
            )
        )
    return (await db.scalars(query)).all()


async def lock_admins(db: AsyncSession) -> list[str]:
    """Ids of the admins who can sign in, held until the transaction ends: two at once must not both leave."""
    query = (
        select(Account.id)
        .where(Account.role == AccountRole.ADMIN, col(Account.disabled).is_(False))
        .order_by(col(Account.id))
        .with_for_update()
    )
    return list((await db.scalars(query)).all())


async def has_admin(db: AsyncSession) -> bool:
    return (
        await db.scalars(select(Account.id).where(Account.role == AccountRole.ADMIN).limit(1))
    ).first() is not None


async def disabled(db: AsyncSession, account_ids: Collection[str]) -> set[str]:
    """Which of these accounts are disabled."""
    ids = {account_id for account_id in account_ids if account_id}
    if not ids:
        return set()
    query = select(Account.id).where(col(Account.id).in_(ids), col(Account.disabled))
    return set(await db.scalars(query))


async def delete_account(db: AsyncSession, account_id: str) -> None:
    """Its logins, tokens, links and identities go with it, by the tables' foreign keys."""
    await db.execute(delete(Account).where(col(Account.id) == account_id))


async def login_by_key(db: AsyncSession, key_hash: str, since: datetime) -> tuple[Login, Account] | None:
    """A login used since then, and its account if that is not disabled."""
    query = (
        select(Login, Account)
        .join(Account, col(Account.id) == col(Login.account_id))
        .where(Login.key_hash == key_hash, Login.used_at > since, col(Account.disabled).is_(False))
    )
    found = (await db.execute(query)).first()
    return (found[0], found[1]) if found else None


async def logins(db: AsyncSession, account_id: str, since: datetime) -> Sequence[Login]:
    query = (
        select(Login)
        .where(Login.account_id == account_id, Login.used_at > since)
        .order_by(col(Login.used_at).desc())
        .limit(_LIST_LENGTH)
    )
    return (await db.scalars(query)).all()


async def note_login_use(db: AsyncSession, login_id: str, at: datetime) -> None:
    await db.execute(update(Login).where(col(Login.id) == login_id).values(used_at=at))


async def end_login(db: AsyncSession, login_id: str) -> None:
    await db.execute(delete(Login).where(col(Login.id) == login_id))


async def delete_login(db: AsyncSession, account_id: str, login_id: str) -> bool:
    query = delete(Login).where(col(Login.id) == login_id, col(Login.account_id) == account_id)
    return bool((await db.execute(query.returning(col(Login.id)))).first())


async def delete_logins(db: AsyncSession, account_id: str, *, but: str = "") -> None:
    await db.execute(delete(Login).where(col(Login.account_id) == account_id, col(Login.id) != but))


async def delete_old_logins(db: AsyncSession, before: datetime) -> None:
    await db.execute(delete(Login).where(col(Login.used_at) <= before))


async def token_by_hash(db: AsyncSession, token_hash: str) -> tuple[ApiToken, Account] | None:
    """An API token, and its account if that is not disabled."""
    query = (
        select(ApiToken, Account)
        .join(Account, col(Account.id) == col(ApiToken.account_id))
        .where(ApiToken.token_hash == token_hash, col(Account.disabled).is_(False))
    )
    found = (await db.execute(query)).first()
    return (found[0], found[1]) if found else None


async def tokens(db: AsyncSession, account_id: str) -> Sequence[ApiToken]:
    query = (
        select(ApiToken).where(ApiToken.account_id == account_id).order_by(col(ApiToken.created_at).desc())
    )
    return (await db.scalars(query)).all()


async def note_token_use(db: AsyncSession, token_id: str, at: datetime) -> None:
    await db.execute(update(ApiToken).where(col(ApiToken.id) == token_id).values(used_at=at))


async def delete_token(db: AsyncSession, account_id: str, token_id: str) -> bool:
    query = delete(ApiToken).where(col(ApiToken.id) == token_id, col(ApiToken.account_id) == account_id)
    return bool((await db.execute(query.returning(col(ApiToken.id)))).first())


async def delete_tokens(db: AsyncSession, account_id: str) -> None:
    await db.execute(delete(ApiToken).where(col(ApiToken.account_id) == account_id))


async def link(db: AsyncSession, kind: LinkKind, key_hash: str, now: datetime) -> OneTimeLink | None:
    """A link that can still be used."""
    query = select(OneTimeLink).where(
        OneTimeLink.key_hash == key_hash, OneTimeLink.kind == kind, OneTimeLink.expires_at > now
    )
    return (await db.scalars(query)).first()


async def open_links(db: AsyncSession, account_id: str) -> int:
    """How many links for a new password this account has, after old ones were deleted."""
    query = select(func.count()).where(OneTimeLink.account_id == account_id)
    return (await db.execute(query)).scalar_one()


async def use_link(db: AsyncSession, key_hash: str) -> bool:
    """Takes the link away; False: somebody else was quicker."""
    query = delete(OneTimeLink).where(col(OneTimeLink.key_hash) == key_hash)
    return bool((await db.execute(query.returning(col(OneTimeLink.key_hash)))).first())


async def delete_links(db: AsyncSession, kind: LinkKind, account_id: str | None) -> None:
    mine = (
        col(OneTimeLink.account_id).is_(None)
        if account_id is None
        else col(OneTimeLink.account_id) == account_id
    )
    await db.execute(delete(OneTimeLink).where(col(OneTimeLink.kind) == kind, mine))


async def delete_old_links(db: AsyncSession, now: datetime) -> None:
    await db.execute(delete(OneTimeLink).where(col(OneTimeLink.expires_at) <= now))


async def by_identity(db: AsyncSession, issuer: str, subject: str) -> Account | None:
    query = (
        select(Account)
        .join(ExternalIdentity, col(ExternalIdentity.account_id) == col(Account.id))
        .where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject)
    )
    return (await db.scalars(query)).first()


async def take_try(db: AsyncSession, state_hash: str) -> ExternalTry | None:
    """The try of this state, which is gone then."""
    found = await db.get(ExternalTry, state_hash)
    if found is not None:
        await db.execute(delete(ExternalTry).where(col(ExternalTry.state_hash) == state_hash))
    return found


async def delete_old_tries(db: AsyncSession, before: datetime) -> None:
    await db.execute(delete(ExternalTry).where(col(ExternalTry.created_at) <= before))
