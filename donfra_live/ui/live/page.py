"""/live: tabs Create and Join, below them one's own sessions and the public ones.

Both panels are in the page from the start; assets/early.js shows one of them and moves between the tabs, so
that they work before anything else is loaded.
"""

import reflex as rx

from donfra_live.ui.cards import Card
from donfra_live.ui.components.fields import field, refusal
from donfra_live.ui.components.session_card import session_card
from donfra_live.ui.layout import frame
from donfra_live.ui.live.state import LiveState
from donfra_live.ui.room.bound import bound_call


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


def _create_form() -> rx.Component:
    return rx.el.form(
        field("Title", "title", "create-title", required=True, max_length=200, auto_complete="off"),
        field("Your name", "owner_name", "create-name", required=True, max_length=80, auto_complete="name"),
        rx.el.label(
            rx.el.input(type="checkbox", name="listed", class_name="check"),
            rx.el.span("Show it in the public list"),
            class_name="check-row",
        ),
        refusal(LiveState.refusal),
        rx.el.button(
            "Create session",
            type="submit",
            class_name="button primary wide",
            custom_attrs={"aria-busy": LiveState.creating},
        ),
        rx.el.p(
            "Next you pick camera and microphone. Nobody sees you before you go live.",
            class_name="hint centred",
        ),
        on_submit=LiveState.create,
        class_name="form",
        custom_attrs={"id": "create-form"},
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
        _panel("create", _create_form()),
        _panel("join", bound_call(ask_id=True)),
        class_name="sheet entry",
        aria_label="Create or join a session",
    )


def _list(title: str, rows: rx.Var[list[Card]], empty: str) -> rx.Component:
    return rx.el.section(
        rx.el.h2(title),
        rx.cond(
            rows.length() > 0,
            rx.el.ul(rx.foreach(rows, session_card), class_name="cards"),
            rx.el.p(rx.cond(LiveState.ready, empty, "Loading…"), class_name="empty"),
        ),
        class_name="list",
        aria_label=title,
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
            _list("My sessions", LiveState.mine, "Sessions that you create or host stand here."),
            _list(
                "Public sessions",
                LiveState.listed,
                "No public session right now. Tick “Show it in the public list” to start one.",
            ),
            class_name="lists",
            on_unmount=LiveState.unload,
        ),
    )
