"""Composition root: settings, parts, app, pages, routes, lifespan. No logic."""

import reflex as rx
from reflex.utils.exec import is_prod_mode
from reflex.utils.prerequisites import get_web_dir
from starlette.types import ASGIApp

from donfra_live.api.app import build_api
from donfra_live.api.shell import Shell
from donfra_live.log_lines import set_up
from donfra_live.settings import get_settings
from donfra_live.ui import delivery
from donfra_live.ui import services as ui_services
from donfra_live.ui.build import Csp, read_csp
from donfra_live.ui.event_log import keep_cookies_out
from donfra_live.ui.pages import add_pages, app_options
from donfra_live.wiring import Wiring

set_up()
settings = get_settings()
wiring = Wiring(settings, settings.port if is_prod_mode() else settings.pages_port)
ui_services.install(wiring.services)
keep_cookies_out()
# Vite's development server needs scripts that no policy would allow.
csp = read_csp(get_web_dir() / "build" / "client") if is_prod_mode() else Csp()


def shell(inner: ASGIApp) -> Shell:
    return Shell(inner, settings, wiring.tokens.server_url, csp.script, csp.style)


app = rx.App(
    api_transformer=[build_api(wiring.services, settings, wiring.webhook), shell],
    **app_options(),
)
add_pages(app)
app.register_lifespan_task(wiring.lifespan)
app.register_lifespan_task(delivery.lifespan)  # left first
