"""/sign-in: e-mail and password, or the OpenID provider."""

import reflex as rx

from donfra_live.ui.accounts.already import unless_signed_in
from donfra_live.ui.accounts.parts import (
    address,
    email_field,
    keeping_next,
    native_form,
    password_field,
    refusals,
    submit,
)
from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.components.native import link
from donfra_live.ui.layout import frame


def _elsewhere() -> rx.Component:
    return rx.cond(
        VisitorState.provider,
        rx.el.div(
            rx.el.p("or", class_name="or"),
            link(
                "Sign in with ",
                VisitorState.provider,
                href=address("/api/oidc/start"),
                class_name="button wide",
                custom_attrs={"data-keep-next": "true"},
            ),
        ),
    )


def sign_in_page() -> rx.Component:
    return frame(
        unless_signed_in(
            "Sign in",
            native_form(
                "sign-in",
                email_field("sign-in-email"),
                password_field("sign-in-password", new=False),
                refusals(
                    "wrong_credentials", "account_disabled", "sign_in_elsewhere_failed", "sign_up_closed"
                ),
                submit("Sign in"),
            ),
            _elsewhere(),
            rx.el.p(
                link("Forgot your password?", href="/reset"),
                rx.cond(VisitorState.sign_up_open, keeping_next("Create an account", "/sign-up")),
                class_name="row foot",
            ),
        ),
        narrow=True,
    )
