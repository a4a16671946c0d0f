"""Who comes to a form for signing in and is signed in already: he is told as whom, led on, or signs out."""

import reflex as rx

from donfra_live.ui.accounts.parts import native_form, refusals, sheet
from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.components.native import link


def unless_signed_in(title: str, *form: rx.Component) -> rx.Component:
    """The form is there until it is known who looks, so that it works before the page is alive."""
    return rx.cond(VisitorState.loaded & VisitorState.signed_in, _already(), sheet(title, *form))


def _already() -> rx.Component:
    return sheet(
        "You are signed in",
        rx.el.p("As ", VisitorState.name, ", ", VisitorState.email, ".", class_name="lead"),
        link("Go on", href=VisitorState.onward, class_name="button primary wide"),
        native_form(
            "sign-out",
            rx.el.p("To use another account, sign out first.", class_name="hint"),
            refusals("sign_in_elsewhere_failed"),
            rx.el.button("Sign out", type="submit", class_name="button wide"),
            id="already-sign-out",
        ),
    )
