"""The call as one Reflex component: the form before it and, over the page, the room.

The parts of the room are chunks of their own; link.js imports the first of them, before the page or with it
(decision 003). They are linked here and not by rx.asset, which walks the whole stack on each use: that was a
tenth of every start.
"""

import contextlib
from pathlib import Path

import reflex as rx
from reflex_base.environment import environment

LIVEKIT = ["@livekit/components-react@2.9.24", "livekit-client@2.23.0", "tslib@2.8.1"]
HERE = Path(__file__).parent
PUBLIC = Path("external", *__name__.split("."))


def link_parts(folder: Path, source: Path = HERE) -> None:
    """Puts links to the parts into this folder, where the build and their own imports look for them."""
    if environment.REFLEX_SKIP_COMPILE.get() or environment.REFLEX_BACKEND_ONLY.get():
        return  # nothing is built
    folder.mkdir(parents=True, exist_ok=True)
    for part in (*source.glob("*.js"), *source.glob("*.jsx"), *source.glob("*.css")):
        link = folder / part.name
        if link.is_symlink() and link.readlink() != part:
            link.unlink()  # the project was moved
        with contextlib.suppress(FileExistsError):
            link.symlink_to(part)


link_parts(Path.cwd() / "assets" / PUBLIC)


class Call(rx.Component):
    """ask_id: the form asks for the session's id (on /live). Events carry the browser's request number."""

    library = f"$/public/{PUBLIC.as_posix()}/call.jsx"
    tag = "Call"
    lib_dependencies: list[str] = LIVEKIT

    ask_id: rx.Var[bool]
    card: rx.Var[dict]
    share: rx.Var[str]
    role: rx.Var[str]
    seat_name: rx.Var[str]
    standing: rx.Var[str]
    signed_in: rx.Var[bool]
    account_name: rx.Var[str]
    may_observe: rx.Var[bool]
    problem: rx.Var[str]
    loaded: rx.Var[bool]
    needs_key: rx.Var[bool]
    answer: rx.Var[dict]

    on_look: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_redeem: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]
    on_go_live: rx.EventHandler[rx.event.passthrough_event_spec(str, str, str)]
    on_taken: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_end: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]


call = Call.create
