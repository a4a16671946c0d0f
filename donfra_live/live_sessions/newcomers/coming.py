"""Lets a newcomer in by one piece of work (donfra_live/at_once.py), by the same rules as door.py."""

from datetime import datetime

from donfra_live.at_once import Work
from donfra_live.browser_key import hash_of, new_key
from donfra_live.live_sessions.door import Knock, pass_door_of
from donfra_live.live_sessions.newcomers import repository
from donfra_live.live_sessions.newcomers.newcomer import Came, Newcomer, new_connection
from donfra_live.live_sessions.proof import must_be_on_air, must_be_there
from donfra_live.models.base import new_id


def come_in(
    work: Work, session_id: str, knock: Knock, identity: str, now: datetime, *, there: bool
) -> Came | None:
    """there: the room is known to be. None: he is none; a lobby, a seat or a series has to be asked.

    Raises:
        SessionEnded, SessionCancelled, NotOpenYet, NotOnAir, InviteNeeded, NotSignedIn, PasswordNeeded.
    """
    session, browser = repository.entrance(work, session_id), knock.actor.browser
    if session is None or session.lobby or (browser and repository.is_seated(work, session_id, browser)):
        return None
    must_be_there(session)
    pass_door_of(session, knock, invited=False)
    must_be_on_air(session)
    key = new_key()
    member = Newcomer(new_id(), session_id, knock.name, hash_of(key), now)
    repository.store(work, member, new_connection(identity, session_id, member.id, browser, now), browser)
    alone = not there and not repository.somebody_there(work, session_id)
    return Came(session, member, identity, key, alone)
