"""The call as one Reflex component: the form before it and, over the page, the room.

The parts of the room are chunks of their own (call.jsx imports them when the page is usable). rx.asset
links only call.jsx: it walks the whole stack on each use, 2 seconds of every start for all the parts.
"""

import contextlib
from pathlib import Path

import reflex as rx

LIVEKIT = ["@livekit/components-react@2.9.24", "livekit-client@2.23.0", "tslib@2.8.1"]
HERE = Path(__file__).parent


def link_parts(folder: Path) -> None:
    """Puts links to the parts beside the link of call.jsx, where its imports look for them."""
    if not folder.is_dir():
        return  # only the backend is wanted
    for part in (*HERE.glob("*.js"), *HERE.glob("*.jsx"), *HERE.glob("*.css")):
        link = folder / part.name
        if link.is_symlink() and link.readlink() != part:
            link.unlink()  # the project was moved
        with contextlib.suppress(FileExistsError):
            link.symlink_to(part)


_call = rx.asset("call.jsx", shared=True)
link_parts(Path.cwd() / "assets" / "external" / __name__.replace(".", "/"))


class Call(rx.Component):
    """ask_id: the form asks for the session's id (on /live). Events carry the browser's request number."""

    library = _call.importable_path
    tag = "Call"
    lib_dependencies: list[str] = LIVEKIT

    ask_id: rx.Var[bool]
    session_id: rx.Var[str]
    card: rx.Var[dict]
    role: rx.Var[str]
    seat_name: rx.Var[str]
    problem: rx.Var[str]
    loaded: rx.Var[bool]
    needs_key: rx.Var[bool]
    answer: rx.Var[dict]

    on_join: rx.EventHandler[rx.event.passthrough_event_spec(str, str, str, str)]
    on_look: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_redeem: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]
    on_go_live: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]
    on_end: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]
    on_taken: rx.EventHandler[rx.event.passthrough_event_spec(str)]


call = Call.create
