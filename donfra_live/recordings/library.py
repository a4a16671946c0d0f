"""What is done with recordings: list, watch, name, mark moments, add captions, delete.

Who watched and who downloaded one is in the session's log.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from donfra_live.db import Database
from donfra_live.errors import BadInput, NotFound, WrongState
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import get_session, lock_session, require
from donfra_live.live_sessions.roles import Permission
from donfra_live.live_sessions.rules import as_file_name, clean_choice, clean_id, clean_line, clean_session_id
from donfra_live.live_sessions.views import Actor
from donfra_live.models import Member, Recording, RecordingMarker
from donfra_live.recordings import repository
from donfra_live.recordings.proof import mine, sees_all, to_play, to_watch
from donfra_live.recordings.rules import (
    MARKERS,
    OVER,
    RUNNING,
    TITLE_LENGTH,
    Audience,
    RecordingStatus,
    check_captions,
    is_for,
)
from donfra_live.recordings.seen import as_seen
from donfra_live.recordings.service import Recordings
from donfra_live.recordings.storage import RecordingFiles, StoredFile
from donfra_live.recordings.stored import tracks_of
from donfra_live.recordings.views import Looker, Marker, RecordingFile, RecordingView, Shelf

KINDS = {"mp4": "video/mp4", "m4a": "audio/mp4"}
CAPTIONS, POSTER = "captions.vtt", "poster.jpg"
GONE = "The file of this recording is not on this machine any more."
NO_PLACE = "Captions can be added once the recording is ready, on the machine that has it."
MARKED = "Marked moment"
SHELF = 100
# Somebody who looks again within that time has watched it once.
ONE_LOOK = timedelta(hours=6)
UNSET: Any = object()


class RecordingLibrary:
    def __init__(
        self, db: Database, ports: Ports, recordings: Recordings, files: RecordingFiles, *, quota: int = 0
    ) -> None:
        self._db, self._ports, self._recordings, self._files = db, ports, recordings, files
        self._quota = quota

    async def of_session(self, actor: Actor, session_id: object) -> list[RecordingView]:
        """The newest first; for who may not record only those that he may watch.

        Raises:
            NotFound, NoProof, NotAllowed.
        """
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            me = await require(db, self._ports.tokens, actor, sid, Permission.WATCH)
            rows = await repository.of_session(db, sid)
            seen = [row for row in rows if sees_all(me) or is_for(row.audience, row.status)]
            marks = await repository.markers(db, [row.id for row in seen])
        return [await self._shown(row, [m for m in marks if m.recording_id == row.id], me) for row in seen]

    async def _shown(self, row: Recording, marks: Sequence[RecordingMarker], who: Member) -> RecordingView:
        """Who has files of his own is only for who may have them."""
        view = as_seen(await self._recordings.as_it_is(row), self._files, marks)
        return view if sees_all(who) else replace(view, tracks=())

    async def own(self, actor: Actor, *, limit: int = SHELF, offset: int = 0) -> Shelf:
        """Of all sessions in which the asker may record, the newest first."""
        most, start = max(1, min(limit, SHELF)), max(0, offset)
        who = actor.browser, actor.account
        async with self._db.reading() as db:
            rows = await repository.of_hosts(db, *who, limit=most + 1, offset=start)
            size = await repository.space_of_hosts(db, *who)
            used = await repository.space_of_owner(db, *who)
        shown = [
            (as_seen(await self._recordings.as_it_is(row), self._files), title) for row, title in rows[:most]
        ]
        return Shelf(tuple(shown), more=len(rows) > most, bytes=size, used=used, quota=self._quota)

    async def one(self, actor: Actor, recording_id: object) -> RecordingView:
        """Raises NotFound, NoProof, NotAllowed."""
        async with self._db.reading() as db:
            row, me = await to_watch(db, self._ports, actor, recording_id)
            marks = await repository.markers(db, [row.id])
        return await self._shown(row, marks, me)

    async def change(
        self, actor: Actor, recording_id: object, *, title: object = UNSET, audience: object = UNSET
    ) -> RecordingView:
        """title: "" takes it away. Raises BadInput, NotFound, NoProof, NotAllowed."""
        given: dict[str, Any] = {}
        if title is not UNSET:
            given["title"] = "" if title == "" else clean_line(title, "The title", TITLE_LENGTH)
        if audience is not UNSET:
            given["audience"] = clean_choice(audience, Audience, "audience")
        async with self._db.transaction() as db:
            row, me = await mine(db, self._ports, actor, recording_id)
            changed = {name: value for name, value in given.items() if getattr(row, name) != value}
            for name, value in changed.items():
                setattr(row, name, value)
            if "audience" in changed:
                act = "give recording" if row.audience == Audience.MEMBERS else "take recording back"
                repository.note(db, me, act, row, at=self._ports.clock())
            session_id = row.session_id
        if changed:
            await self._ports.updates.publish(session_id)
        return await self.one(actor, recording_id)

    async def mark(
        self, actor: Actor, recording_id: object, *, title: object = "", at: object = None
    ) -> Marker:
        """A moment to jump to: this one while it runs, or `at` seconds of it.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed; WrongState when there is no moment now.
        """
        name = clean_line(title, "The title", TITLE_LENGTH) if title else MARKED
        async with self._db.reading() as db:
            row, _ = await mine(db, self._ports, actor, recording_id)
        seconds = _second(await self._recordings.as_it_is(row), at)
        async with self._db.transaction() as db:
            row, me = await mine(db, self._ports, actor, recording_id)
            if len(await repository.markers(db, [row.id])) >= MARKERS:
                raise WrongState(f"A recording has {MARKERS} marks at most.")
            marker = RecordingMarker(
                session_id=row.session_id,
                recording_id=row.id,
                milliseconds=round(seconds * 1000),
                title=name,
                set_by=me.name,
                created_at=self._ports.clock(),
            )
            db.add(marker)
            return Marker(marker.id, seconds, name, me.name)

    async def unmark(self, actor: Actor, recording_id: object, marker_id: object) -> None:
        """Raises NotFound, NoProof, NotAllowed."""
        async with self._db.transaction() as db:
            row, _ = await mine(db, self._ports, actor, recording_id)
            marker = await db.get(RecordingMarker, clean_id(marker_id))
            if marker is None or marker.recording_id != row.id:
                raise NotFound("There is no such mark.")
            await db.delete(marker)

    async def file(self, actor: Actor, recording_id: object, *, keep: bool = False) -> RecordingFile:
        """keep: he downloads it.

        Raises:
            NotFound, NoProof, NotAllowed, StorageAway; WrongState while it is not ready.
        """
        async with self._db.reading() as db:
            row, who = await to_play(db, self._ports, actor, recording_id)
            title = row.title or (await get_session(db, row.session_id)).title
        row = await self._must_be_ready(row)
        found = await self._look(row, row.file, who, keep=keep)
        ending = Path(row.file).suffix
        return RecordingFile(found, KINDS[ending[1:]], f"{as_file_name(title)}{ending}")

    async def track(self, actor: Actor, recording_id: object, number: int) -> RecordingFile:
        """One voice, camera or screen of it, to keep; number: from 1.

        Raises:
            NotFound, NoProof, NotAllowed, StorageAway; WrongState while it is not ready.
        """
        async with self._db.reading() as db:
            row, me = await mine(db, self._ports, actor, recording_id)
            title = row.title or (await get_session(db, row.session_id)).title
        row = await self._must_be_ready(row)
        tracks = tracks_of(row)
        if not 0 < number <= len(tracks):
            raise NotFound("This recording has no such file of one person.")
        one = tracks[number - 1]
        found = await self._look(row, one.file, Looker(row.session_id, me.id, me.name), keep=True)
        own = Path(one.file)
        name = f"{as_file_name(title)}-{as_file_name(f'{own.stem} {one.name}')}{own.suffix}"
        return RecordingFile(found, KINDS[own.suffix[1:]], name)

    async def _must_be_ready(self, row: Recording) -> Recording:
        """As it is. Raises WrongState."""
        row = await self._recordings.as_it_is(row)
        if row.status != RecordingStatus.READY:
            raise WrongState("The recording is not ready yet.")
        return row

    async def _look(self, row: Recording, name: str, who: Looker, *, keep: bool) -> Path | StoredFile:
        """The file, and a line in the log. Players ask in many pieces: that is one look.

        Raises:
            NotFound, NotAllowed, StorageAway.
        """
        act, now = who.act(keep=keep), self._ports.clock()
        content = await self._find(row, name, GONE)
        async with self._db.reading() as db:
            noted = await repository.has_noted(db, who, act, repository.called(row), now - ONE_LOOK)
        if not noted:
            async with self._db.transaction() as db:
                repository.note_look(db, who, act, row, at=now)
        return content

    async def _find(self, row: Recording, name: str, nothing: str) -> Path | StoredFile:
        """Raises NotFound with `nothing`, StorageAway."""
        try:
            return await self._files.find(row, name)
        except NotFound:
            async with self._db.reading() as db:
                now = await repository.find(db, row.id)
            if now is None or now.stored == row.stored:
                raise NotFound(nothing) from None
        return await self._files.find(now, name)  # it has been moved at this moment

    async def put_captions(self, actor: Actor, recording_id: object, content: bytes) -> RecordingView:
        """content: WebVTT; empty takes them away.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed, StorageAway; WrongState while there is nothing to add
            them to.
        """
        if content:
            check_captions(content)
        async with self._db.reading() as db:
            row, _ = await mine(db, self._ports, actor, recording_id)
        if row.status != RecordingStatus.READY or not (row.stored or self._recordings.is_ours(row)):
            raise WrongState(NO_PLACE)
        before, is_there = row.stored, True
        try:
            await self._files.put(row, CAPTIONS, content)
        except OSError:
            is_there = False
        async with self._db.transaction() as db:
            await lock_session(db, row.session_id)
            row, _ = await mine(db, self._ports, actor, recording_id)
            is_moved = row.stored != before
            if not is_there and not is_moved:
                raise WrongState(NO_PLACE)
            row.captions = bool(content)
        if is_moved:  # at this very moment, perhaps without them
            await self._files.put(row, CAPTIONS, content)
        return await self.one(actor, recording_id)

    async def captions(self, actor: Actor, recording_id: object) -> Path | StoredFile:
        """Raises NotFound, NoProof, NotAllowed, StorageAway."""
        async with self._db.reading() as db:
            row, _ = await to_play(db, self._ports, actor, recording_id)
        nothing = "This recording has no captions."
        if not row.captions:
            raise NotFound(nothing)
        return await self._find(row, CAPTIONS, nothing)

    async def poster(self, actor: Actor, recording_id: object) -> Path | StoredFile:
        """A picture of it. Raises NotFound, NoProof, NotAllowed, StorageAway."""
        async with self._db.reading() as db:
            row, _ = await to_play(db, self._ports, actor, recording_id)
        return await self._find(row, POSTER, "This recording has no picture.")

    async def picture(self, actor: Actor, recording_id: object, number: int) -> Path | StoredFile:
        """One of the small ones that are spread over its length, from 1.

        Raises:
            NotFound, NoProof, NotAllowed, StorageAway.
        """
        async with self._db.reading() as db:
            row, _ = await to_play(db, self._ports, actor, recording_id)
        return await self._find(row, f"small-{number:02}.jpg", "This recording has no such picture.")

    async def delete(self, actor: Actor, recording_id: object) -> None:
        """With all its files, for good.

        Raises:
            NotFound, NoProof, NotAllowed; WrongState while it is not over; StorageAway, and it stays.
        """
        async with self._db.reading() as db:
            row, _ = await mine(db, self._ports, actor, recording_id)
        if (await self._recordings.as_it_is(row)).status not in OVER:
            raise WrongState("The recording is not over yet. Stop it first.")
        if not row.stored and not self._recordings.is_ours(row):
            raise WrongState("Its files are on another machine. Delete it there.")
        # files first: cut off in between, what is left can be deleted again
        await self._files.remove(row)
        async with self._db.transaction() as db:
            row, me = await mine(db, self._ports, actor, recording_id)
            repository.note(db, me, "delete recording", row, at=self._ports.clock())
            await db.delete(row)
        await self._ports.updates.publish(row.session_id)


def _second(row: Recording, at: object) -> float:
    """Raises BadInput, WrongState."""
    seconds = row.milliseconds / 1000
    if at is None:
        if row.status not in RUNNING:
            raise WrongState("The recording is over. Say at which second of it the mark is.")
        return seconds
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at <= seconds:
        raise BadInput(f"at must be seconds of the recording, from 0 to {seconds:g}.")
    return float(at)
