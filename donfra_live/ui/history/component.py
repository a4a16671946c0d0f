"""The history as one Reflex component. A chunk of its own: who comes to a session on air loads none of it."""

from pathlib import Path

import reflex as rx

from donfra_live.ui.history.state import HistoryState
from donfra_live.ui.room.component import link_parts
from donfra_live.ui.session.state import SessionState
from donfra_live.ui.stats.component import CHARTS
from donfra_live.ui.stats.state import StatsState

PUBLIC = Path("external", *__name__.split("."))
link_parts(Path.cwd() / "assets" / PUBLIC, Path(__file__).parent)


class History(rx.Component):
    """session_id: of a session that is over. role: the person's own; another one may see something else.

    figures: those of ui/stats, which are drawn there.
    """

    library = f"$/public/{PUBLIC.as_posix()}/after.jsx"
    tag = "After"
    lib_dependencies: list[str] = CHARTS

    session_id: rx.Var[str]
    role: rx.Var[str]
    history: rx.Var[dict]
    news: rx.Var[int]
    figures: rx.Var[dict]

    on_load: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]
    on_more: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_figures: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def bound_history() -> rx.Component:
    return History.create(
        session_id=SessionState.card["id"],
        role=SessionState.role,
        history=HistoryState.history,
        news=HistoryState.news,
        on_load=HistoryState.load,
        on_search=HistoryState.search,
        on_more=HistoryState.more,
        figures=StatsState.session,
        on_figures=StatsState.load_session,
    )
