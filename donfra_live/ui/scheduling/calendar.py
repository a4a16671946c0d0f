"""The part of /account about the private calendar address."""

import reflex as rx

from donfra_live.ui.components.fields import refusal
from donfra_live.ui.components.rows import ask_delete, shown_once
from donfra_live.ui.scheduling.calendar_state import FIELD, CalendarState


def _address() -> rx.Component:
    return shown_once("Your address. Copy it now: it is shown only once.", id=FIELD, shown=CalendarState.made)


def _button(text: str, on_click: rx.event.EventType) -> rx.Component:
    return rx.el.button(text, type="button", class_name="button", on_click=on_click)


def _question(question: str, yes: str, does: rx.event.EventType) -> rx.Component:
    return ask_delete(
        question,
        about=rx.Var.create("your calendar address"),
        yes=yes,
        label=f"{yes}?",
        delete=does,
        keep=CalendarState.ask(""),
    )


def _acts() -> rx.Component:
    """An address in use is renewed or ended only after a question."""
    return rx.match(
        CalendarState.asking,
        (
            "renew",
            _question(
                "The old address ends: your calendar programs show no new dates "
                "until you give them the new one.",
                "Make a new address",
                CalendarState.make,
            ),
        ),
        (
            "end",
            _question(
                "Your calendar programs show no new dates from then on.",
                "End the address",
                CalendarState.drop,
            ),
        ),
        rx.cond(
            CalendarState.exists,
            rx.el.div(
                _button("Make a new address", CalendarState.ask("renew")),
                _button("End the address", CalendarState.ask("end")),
                class_name="acts",
            ),
            rx.el.div(_button("Make an address", CalendarState.make), class_name="acts"),
        ),
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
