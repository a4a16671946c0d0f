"""The REST API whose webhooks all get lost: what it knows of the room comes from the comparing loop alone."""

from donfra_live.api.app import build_api
from donfra_live.api.shell import Shell
from donfra_live.settings import get_settings
from donfra_live.wiring import Wiring


async def lost(body: bytes, authorization: str) -> None:
    return None


def app() -> Shell:
    settings = get_settings()
    wiring = Wiring(settings)
    api = build_api(wiring.services, settings, lost)
    api.router.lifespan_context = lambda _: wiring.lifespan()
    return Shell(api, settings, wiring.tokens.server_url, (), ())
