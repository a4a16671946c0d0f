"""/sign-up: a new account, where the operator lets people make one."""

import reflex as rx

from donfra_live.ui.accounts.already import unless_signed_in
from donfra_live.ui.accounts.parts import (
    email_field,
    keeping_next,
    name_field,
    native_form,
    password_field,
    refusals,
    sentence_of,
    submit,
)
from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.layout import frame


def _form() -> rx.Component:
    return native_form(
        "sign-up",
        name_field("sign-up-name"),
        email_field("sign-up-email"),
        password_field("sign-up-password", new=True),
        refusals("bad_email", "weak_password", "email_taken", "sign_up_closed"),
        submit("Create account"),
    )


def sign_up_page() -> rx.Component:
    return frame(
        unless_signed_in(
            "Create an account",
            rx.cond(
                VisitorState.sign_up_open,
                _form(),
                rx.el.p(sentence_of("sign_up_closed"), class_name="lead"),
            ),
            rx.el.p("You have one already? ", keeping_next("Sign in", "/sign-in"), class_name="foot"),
        ),
        narrow=True,
    )
