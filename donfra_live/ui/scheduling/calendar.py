"""The part of /account about the private calendar address."""

import reflex as rx

from donfra_live.ui.components.fields import refusal
from donfra_live.ui.components.rows import shown_once
from donfra_live.ui.scheduling.calendar_state import FIELD, CalendarState


def _address() -> rx.Component:
    return shown_once("Your address. Copy it now: it is shown only once.", id=FIELD, shown=CalendarState.made)


def _acts() -> rx.Component:
    return rx.el.div(
        rx.el.button(
            rx.cond(CalendarState.exists, "Make a new address", "Make an address"),
            type="button",
            class_name="button",
            on_click=CalendarState.make,
        ),
        rx.cond(
            CalendarState.exists,
            rx.el.button("End the address", type="button", class_name="button", on_click=CalendarState.drop),
        ),
        class_name="acts",
    )


def calendar_part() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Calendar"),
        rx.el.p(
            "A private address for your calendar program: all dates of your sessions, kept up to date. "
            "Whoever knows it sees them.",
            class_name="muted",
        ),
        rx.cond(
            CalendarState.exists & ~CalendarState.made,
            rx.el.p("You have an address. A new one ends it.", class_name="hint"),
        ),
        _address(),
        refusal(CalendarState.refusal),
        _acts(),
        class_name="sheet part",
        aria_label="Calendar",
    )
