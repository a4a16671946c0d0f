"""Recordings of a session: begin, pause, go on, stop, list, hand out; and keeping up with their recorders.

Who records and with what is behind the port; what became of it is stored here, so that lists need no disk.
"""

import asyncio
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.db import Database
from donfra_live.errors import BadInput, DonfraError, NotFound, WrongState
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import get_session, lock_session, must_be_on_air, require
from donfra_live.live_sessions.roles import Permission
from donfra_live.live_sessions.rules import clean_choice, clean_id, clean_session_id
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Member, Recording
from donfra_live.outgoing import outbox
from donfra_live.outgoing.rules import EventKind
from donfra_live.recordings import repository
from donfra_live.recordings.ports import Gap, Recorder, RecordingFacts, RecordingJob
from donfra_live.recordings.rules import OVER, RUNNING, Layout, RecordingStatus, check_becomes
from donfra_live.recordings.views import RecordingFile, RecordingView

NONE = "There is no such recording."
LOST = "The recorder did not start."
SOON, SELDOM, STORE_EVERY_MS = timedelta(seconds=10), timedelta(seconds=5), 5_000
KINDS = {"mp4": "video/mp4", "m4a": "audio/mp4"}


class Recordings:
    """folder: of all recordings. machine: gives the name of ours; others look after their own.

    longest: seconds of one.
    """

    def __init__(
        self,
        db: Database,
        ports: Ports,
        recorder: Recorder,
        folder: Path,
        *,
        machine: Callable[[], str],
        longest: float,
    ) -> None:
        self._db, self._ports, self._recorder = db, ports, recorder
        self._folder, self._machine, self._longest = folder, machine, longest
        self._asked_at = datetime.min.replace(tzinfo=UTC)

    async def start(
        self, actor: Actor, session_id: object, layout: object = Layout.STAGE, audio_only: object = False
    ) -> RecordingView:
        """Raises BadInput, NotFound, NoProof, NotAllowed, WrongState, NoSpace, TooManyRecordings."""
        sid, wanted = clean_session_id(session_id), clean_choice(layout, Layout, "layout")
        if not isinstance(audio_only, bool):
            raise BadInput("audio_only must be true or false.")
        async with self._db.transaction() as db:
            session = await lock_session(db, sid)
            me = await require(db, self._ports.tokens, actor, sid, Permission.RECORD)
            must_be_on_air(session)
            if any(row.status not in OVER for row in await repository.of_session(db, sid)):
                raise WrongState("This session is being recorded already.")
            row = Recording(
                session_id=sid,
                layout=wanted,
                audio_only=audio_only,
                started_by=me.name,
                machine=self._machine(),
                created_at=self._ports.clock(),
            )
            db.add(row)
            session.recording = True
            entry = repository.note(db, me, "record", row, at=self._ports.clock())
            job = RecordingJob(row.id, sid, session.title, wanted, audio_only, self._longest)
            view = view_of(row)
        try:
            await self._recorder.start(job)
        except DonfraError:
            await self._take_back(row, entry)
            raise
        await self._ports.updates.publish(sid)
        return view

    async def _take_back(self, row: Recording, entry: str) -> None:
        """Refused before it began: there is nothing to tell of."""
        async with self._db.transaction() as db:
            session = await lock_session(db, row.session_id)
            session.recording = False
            await repository.forget(db, row.id, entry)

    async def pause(self, actor: Actor, recording_id: object) -> RecordingView:
        return await self._change(actor, recording_id, RecordingStatus.PAUSED)

    async def resume(self, actor: Actor, recording_id: object) -> RecordingView:
        return await self._change(actor, recording_id, RecordingStatus.RECORDING)

    async def stop(self, actor: Actor, recording_id: object) -> RecordingView:
        return await self._change(actor, recording_id, RecordingStatus.FINISHING)

    async def _change(self, actor: Actor, recording_id: object, wanted: RecordingStatus) -> RecordingView:
        """Raises NotFound, NoProof, NotAllowed, WrongState."""
        act, tell = {
            RecordingStatus.PAUSED: ("pause recording", self._recorder.pause),
            RecordingStatus.RECORDING: ("resume recording", self._recorder.resume),
            RecordingStatus.FINISHING: ("stop recording", self._recorder.stop),
        }[wanted]
        async with self._db.transaction() as db:
            row, me = await self._mine(db, actor, recording_id)
            check_becomes(row.status, wanted)
            repository.note(db, me, act, row, at=self._ports.clock())
            if row.status in OVER:  # failed, and asked once more for what there is
                row.status = wanted
        await tell(row.session_id, row.id)
        await self._catch_up(row.id)
        return await self.one(actor, recording_id)

    async def of_session(self, actor: Actor, session_id: object) -> list[RecordingView]:
        """The newest first. Raises NotFound, NoProof, NotAllowed."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            await require(db, self._ports.tokens, actor, sid, Permission.RECORD)
            rows = await repository.of_session(db, sid)
        return [view_of(await self._as_it_is(row)) for row in rows]

    async def one(self, actor: Actor, recording_id: object) -> RecordingView:
        """Raises NotFound, NoProof, NotAllowed."""
        async with self._db.reading() as db:
            row, _ = await self._mine(db, actor, recording_id)
        return view_of(await self._as_it_is(row))

    async def _as_it_is(self, row: Recording) -> Recording:
        """While it runs its recorder knows more than we have stored."""
        facts = None if row.status in OVER else await self._facts(row)
        return row if facts is None else row.model_copy(update=as_stored(facts))

    async def file(self, actor: Actor, recording_id: object) -> RecordingFile:
        """Raises NotFound, NoProof, NotAllowed, WrongState while it is not ready."""
        async with self._db.reading() as db:
            row, _ = await self._mine(db, actor, recording_id)
            title = (await get_session(db, row.session_id)).title
        row = await self._as_it_is(row)
        if row.status != RecordingStatus.READY:
            raise WrongState("The recording is not ready yet.")
        path = self._folder / row.session_id / row.id / row.file
        if not path.is_file():
            raise NotFound("The file of this recording is not on this machine any more.")
        name = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-")[:60] or "session"
        return RecordingFile(path, KINDS[path.suffix[1:]], f"{name}{path.suffix}")

    async def delete(self, actor: Actor, recording_id: object) -> None:
        """With all its files, for good.

        Raises:
            NotFound, NoProof, NotAllowed; WrongState while it is not over.
        """
        async with self._db.reading() as db:
            row, _ = await self._mine(db, actor, recording_id)
        if (await self._as_it_is(row)).status not in OVER:
            raise WrongState("The recording is not over yet. Stop it first.")
        if row.machine != self._machine():
            raise WrongState("Its files are on another machine. Delete it there.")
        # files first: cut off in between, what is left can be deleted again
        folder = self._folder / row.session_id / row.id
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        async with self._db.transaction() as db:
            row, me = await self._mine(db, actor, recording_id)
            repository.note(db, me, "delete recording", row, at=self._ports.clock())
            await db.delete(row)
        await self._ports.updates.publish(row.session_id)

    async def _mine(self, db: AsyncSession, actor: Actor, recording_id: object) -> tuple[Recording, Member]:
        row = await repository.find(db, clean_id(recording_id))
        if row is None:
            raise NotFound(NONE)
        return row, await require(db, self._ports.tokens, actor, row.session_id, Permission.RECORD)

    async def follow(self) -> None:
        """One round: recorders that died are started anew, and what all of them say is stored.

        The rounds come quickly; while no recorder is at work they ask the database only every SELDOM.
        """
        now = self._ports.clock()
        if not await self._recorder.watch() and now - self._asked_at < SELDOM:
            return
        self._asked_at = now
        async with self._db.reading() as db:
            rows = await repository.unfinished(db, self._machine())
        for row in rows:
            await self._catch_up(row.id)

    async def _facts(self, row: Recording) -> RecordingFacts | None:
        """None: it is being started at this moment, or another machine's."""
        if row.machine != self._machine():
            return None
        try:
            return await self._recorder.facts(row.session_id, row.id)
        except NotFound:
            is_new = self._ports.clock() - row.created_at < SOON
            return None if is_new else RecordingFacts(RecordingStatus.FAILED, reason=LOST)

    async def _catch_up(self, recording_id: str) -> None:
        """What it has become is stored at once, how long it is only now and then."""
        async with self._db.reading() as db:
            row = await repository.find(db, recording_id)
        facts = await self._facts(row) if row is not None else None
        if row is None or facts is None:
            return
        longer = facts.seconds * 1000 - row.milliseconds
        if facts.status != row.status or longer > STORE_EVERY_MS or len(facts.gaps) != row.gaps.count(":"):
            await self._store(row.id, facts, news=facts.status != row.status)

    async def _store(self, recording_id: str, facts: RecordingFacts, *, news: bool) -> None:
        async with self._db.transaction() as db:
            row = await repository.find(db, recording_id)
            if row is None:
                return
            session, at = await lock_session(db, row.session_id), self._ports.clock()
            was_over = row.status in OVER
            for name, value in as_stored(facts).items():
                setattr(row, name, value)
            session.recording = any(r.status in RUNNING for r in await repository.of_session(db, session.id))
            if row.status in OVER and not was_over:
                row.ended_at = at
            if row.status == RecordingStatus.READY and not was_over:
                about = {"recording_id": row.id, "seconds": row.milliseconds / 1000, "bytes": row.bytes}
                await outbox.record(db, EventKind.RECORDING_READY, session, at, more={"recording": about})
        if news:
            await self._ports.updates.publish(session.id)


def as_stored(facts: RecordingFacts) -> dict[str, Any]:
    return {
        "status": facts.status,
        "milliseconds": round(facts.seconds * 1000),
        "bytes": facts.bytes,
        "reason": facts.reason[:300],
        "gaps": ",".join(f"{round(gap.at * 1000)}:{round(gap.lost * 1000)}" for gap in facts.gaps),
        "file": facts.file,
    }


def view_of(row: Recording) -> RecordingView:
    pairs = [pair.split(":") for pair in row.gaps.split(",") if pair]
    return RecordingView(
        id=row.id,
        session_id=row.session_id,
        status=RecordingStatus(row.status),
        layout=Layout(row.layout),
        audio_only=row.audio_only,
        started_by=row.started_by,
        created_at=row.created_at,
        ended_at=row.ended_at,
        seconds=row.milliseconds / 1000,
        bytes=row.bytes,
        reason=row.reason,
        gaps=tuple(Gap(int(at) / 1000, int(lost) / 1000) for at, lost in pairs),
    )
