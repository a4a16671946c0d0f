"""What somebody asks for: everything of a session as a zip, or gone; a person's own data as a zip.

What happens by itself, every night, is nightly.py's.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Table
from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.accounts.access import require_account, require_admin
from donfra_live.accounts.repository import account as find_account
from donfra_live.db import Database
from donfra_live.errors import MediaServerAway, NoProof, NotFound, StillLive, WrongState
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import find_member, get_session, lock_session, require
from donfra_live.live_sessions.roles import Permission
from donfra_live.live_sessions.rules import SessionStatus, as_file_name, clean_id, clean_session_id
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Account, LiveSession, Member
from donfra_live.moderation import repository as moderation
from donfra_live.recordings import repository as recordings
from donfra_live.retention import repository
from donfra_live.retention.archive import Archive
from donfra_live.retention.files import Named, SessionFiles
from donfra_live.retention.rules import FILE_NAMES, is_secret
from donfra_live.retention.views import Export, Holdings
from donfra_live.scheduling import repository as scheduling

AT_ONCE = 2
_SESSION = """Everything of the session "{title}".

Each table stands here twice: as JSON for programs and as CSV for spreadsheets. Times are UTC.
session: what it was. people: who had a seat. chat: its messages. Keys, passwords and their hashes are left
out. Folders hold the session's files, where there are any.
"""
_SEAT = """What is kept of {name} in the session "{title}".

Each table stands here twice: as JSON for programs and as CSV for spreadsheets. Times are UTC.
people: the seat. chat: messages written. presence_interval: when there. session: what it was. Keys, passwords
and their hashes are left out.
"""
_PERSON = """Everything that names the account {email}.

Each table stands here twice: as JSON for programs and as CSV for spreadsheets. Times are UTC.
account: the account itself. people: seats in sessions. session: the sessions of those seats. chat: messages
written. Keys, passwords and their hashes are left out.
"""


class Retention:
    """temporary: for exports on their way. machine: name of ours; files of others are not in reach."""

    def __init__(
        self,
        db: Database,
        ports: Ports,
        files: SessionFiles,
        temporary: Path,
        *,
        machine: Callable[[], str],
    ) -> None:
        self._db, self._ports, self._files, self._temporary = db, ports, files, temporary
        self._machine = machine
        self._few = asyncio.Semaphore(AT_ONCE)

    async def holdings(self, actor: Actor, session_id: object) -> Holdings:
        """Raises NotFound, NoProof, NotAllowed, StorageAway."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            session, _ = await self._require(db, actor, sid, Permission.DELETE)
            counts = await repository.summary(db, sid)
            rows = await recordings.of_session(db, sid)
        files = len(await self._files.all_of(sid, rows))
        return Holdings(session.title, counts["member"], counts["chat_message"], files)

    async def delete(self, actor: Actor, session_id: object) -> int:
        """Everything of a session that is not on air, by its host or an admin; how many rows and files.

        Files go first: killed half way, the session is still there to be deleted again.

        Raises:
            NotFound, NoProof, NotAllowed, StillLive; WrongState: files of it are on another machine;
            StorageAway: nothing has been deleted.
        """
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await self._may_delete(db, actor, sid)
            rows = await recordings.of_session(db, sid)
        files = await self._files.remove_all(sid, rows)
        async with self._db.transaction() as db:
            await self._leave_out(db, await get_session(db, sid))
            await lock_session(db, sid)
            await self._may_delete(db, actor, sid)
            counts = await repository.delete_session(db, sid)
        try:
            await self._ports.rooms.close(sid)
        except MediaServerAway:
            pass  # no token is given for it any more, and an empty room goes by itself
        await self._ports.updates.publish(sid)
        return sum(counts.values()) + files

    async def export(self, actor: Actor, session_id: object) -> Export:
        """For its host or an admin; who did it is in the session's log.

        Raises:
            NotFound, NoProof, NotAllowed, WrongState and StorageAway (as `delete`).
        """
        sid = clean_session_id(session_id)
        async with self._db.transaction() as db:
            session, who = await self._require(db, actor, sid, Permission.EXPORT)
            await self._must_be_here(db, sid, "Export it there, or delete them there first")
            self._note_export(db, sid, who)
        async with self._few, self._db.reading() as db:
            files = await self._files.all_of(sid, await recordings.of_session(db, sid))
            readme = _SESSION.format(title=session.title)
            name = f"{as_file_name(session.title)}.zip"
            return await self._pack(db, name, readme, repository.of_session(sid), files)

    def _note_export(self, db: AsyncSession, sid: str, who: Member | Account) -> None:
        at = self._ports.clock()
        if isinstance(who, Member):
            moderation.record(db, who, "export", at=at)
        else:
            moderation.record_outsider(db, sid, who.name, "export", at=at)

    async def export_own(self, actor: Actor) -> Export:
        """The asker's own account. Raises NotSignedIn."""
        async with self._few, self._db.reading() as db:
            account = await require_account(db, actor)
            return await self._person(db, account.id, account.email)

    async def export_person(self, actor: Actor, account_id: object) -> Export:
        """For admins, when somebody asks for his data. Raises NotSignedIn, NotAllowed, NotFound."""
        async with self._few, self._db.reading() as db:
            await require_admin(db, actor)
            account = await find_account(db, clean_id(account_id))
            if account is None:
                raise NotFound("There is no such account any more.")
            return await self._person(db, account.id, account.email)

    async def export_seat(self, actor: Actor, session_id: object) -> Export:
        """What is kept of the asker in one session: his seat proves him, so a guest needs no account.

        Raises:
            NotFound, NoProof, NotAllowed.
        """
        sid = clean_session_id(session_id)
        async with self._few, self._db.reading() as db:
            session = await get_session(db, sid)
            if (me := await find_member(db, self._ports.tokens, actor, sid)) is None:
                raise NoProof
            readme = _SEAT.format(name=me.name, title=session.title)
            return await self._pack(db, "my-data.zip", readme, repository.of_seat(me.id, sid), [])

    async def _person(self, db: AsyncSession, account_id: str, email: str) -> Export:
        tables = repository.of_account(account_id)
        return await self._pack(db, "my-data.zip", _PERSON.format(email=email), tables, [])

    async def _pack(
        self,
        db: AsyncSession,
        name: str,
        readme: str,
        tables: list[tuple[Table, ColumnElement[bool]]],
        files: Named,
    ) -> Export:
        archive = await asyncio.to_thread(Archive, self._temporary)
        try:
            await asyncio.to_thread(archive.put, "README.txt", readme)
            for table, where in tables:
                await self._table(db, archive, table, where)
            for file, inside in files:
                if isinstance(file, Path):
                    await asyncio.to_thread(archive.put_file, file, inside)
                else:
                    await archive.put_pieces(file.pieces(), inside)
            return Export(name, await asyncio.to_thread(archive.finish), archive.file)
        except BaseException:
            archive.discard()
            raise

    @staticmethod
    async def _table(db: AsyncSession, archive: Archive, table: Table, where: ColumnElement[bool]) -> None:
        columns = [column.name for column in table.c if not is_secret(column.name)]
        await asyncio.to_thread(archive.begin, columns)
        async for rows in repository.rows(db, table, where):
            await asyncio.to_thread(archive.add, rows)
        await asyncio.to_thread(archive.end, FILE_NAMES.get(table.name, table.name))

    async def _leave_out(self, db: AsyncSession, session: LiveSession) -> None:
        """The series first, as whoever changes one does. Dates long past are not made again anyhow."""
        recent = (self._ports.clock() - timedelta(days=2)).date().isoformat()
        if session.series_id and session.occurrence and session.occurrence >= recent:
            await scheduling.leave_out(db, session.series_id, session.occurrence)

    async def _may_delete(self, db: AsyncSession, actor: Actor, sid: str) -> None:
        session, _ = await self._require(db, actor, sid, Permission.DELETE)
        if session.status == SessionStatus.LIVE:
            raise StillLive
        await self._must_be_here(db, sid, "Delete them there first")

    async def _must_be_here(self, db: AsyncSession, sid: str, what_to_do: str) -> None:
        """Raises WrongState."""
        if await recordings.elsewhere(db, sid, self._machine()):
            raise WrongState(
                f"Recordings of this session are on another machine of this place. {what_to_do}; "
                "its operator knows which one it is."
            )

    async def _require(
        self, db: AsyncSession, actor: Actor, sid: str, permission: Permission
    ) -> tuple[LiveSession, Member | Account]:
        """The session and who asks. An admin of this place may do both to any session: somebody has to,
        when its host has gone.
        """
        session = await get_session(db, sid)
        if actor.is_admin:
            return session, await require_admin(db, actor)
        return session, await require(db, self._ports.tokens, actor, sid, permission)
