"""A session's house rules while it runs: chat, lobby, access, password; and a host when all have gone."""

from datetime import timedelta

from donfra_live.db import Database
from donfra_live.errors import BadInput
from donfra_live.live_sessions import repository as sessions
from donfra_live.live_sessions.door import admit_seen, seats_of
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.projector import Projector
from donfra_live.live_sessions.proof import get_session, lock_session, must, require
from donfra_live.live_sessions.roles import Permission, Role
from donfra_live.live_sessions.rules import (
    SLOW_MODE_LONGEST,
    Access,
    ChatMode,
    clean_choice,
    clean_flag,
    clean_password,
    clean_seconds,
    clean_session_id,
)
from donfra_live.live_sessions.service import facts_of
from donfra_live.live_sessions.views import Actor, SessionFacts
from donfra_live.models import Member
from donfra_live.moderation import repository
from donfra_live.moderation.acting import acting
from donfra_live.moderation.service import make_host
from donfra_live.retention.rules import clean_keep_days

_NEEDED = {
    "chat": Permission.SET_CHAT,
    "slow_mode_seconds": Permission.SET_CHAT,
    "lobby": Permission.SET_LOBBY,
    "access": Permission.SET_ACCESS,
    "password": Permission.SET_ACCESS,
    "ask_consent": Permission.SET_ACCESS,
    "keep_days": Permission.SET_RETENTION,
}
# What may still be changed when the session is over.
_LATER = {"keep_days"}


class House:
    """host_grace: how long a session may be without a host before a co-host becomes one."""

    def __init__(self, db: Database, ports: Ports, *, host_grace: timedelta) -> None:
        self._db, self._ports, self._host_grace = db, ports, host_grace
        self._projector = Projector(db, ports.rooms)

    async def change(self, actor: Actor, session_id: object, changes: dict[str, object]) -> SessionFacts:
        """changes: some of chat, slow_mode_seconds, lobby, access, password ("" for none), ask_consent (from
        the next recording on), keep_days (None: as long as the installation keeps it; also after the end).

        Who has a seat keeps it. Turning the lobby off lets those in who wait; closing the door drops the
        hidden connections of those who have not joined.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, SessionEnded, TooManyRequests.
        """
        sid = clean_session_id(session_id)
        if not changes or changes.keys() - _NEEDED.keys():
            raise BadInput(f"Name what to change: {', '.join(_NEEDED)}.")
        needed = {_NEEDED[name] for name in changes}
        cleaned = self._clean(changes)
        if "password" in changes:
            cleaned["password_hash"] = await self._hashed(actor, sid, changes["password"])
        async with self._db.transaction() as db:
            later = changes.keys() <= _LATER
            session, me = await acting(
                db, self._ports.tokens, actor, sid, Permission.SET_CHAT, even_ended=later
            )
            for permission in needed:
                must(me, permission)
            for name, value in cleaned.items():
                setattr(session, name, value)
            opened = cleaned.get("lobby") is False
            let_in = await admit_seen(db, sid, None, self._ports.clock) if opened else ()
            words = ", ".join(f"{k} {'changed' if k == 'password' else v}" for k, v in changes.items())
            repository.record(db, me, "settings", at=self._ports.clock(), detail=words[:200])
            facts = facts_of(session)
            strangers = [] if facts.is_open else await sessions.arrivals(db, sid)
        await self._projector.put_out(sid, strangers)
        await self._ports.updates.publish(sid)
        await self._ports.updates.publish_own(*seats_of(let_in))
        return facts

    async def _hashed(self, actor: Actor, session_id: str, password: object) -> str:
        """Slow on purpose, so for nobody who may not set it and not without limit."""
        secret = clean_password(password)
        async with self._db.reading() as db:
            await get_session(db, session_id)
            await require(db, self._ports.tokens, actor, session_id, _NEEDED["password"])
        await self._ports.limits.password(session_id, actor.address)
        return await self._ports.passwords.hash(secret) if secret else ""

    @staticmethod
    def _clean(changes: dict[str, object]) -> dict[str, object]:
        cleaned: dict[str, object] = {}
        if "chat" in changes:
            cleaned["chat"] = clean_choice(changes["chat"], ChatMode, "chat")
        if "slow_mode_seconds" in changes:
            given = changes["slow_mode_seconds"]
            cleaned["slow_mode_seconds"] = clean_seconds(given, "slow_mode_seconds", SLOW_MODE_LONGEST)
        for name in {"lobby", "ask_consent"} & changes.keys():
            cleaned[name] = clean_flag(changes[name], name)
        if "access" in changes:
            cleaned["access"] = clean_choice(changes["access"], Access, "access")
        if "keep_days" in changes:
            cleaned["keep_days"] = clean_keep_days(changes["keep_days"])
        return cleaned

    async def find_hosts(self) -> int:
        """Sessions whose hosts have all been gone for the grace time get a host; how many.

        The longest-present co-host becomes one; who was host before stays it and finds that out on return.
        """
        async with self._db.transaction() as db:
            await repository.note_hostless(db, self._ports.clock())
            occupied = await repository.occupied(db)
        made = [heir for session_id in occupied if (heir := await self._find_host(session_id)) is not None]
        await self._projector.update(*made)
        for member in made:
            await self._ports.updates.publish(member.session_id)
        return len(made)

    async def _find_host(self, session_id: str) -> Member | None:
        now = self._ports.clock()
        async with self._db.transaction() as db:
            session = await lock_session(db, session_id)
            there = await repository.longest_present(db, session_id)
            if any(member.role == Role.HOST for member in there):
                session.hostless_since = None
                return None
            session.hostless_since = session.hostless_since or now
            heirs = [member for member in there if member.role == Role.CO_HOST]
            if not heirs or now - session.hostless_since < self._host_grace:
                return None
            heir, session.hostless_since = heirs[0], None
            make_host(heir)
            repository.record(db, heir, "took over as host", heir, at=now)
        return heir
