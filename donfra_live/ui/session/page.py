"""/live/{id}: the link that people share. What the session is, and the way into it."""

import reflex as rx

from donfra_live.ui.components.session_card import badge, people
from donfra_live.ui.history.component import bound_history
from donfra_live.ui.layout import frame
from donfra_live.ui.retention.part import keeping
from donfra_live.ui.room.bound import bound_call
from donfra_live.ui.scheduling.component import plan
from donfra_live.ui.session.state import SessionState
from donfra_live.ui.watch.component import watch


def _problem() -> rx.Component:
    return rx.el.section(
        rx.el.h1("This session cannot be opened"),
        rx.el.p(SessionState.problem, class_name="lead", role="alert"),
        rx.el.a("See all sessions", href="/live", class_name="button primary"),
        class_name="sheet notice",
    )


def _skeleton() -> rx.Component:
    return rx.el.div(
        rx.el.h1("Session", class_name="unseen"),
        rx.el.div(class_name="bone bone-title"),
        rx.el.div(class_name="bone"),
        role="status",
        aria_label="Loading the session",
        class_name="session-head",
    )


def _head() -> rx.Component:
    card = SessionState.card
    return rx.el.div(
        rx.el.div(
            badge(card["status"].to(str)),
            rx.cond(card["status"] == "live", people(card["people"].to(int))),
            class_name="row",
        ),
        rx.el.h1(card["title"]),
        rx.el.p("Hosted by ", card["owner_name"], class_name="lead"),
        class_name="session-head",
    )


def session_page() -> rx.Component:
    return frame(
        watch(session_id=SessionState.card["id"]),
        rx.cond(
            SessionState.problem,
            _problem(),
            rx.cond(
                SessionState.card["id"],
                rx.fragment(
                    _head(), plan(card=SessionState.card, role=SessionState.role, asks=SessionState.asks)
                ),
                _skeleton(),
            ),
        ),
        rx.cond(SessionState.card["status"] == "ended", bound_history()),
        # always mounted: the call must not depend on what the server knows just now
        rx.el.div(bound_call(ask_id=False), on_unmount=SessionState.unload),
        keeping(),
        narrow=True,
    )
