"""The film of a link as one Reflex component. It speaks REST only: there the link's cookie proves it."""

from pathlib import Path

import reflex as rx

from donfra_live.ui.room.component import link_parts

PUBLIC = Path("external", *__name__.split("."))
link_parts(Path.cwd() / "assets" / PUBLIC, Path(__file__).parent)


class Watch(rx.Component):
    """session_id: of the page it is on, when that is known. Shows nothing where no link was opened."""

    library = f"$/public/{PUBLIC.as_posix()}/watch.jsx"
    tag = "Watch"

    session_id: rx.Var[str]


watch = Watch.create
