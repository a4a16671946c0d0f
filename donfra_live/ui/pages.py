"""All pages with their addresses, and the options of the app that concern their looks."""

from typing import Any

import reflex as rx

from donfra_live.ui import delivery
from donfra_live.ui.accounts.account import account_page
from donfra_live.ui.accounts.account_state import AccountState
from donfra_live.ui.accounts.admin import admin_page
from donfra_live.ui.accounts.admin_state import AdminState
from donfra_live.ui.accounts.reset import reset_page
from donfra_live.ui.accounts.setup import setup_page
from donfra_live.ui.accounts.sign_in import sign_in_page
from donfra_live.ui.accounts.sign_up import sign_up_page
from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.event_log import note_fault
from donfra_live.ui.help.page import help_page
from donfra_live.ui.layout import PRODUCT
from donfra_live.ui.live.page import live_page
from donfra_live.ui.live.state import LiveState
from donfra_live.ui.not_found import not_found_page
from donfra_live.ui.outgoing.state import WebhooksState
from donfra_live.ui.scheduling.calendar_state import CalendarState
from donfra_live.ui.scheduling.page import series_page
from donfra_live.ui.scheduling.state import SeriesState
from donfra_live.ui.session.page import session_page
from donfra_live.ui.session.state import SessionState
from donfra_live.ui.stats.page import dashboard_page, series_figures_page, session_figures_page


def add_pages(app: rx.App) -> None:
    """Called once by the composition root, after the services are installed."""
    delivery.start(app)
    visitor = VisitorState.load
    for page, route, title, loads in (
        (live_page, "/", PRODUCT, [LiveState.load]),
        (live_page, "/live", f"Live sessions · {PRODUCT}", [LiveState.load]),
        (session_page, "/live/[session_id]", PRODUCT, [SessionState.load]),
        (series_page, "/series/[series_id]", PRODUCT, [SeriesState.load]),
        (dashboard_page, "/dashboard", f"Dashboard · {PRODUCT}", []),
        (session_figures_page, "/dashboard/[session_id]", f"Figures · {PRODUCT}", []),
        (series_figures_page, "/dashboard/series/[series_id]", f"Figures · {PRODUCT}", []),
        (sign_in_page, "/sign-in", f"Sign in · {PRODUCT}", []),
        (sign_up_page, "/sign-up", f"Create an account · {PRODUCT}", []),
        (setup_page, "/setup", f"Setup · {PRODUCT}", []),
        (reset_page, "/reset", f"New password · {PRODUCT}", []),
        (account_page, "/account", f"Your account · {PRODUCT}", [AccountState.load, CalendarState.load]),
        (admin_page, "/admin", f"People · {PRODUCT}", [AdminState.load, WebhooksState.load]),
        (help_page, "/help", f"Help · {PRODUCT}", []),
        (not_found_page, "404", f"Nothing here · {PRODUCT}", []),
    ):
        app.add_page(page, route=route, title=title, on_load=[*loads, visitor])


def app_options() -> dict[str, Any]:
    """Keyword arguments for rx.App: our own looks only, and no part of Reflex's that pages do not use."""
    return {
        "stylesheets": ["/donfra.css", "/pages.css"],
        "reset_style": False,
        "frontend_exception_handler": note_fault,
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
