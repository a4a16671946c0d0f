"""What can be recorded here: how much on this machine's disk and of one host's share, and in which ways."""

from collections.abc import Callable
from dataclasses import dataclass

from donfra_live.db import Database
from donfra_live.live_sessions.ports import Ports
from donfra_live.live_sessions.proof import get_session, require
from donfra_live.live_sessions.roles import Permission
from donfra_live.live_sessions.rules import clean_session_id
from donfra_live.live_sessions.views import Actor
from donfra_live.recordings import repository
from donfra_live.recordings.ports import Recorder
from donfra_live.recordings.rules import lasts, space_left


@dataclass(frozen=True)
class SpaceView:
    """free: bytes that can still be recorded. seconds: for how long that is enough, with a picture.

    used of quota: bytes of all recordings of this host; a quota of 0 is none.
    leaves_out, separates: as of the Recorder.
    """

    free: int
    seconds: int
    used: int
    quota: int
    leaves_out: bool
    separates: bool


class RecordingSpace:
    """free: bytes that the disk has for recordings."""

    def __init__(
        self, db: Database, ports: Ports, recorder: Recorder, free: Callable[[], int], *, quota: int
    ) -> None:
        self._db, self._ports, self._recorder = db, ports, recorder
        self._free, self._quota = free, quota

    @property
    def leaves_out(self) -> bool:
        """Whether it makes sense to ask for consent here: who does not agree is left out."""
        return self._recorder.leaves_out

    async def of_session(self, actor: Actor, session_id: object) -> SpaceView:
        """For who may record in it. Raises NotFound, NoProof, NotAllowed."""
        sid = clean_session_id(session_id)
        async with self._db.reading() as db:
            await get_session(db, sid)
            await require(db, self._ports.tokens, actor, sid, Permission.RECORD)
            used = await repository.space_of_host(db, sid)
        left = space_left(free=self._free(), used=used, quota=self._quota)
        can = self._recorder
        return SpaceView(left, lasts(left), used, self._quota, can.leaves_out, can.separates)
