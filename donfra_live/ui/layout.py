"""What every page has around its content: header, main, footer. During a call #page is inert."""

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from donfra_live.ui.accounts.parts import native_form
from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.components.native import link

PRODUCT = "donfra live"


def _mark() -> rx.Component:
    return rx.el.span(rx.el.span(class_name="mark-dot"), class_name="mark", aria_hidden="true")


def _account_menu() -> rx.Component:
    """Both the way in and the menu are in the page from the start; a cookie's hint shows the right one."""
    known = VisitorState.loaded
    return rx.el.div(
        link(
            "Sign in",
            href="/sign-in",
            class_name="nav-link guest-only",
            custom_attrs={"data-sign-in": "true"},
        ),
        rx.el.details(
            rx.el.summary(
                rx.el.span(rx.cond(VisitorState.name, VisitorState.name, "Account"), class_name="menu-name"),
                class_name="nav-link",
            ),
            rx.el.div(
                rx.el.p(VisitorState.email, class_name="muted menu-text"),
                link("Dashboard", href="/dashboard", class_name="menu-item"),
                link("Your account", href="/account", class_name="menu-item"),
                rx.cond(VisitorState.is_admin, link("People", href="/admin", class_name="menu-item")),
                native_form(
                    "sign-out",
                    rx.el.button("Sign out", type="submit", class_name="menu-item"),
                    class_name="menu-form",
                ),
                class_name="menu-list",
            ),
            class_name="menu member-only",
            custom_attrs={"data-menu": "true"},
        ),
        class_name=rx.cond(known, rx.cond(VisitorState.signed_in, "who is-in", "who is-out"), "who"),
    )


def header() -> rx.Component:
    return rx.el.header(
        rx.el.a(_mark(), PRODUCT, href="/live", class_name="brand"),
        rx.el.nav(
            rx.el.a("Sessions", href="/live", class_name="nav-link"),
            rx.el.a("Help", href="/help", class_name="nav-link"),
            _account_menu(),
            aria_label="Main",
            class_name="site-nav",
        ),
        class_name="site-header",
    )


def _away() -> rx.Component:
    """Shown by early.js once the page has had no server for a while; Reflex goes on trying meanwhile."""
    return rx.el.div(
        rx.el.p(
            "This place cannot be reached right now. Check your connection; this page keeps trying.",
            class_name="refusal",
        ),
        role="alert",
        class_name="away",
        custom_attrs={"id": "away", "data-alive": rx.State.is_hydrated & ~has_connection_errors},
    )


def frame(*content: rx.Component, narrow: bool = False) -> rx.Component:
    return rx.el.div(
        link("Skip to content", href="#content", class_name="skip-link"),
        header(),
        _away(),
        rx.el.main(*content, id="content", class_name="content narrow" if narrow else "content"),
        rx.el.footer("Your own place for live sessions.", class_name="site-footer"),
        id="page",
    )
