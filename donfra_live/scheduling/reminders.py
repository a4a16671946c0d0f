"""Reminds people with an account of a session by e-mail, and tells them when it is called off.

Only where the operator has set a server for e-mail. Hosts are reminded by themselves, others who have asked
for it. An e-mail is claimed in the database before it is sent, so that of several workers one sends it; a
crash in between loses it rather than double it.
"""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from donfra_live.accounts.ports import Mail
from donfra_live.db import Database
from donfra_live.errors import NoMail, NotSignedIn, WrongState
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import get_session, must_not_be_over
from donfra_live.live_sessions.rules import clean_session_id
from donfra_live.live_sessions.states import COMING
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Reminder
from donfra_live.scheduling import repository
from donfra_live.scheduling.repository import DueReminder
from donfra_live.scheduling.rules import HouseTimes

log = logging.getLogger(__name__)
# Longer after the start it is no reminder any more.
_LATE = timedelta(minutes=5)
# So long it is told that a session is called off, should the server for e-mail be away.
_TOLD_FOR = timedelta(days=1)
MOST_TRIES = 5
_TEXT = """Hello {name},

"{title}" starts on {when}.

{address}

You get this because you host this session or asked to be reminded of it.
"""
_CALLED_OFF = """Hello {name},

"{title}" on {when} was called off by its host.

{address}

You get this because you host this session or asked to be reminded of it.
"""


def said(start: datetime, zone: str) -> str:
    """The date by the host's clock, and in UTC where that differs."""
    there = start.astimezone(ZoneInfo(zone or "UTC"))
    utc = "" if there.utcoffset() == timedelta() else f", {start:%H:%M} UTC"
    return f"{there:%A}, {there.day} {there:%B %Y} at {there:%H:%M} ({zone or 'UTC'}{utc})"


class Reminders:
    """address: where people find us."""

    def __init__(self, db: Database, ports: Ports, mail: Mail, times: HouseTimes, address: str) -> None:
        self._db, self._ports, self._mail = db, ports, mail
        self._before, self._address = times.reminds, address

    @property
    def are_sent(self) -> bool:
        return self._mail.is_on and self._before is not None

    async def wish(self, actor: Actor, session_id: object) -> bool | None:
        """Whether this account is reminded because it asked; None: nobody is, or it has no account."""
        if not self.are_sent or not actor.account:
            return None
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            return await repository.reminder(db, sid, actor.account) is not None

    async def ask(self, actor: Actor, session_id: object, *, wanted: bool) -> bool:
        """Raises NotSignedIn, NoMail, NotFound, SessionEnded, SessionCancelled, WrongState (it has begun)."""
        if not actor.account:
            raise NotSignedIn("Sign in to be reminded by e-mail.")
        if not self.are_sent:
            raise NoMail("This place sends no reminders. Add the session to your calendar instead.")
        sid = clean_session_id(session_id)
        async with self._db.transaction() as db:
            session = await get_session(db, sid)
            must_not_be_over(session)
            if session.starts_at is None or session.status not in COMING:
                raise WrongState("There is nothing to be reminded of: the session has no date ahead.")
            there = await repository.reminder(db, sid, actor.account)
            if wanted and there is None:
                db.add(Reminder(session_id=sid, account_id=actor.account))
            elif there is not None and not wanted:
                await db.delete(there)
        return wanted

    async def send_due(self) -> None:
        """For the loop. What the server for e-mail refuses is tried again."""
        if self._before is None or not self._mail.is_on:
            return
        now = self._ports.clock()
        async with self._db.transaction() as db:
            await repository.remind_hosts(db, now, now + self._before)
            due = await repository.due_reminders(
                db, now - _LATE, now + self._before, now - _TOLD_FOR, MOST_TRIES
            )
        for one in due:
            await self._send(one)

    async def _send(self, due: DueReminder) -> None:
        async with self._db.transaction() as db:
            if not await repository.claim(db, due.id, self._ports.clock()):
                return
        text = (_CALLED_OFF if due.called_off else _TEXT).format(
            name=due.name,
            title=due.title,
            when=said(due.starts_at, due.time_zone),
            address=f"{self._address}/live/{due.session_id}",
        )
        try:
            await self._mail.send(
                due.email, f"{'Called off' if due.called_off else 'Soon'}: {due.title}", text
            )
        except Exception as error:  # noqa: BLE001  (whatever it is, this one is tried again and the others go on)
            log.warning("a reminder of session %s was not sent: %s", due.session_id, type(error).__name__)
            async with self._db.transaction() as db:
                await repository.give_back(db, due.id)
