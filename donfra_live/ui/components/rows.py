"""What lists of entries share: a row's buttons, the question before something goes, a secret shown once."""

from typing import Any

import reflex as rx


def act(
    text: str, about: rx.Var[str], on_click: rx.event.EventType, *, danger: bool = False, focus: bool = False
) -> rx.Component:
    """A button of a row; about: what the row is of, for who does not see where it stands.

    focus: it comes in place of the button that had it.
    """
    return rx.el.button(
        text,
        type="button",
        class_name="button small danger" if danger else "button small",
        custom_attrs={"aria-label": f"{text}: {about}"},
        on_click=on_click,
        auto_focus=focus,
    )


def ask_delete(
    *question: Any,
    about: rx.Var[str],
    delete: rx.event.EventType,
    keep: rx.event.EventType,
    yes: str = "Delete for good",
    label: str = "Delete?",
) -> rx.Component:
    """Takes the place of a row's buttons. yes: the button that does it; label: of the question."""
    return rx.el.div(
        rx.el.p(*question),
        rx.el.div(
            act(yes, about, delete, danger=True),
            act("Keep", about, keep, focus=True),
            class_name="row",
        ),
        role="group",
        aria_label=label,
        class_name="ask",
    )


def shown_once(*label: Any, id: str, shown: rx.Var[bool]) -> rx.Component:
    """A field for a new secret. Always there, so that it can be put in by the browser; hidden until it is."""
    return rx.el.div(
        rx.el.label(*label, html_for=id),
        rx.el.input(id=id, read_only=True, type="text", class_name="input mono"),
        rx.el.div(
            rx.el.button("Copy", type="button", class_name="button small", custom_attrs={"data-copies": id}),
            rx.el.span(role="status"),  # early.js says here what became of it
            class_name="row",
        ),
        class_name="field made",
        hidden=~shown,
    )
