"""A session in a list, and its badge."""

import reflex as rx

from donfra_live.ui.cards import Card


def badge(status: rx.Var[str]) -> rx.Component:
    return rx.match(
        status,
        ("live", rx.el.span("On air", class_name="badge badge-live")),
        ("ended", rx.el.span("Ended", class_name="badge")),
        rx.el.span("Not started", class_name="badge badge-open"),
    )


def people(count: rx.Var[int]) -> rx.Component:
    return rx.el.span(count, rx.cond(count == 1, " person here", " people here"), class_name="muted")


def session_card(card: rx.Var[Card]) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            rx.el.span(
                rx.el.span(card["title"], class_name="card-title"),
                rx.el.span("Hosted by ", card["owner_name"], class_name="muted"),
                class_name="card-text",
            ),
            rx.el.span(
                rx.cond(card["status"] == "live", people(card["people"].to(int))),
                badge(card["status"].to(str)),
                class_name="card-side",
            ),
            href="/live/" + card["id"].to(str),
            class_name="card-link",
        ),
        class_name="card",
    )
