"""Letting somebody in who has no seat yet: access, invite, password, and the lobby before all of them.

Works inside the transaction of a join; says either who he becomes or that he has to wait.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.browser_key import hash_of, new_key
from donfra_live.errors import Denied, InviteNeeded
from donfra_live.invites import repository as invites
from donfra_live.live_sessions import repository
from donfra_live.live_sessions.entrance import Entrance
from donfra_live.live_sessions.ports import Clock
from donfra_live.live_sessions.roles import Permission, Role, may, outranks
from donfra_live.live_sessions.rules import Decision, Door, pass_door
from donfra_live.live_sessions.views import Actor
from donfra_live.lobby import repository as waiting
from donfra_live.models import Invite, LiveSession, Member, WaitingPerson
from donfra_live.models.base import new_id
from donfra_live.moderation import repository as moderation


@dataclass(frozen=True)
class Knock:
    """Somebody at the door. invite: as given. password_hash: the hash his password fitted, else ""."""

    actor: Actor
    name: str
    invite: str = ""
    password_hash: str = ""


def pass_door_of(session: LiveSession | Entrance, knock: Knock, *, invited: bool) -> None:
    """Raises InviteNeeded, NotSignedIn, PasswordNeeded."""
    pass_door(
        Door(session.access, bool(session.password_hash)),
        signed_in=bool(knock.actor.account),
        invited=invited,
        knows_password=bool(session.password_hash) and knock.password_hash == session.password_hash,
    )


async def let_in(
    db: AsyncSession, session: LiveSession | Entrance, knock: Knock, clock: Clock
) -> tuple[Member | WaitingPerson, str]:
    """A new member, or somebody in the lobby, and his new key ("" when he waited here before).

    Raises:
        InviteNeeded, NotSignedIn, PasswordNeeded, Denied.
    """
    if (person := await _known(db, session, knock.actor)) is not None:
        return await _again(db, person, knock, clock), ""
    invite = await _invite(db, session, knock.invite, clock)
    pass_door_of(session, knock, invited=invite is not None)
    role = Role(invite.role) if invite else Role.VIEWER
    if invite is not None and not await invites.take(db, invite.id):
        raise InviteNeeded("This invite has been used up. Ask for a new one.")
    key = new_key()
    if session.lobby and not may(role, Permission.PUBLISH):
        return await _wait(db, session, knock, role, invite, key, clock), key
    member = Member(
        id=new_id(),  # said outright: SQLModel looks into the function at each call of it
        session_id=session.id,
        name=knock.name,
        role=role,
        key_hash=hash_of(key),
        created_at=clock(),
        account_id=knock.actor.account,
        invite_id=invite.id if invite else None,
    )
    await repository.seat(db, member, knock.actor.browser)
    return member, key


async def admit(db: AsyncSession, person: WaitingPerson, clock: Clock) -> Member:
    """Makes somebody from the lobby a member; his waiting key is his member key from now on.

    A browser that has got another seat meanwhile, by a host's link, keeps that one.
    """
    member = Member(
        session_id=person.session_id,
        name=person.name,
        role=Role(person.role),
        key_hash=person.key_hash,
        created_at=clock(),
        account_id=person.account_id,
        invite_id=person.invite_id,
    )
    taken = await repository.member_by_browser(db, person.session_id, person.browser_hash)
    await repository.seat(db, member, "" if taken else person.browser_hash)
    person.decision, person.member_id = Decision.ADMITTED, member.id
    return member


async def admit_seen(
    db: AsyncSession, session_id: str, seen_since: datetime | None, clock: Clock
) -> Sequence[WaitingPerson]:
    """Lets everybody in who waits and has asked since then (None: ever)."""
    people = await waiting.undecided(db, session_id, seen_since)
    for person in people:
        await admit(db, person, clock)
    return people


def seats_of(people: Iterable[WaitingPerson]) -> list[str]:
    """Browsers and accounts of people who were let in: their lists of own sessions have become longer."""
    return [who for person in people for who in (person.browser_hash, person.account_id)]


async def raise_by_invite(db: AsyncSession, member: Member, token: str, clock: Clock) -> bool:
    """Somebody who has a seat already opens an invite to a higher role; any other invite changes nothing.

    A role that a moderator gave him later counts more: an old invite is no way back up.
    """
    found = await invites.usable(db, member.session_id, hash_of(token), clock()) if token else None
    if found is None or not outranks(found.role, member.role):
        return False
    given_at = await moderation.role_given_at(db, member.id, member.session_id)
    if (given_at is not None and given_at >= found.created_at) or not await invites.take(db, found.id):
        return False
    member.role, member.invite_id = Role(found.role), found.id
    member.stage_since = member.stage_until = member.hand_at = None
    return True


async def _known(db: AsyncSession, session: LiveSession | Entrance, actor: Actor) -> WaitingPerson | None:
    """Who knocked here before and is not in. One at a time, so that two tabs are no two people."""
    if not session.lobby or not (actor.browser or actor.account):
        return None
    await repository.lock(db, session.id)
    person = await waiting.by_seat(db, session.id, actor.browser, actor.account)
    return person if person is not None and person.decision != Decision.ADMITTED else None


async def _again(
    db: AsyncSession, person: WaitingPerson, knock: Knock, clock: Clock
) -> Member | WaitingPerson:
    """He still waits, or has been denied; another invite than the one he came with may change that.

    Raises:
        Denied.
    """
    found = await invites.usable(db, person.session_id, hash_of(knock.invite), clock())
    denied = person.decision == Decision.DENIED
    better = (
        found is not None and found.id != person.invite_id and (denied or outranks(found.role, person.role))
    )
    if better and found is not None and await invites.take(db, found.id):
        person.role, person.invite_id, person.decision = Role(found.role), found.id, Decision.WAITING
    elif denied:
        raise Denied
    person.name, person.seen_at, person.left_at = knock.name, clock(), None
    return await admit(db, person, clock) if may(person.role, Permission.PUBLISH) else person


async def _invite(
    db: AsyncSession, session: LiveSession | Entrance, token: str, clock: Clock
) -> Invite | None:
    if not token:
        return None
    found = await invites.usable(db, session.id, hash_of(token), clock())
    if found is None:
        raise InviteNeeded("This invite is no longer valid. Ask for a new one.")
    return found


async def _wait(
    db: AsyncSession,
    session: LiveSession | Entrance,
    knock: Knock,
    role: Role,
    invite: Invite | None,
    key: str,
    clock: Clock,
) -> WaitingPerson:
    person = WaitingPerson(
        session_id=session.id,
        name=knock.name,
        role=role,
        key_hash=hash_of(key),
        browser_hash=knock.actor.browser,
        account_id=knock.actor.account,
        invite_id=invite.id if invite else None,
        created_at=clock(),
        seen_at=clock(),
    )
    await repository.add(db, person)
    return person
