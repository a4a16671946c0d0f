"""The call as one Reflex component: the form before it and, over the page, the room.

The parts of the room are chunks of their own (call.jsx imports them when the page is usable); each file
needs an rx.asset of its own to be found next to call.jsx.
"""

import reflex as rx

LIVEKIT = ["@livekit/components-react@2.9.24", "livekit-client@2.23.0", "tslib@2.8.1"]

_call = rx.asset("call.jsx", shared=True)
PARTS = [
    rx.asset(name, shared=True)
    for name in (
        "store.js",
        "link.js",
        "media.jsx",
        "icons.jsx",
        "join_form.jsx",
        "preparation.jsx",
        "after.jsx",
        "overlay.jsx",
        "room.jsx",
        "stage.jsx",
        "chat.jsx",
        "chat.js",
        "people.jsx",
        "bar.jsx",
        "publish.jsx",
        "devices.js",
        "dialog.jsx",
        "room.css",
    )
]


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


call = Call.create
