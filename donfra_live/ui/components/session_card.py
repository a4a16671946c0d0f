"""A session in a list, and its badge."""

import reflex as rx

from donfra_live.ui.cards import Card
from donfra_live.ui.scheduling.component import short_when


def badge(status: rx.Var[str]) -> rx.Component:
    return rx.match(
        status,
        ("live", rx.el.span("On air", class_name="badge badge-live")),
        ("ended", rx.el.span("Ended", class_name="badge")),
        ("cancelled", rx.el.span("Cancelled", class_name="badge")),
        ("scheduled", rx.el.span("Planned", class_name="badge badge-open")),
        rx.el.span("Not started", class_name="badge badge-open"),
    )


def people(count: rx.Var[int]) -> rx.Component:
    return rx.el.span(count, rx.cond(count == 1, " person here", " people here"), class_name="muted")


def _is_coming(card: rx.Var[Card]) -> rx.Var[bool]:
    status, starts_at = card["status"].to(str), card["starts_at"].to(str)
    return (starts_at != "") & ((status == "scheduled") | (status == "open"))


def _was(card: rx.Var[Card]) -> rx.Var[bool]:
    return (card["status"].to(str) == "ended") & (card["live_at"].to(str) != "")


def session_card(card: rx.Var[Card]) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            rx.el.span(
                rx.el.span(card["title"], class_name="card-title"),
                rx.el.span("Hosted by ", card["owner_name"], class_name="muted"),
                rx.cond(_is_coming(card), short_when(start=card["starts_at"].to(str))),
                rx.cond(
                    _was(card),
                    rx.el.span(short_when(start=card["live_at"].to(str)), class_name="when-past"),
                ),
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
