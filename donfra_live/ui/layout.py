"""What every page has around its content: header, main, footer. During a call #page is inert."""

import reflex as rx

PRODUCT = "donfra live"


def _mark() -> rx.Component:
    return rx.el.span(rx.el.span(class_name="mark-dot"), class_name="mark", aria_hidden="true")


def header() -> rx.Component:
    return rx.el.header(
        rx.el.a(_mark(), PRODUCT, href="/live", class_name="brand"),
        rx.el.nav(
            rx.el.a("Sessions", href="/live", class_name="nav-link"),
            aria_label="Main",
        ),
        class_name="site-header",
    )


def frame(*content: rx.Component, narrow: bool = False) -> rx.Component:
    return rx.el.div(
        rx.el.a("Skip to content", href="#content", class_name="skip-link"),
        header(),
        rx.el.main(*content, id="content", class_name="content narrow" if narrow else "content"),
        rx.el.footer("Your own place for live sessions.", class_name="site-footer"),
        id="page",
    )
