"""/dashboard, /dashboard/{id} of a session, /dashboard/series/{id}: what their parts draw in the browser."""

import reflex as rx

from donfra_live.ui.layout import frame
from donfra_live.ui.stats.component import bound_period, bound_series, bound_session


def dashboard_page() -> rx.Component:
    return frame(bound_period())


def session_figures_page() -> rx.Component:
    return frame(bound_session())


def series_figures_page() -> rx.Component:
    return frame(bound_series())
