"""The REST API with its real parts but without the pages, for tests that need a server quickly."""

from donfra_live.api.app import build_api
from donfra_live.api.shell import Shell
from donfra_live.log_lines import set_up
from donfra_live.settings import get_settings
from donfra_live.wiring import Wiring


def app() -> Shell:
    set_up()
    settings = get_settings()
    wiring = Wiring(settings)
    api = build_api(wiring.services, settings, wiring.webhook)
    api.router.lifespan_context = lambda _: wiring.lifespan()
    return Shell(api, settings, wiring.tokens.server_url, (), ())
