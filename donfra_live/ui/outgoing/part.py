"""Webhooks on /admin: make one, its secret once, on and off, delete, the log with "send again"."""

import reflex as rx

from donfra_live.outgoing.rules import EventKind
from donfra_live.ui.components.fields import refusal
from donfra_live.ui.components.rows import act, ask_delete, shown_once
from donfra_live.ui.outgoing.state import ONCE_FIELD, DeliveryRow, HookRow, WebhooksState

_EVENTS = {
    EventKind.CREATED: "Session created",
    EventKind.STARTED: "Started",
    EventKind.JOINED: "Somebody joined",
    EventKind.LEFT: "Somebody left",
    EventKind.ENDED: "Ended",
    EventKind.RECORDING_READY: "Recording ready",
}


def _ask_delete(row: rx.Var[HookRow]) -> rx.Component:
    return ask_delete(
        "Delete this webhook with its log? What waits is not delivered.",
        about=row["url"],
        delete=WebhooksState.delete(row["id"]),
        keep=WebhooksState.ask_delete(""),
    )


def _acts(row: rx.Var[HookRow]) -> rx.Component:
    return rx.el.div(
        rx.cond(
            WebhooksState.log_of == row["id"],
            act("Hide log", row["url"], WebhooksState.show_log("")),
            act("Log", row["url"], WebhooksState.show_log(row["id"])),
        ),
        rx.cond(
            row["enabled"],
            act("Turn off", row["url"], WebhooksState.set_enabled(row["id"], False)),
            act("Turn on", row["url"], WebhooksState.set_enabled(row["id"], True)),
        ),
        act("Delete", row["url"], WebhooksState.ask_delete(row["id"])),
        class_name="acts",
    )


def _delivery(hook: rx.Var[HookRow], row: rx.Var[DeliveryRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(
                row["event"],
                rx.el.span(row["state"], class_name=rx.cond(row["good"], "badge badge-open", "badge")),
                class_name="card-title person",
            ),
            rx.el.span(row["detail"], class_name="muted"),
            class_name="card-text",
        ),
        rx.el.button(
            "Send again",
            type="button",
            class_name="button small",
            custom_attrs={"aria-label": f"Send again: {row['event']}, {row['detail']}"},
            on_click=WebhooksState.send_again(hook["id"], row["id"]),
        ),
        class_name="entry-row",
        key=row["id"],
    )


def _log(hook: rx.Var[HookRow]) -> rx.Component:
    return rx.el.div(
        rx.cond(
            WebhooksState.log.length() > 0,
            rx.el.ul(rx.foreach(WebhooksState.log, lambda row: _delivery(hook, row)), class_name="entries"),
            rx.el.p("Nothing has happened yet that it is told of.", class_name="muted"),
        ),
        rx.el.button(
            "Load again",
            type="button",
            class_name="button small",
            on_click=WebhooksState.show_log(hook["id"]),
        ),
        class_name="hook-log",
        role="group",
        aria_label="Log",
    )


def _hook(row: rx.Var[HookRow]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(
                rx.el.span(row["url"], class_name="hook-url"),
                rx.cond(row["enabled"], rx.fragment(), rx.el.span("Off", class_name="badge")),
                class_name="card-title person",
            ),
            rx.el.span(row["events"], ": ", row["counts"], class_name="muted hook-counts"),
            rx.cond(row["problem"], rx.el.span(row["problem"], class_name="refusal")),
            class_name="card-text",
        ),
        rx.cond(WebhooksState.deleting == row["id"], _ask_delete(row), _acts(row)),
        rx.cond(WebhooksState.log_of == row["id"], _log(row)),
        class_name="entry-row",
        key=row["id"],
    )


def _secret() -> rx.Component:
    return shown_once(
        "The new webhook's secret, to check signatures with. Copy it now: it is shown only once.",
        id=ONCE_FIELD,
        shown=WebhooksState.made,
    )


def _form() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            rx.el.label("Address of a new webhook", html_for="webhook-url"),
            rx.el.input(
                id="webhook-url",  # known to Reflex, which empties it afterwards
                name="url",
                type="text",
                class_name="input",
                required=True,
                max_length=2000,
                auto_complete="off",
                placeholder="https://",
                input_mode="url",
            ),
            class_name="field",
        ),
        rx.el.fieldset(
            rx.el.legend("It is told when"),
            rx.el.div(
                *(
                    rx.el.label(
                        rx.el.input(
                            type="checkbox", name=kind.value, class_name="check", default_checked=True
                        ),
                        rx.el.span(_EVENTS[kind]),
                        class_name="check-row",
                    )
                    for kind in EventKind
                ),
                class_name="checks",
            ),
            class_name="choices",
        ),
        rx.el.button("Add webhook", type="submit", class_name="button"),
        on_submit=WebhooksState.make,
        class_name="form",
        custom_attrs={"data-alive": rx.State.is_hydrated},
    )


def webhooks_part() -> rx.Component:
    return rx.cond(
        WebhooksState.allowed,
        rx.el.section(
            rx.el.h2("Webhooks"),
            rx.el.p(
                "Other systems, such as your course system, are told what happens in sessions. "
                "Each message is signed.",
                class_name="muted",
            ),
            refusal(WebhooksState.refusal),
            rx.cond(
                WebhooksState.hooks.length() > 0,
                rx.el.ul(rx.foreach(WebhooksState.hooks, _hook), class_name="entries"),
            ),
            _secret(),
            _form(),
            class_name="sheet part",
            aria_label="Webhooks",
        ),
    )
