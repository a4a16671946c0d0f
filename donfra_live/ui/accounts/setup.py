"""/setup: the first admin, by the link that the start prints; without its key, where that link is found."""

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


def _form() -> rx.Component:
    return rx.el.div(
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
        class_name="with-key",
    )


def _without_key() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            "For this you need the whole link, with the key at its end. While there is no admin, each start "
            "of the app prints one: in the terminal, with systemd in the journal, with containers in the "
            "app's log. It ends like this:",
            class_name="lead",
        ),
        rx.el.p(rx.el.code("/setup#key=…"), class_name="lead"),
        rx.el.p("Where there is an admin already, ask him to make you one.", class_name="lead"),
        class_name="without-key",
    )


def setup_page() -> rx.Component:
    return frame(
        sheet("Become the admin", _form(), _without_key()),
        narrow=True,
    )
