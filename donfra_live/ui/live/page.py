"""/live: tabs Create and Join, below them one's own sessions and the public ones.

Both panels are in the page from the start; assets/early.js shows one of them and moves between the tabs, so
that they work before anything else is loaded.
"""

from typing import Any

import reflex as rx

from donfra_live.ui.cards import Card
from donfra_live.ui.components.fields import field, refusal
from donfra_live.ui.components.native import link
from donfra_live.ui.components.session_card import session_card
from donfra_live.ui.layout import frame
from donfra_live.ui.live.state import LiveState
from donfra_live.ui.room.bound import bound_call
from donfra_live.ui.scheduling.component import plan_fields


def _tab(name: str, key: str, *, selected: bool) -> rx.Component:
    return rx.el.button(
        name,
        type="button",
        role="tab",
        class_name="tab",
        custom_attrs={
            "id": f"tab-{key}",
            "aria-controls": f"panel-{key}",
            "aria-selected": "true" if selected else "false",
            "data-tab": key,
        },
    )


def _panel(key: str, *content: rx.Component) -> rx.Component:
    return rx.el.div(
        *content,
        role="tabpanel",
        class_name=f"panel panel-{key}",
        custom_attrs={"id": f"panel-{key}", "aria-labelledby": f"tab-{key}"},
    )


def _privacy() -> rx.Component:
    return rx.el.details(
        rx.el.summary("Who may join"),
        rx.el.label(
            rx.el.span("Access", class_name="label"),
            rx.el.select(
                rx.el.option("Anyone with the link", value="link"),
                rx.el.option("People with an account", value="members"),
                rx.el.option("Invited people only", value="invited"),
                name="access",
                class_name="input",
            ),
            class_name="field",
        ),
        field(
            "Password", "password", "create-password", auto_complete="off", max_length=200, hint="Optional."
        ),
        rx.el.label(
            rx.el.input(type="checkbox", name="lobby", class_name="check"),
            rx.el.span("Lobby: I let people in myself"),
            class_name="check-row",
        ),
        class_name="more",
    )


def _create_form() -> rx.Component:
    return rx.el.form(
        field("Title", "title", "create-title", required=True, max_length=200, auto_complete="off"),
        field("Your name", "owner_name", "create-name", required=True, max_length=80, auto_complete="name"),
        plan_fields(),
        rx.el.label(
            rx.el.input(type="checkbox", name="listed", class_name="check"),
            rx.el.span("Show it in the public list"),
            class_name="check-row",
        ),
        rx.cond(
            LiveState.asks,
            rx.el.label(
                rx.el.input(type="checkbox", name="ask_consent", class_name="check"),
                rx.el.span("Ask everybody for consent to be recorded"),
                class_name="check-row",
            ),
        ),
        _privacy(),
        refusal(LiveState.refusal),
        rx.el.button(
            "Create session",
            type="submit",
            class_name="button primary wide",
            custom_attrs={"aria-busy": LiveState.creating},
        ),
        rx.el.p(
            "Next you pick camera and microphone. Nobody sees you before you go live.",
            class_name="hint centred for-now",
        ),
        rx.el.p("You get its link at once, to share before the date.", class_name="hint centred for-later"),
        on_submit=LiveState.create,
        class_name="form",
        custom_attrs={"id": "create-form"},
    )


def _may_not_create() -> rx.Component:
    return rx.el.div(
        rx.el.p(LiveState.no_create, class_name="help"),
        rx.cond(
            LiveState.sign_in_helps,
            link("Sign in", href="/sign-in?next=/live", class_name="button primary wide"),
        ),
        class_name="form",
    )


def _entry() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            _tab("Create", "create", selected=True),
            _tab("Join", "join", selected=False),
            role="tablist",
            aria_label="Create or join",
            class_name="tabs",
        ),
        _panel("create", rx.cond(LiveState.no_create, _may_not_create(), _create_form())),
        _panel("join", bound_call(ask_id=True)),
        class_name="sheet entry",
        aria_label="Create or join a session",
    )


def _cards(rows: rx.Var[list[Card]]) -> rx.Component:
    return rx.el.ul(rx.foreach(rows, session_card), class_name="cards")


def _empty(text: str) -> rx.Component:
    return rx.el.p(rx.cond(LiveState.ready, text, "Loading…"), class_name="empty")


def _own() -> rx.Component:
    coming, past = LiveState.mine, LiveState.past
    there = (coming.length() > 0) | (past.length() > 0)
    return rx.el.section(
        rx.el.div(
            rx.el.h2("My sessions"),
            rx.cond(there, link("Dashboard", href="/dashboard")),
            class_name="list-head",
        ),
        rx.cond(there, rx.fragment(), _empty("Sessions that you create, host or join stand here.")),
        rx.cond(coming.length() > 0, _cards(coming)),
        _show_more("Show more", LiveState.more_mine, LiveState.more_coming),
        rx.cond(
            past.length() > 0,
            rx.fragment(rx.el.h3("Past", class_name="list-part"), _cards(past)),
        ),
        _show_more("Show more past sessions", LiveState.more_past, LiveState.more),
        class_name="list",
        aria_label="My sessions",
    )


def _show_more(text: str, there_are: rx.Var[bool], on_click: Any) -> rx.Component:
    return rx.cond(
        there_are,
        rx.el.button(text, type="button", class_name="button small list-more", on_click=on_click),
    )


def _public() -> rx.Component:
    return rx.el.section(
        rx.el.div(rx.el.h2("Public sessions"), class_name="list-head"),
        rx.cond(
            LiveState.listed.length() > 0,
            _cards(LiveState.listed),
            _empty("No public session right now. Tick “Show it in the public list” to start one."),
        ),
        class_name="list",
        aria_label="Public sessions",
    )


def live_page() -> rx.Component:
    return frame(
        rx.el.div(
            rx.el.div(
                rx.el.h1("Go live in a minute"),
                rx.el.p(
                    "Open a session, share one link, and speak to everybody who opens it. "
                    "Viewers need no account and are asked for no camera.",
                    class_name="lead",
                ),
                rx.el.ul(
                    rx.el.li("Camera, microphone and screen, sharp and with little delay"),
                    rx.el.li("Chat that late comers can read from the start"),
                    rx.el.li("On your own server: nothing goes to anybody else"),
                    class_name="points",
                ),
                class_name="intro",
            ),
            _entry(),
            class_name="hero",
        ),
        rx.el.div(
            _own(),
            _public(),
            class_name="lists",
            on_unmount=LiveState.unload,
        ),
    )
