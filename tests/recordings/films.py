"""A recording that is ready, as the tests of what is done with one need it."""

from donfra_live.live_sessions.views import Actor
from donfra_live.recordings.rules import RecordingStatus
from tests.world import World, browser


async def record(world: World, host: Actor, session_id: str) -> str:
    """Its id."""
    rid = (await world.recordings.start(host, session_id)).id
    world.recorder.becomes(rid, RecordingStatus.RECORDING)
    await world.recordings.follow()
    world.recorder.is_ready(session_id, rid, b"film")
    await world.recordings.follow()
    return rid


async def ready(world: World) -> tuple[str, str]:
    """A session on air with Bob in it, and its recording that is over."""
    sid = await world.live()
    await world.come("bob", sid)
    return sid, await record(world, browser("alice"), sid)
