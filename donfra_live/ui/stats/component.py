"""The figures as Reflex components. Each is a chunk of its own, and so is the chart library behind them."""

from pathlib import Path

import reflex as rx

from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.room.component import link_parts
from donfra_live.ui.stats.state import StatsState

PUBLIC = Path("external", *__name__.split("."))
link_parts(Path.cwd() / "assets" / PUBLIC, Path(__file__).parent)

DOOR = f"$/public/{PUBLIC.as_posix()}/door.jsx"
# As Reflex ships it (a test compares).
CHARTS = ["recharts@3.10.1"]


class _Figures(rx.Component):
    library = DOOR
    lib_dependencies: list[str] = CHARTS

    figures: rx.Var[dict]


class Period(_Figures):
    tag = "Period"

    is_admin: rx.Var[bool]

    on_load: rx.EventHandler[rx.event.passthrough_event_spec(int, str, bool)]


class SessionFigures(_Figures):
    """A page for one session, whose id stands in the address."""

    tag = "SessionFigures"

    on_load: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class SeriesFigures(_Figures):
    """A page for one series, whose id stands in the address."""

    tag = "SeriesFigures"

    people: rx.Var[dict]

    on_load: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_people: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def bound_period() -> rx.Component:
    return Period.create(
        figures=StatsState.period, is_admin=VisitorState.is_admin, on_load=StatsState.load_period
    )


def bound_session() -> rx.Component:
    return SessionFigures.create(figures=StatsState.session, on_load=StatsState.load_session)


def bound_series() -> rx.Component:
    return SeriesFigures.create(
        figures=StatsState.series,
        people=StatsState.people,
        on_load=StatsState.load_series,
        on_people=StatsState.load_people,
    )
