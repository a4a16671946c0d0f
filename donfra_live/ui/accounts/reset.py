"""/reset: with a link's key in the fragment a new password, without one a link by e-mail."""

import reflex as rx

from donfra_live.ui.accounts.parts import (
    done,
    email_field,
    native_form,
    password_field,
    refusals,
    sentence_of,
    sheet,
    submit,
)
from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.components.native import link
from donfra_live.ui.layout import frame


def _new_password() -> rx.Component:
    return native_form(
        "reset",
        password_field("reset-password", "New password", new=True),
        refusals(
            "weak_password",
            "account_disabled",
            link_not_valid=rx.fragment(
                "This link is not valid any more. ", link("Ask for a new one", href="/reset"), "."
            ),
        ),
        submit("Set password"),
        class_name="form with-key",
    )


def _ask() -> rx.Component:
    return rx.el.div(
        rx.cond(
            VisitorState.sends_mail,
            native_form(
                "reset-mail",
                email_field("reset-email"),
                refusals("bad_email", "no_mail"),
                done("mail", "If there is an account with this address, a link is on its way to it."),
                submit("Send me a link"),
            ),
            rx.el.p(sentence_of("no_mail"), class_name="lead"),
        ),
        class_name="without-key",
    )


def reset_page() -> rx.Component:
    return frame(sheet("New password", _new_password(), _ask()), narrow=True)
