"""/setup: the first admin, by the link that the start prints."""

import reflex as rx

from donfra_live.ui.accounts.parts import (
    email_field,
    name_field,
    native_form,
    password_field,
    refusals,
    sheet,
    submit,
)
from donfra_live.ui.layout import frame

USED = (
    "This link is not valid any more. While there is no admin each start prints a new one; "
    "where there is one already, ask him to make you one."
)


def setup_page() -> rx.Component:
    return frame(
        sheet(
            "Become the admin",
            rx.el.p(
                "Admins manage people and accounts. If you have an account here already, "
                "give its e-mail and password.",
                class_name="lead",
            ),
            native_form(
                "setup",
                name_field("setup-name"),
                email_field("setup-email"),
                password_field("setup-password", new=True),
                refusals("bad_email", "weak_password", "email_taken", link_not_valid=USED),
                submit("Become the admin"),
            ),
        ),
        narrow=True,
    )
