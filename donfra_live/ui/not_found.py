"""The page for addresses that lead nowhere."""

import reflex as rx

from donfra_live.ui.layout import frame


def not_found_page() -> rx.Component:
    return frame(
        rx.el.section(
            rx.el.h1("There is nothing here"),
            rx.el.p("The address may be mistyped, or the link is not whole.", class_name="lead"),
            rx.el.a("See all sessions", href="/live", class_name="button primary"),
            class_name="sheet notice",
        ),
        narrow=True,
    )
