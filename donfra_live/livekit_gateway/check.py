"""Whether a media server that is not ours can be used: reachable, our key, new enough; one sentence if not."""

import httpx
from livekit import api

from donfra_live.errors import MediaServerAway
from donfra_live.livekit_gateway.client import LiveKitClient

OLDEST = (1, 9, 0)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(p) for p in text.split("-")[0].split(".") if p.isdigit())


async def check(client: LiveKitClient, url: str) -> None:
    """Raises MediaServerAway with a sentence that says what is wrong and what to change."""
    try:
        async with httpx.AsyncClient(timeout=4, trust_env=False) as http:
            answer = await http.get(url)
    except httpx.HTTPError as error:
        raise MediaServerAway(f"The media server at {url} cannot be reached. Check LIVEKIT_SERVER_URL.") from error
    if answer.status_code != 200:
        raise MediaServerAway(f"What answers at {url} is not a LiveKit server that is ready.")
    await client.call(lambda lk: lk.room.list_rooms(api.ListRoomsRequest(names=["-"])))


def too_old(version: str) -> str:
    """A sentence when this version is too old, else ""."""
    if version and _version(version) < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        return f"The media server is LiveKit {version}; {wanted} or newer is needed."
    return ""
