"""/account: name, password, where one is signed in, API tokens."""

import reflex as rx

from donfra_live.ui.accounts.account_state import AccountState, LoginRow, TokenRow
from donfra_live.ui.accounts.parts import (
    address,
    done,
    name_field,
    native_form,
    password_field,
    refusals,
    sign_in_first,
)
from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.components.fields import refusal
from donfra_live.ui.components.native import link
from donfra_live.ui.components.rows import ask_delete, shown_once
from donfra_live.ui.layout import frame
from donfra_live.ui.scheduling.calendar import calendar_part


def _part(title: str, *content: rx.Component) -> rx.Component:
    return rx.el.section(rx.el.h2(title), *content, class_name="sheet part", aria_label=title)


def _save(text: str) -> rx.Component:
    return rx.el.button(text, type="submit", class_name="button")


def _name() -> rx.Component:
    return _part(
        "You",
        rx.el.p(VisitorState.email, class_name="muted"),
        native_form(
            "name",
            rx.cond(
                VisitorState.signed_in,  # what somebody types before the name is known would be written over
                name_field("account-name", default_value=VisitorState.name, key=VisitorState.name),
                rx.el.p("Loading…", class_name="empty"),
            ),
            refusals("not_signed_in"),
            done("name", "Your name is changed."),
            rx.cond(VisitorState.signed_in, _save("Save name")),
        ),
    )


def _password() -> rx.Component:
    return _part(
        "Change your password",
        native_form(
            "password",
            rx.cond(
                VisitorState.has_password,
                password_field("account-current", "Current password", name="current", new=False),
            ),
            password_field("account-password", "New password", new=True),
            rx.el.p("You stay signed in here and are signed out everywhere else.", class_name="hint"),
            refusals("not_signed_in", "weak_password", wrong_credentials="The current password is wrong."),
            done("password", "Your password is changed."),
            _save("Change password"),
        ),
    )


def _login(row: rx.Var[LoginRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(row["browser"], class_name="card-title"),
            rx.el.span("Signed in ", row["since"], ", last used ", row["used"], class_name="muted"),
            class_name="card-text",
        ),
        rx.cond(
            row["is_this"],
            rx.el.span("This browser", class_name="badge badge-open"),
            rx.el.button(
                "Sign out there",
                type="button",
                class_name="button small",
                on_click=AccountState.end_login(row["id"]),
            ),
        ),
        class_name="entry-row",
        key=row["id"],
    )


def _token(row: rx.Var[TokenRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(row["name"], class_name="card-title"),
            rx.el.span(
                "Made ",
                row["since"],
                rx.cond(row["used"], f", last used {row['used']}", ", never used"),
                class_name="muted",
            ),
            class_name="card-text",
        ),
        rx.cond(
            AccountState.deleting == row["id"],
            ask_delete(
                *("Delete the token ", row["name"], "? Programs that use it are refused from then on."),
                about=row["name"],
                delete=AccountState.delete_token(row["id"]),
                keep=AccountState.ask_delete(""),
            ),
            rx.el.button(
                "Delete",
                type="button",
                class_name="button small",
                custom_attrs={"aria-label": f"Delete token {row['name']}"},
                on_click=AccountState.ask_delete(row["id"]),
            ),
        ),
        class_name="entry-row",
        key=row["id"],
    )


def _new_token() -> rx.Component:
    return shown_once(
        "Your new token. Copy it now: it is shown only once.", id="new-token", shown=AccountState.token_made
    )


def _tokens() -> rx.Component:
    return _part(
        "API tokens",
        rx.el.p("For programs that use the REST API in your name.", class_name="muted"),
        rx.cond(
            AccountState.tokens.length() > 0,
            rx.el.ul(rx.foreach(AccountState.tokens, _token), class_name="entries"),
        ),
        _new_token(),
        rx.el.form(
            rx.el.div(
                rx.el.label("Name of a new token", html_for="token-name"),
                rx.el.input(
                    id="token-name",
                    name="token_name",
                    type="text",
                    class_name="input",
                    required=True,
                    max_length=80,
                    auto_complete="off",
                ),
                class_name="field",
            ),
            _save("Make token"),
            on_submit=AccountState.make_token,
            class_name="form inline",
            custom_attrs={"data-alive": rx.State.is_hydrated},
        ),
    )


def _data() -> rx.Component:
    return _part(
        "Your data",
        rx.el.p(
            "Everything here that names you: account, logins, the sessions you were in, messages. A zip with "
            "JSON and CSV files.",
            class_name="muted",
        ),
        rx.el.div(
            link("Download my data", href=address("/api/accounts/me/export"), class_name="button"),
            class_name="row",
        ),
    )


def account_page() -> rx.Component:
    return frame(
        rx.cond(
            VisitorState.loaded & ~VisitorState.signed_in,
            sign_in_first("/account"),
            rx.el.div(
                rx.el.h1("Your account"),
                refusal(AccountState.refusal),
                rx.el.div(_name(), _password(), class_name="parts"),
                _part(
                    "Where you are signed in",
                    rx.cond(
                        AccountState.logins.length() > 0,
                        rx.el.ul(rx.foreach(AccountState.logins, _login), class_name="entries"),
                        rx.el.p("Loading…", class_name="empty"),
                    ),
                ),
                calendar_part(),
                _tokens(),
                _data(),
                class_name="account",
            ),
        ),
        narrow=True,
    )
