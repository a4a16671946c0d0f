"""/admin: people, for admins; add, roles, disable, delete, a link for a new password."""

import reflex as rx

from donfra_live import __version__
from donfra_live.accounts.rules import EMAIL_LENGTH
from donfra_live.live_sessions.rules import NAME_LENGTH
from donfra_live.ui.accounts.admin_state import AdminState, PersonRow
from donfra_live.ui.accounts.parts import address, sheet, sign_in_first
from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.components.fields import refusal
from donfra_live.ui.components.native import link
from donfra_live.ui.components.rows import act, ask_delete, shown_once
from donfra_live.ui.layout import frame
from donfra_live.ui.outgoing.part import webhooks_part


def _ask_delete(row: rx.Var[PersonRow]) -> rx.Component:
    return ask_delete(
        *("Delete the account of ", row["name"], "? Its logins and tokens end. Sessions stay."),
        about=row["name"],
        delete=AdminState.delete(row["id"]),
        keep=AdminState.ask_delete(""),
    )


def _acts(row: rx.Var[PersonRow]) -> rx.Component:
    return rx.el.div(
        rx.cond(
            row["is_admin"],
            act("Make member", row["name"], AdminState.set_role(row["id"], "member")),
            act("Make admin", row["name"], AdminState.set_role(row["id"], "admin")),
        ),
        rx.cond(
            row["disabled"],
            act("Enable", row["name"], AdminState.set_disabled(row["id"], False)),
            act("Disable", row["name"], AdminState.set_disabled(row["id"], True)),
        ),
        act("Reset link", row["name"], AdminState.make_link(row["id"])),
        link(
            "Data",
            href=address("/api/accounts/") + row["id"].to(str) + "/export",
            class_name="button small",
            custom_attrs={"aria-label": f"Data: {row['name']}"},
        ),
        act("Delete", row["name"], AdminState.ask_delete(row["id"])),
        class_name="acts",
    )


def _person(row: rx.Var[PersonRow]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(
                row["name"],
                rx.cond(row["is_me"], rx.el.span(" (you)", class_name="muted")),
                rx.cond(row["is_admin"], rx.el.span("Admin", class_name="badge badge-open")),
                rx.cond(row["disabled"], rx.el.span("Disabled", class_name="badge")),
                class_name="card-title person",
            ),
            rx.el.span(row["email"], class_name="muted"),
            class_name="card-text",
        ),
        rx.cond(AdminState.deleting == row["id"], _ask_delete(row), _acts(row)),
        class_name="entry-row",
        key=row["id"],
    )


def _search() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            rx.el.label("Search by name or e-mail", html_for="people-words"),
            rx.el.input(
                name="words",
                type="search",
                class_name="input",
                max_length=100,
                auto_complete="off",
                custom_attrs={"id": "people-words"},
            ),
            class_name="field",
        ),
        rx.el.button("Search", type="submit", class_name="button"),
        on_submit=AdminState.search,
        class_name="form inline",
        custom_attrs={"data-alive": rx.State.is_hydrated},
    )


def _field(label: str, name: str, kind: str, most: int) -> rx.Component:
    field = f"add-{name}"
    return rx.el.div(
        rx.el.label(label, html_for=field),
        rx.el.input(
            id=field,
            name=name,
            type=kind,
            class_name="input",
            max_length=most,
            required=True,
            auto_complete="off",
        ),
        class_name="field",
    )


def _add() -> rx.Component:
    return rx.el.form(
        _field("Their name", "name", "text", NAME_LENGTH),
        _field("Their e-mail", "email", "email", EMAIL_LENGTH),
        rx.el.button("Add", type="submit", class_name="button"),
        on_submit=AdminState.add,
        class_name="form inline of-two",
        aria_label="Add somebody",
        custom_attrs={"data-alive": rx.State.is_hydrated},
    )


def _link() -> rx.Component:
    return shown_once(
        "Link to a new password for ",
        AdminState.link_for,
        ". Hand it over; it works once, within an hour, and is shown only now.",
        id="reset-link",
        shown=AdminState.link_for != "",
    )


def _who_signs_up() -> rx.Var[str]:
    return rx.cond(
        VisitorState.loaded,
        rx.cond(
            VisitorState.sign_up_open,
            "Anyone can make an account here. The operator closes that by SIGN_UP=closed.",
            "Nobody can make an account by himself (SIGN_UP=closed). You can add people here.",
        ),
        "Loading…",
    )


def admin_page() -> rx.Component:
    return frame(
        rx.cond(
            AdminState.problem,
            rx.cond(
                VisitorState.signed_in,
                sheet(
                    "People",
                    rx.el.p(AdminState.problem, class_name="lead", role="alert"),
                    rx.el.a("See all sessions", href="/live", class_name="button primary"),
                ),
                sign_in_first("/admin"),
            ),
            rx.el.div(
                rx.el.h1("People"),
                rx.el.p(_who_signs_up(), class_name="lead"),
                refusal(AdminState.refusal),
                rx.el.section(
                    _add(),
                    _link(),
                    _search(),
                    rx.cond(
                        AdminState.people.length() > 0,
                        rx.el.ul(rx.foreach(AdminState.people, _person), class_name="entries"),
                        rx.el.p(
                            rx.cond(AdminState.loaded, "Nobody is called so.", "Loading…"), class_name="empty"
                        ),
                    ),
                    rx.cond(
                        AdminState.has_more,
                        rx.el.button(
                            "Show more", type="button", class_name="button", on_click=AdminState.more
                        ),
                    ),
                    class_name="sheet part",
                    aria_label="Accounts",
                ),
                webhooks_part(),
                rx.el.p(f"donfra live {__version__}", class_name="muted"),
                class_name="account",
            ),
        ),
    )
