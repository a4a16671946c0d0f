"""Recordings of a session: begin, pause, go on, stop; and keeping up with their recorders.

Who records and with what is behind the port; what became of it is stored here, so that lists need no disk.
What is done with one afterwards is in library.py.
"""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from donfra_live.db import Database
from donfra_live.errors import DonfraError, NotFound, WrongState
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.projector import Projector
from donfra_live.live_sessions.proof import lock_session, must_be_on_air, require
from donfra_live.live_sessions.roles import Permission
from donfra_live.live_sessions.rules import clean_choice, clean_flag, clean_session_id
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Recording
from donfra_live.outgoing import outbox
from donfra_live.outgoing.rules import EventKind
from donfra_live.recordings import repository
from donfra_live.recordings.ports import Recorder, RecordingFacts, RecordingJob
from donfra_live.recordings.proof import mine
from donfra_live.recordings.rules import OVER, RUNNING, Layout, RecordingStatus, check_becomes, why_over_quota
from donfra_live.recordings.stored import as_stored, view_of
from donfra_live.recordings.views import RecordingView

LOST = "The recorder did not start."
CANNOT_LEAVE_OUT = (
    "The recorder of this place cannot leave out who does not agree. Stop asking for consent to record."
)
CANNOT_SEPARATE = (
    "The recorder of this place cannot record each voice and picture in a file of its own. "
    "Record without that."
)
SOON, SELDOM, STORE_EVERY_MS = timedelta(seconds=10), timedelta(seconds=5), 5_000


class Recordings:
    """machine: gives the name of ours; others look after their own. longest: seconds of one.

    quota: bytes that all recordings of one host may take up, 0 for any.
    """

    def __init__(
        self,
        db: Database,
        ports: Ports,
        recorder: Recorder,
        *,
        machine: Callable[[], str],
        longest: float,
        quota: int = 0,
    ) -> None:
        self._db, self._ports, self._recorder, self._quota = db, ports, recorder, quota
        self._machine, self._longest = machine, longest
        self._projector = Projector(db, ports.rooms)
        self._asked_at = datetime.min.replace(tzinfo=UTC)

    async def start(
        self,
        actor: Actor,
        session_id: object,
        layout: object = Layout.STAGE,
        audio_only: object = False,
        tracks: object = False,
    ) -> RecordingView:
        """tracks: each voice and picture in a file of its own as well.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, WrongState (QuotaFull, NoSpace and others).
        """
        sid, wanted = clean_session_id(session_id), clean_choice(layout, Layout, "layout")
        alone, separate = clean_flag(audio_only, "audio_only"), clean_flag(tracks, "tracks")
        async with self._db.transaction() as db:
            session = await lock_session(db, sid)
            me = await require(db, self._ports.tokens, actor, sid, Permission.RECORD)
            must_be_on_air(session)
            self._must_be_able(consent=session.ask_consent, separate=separate)
            if any(row.status not in OVER for row in await repository.of_session(db, sid)):
                raise WrongState("This session is being recorded already.")
            if self._quota and (why := await self._why_over_quota(db, sid)):
                raise why
            row = Recording(
                session_id=sid,
                layout=wanted,
                audio_only=alone,
                separate=separate,
                started_by=me.name,
                machine=self._machine(),
                created_at=self._ports.clock(),
                by_consent=session.ask_consent,
            )
            db.add(row)
            session.recording = True
            if row.by_consent:  # pressing Record is his yes
                await db.flush()
                await repository.give_consent(db, me, row, agreed=True, at=self._ports.clock())
            entry = repository.note(db, me, "record", row, at=self._ports.clock())
            job, view = self._job(row, session.title), view_of(row)
        try:
            await self._recorder.start(job)
        except DonfraError:
            await self._take_back(row, entry)
            raise
        if job.by_consent:
            await self._projector.update(me)
        await self._ports.updates.publish(sid)
        return view

    def _must_be_able(self, *, consent: bool, separate: bool) -> None:
        """Raises WrongState."""
        if consent and not self._recorder.leaves_out:
            raise WrongState(CANNOT_LEAVE_OUT)
        if separate and not self._recorder.separates:
            raise WrongState(CANNOT_SEPARATE)

    def _job(self, row: Recording, title: str) -> RecordingJob:
        return RecordingJob(
            row.id,
            row.session_id,
            title,
            row.layout,
            row.audio_only,
            self._longest,
            by_consent=row.by_consent,
            tracks=row.separate,
        )

    async def _why_over_quota(self, db: AsyncSession, session_id: str) -> DonfraError | None:
        used = await repository.space_of_host(db, session_id)
        return why_over_quota(used=used, quota=self._quota)

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
            row, me = await mine(db, self._ports, actor, recording_id)
            check_becomes(row.status, wanted)
            repository.note(db, me, act, row, at=self._ports.clock())
            if row.status in OVER:  # failed, and asked once more for what there is
                row.status = wanted
        await tell(row.session_id, row.id)
        await self._catch_up(row.id)
        async with self._db.reading() as db:
            row, _ = await mine(db, self._ports, actor, recording_id)
        return view_of(await self.as_it_is(row))

    async def as_it_is(self, row: Recording) -> Recording:
        """While it runs its recorder knows more than we have stored."""
        facts = None if row.status in OVER else await self._facts(row)
        return row if facts is None else row.model_copy(update=as_stored(facts, row))

    def is_ours(self, row: Recording) -> bool:
        """Whether its files are on this machine."""
        return row.machine == self._machine()

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
        if not self.is_ours(row):
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
            for name, value in as_stored(facts, row).items():
                setattr(row, name, value)
            if self._quota and row.status in RUNNING and not row.over_quota:
                await db.flush()
                row.over_quota = await self._why_over_quota(db, session.id) is not None
            is_over_quota = row.over_quota and row.status in RUNNING
            session.recording = any(r.status in RUNNING for r in await repository.of_session(db, session.id))
            if row.status in OVER and not was_over:
                row.ended_at = at
            if row.status == RecordingStatus.READY and not was_over:
                about = {"recording_id": row.id, "seconds": row.milliseconds / 1000, "bytes": row.bytes}
                await outbox.record(db, EventKind.RECORDING_READY, session, at, more={"recording": about})
        if is_over_quota:
            with contextlib.suppress(WrongState, NotFound):  # it has ended by itself meanwhile
                await self._recorder.stop(row.session_id, row.id)
        if news:
            await self._ports.updates.publish(session.id)
