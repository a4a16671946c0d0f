"""All pages with their addresses, and the options of the app that concern their looks."""

from typing import Any

import reflex as rx

from donfra_live.ui import delivery
from donfra_live.ui.layout import PRODUCT
from donfra_live.ui.live.page import live_page
from donfra_live.ui.live.state import LiveState
from donfra_live.ui.not_found import not_found_page
from donfra_live.ui.session.page import session_page
from donfra_live.ui.session.state import SessionState


def add_pages(app: rx.App) -> None:
    """Called once by the composition root, after the services are installed."""
    delivery.start(app)
    app.add_page(live_page, route="/", title=PRODUCT, on_load=LiveState.load)
    app.add_page(live_page, route="/live", title=f"Live sessions · {PRODUCT}", on_load=LiveState.load)
    app.add_page(session_page, route="/live/[session_id]", title=PRODUCT, on_load=SessionState.load)
    app.add_page(not_found_page, route="404", title=f"Nothing here · {PRODUCT}")


def app_options() -> dict[str, Any]:
    """Keyword arguments for rx.App: our own looks only, and no part of Reflex's that pages do not use."""
    return {
        "stylesheets": ["/donfra.css", "/pages.css"],
        "reset_style": False,
        "toaster": None,
        "app_wraps": {},
        "html_lang": "en",
        "head_components": [
            rx.el.meta(name="viewport", content="width=device-width, initial-scale=1"),
            rx.el.meta(name="color-scheme", content="light dark"),
            rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
            rx.el.script(src="/early.js"),
        ],
    }
