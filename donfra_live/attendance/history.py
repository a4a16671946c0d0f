"""A session after its end, as its page shows it: as much as the one who asks may know."""

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.attendance.service import Attendance
from donfra_live.attendance.views import History, Line, Report
from donfra_live.chat.rules import clean_search, pieces
from donfra_live.chat.service import Chat, matching
from donfra_live.db import Database
from donfra_live.errors import NoProof, NotAllowed
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import find_member, get_session
from donfra_live.live_sessions.roles import Permission, may
from donfra_live.live_sessions.rules import SessionStatus, clean_session_id
from donfra_live.live_sessions.views import Actor, Message
from donfra_live.models import LiveSession, Member
from donfra_live.moderation import repository as moderation
from donfra_live.moderation.service import Act

LOG_LENGTH = 2000


class Histories:
    def __init__(self, db: Database, ports: Ports, chat: Chat, attendance: Attendance) -> None:
        self._db, self._ports, self._chat, self._attendance = db, ports, chat, attendance

    async def of(self, actor: Actor, session_id: object, *, search: object = "", lines: int = 200) -> History:
        """Hosts, co-hosts and admins see all, other members when it was and the chat, others nothing.

        lines: how many messages, the last ones. A session that is not over has no history.

        Raises:
            BadInput, NotFound.
        """
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            session = await get_session(db, sid)
            if session.status != SessionStatus.ENDED:
                return History()
            me = await self._member(db, actor, sid)
            if me is None and not actor.is_admin:
                return History()
            report = (
                await self._attendance.report_of(db, session)
                if actor.is_admin or (me and may(me.role, Permission.SEE_ATTENDANCE))
                else None
            )
            acts = await self._acts(db, sid) if me and may(me.role, Permission.SEE_LOG) else None
        every = await self._chat.archive(actor, sid) if me else None
        found = None if every is None else matching(every, clean_search(search or ""))
        return self._history(session, report, acts, every, found, lines)

    async def _member(self, db: AsyncSession, actor: Actor, session_id: str) -> Member | None:
        """None as well for who was removed: he sees what strangers see."""
        try:
            return await find_member(db, self._ports.tokens, actor, session_id)
        except (NoProof, NotAllowed):
            return None

    @staticmethod
    async def _acts(db: AsyncSession, session_id: str) -> tuple[Act, ...]:
        rows = await moderation.log(db, session_id, hands=True, length=LOG_LENGTH)
        return tuple(
            Act(row.at, row.actor_name, row.act, row.target_name, row.detail) for row in reversed(rows)
        )

    @staticmethod
    def _history(
        session: LiveSession,
        report: Report | None,
        acts: tuple[Act, ...] | None,
        every: list[Message] | None,
        found: list[Message] | None,
        lines: int,
    ) -> History:
        shown = None if found is None else found[max(0, len(found) - lines) :]
        return History(
            start=session.live_at,
            end=session.ended_at,
            series_id=session.series_id or "",
            report=report,
            lines=None if shown is None else tuple(Line(m, pieces(m.text)) for m in shown),
            messages=len(every or ()),
            found=len(found or ()),
            acts=acts,
        )
