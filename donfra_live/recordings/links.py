"""Links to a recording: anybody who has one watches, until it ends or is taken back.

Only the hash of its secret is stored, so a link is shown once. What its browser proves is in proof.py.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from donfra_live.browser_key import hash_of, new_key
from donfra_live.db import Database
from donfra_live.errors import LinkNotValid, NotFound, WrongState
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import get_session
from donfra_live.live_sessions.rules import clean_id
from donfra_live.live_sessions.views import Actor
from donfra_live.models import RecordingLink
from donfra_live.recordings import repository
from donfra_live.recordings.link_rules import LINKS, NO_LINK, check_link, clean_days, clean_token
from donfra_live.recordings.proof import mine, own_right, to_play
from donfra_live.recordings.rules import RecordingStatus
from donfra_live.recordings.seen import as_seen
from donfra_live.recordings.storage import RecordingFiles
from donfra_live.recordings.views import RecordingView


@dataclass(frozen=True)
class LinkFacts:
    """token: only in the answer of `create`, "" later. expires_at: None for one without end."""

    id: str
    session_id: str
    made_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked: bool
    opened: int
    token: str = ""


@dataclass(frozen=True)
class Opened:
    """own: he may watch it without the link, so his usual page shows it."""

    recording_id: str
    session_id: str
    own: bool


@dataclass(frozen=True)
class Film:
    """What who has a link only is told. Scenes are left out: their titles are people's names."""

    recording: RecordingView
    session_title: str


def _facts(row: RecordingLink, token: str = "") -> LinkFacts:
    return LinkFacts(
        id=row.id,
        session_id=row.session_id,
        made_by=row.made_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked=row.revoked_at is not None,
        opened=row.opened,
        token=token,
    )


class RecordingLinks:
    def __init__(self, db: Database, ports: Ports, files: RecordingFiles) -> None:
        self._db, self._ports, self._files = db, ports, files

    async def create(self, actor: Actor, recording_id: object, *, days: object = 7) -> LinkFacts:
        """days: 1, 7, 30, or 0 for one without end.

        Raises:
            BadInput, NotFound, NoProof, NotAllowed; WrongState while it is not ready, or has too many.
        """
        length, now, token = clean_days(days), self._ports.clock(), new_key()
        async with self._db.transaction() as db:
            row, me = await mine(db, self._ports, actor, recording_id)
            if row.status != RecordingStatus.READY:
                raise WrongState("The recording is not ready yet. Make a link when it is.")
            links = await repository.links_of(db, row.id)
            if sum(link.revoked_at is None for link in links) >= LINKS:
                raise WrongState(f"A recording has {LINKS} links at most. Revoke one first.")
            link = RecordingLink(
                session_id=row.session_id,
                recording_id=row.id,
                token_hash=hash_of(token),
                giver_id=me.id,
                made_by=me.name,
                created_at=now,
                expires_at=now + timedelta(days=length) if length else None,
            )
            db.add(link)
            repository.note(db, me, "make link", row, at=now)
        return _facts(link, token)

    async def list(self, actor: Actor, recording_id: object) -> list[LinkFacts]:
        """The newest first. Raises NotFound, NoProof, NotAllowed."""
        async with self._db.reading() as db:
            row, _ = await mine(db, self._ports, actor, recording_id)
            return [_facts(link) for link in await repository.links_of(db, row.id)]

    async def revoke(self, actor: Actor, recording_id: object, link_id: object) -> None:
        """Nobody watches by it any more, from now on. Twice is fine. Raises NotFound, NoProof, NotAllowed."""
        now = self._ports.clock()
        async with self._db.transaction() as db:
            row, me = await mine(db, self._ports, actor, recording_id)
            link = await db.get(RecordingLink, clean_id(link_id))
            if link is None or link.recording_id != row.id:
                raise NotFound("There is no such link.")
            if link.revoked_at is None:
                link.revoked_at = now
                repository.note(db, me, "end link", row, at=now)

    async def open(self, actor: Actor, token: object) -> Opened:
        """A link was opened: what it leads to. Unknown ones are counted as wrong passwords are.

        Raises:
            LinkNotValid, Removed, AccountDisabled, TooManyRequests.
        """
        own = None
        async with self._db.reading() as db:
            link = await repository.link_by_token(db, hash_of(clean_token(token)))
            if link is not None:
                own = await own_right(db, self._ports, actor, link.recording_id)
        if link is None:
            await self._ports.limits.password("recording link", actor.address)
            raise LinkNotValid(NO_LINK)
        if own is None:
            check_link(link.expires_at, link.revoked_at, self._ports.clock())
            async with self._db.transaction() as db:
                await repository.count_opening(db, link.id)
        return Opened(link.recording_id, link.session_id, own is not None)

    async def watching(self, actor: Actor, recording_id: object) -> Film:
        """What a page with the film on it shows. Raises NotFound, NoProof, NotAllowed, LinkNotValid."""
        async with self._db.reading() as db:
            row, _ = await to_play(db, self._ports, actor, recording_id)
            title = (await get_session(db, row.session_id)).title
            marks = await repository.markers(db, [row.id])
        return Film(replace(as_seen(row, self._files, marks), scenes=(), tracks=()), title)
