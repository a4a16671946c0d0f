"""/series/{id}: goes on to the session that is on air or next; shows only why it cannot."""

import reflex as rx

from donfra_live.ui.layout import frame
from donfra_live.ui.scheduling.state import SeriesState


def series_page() -> rx.Component:
    return frame(
        rx.cond(
            SeriesState.problem,
            rx.el.section(
                rx.el.h1("This series cannot be opened"),
                rx.el.p(SeriesState.problem, class_name="lead", role="alert"),
                rx.el.a("See all sessions", href="/live", class_name="button primary"),
                class_name="sheet notice",
            ),
            rx.el.div(
                rx.el.h1("Looking for the next date", class_name="unseen"),
                rx.el.div(class_name="bone bone-title"),
                rx.el.div(class_name="bone"),
                role="status",
                aria_label="Looking for the next date",
                class_name="session-head",
            ),
        ),
        narrow=True,
    )
